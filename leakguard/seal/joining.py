"""Joining what several witnesses saw of one thing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from leakguard.seal.verdict import Evidence, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable


class Witness(Protocol):
    """Something that watched: a `Seal`, what `watch_fits` gives, a seal on paths."""

    def evidence(self) -> Iterable[Evidence]:
        """Return what was seen so far."""
        ...


def join(subject: str, *seen: Verdict | Evidence | Witness) -> Verdict:
    """Return one verdict from witnesses, pieces of evidence and other verdicts, in their order.

    What two of them share stands in it once.
    """
    return Verdict(subject, tuple(dict.fromkeys(one for part in seen for one in _evidence(part))))


def _evidence(part: Verdict | Evidence | Witness) -> Iterable[Evidence]:
    match part:
        case Evidence():
            return (part,)
        case Verdict():
            return part.evidence
        case _:
            return part.evidence()
