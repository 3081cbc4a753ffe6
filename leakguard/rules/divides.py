"""What the rules about wrong cuts share: each asks what is wrong with one cut at a time, and blames a place once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leakguard.diagnostic import Confidence, Severity
from leakguard.rules.evidence import has_one_of_each, is_judged, is_whole, sources_of
from leakguard.rules.registry import Finding
from leakguard.semantic.events import Divide

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from leakguard.rules.evidence import Step
    from leakguard.semantic.rows import Rows, Source
    from leakguard.semantic.syntax import Node
    from leakguard.semantic.trace import Trace


def wrong_cuts(trace: Trace, shown: Callable[[Divide], Step | None], message: str, here: str) -> Iterator[Finding]:
    """Yield a finding for each cut of whole rows of which something shows (`shown`) that they are cut wrongly.

    `message` goes on after the name of what cuts, `here` says what it does.
    """
    seen: set[Node] = set()
    for divide in trace.of(Divide):
        step = shown(divide)
        if step is None or divide.site.node in seen:
            continue
        if is_whole(divide.rows) and not has_one_of_each(divide.rows) and is_judged(divide, trace):
            seen.add(divide.site.node)
            steps = (step, (divide.site, here))
            yield Finding(divide.site, f"{divide.label} {message}", steps, Severity.WARNING, Confidence.MEDIUM)


def of_these(known: dict[Source, Step], rows: Iterable[Rows]) -> Step | None:
    """What is known of the source of rows, or of one of several."""
    return next((known[source] for source in sources_of(rows) if source in known), None)
