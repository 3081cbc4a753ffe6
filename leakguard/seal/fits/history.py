"""What the ledger says of a run's fits: read back from its events, whichever process wrote them."""

from __future__ import annotations

import base64
import zlib
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from leakguard.seal.ledger import events

if TYPE_CHECKING:
    from leakguard.seal.ledger import Event
    from leakguard.seal.reader import Reader


@dataclass(frozen=True, slots=True)
class FitRecord:
    """An outermost fit: what learned, by which method, where, and from which rows.

    Sets of rows are the bits of an integer, one for each distinct row of the watched data. `learned` names the fits
    that the rows went through before; `outer` is the fit it took place in, `beside` the one that it served from another
    thread or process, `folds` the loops over folds around it. `stopping` are the rows that it stops early by.
    """

    name: str
    estimator: str
    method: str
    reader: Reader | None
    process: int
    rows: int
    unknown: int
    ambiguous: int
    seen: int = field(repr=False)
    stopping: int = field(repr=False)
    learned: tuple[str, ...] = ()
    outer: str = ""
    beside: str = ""
    folds: tuple[str, ...] = ()
    silent: bool = False
    prepares: bool = False
    searches: bool = False


@dataclass(frozen=True, slots=True)
class FoldRecord:
    """A fold: its training rows, its validation rows, and of these the `telling` ones, unlike any training row.

    `learned` names fits that made the split table without a mark on its rows.
    """

    name: str
    number: int
    splitter: str
    reader: Reader | None
    holdout: bool
    assumed: bool
    inside: str
    size: int
    learned: tuple[str, ...]
    train: int = field(repr=False)
    test: int = field(repr=False)

    @property
    def call(self) -> str:
        """The split that it belongs to."""
        return self.name.partition("/")[0]

    @property
    def telling(self) -> int:
        return self.test & ~self.train


@dataclass(frozen=True, slots=True)
class Judged:
    """Rows that something fitted predicted or was scored on."""

    fits: tuple[str, ...]
    learned: tuple[str, ...]
    rows: int = field(repr=False)
    reader: Reader | None = None


@dataclass(frozen=True)
class History:
    """Everything, in the order in which it was written; what is not `recent` happened before the watch that asks."""

    fits: tuple[FitRecord, ...]
    folds: tuple[FoldRecord, ...]
    judged: tuple[Judged, ...]
    ended: frozenset[str]
    recent: frozenset[str]

    @cached_property
    def by_name(self) -> dict[str, FitRecord]:
        return {fit.name: fit for fit in self.fits}

    @cached_property
    def calls(self) -> dict[str, list[FoldRecord]]:
        """The folds of each split."""
        found: dict[str, list[FoldRecord]] = {}
        for fold in self.folds:
            found.setdefault(fold.call, []).append(fold)
        return found

    def chain(self, fits: tuple[str, ...]) -> list[FitRecord]:
        """Return these fits and all that the rows went through before them."""
        found: dict[str, FitRecord] = {}
        waiting = list(fits)
        while waiting:
            name = waiting.pop(0)
            if name not in found and (fit := self.by_name.get(name)) is not None:
                found[name] = fit
                waiting += fit.learned
        return list(found.values())


def read_history(begun: int, since: int) -> History:
    """Read the ledger from where the recording began; what stands at or behind `since` is recent. Both in bytes."""
    told = list(events(begun))
    sets = {event.subject: _bits(event.facts["bits"]) for event in told if event.kind == "rows"}
    return History(
        tuple(_fit(event, sets) for event in told if event.kind == "fit"),
        tuple(_fold(event, sets) for event in told if event.kind == "fold"),
        tuple(_judged(event, sets) for event in told if event.kind == "judged"),
        frozenset(event.subject for event in told if event.kind == "fold-end"),
        frozenset(_name(event) for event in events(since) if event.kind in {"fit", "fold"}),
    )


def _name(event: Event) -> str:
    return str(event.facts["id"]) if event.kind == "fit" else event.subject


def _fit(event: Event, sets: dict[str, int]) -> FitRecord:
    facts = event.facts
    return FitRecord(
        facts["id"],
        event.subject,
        facts["method"],
        event.reader,
        event.process,
        facts["rows"],
        facts["unknown"],
        facts["ambiguous"],
        sets.get(facts["set"], 0),
        sets.get(facts.get("stopping", ""), 0),
        tuple(facts["learned"]),
        facts["outer"],
        facts["beside"],
        tuple(facts["folds"]),
        facts["silent"],
        facts["prepares"],
        facts["searches"],
    )


def _fold(event: Event, sets: dict[str, int]) -> FoldRecord:
    facts: Any = event.facts
    number, inside = facts["number"], facts["inside"]
    train, test = sets.get(facts["train"], 0), sets.get(facts["test"], 0)
    told = (event.reader, facts["holdout"], facts["assumed"], inside, facts["size"], tuple(facts["learned"]))
    return FoldRecord(event.subject, number, event.what, *told, train, test)


def _judged(event: Event, sets: dict[str, int]) -> Judged:
    facts = event.facts
    return Judged(tuple(facts["fits"]), tuple(facts["learned"]), sets.get(facts["set"], 0), event.reader)


def _bits(text: str) -> int:
    return int.from_bytes(zlib.decompress(base64.b85decode(text)), "little")
