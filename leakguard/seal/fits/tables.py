"""Which rows an object holds, by all means there are: the object itself, its content, its columns, its index."""

from __future__ import annotations

import functools
import threading
from collections import deque
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ParamSpec, TypeVar

import numpy as np

from leakguard.seal.fits.identity import Form, Identities, Seen, seen_of
from leakguard.seal.fits.lineage import BY_HAND, Lineage
from leakguard.seal.fits.rowhash import as_table, column_names, column_prints, is_sparse, row_count, row_hashes

if TYPE_CHECKING:
    from collections.abc import Callable

    from leakguard.seal.fits.calls import Estimator, Thing
    from leakguard.seal.fits.identity import Numbers
    from leakguard.seal.fits.rowhash import Rows

Given = ParamSpec("Given")
Answer = TypeVar("Answer")

_PENDING = 32
_MOST_PRINTS = 256


def _or_none(look: Callable[Given, Answer | None]) -> Callable[Given, Answer | None]:
    """Answer None for an object whose rows cannot be read after all: a fit that is watched must not fail by it."""

    @functools.wraps(look)
    def looking(*args: Given.args, **kwargs: Given.kwargs) -> Answer | None:
        try:
            return look(*args, **kwargs)
        except Exception:  # noqa: BLE001 - a foreign object may raise anything
            return None

    return looking


@dataclass(frozen=True, slots=True)
class _Whole:
    """A whole table by its columns: their prints, and the number of each row."""

    prints: tuple[int, ...]
    numbers: Numbers
    learned: tuple[str, ...]


class Tables:
    """The rows of every table that was met."""

    def __init__(self) -> None:
        self.identities = Identities()
        self.lineage = Lineage()
        self._targets: dict[tuple[int, ...], Numbers] = {}
        self._wholes: list[_Whole] = []
        self._pending: deque[tuple[Form, Seen]] = deque(maxlen=_PENDING)
        self._lock = threading.RLock()

    @_or_none
    def watch(self, rows: Rows) -> Seen | None:
        """Take rows in as watched ones, and return which numbers they got."""
        with self._lock:
            seen = self.identities.add_rows(rows)
            if seen is not None and seen.numbers is not None:
                self.lineage.tables.put(rows, seen)
                self._remember_whole(rows, seen.numbers, seen.learned)
            return seen

    def watch_target(self, rows: Rows, target: Rows) -> None:
        """Note the target that belongs to watched rows, so that a split which gets only the target is understood."""
        seen, table = self.lineage.tables.get(rows), as_table(target)
        if seen is not None and table is not None:
            self._targets[column_prints(table)] = seen.in_order()

    @_or_none
    def aligned(self, length: int, target: Rows | None) -> Numbers | None:
        """Return the watched rows that a split means which names no rows: by the target, else by the length alone."""
        if target is not None and (table := as_table(target)) is not None:
            if (numbers := self._targets.get(column_prints(table))) is not None:
                return numbers
            if any(len(numbers) == length for numbers in self._targets.values()):
                return None
        found = [whole.numbers for whole in self._wholes if len(whole.numbers) == length]
        return found[0] if found and all(np.array_equal(found[0], other) for other in found) else None

    @_or_none
    def seen(self, rows: Rows) -> Seen | None:
        """Return which rows an object holds as far as can be told; None for what has no rows that can be read."""
        if (known := self.lineage.tables.get(rows)) is not None:
            return known
        with self._lock:
            found = self.identities.seen(rows)
            if found is not None and found.unknown and self._settle():
                found = self.identities.seen(rows)
            if found is not None and found.unknown == found.rows:
                found = self._by_columns(rows) or found
            return found

    def unmarked(self, rows: Rows, seen: Seen) -> tuple[str, ...]:
        """Return the fits behind a table that only the object itself tells, as its rows look as they did before."""
        if not seen.learned:
            return ()
        with self._lock:
            found = self.identities.seen(rows)
        return tuple(fit for fit in seen.learned if found is None or fit not in found.learned)

    @_or_none
    def derive(self, made: Rows, seen: Seen | None, fits: tuple[str, ...], *, at_once: bool) -> None:
        """Note that a table was made by something fitted from another one, whose rows are `seen`.

        `at_once` makes its rows findable by content now, which costs sorting; else only when a search needs them.
        """
        count = row_count(made)
        if seen is None or count is None:
            return
        learned = tuple(dict.fromkeys((*seen.learned, *fits)))
        if count != seen.rows:
            self._resampled(made, learned)
        elif at_once:
            self.align(made, seen.in_order(), learned)
        else:
            self.lineage.tables.put(made, replace(seen, learned=learned))
            self._postpone(made, seen, learned)

    def align(self, rows: Rows, numbers: Numbers, learned: tuple[str, ...] = ()) -> None:
        """Take it that the rows of a table are these, in this order."""
        with self._lock:
            self.lineage.tables.put(rows, seen_of(numbers, learned))
            self.identities.add_form(rows, numbers, learned)
            self._remember_whole(rows, numbers, learned)

    def _resampled(self, made: Rows, learned: tuple[str, ...]) -> None:
        """Rows that a resampler kept are found by content; those it made up get numbers of their own."""
        with self._lock:
            if (found := self.identities.seen(made)) is None:
                return
            numbers = found.in_order().copy()
            new = numbers < 0
            numbers[new] = np.arange(int(new.sum())) + self.identities.count
            self.identities.count += int(new.sum())
            self.align(made, numbers, learned)

    def _postpone(self, made: Rows, seen: Seen, learned: tuple[str, ...]) -> None:
        if (table := as_table(made)) is None:
            return
        width = table.shape[1]
        columns = () if is_sparse(table) else tuple(sorted({0, width // 2, width - 1}))
        form = Form(width, columns, column_names(table), row_hashes(table, columns), np.empty(0, np.int64), learned)
        self._pending.append((form, seen))

    def _settle(self) -> bool:
        """Make the rows of tables findable that were made of late; whether there were any."""
        settled = bool(self._pending)
        while self._pending:
            form, seen = self._pending.popleft()
            self.identities.append(replace(form, numbers=seen.in_order()))
        return settled

    def _remember_whole(self, rows: Rows, numbers: Numbers, learned: tuple[str, ...]) -> None:
        table = as_table(rows)
        if table is not None and len(self._wholes) < _MOST_PRINTS:
            self._wholes.append(_Whole(column_prints(table), numbers, learned))

    def _by_columns(self, rows: Rows) -> Seen | None:
        """Find a whole table again whose columns were dropped, added to, or put in another order."""
        table = as_table(rows)
        if table is None or not any(len(whole.numbers) == table.shape[0] for whole in self._wholes):
            return None
        mine = set(column_prints(table))
        found = [whole for whole in self._wholes if len(whole.numbers) == table.shape[0] and mine & set(whole.prints)]
        found.sort(key=lambda whole: len(whole.learned))
        learned: list[str] = []
        for whole in found:
            if mine & set(whole.prints):
                learned += [fit for fit in (*whole.learned, *self._chosen_by(whole, mine)) if fit not in learned]
            mine -= set(whole.prints)
        if not found:
            return None
        learned += [BY_HAND] if mine else []
        self.align(rows, found[0].numbers, tuple(learned))
        return seen_of(found[0].numbers, tuple(learned))

    def _chosen_by(self, whole: _Whole, mine: set[int]) -> tuple[str, ...]:
        """Return the fits of the selector that chose exactly these columns of a table."""
        mask = [column in mine for column in whole.prints]
        if all(mask):
            return ()
        for selector, fits in self.lineage.selectors():
            support = _support(selector)
            if support is not None and list(support) == mask:
                return fits
        return ()


def _support(selector: Estimator) -> Thing:
    try:
        return selector.get_support()
    except Exception:  # noqa: BLE001 - a selector of which only a part was fitted may raise anything
        return None
