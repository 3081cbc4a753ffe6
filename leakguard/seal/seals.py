"""A seal: it can be opened once, and shows what happened to what it keeps."""

from __future__ import annotations

import atexit
import os
import threading
import weakref
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Literal, NoReturn, Self

from leakguard.seal import access, ledger
from leakguard.seal.causes import Cause
from leakguard.seal.handles.source import CLOSED, Source
from leakguard.seal.openings import journal
from leakguard.seal.openings.errors import AlreadyOpened, OpeningsError
from leakguard.seal.reader import current_reader
from leakguard.seal.verdict import Evidence, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import TracebackType

    from leakguard.seal.files import PathSeal


@dataclass(frozen=True, slots=True)
class Kept:
    """What a seal keeps.

    `originals` are weak references to what the sources were made of; `watched` is set where no stand-ins refuse reads;
    `rows` is how many rows the opening ledger is told of.
    """

    token: str
    content_key: str
    sources: tuple[Source, ...]
    originals: tuple[weakref.ref[Any], ...]
    paths: PathSeal | None
    watched: bool
    rows: int | None


class Opening:
    """The opened objects, in the order in which they were sealed: `with sealed.opened(reason=...) as (X, y)`."""

    def __init__(self, rows: tuple[Any, ...], entry: journal.Opening) -> None:
        self.rows = rows
        self.entry = entry

    def __iter__(self) -> Iterator[Any]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, number: int) -> Any:  # noqa: ANN401 - of any kind that can be sealed
        return self.rows[number]

    def record_score(self, score: float) -> None:
        """Add the score to this opening's entry in the opening ledger; raises OpeningsError."""
        self.entry = journal.note_score(self.entry, score)


class Seal:
    """What `leakguard.seal.seal` gives beside the stand-ins. Leaving it as a context manager closes it."""

    def __init__(self, name: str, kept: Kept) -> None:
        self.name = name
        self._kept = kept
        self._state: Literal["sealed", "opened", "used", "closed"] = "sealed"
        self._opening: Opening | None = None
        self._pages = [source.packed.pages for source in kept.sources if source.packed is not None]
        self._measured: access.Measured | None = None
        self._owner = os.getpid()
        self._lock = threading.Lock()
        self._since = ledger.position()
        ledger.begin(name, kept.token)
        _record_at_exit()
        _living.add(self)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<Seal of {self.name}: {self._state}>"

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError(f"the seal of {self.name} stays in its process: pass the sealed rows on, these can be pickled")

    @property
    def content_key(self) -> str:
        """By what the opening ledger recognises the sealed content."""
        return self._kept.content_key

    @property
    def tokens(self) -> frozenset[str]:
        """What the ledger's events about this seal and its paths bear."""
        return frozenset({self._kept.token}) | (self._kept.paths.tokens if self._kept.paths else frozenset())

    def settle(self) -> None:
        """Record what the kernel saw of the paths up to now."""
        if self._kept.paths:
            self._kept.paths.settle()

    @contextmanager
    def opened(self, *, reason: str) -> Iterator[Opening]:
        """Open the seal for the one time that there is, and enter that into the opening ledger.

        Within the block the stand-ins can be read too. What is kept of the values stays readable behind it.

        Raises:
            AlreadyOpened: this seal, or this content in an earlier run, was opened as often as it may be.
            OpeningsError: there is no reason given, the ledger cannot be used, or this is not the process that sealed.
        """
        opening = self._open(reason)
        try:
            with self._kept.paths.allow() if self._kept.paths else nullcontext():
                yield opening
        finally:
            self._end()

    def record_score(self, score: float) -> None:
        """Record the score of the opening that is under way; raises OpeningsError."""
        if self._opening is None:
            raise OpeningsError(f"{self.name}: a score is recorded while the seal is opened")
        self._opening.record_score(score)

    def evidence(self) -> tuple[Evidence, ...]:
        """Return what each witness shows; of the pages, until the opening or closing."""
        kept = self._kept
        events, lost = ledger.what_of(kept.token, self._since)
        handles = [access.shown_by_handles(len(kept.sources), events)] if kept.sources and not kept.watched else []
        pages = [access.shown_by_pages(self._figures(), tuple(self._limits()))] if kept.sources else []
        files = [kept.paths.evidence()] if kept.paths else []
        told = (*handles, access.shown_by_openings(events))
        *by_handles, openings = (access.as_far_as_written(one, lost) for one in told)
        return (*by_handles, *pages, *files, openings)

    def verdict(self) -> Verdict:
        """Return the evidence of all witnesses, and the ruling that follows from it."""
        return Verdict(self.name, self.evidence())

    def close(self) -> None:
        """End the watch and free the values; stand-ins go on refusing. Closing again does nothing."""
        if os.getpid() != self._owner:
            return
        with self._lock:
            if self._state == "closed":
                return
            self._end()
            self._measured = self._figures()
            self._pages = []
            self._state = "closed"
        for source in self._kept.sources:
            source.packed = None
        if self._kept.paths:
            self._kept.paths.close()

    def leave(self) -> None:
        """Record that the process ends while the seal was neither opened nor closed, if that is so."""
        if self._state == "sealed" and os.getpid() == self._owner:
            cause = Cause.TEST_ROWS_CHOOSE if self._figures().touched else None
            self._record("left-sealed", f"neither opened nor closed them before the end; {self._figures()}", cause)

    def _open(self, reason: str) -> Opening:
        if os.getpid() != self._owner:
            self._record(access.REFUSED, "tried to open them in a child process", Cause.TEST_ROWS_CHOOSE)
            raise OpeningsError(f"{self.name}: opens only in the process that sealed it; give workers values instead")
        with self._lock:
            if self._state == "closed":
                raise OpeningsError(f"{self.name}: the seal was closed, and its values are gone; open it before that")
            try:
                entry = self._entered(reason)
            except AlreadyOpened:
                self._record(access.REFUSED, "tried to open them once more", Cause.TEST_ROWS_REUSED)
                raise
            self._record(access.OPENED, f"opened them for {reason!r}", reason=reason)
            self._measured = self._figures()
            self._pages = []
            self._state = "opened"
            self._opening = Opening(tuple(source.hand_over() for source in self._kept.sources), entry)
            return self._opening

    def _entered(self, reason: str) -> journal.Opening:
        if self._state != "sealed":
            journal.note_refusal(self.content_key, self.name, reason, test_rows=self._kept.rows)
            raise AlreadyOpened(f"{self.name}: opened already in this run; keep the score of that opening")
        return journal.open_once(self.content_key, self.name, reason, test_rows=self._kept.rows)

    def _end(self) -> None:
        """End the opening, if there is one; the stand-ins refuse again."""
        self._opening = None
        self._state = "used" if self._state == "opened" else self._state
        for source in self._kept.sources:
            source.value = CLOSED

    def _record(self, kind: str, what: str, cause: Cause | None = None, **facts: object) -> None:
        known = {"seal": self._kept.token, **facts}
        ledger.record(ledger.Event(kind, self.name, what, cause.name if cause else "", current_reader(), known))

    def _figures(self) -> access.Measured:
        """Return what was touched so far, or until the pages were opened or freed."""
        return self._measured or access.measured(self._pages)

    def _limits(self) -> Iterator[str]:
        alive = sorted({type(value).__name__ for one in self._kept.originals if (value := one()) is not None})
        if alive:
            yield f"reads of what was sealed and is still referenced elsewhere are not seen: {', '.join(alive)}"
        if self._kept.watched:
            yield "reads by a child process are seen once it has ended"


_living: weakref.WeakSet[Seal] = weakref.WeakSet()


@cache
def _record_at_exit() -> None:
    ledger.location()  # which registers the ledger's removal: that has to come after ours
    atexit.register(_record_left_sealed)


def _record_left_sealed() -> None:
    for one in list(_living):
        one.leave()
