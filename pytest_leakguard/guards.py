"""The seals of a test run, and what the ledger says that happened to them."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from leakguard.seal import Breach, Evidence, PathSeal, Ruling, Verdict, ledger
from leakguard.seal.access import OPENED
from leakguard.seal.causes import Cause

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from leakguard.seal import Seal
    from leakguard.seal.ledger import Event

_WITNESSES = {"read": "handles", "open-file": "path seal"}


@dataclass(eq=False, slots=True)
class Guard:
    """A seal, the test that made it ("" for the run's own), and whether that has ended."""

    seal: Seal | PathSeal
    home: str
    ended: bool = False
    opened: bool = False
    pages_told: bool = False

    @property
    def name(self) -> str:
        """What messages call the rows."""
        return self.seal.name

    def verdict(self) -> Verdict:
        """Return what all its witnesses have shown so far."""
        shown = self.seal.evidence()
        return Verdict(self.name, shown if isinstance(shown, tuple) else (shown,))


@dataclass(frozen=True, slots=True)
class Happened:
    """One thing that must not have happened, to which seal, and the test whose end it has outlived, if any."""

    guard: Guard
    witness: str
    breach: Breach
    outlived: str = ""


@dataclass(eq=False)
class Guards:
    """All seals of this process, and how far its ledger has been read."""

    all: list[Guard] = field(default_factory=list)
    _read: dict[str, int] = field(default_factory=lambda: {ledger.location(): ledger.position()})
    _threads: dict[str, str] = field(default_factory=dict)  # the test that began each thread which is still there

    def add(self, seal: Seal | PathSeal, home: str) -> Guard:
        """Take in a seal."""
        guard = Guard(seal, home)
        self.all.append(guard)
        return guard

    def news(self) -> list[Happened]:
        """Return what has happened since the last call, in its order."""
        for guard in self.all:
            if not guard.ended:
                guard.seal.settle()
        self._read.setdefault(ledger.location(), 0)  # a test may have named another one for a while
        events = []
        for path, since in self._read.items():
            found, self._read[path] = ledger.news(path, since)
            events += found
        known = {token: guard for guard in self.all for token in guard.seal.tokens}
        return [*self._events(events, known), *self._pages()]

    def _events(self, events: Iterable[Event], known: dict[str, Guard]) -> Iterator[Happened]:
        for event in events:
            guard = known.get(event.facts.get("seal", ""))
            if guard is None:
                continue
            guard.opened |= event.kind == OPENED
            if not event.cause:
                continue
            breach = Breach(Cause[event.cause], event.what, event.reader)
            outlived = guard.home if guard.ended else self._threads.get(event.thread, "")
            yield Happened(guard, _WITNESSES.get(event.kind, "openings"), breach, outlived)

    def _pages(self) -> Iterator[Happened]:
        for guard in self.all:
            if guard.ended or guard.pages_told:
                continue
            for one in guard.verdict().evidence:
                if one.witness == "pages" and one.ruling is Ruling.VIOLATED:
                    guard.pages_told = True
                    yield from (Happened(guard, one.witness, breach) for breach in one.breaches)

    def paths(self) -> list[PathSeal]:
        """Return the seals on files that hold now."""
        seals = [guard.seal for guard in self.all if not guard.ended]
        return [seal for seal in seals if isinstance(seal, PathSeal) and not seal.closed]

    def end(self, guard: Guard) -> None:
        """Close a seal: its rows are gone, and what reads them from now on comes too late for its test."""
        guard.seal.close()
        guard.ended = True

    def note_threads(self, test: str) -> None:
        """Take the threads that are new for those that a test has left behind."""
        alive = {thread.name for thread in threading.enumerate() if thread is not threading.main_thread()}
        self._threads = {name: self._threads.get(name, test) for name in alive}


def openings_used(guard: Guard) -> str:
    """Return how much of its budget of openings a set has used up; "" for one that was never opened."""
    from leakguard.seal.openings.journal import OPENED as ENTERED
    from leakguard.seal.openings.journal import openings
    from leakguard.seal.openings.place import place

    used = sum(one.kind == ENTERED for one in openings(guard.seal.content_key)) if guard.opened else 0
    times = "1 opening" if used == 1 else f"{used} openings"
    return f"{guard.name}: {times} of a budget of {place().budget or 1}" if used else ""


def verdicts(happened: Iterable[Happened]) -> list[Verdict]:
    """Return one verdict for each seal to which something happened."""
    by_guard: dict[Guard, dict[str, list[Breach]]] = {}
    for one in happened:
        by_guard.setdefault(one.guard, {}).setdefault(one.witness, []).append(one.breach)
    return [
        Verdict(guard.name, tuple(_evidence(witness, breaches) for witness, breaches in seen.items()))
        for guard, seen in by_guard.items()
    ]


def _evidence(witness: str, breaches: list[Breach]) -> Evidence:
    different = tuple(dict.fromkeys(breaches))
    times = "once" if len(breaches) == 1 else f"{len(breaches)} times"
    return Evidence(witness, Ruling.VIOLATED, f"{times} in this test", different)
