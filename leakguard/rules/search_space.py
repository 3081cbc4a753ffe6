"""What the rules about search spaces share: each looks at one draw or layout at a time, and blames a place once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leakguard.diagnostic import Confidence, Severity
from leakguard.rules.proposals import means_one_thing
from leakguard.rules.registry import Finding
from leakguard.semantic.events import Sample

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from leakguard.rules.proposals import Proposal
    from leakguard.semantic.options import AnalysisOptions
    from leakguard.semantic.syntax import Node
    from leakguard.semantic.trace import Trace


def complaints(
    trace: Trace,
    wrong: Callable[[Sample, AnalysisOptions], str | None],
    meant: Callable[[Sample, Trace], bool] = lambda _sample, _trace: False,
    severity: Severity = Severity.WARNING,
    propose: Callable[[Sample], Proposal] | None = None,
) -> Iterator[Finding]:
    """Yield a finding for each place of which `wrong` says what is wrong, unless it is `meant` by the program.

    `propose` says how to mend one that always draws the same hyperparameter.
    """
    seen: set[Node] = set()
    for sample in trace.of(Sample):
        if sample.site.node in seen or meant(sample, trace):
            continue
        message = wrong(sample, trace.options)
        if message is not None:
            seen.add(sample.site.node)
            fix = propose(sample) if propose is not None and means_one_thing(sample, trace) else None
            yield Finding(sample.site, message, (), severity, Confidence.HIGH, fix)


def as_written(number: float | None) -> str:
    """A bound for people."""
    return "?" if number is None else f"{number:g}"


def drawn(sample: Sample) -> str:
    """How the values of a parameter come about, for people."""
    return "laid out" if sample.layout else "drawn"
