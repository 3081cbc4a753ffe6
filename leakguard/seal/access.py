"""What the ledger and the pages show about accesses to sealed objects."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from leakguard.seal.causes import Cause
from leakguard.seal.pages import sight
from leakguard.seal.verdict import Breach, Evidence, Ruling

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from leakguard.seal.ledger import Event
    from leakguard.seal.pages import Pages

READ, OPENED, REFUSED = "read", "opened", "refused-opening"


@dataclass(frozen=True, slots=True)
class Measured:
    """How many bytes the pages have, and how many of these were touched; None where that cannot be seen."""

    size: int
    touched: int | None

    def __str__(self) -> str:
        whole = f"the {_kilobytes(self.size)} of held-out pages"
        if self.touched is None:
            return f"whether anything touched {whole} cannot be seen here"
        return f"{_kilobytes(self.touched)} of {whole} were touched"


def measured(many: Iterable[Pages]) -> Measured:
    """Measure all pages of a seal."""
    pages = list(many)
    touched = [one.touched() if one.watched else None for one in pages]  # some code may have ended the watch
    known = [size for size in touched if size is not None]
    return Measured(sum(one.size for one in pages), sum(known) if len(known) == len(pages) else None)


def shown_by_handles(count: int, events: Sequence[Event]) -> Evidence:
    """Return what stand-ins of some objects recorded."""
    reads = [event for event in events if event.kind == READ]
    breaches = tuple(dict.fromkeys(map(_breach, reads)))
    shown = f"{_counted(len(reads), 'attempt')} to read {_counted(count, 'sealed object')}"
    return Evidence("handles", _ruling(breaches), shown, breaches)


def shown_by_pages(figures: Measured, limits: tuple[str, ...]) -> Evidence:
    """Return what the pages' referenced bits tell."""
    if figures.touched is None:
        return Evidence("pages", Ruling.NOT_PROVEN, str(figures), (), (*sight().limits, *limits))
    message = f"{figures}, by code that cannot be told from the pages"
    breaches = (Breach(Cause.TEST_ROWS_CHOOSE, message),) if figures.touched else ()
    return Evidence("pages", _ruling(breaches), str(figures), breaches, limits)


def shown_by_openings(events: Sequence[Event]) -> Evidence:
    """Return how often the seal was opened, and how often that was refused."""
    opened = [event for event in events if event.kind == OPENED]
    breaches = tuple(_breach(event) for event in events if event.kind == REFUSED)
    reasons = "".join(f", for {event.facts['reason']!r}" for event in opened)
    refused = f"; {_counted(len(breaches), 'further opening')} refused" if breaches else ""
    return Evidence("openings", _ruling(breaches), f"{_counted(len(opened), 'opening')}{reasons}{refused}", breaches)


def as_far_as_written(evidence: Evidence, lost: str) -> Evidence:
    """Return the evidence; it proves nothing where the ledger may lack events."""
    if not lost or evidence.ruling is not Ruling.HELD:
        return evidence
    return replace(evidence, ruling=Ruling.NOT_PROVEN, limits=(*evidence.limits, lost))


def _breach(event: Event) -> Breach:
    return Breach(Cause[event.cause], event.what, event.reader)


def _ruling(breaches: Sequence[Breach]) -> Ruling:
    return Ruling.VIOLATED if breaches else Ruling.HELD


def _kilobytes(size: int) -> str:
    return f"{-(-size // 1024)} kB"


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
