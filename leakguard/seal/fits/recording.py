"""The recorder of a process: it gets every call of a watched method, records what the call tells, and makes it."""

from __future__ import annotations

import os
import sys
import threading
from itertools import count
from typing import TYPE_CHECKING

from leakguard.seal.fits.entries import Entries
from leakguard.seal.fits.estimators import LEARNING, stopping_tables, stops_early
from leakguard.seal.fits.folds import Fold, cut_at, domain_of, is_holdout
from leakguard.seal.fits.frames import Frame, Place
from leakguard.seal.fits.rowhash import row_count
from leakguard.seal.fits.tables import Tables
from leakguard.seal.reader import Reader, current_reader, is_users

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from leakguard.seal.fits.calls import Call, Thing
    from leakguard.seal.fits.identity import Seen

_MAKING = frozenset({"fit_transform", "fit_resample", "fit_sample"})


class Recorder:
    """Records the fits and folds of one process.

    In a worker, `beside` is the fit that its tasks serve and `reader` the line that sent them.
    """

    def __init__(self) -> None:
        self.tables = Tables()
        self.look_again: Callable[[], bool] = lambda: True
        self.beside = ""
        self.reader: Reader | None = None
        self.last_reader: Reader | None = None
        self.folded = False
        self._judges = False
        self._entries = Entries()
        self._place = Place()
        self._open: dict[int, list[Frame]] = {}
        self._counter = count(1)

    def call(self, call: Call) -> Thing:
        """Make a call of a watched method, and record it if it is one that counts."""
        if call.name == "split":
            return self._begin_split(call)
        return self._learn(call) if call.name in LEARNING else self._apply(call)

    def current_fit(self) -> str:
        """Return the innermost fit that goes on, if only one thread is in any: a task of another thread serves it."""
        threads = [frames for frames in list(self._open.values()) if frames]
        return threads[0][-1].fit if len(threads) == 1 else self.beside

    def begin_child(self) -> None:
        """Forget where the threads of the parent process were; what a fork fits serves the fit that was going on."""
        self.beside = self.current_fit()
        self._open.clear()
        self._place = Place()

    def _learn(self, call: Call) -> Thing:
        outer = self._place.frame
        if outer is not None and not outer.splits and not self._stands_out(call, outer):
            self.tables.lineage.fitted(call.owner, outer.fit)
            return call.go()
        if outer is None and not self.look_again():
            return call.go()
        frame = Frame(self._name(), call.owner, self._rows(call.rows), outer.fit if outer else "")
        self._enter(frame)
        try:
            made = call.go()
        finally:
            self._place.frames.pop()
            self._record_fit(call, frame)
        self.tables.lineage.fitted(call.owner, frame.fit, more=call.name == "partial_fit")
        if call.name in _MAKING:
            self._derive(made, frame.seen, (frame.fit, *frame.used))
        return made

    def _enter(self, frame: Frame) -> None:
        for above in self._place.frames:
            above.inside.add(frame.fit)
        self._place.frames.append(frame)
        self._open[threading.get_ident()] = self._place.frames

    def _stands_out(self, call: Call, outer: Frame) -> bool:
        """Whether a fit inside another one could see rows that this one was not given.

        It can where somebody's own code asks for it, where it gets more rows, and where the very table is known.
        """
        rows = call.rows
        if call.owner is outer.estimator or rows is None:
            return False
        if (known := self.tables.lineage.tables.get(rows)) is not None:
            return outer.seen is None or known.bits & ~outer.seen.bits != 0
        if is_users(_caller_file()):
            return True
        return outer.seen is not None and (row_count(rows) or 0) > outer.seen.rows

    def _apply(self, call: Call) -> Thing:
        place = self._place
        fits = self.tables.lineage.fits_of(call.owner)
        if (frame := place.frame) is not None:
            around = {each.fit for each in place.frames} | {self.beside}
            fits = tuple(fit for fit in fits if fit not in around)
            frame.used.update(dict.fromkeys(fit for fit in fits if fit not in frame.inside))
        if place.applying or not fits or (frame is not None and not frame.splits):
            return call.go()
        place.applying = True
        try:
            made = call.go()
        finally:
            place.applying = False
        self._applied(call, fits, made, judges=self._judges or not (self.folded or place.frames))
        return made

    def _applied(self, call: Call, fits: tuple[str, ...], made: Thing, *, judges: bool) -> None:
        """Note what something fitted was applied to: a table that it made, or rows that it was judged on."""
        if call.name == "transform":
            self._derive(made, self.tables.seen(call.rows), fits)
            return
        if judges and call.name != "inverse_transform" and (seen := self.tables.seen(call.rows)) is not None:
            self._entries.judged(call, fits, seen, self._reader())

    def _begin_split(self, call: Call) -> Thing:
        place = self._place
        if place.splitting or not self.look_again():
            return call.go()
        place.splitting = True
        try:
            folds = call.go()
        finally:
            place.splitting = False
        return self._split(call, iter(folds))

    def _split(self, call: Call, folds: Iterator[Thing]) -> Iterator[Thing]:
        """Yield a splitter's folds as they come, each recorded first; a fold lasts until the next one is asked for."""
        place, name, reader = self._place, self._name(), self._reader()
        holdout = is_holdout(sys._getframe(1))  # noqa: SLF001 - who asks for the first fold
        self._note_split(holdout=holdout)
        domain = domain_of(self.tables, call.args, call.kwargs, inner=bool(place.frames))
        inside = place.frame.fit if place.frame else self.current_fit()
        for number in count(1):
            if (pair := self._next(folds)) is None:
                return
            fold = Fold(f"{name}/{number}", number)
            self._entries.fold(fold, cut_at(domain, pair, inside, holdout=holdout), call.owner_name, reader)
            place.loops.append(fold)
            advanced = False
            try:
                yield pair
                advanced = True
            finally:
                place.loops[:] = [other for other in place.loops if other is not fold]
                if advanced and fold.touched:
                    self._entries.fold_end(fold)

    def _note_split(self, *, holdout: bool) -> None:
        if not holdout and (frame := self._place.frame) is not None:
            frame.splits = True
        self.folded = self.folded or not (self._place.frames or holdout)

    def _next(self, folds: Iterator[Thing]) -> Thing:
        self._place.splitting = True
        try:
            return next(folds, None)
        finally:
            self._place.splitting = False

    def _rows(self, rows: Thing) -> Seen | None:
        """Return which rows these are; rows that nothing is known of become watched ones where no fold is open."""
        seen = self.tables.seen(rows)
        place = self._place
        if seen is None or seen.unknown < seen.rows or place.frames or place.loops or self.current_fit():
            return seen
        return self.tables.watch(rows)

    def _derive(self, made: Thing, seen: Seen | None, fits: tuple[str, ...]) -> None:
        at_once = not self._place.loops and not self._place.frames
        self.tables.derive(made[0] if isinstance(made, tuple) else made, seen, fits, at_once=at_once)

    def _record_fit(self, call: Call, frame: Frame) -> None:
        stopping = 0
        if tables := stopping_tables(call.kwargs):
            self._judges = True
            if stops_early(call.owner, call.kwargs):
                stopping = self._union(tables)
        loops = self._place.loops
        for fold in loops:
            fold.touched = True
        beside = "" if frame.outer else self.current_fit()
        self._entries.fit(call, frame, beside=beside, loops=loops, stopping=stopping, reader=self._reader())

    def _union(self, tables: list[Thing]) -> int:
        bits = 0
        for table in tables:
            if (seen := self.tables.seen(table)) is not None:
                bits |= seen.bits
        return bits

    def _name(self) -> str:
        return f"{os.getpid()}.{next(self._counter)}"

    def _reader(self) -> Reader | None:
        self.last_reader = current_reader() if self.reader is None else self.reader
        return self.last_reader


def _caller_file() -> str:
    """Return the file that called the watched method: below `_stands_out`, `_learn`, `call`, and the wrapper."""
    return sys._getframe(5).f_code.co_filename  # noqa: SLF001 - as `inspect`, without reading source files
