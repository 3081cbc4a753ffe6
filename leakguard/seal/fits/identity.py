"""Which rows a table holds: every watched row has a number, found again by the row's content.

Rows that are equal share one number, so that nothing is claimed of rows that cannot be told apart. A `Form` is one
appearance of the rows (raw, scaled, projected ...) under which they can be found; it knows by which fits it came
about.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from leakguard.seal.fits.rowhash import as_table, column_names, row_hashes, telling_columns

if TYPE_CHECKING:
    from collections.abc import Iterable

    from leakguard.seal.fits.rowhash import Hashes, Rows

Numbers = np.ndarray[Any, np.dtype[np.int64]]

UNKNOWN = -1
AMBIGUOUS = -2  # one of several rows that look alike in this form


@dataclass(frozen=True, slots=True)
class Form:
    """An appearance of rows: their hashes over some columns, sorted, and beside each the row's number."""

    width: int
    columns: tuple[int, ...]
    names: tuple[str, ...] | None
    hashes: Hashes
    numbers: Numbers
    learned: tuple[str, ...] = ()

    def find(self, hashes: Hashes) -> Numbers:
        """Return each row's number, or `UNKNOWN`; shape (n_rows,)."""
        at = np.searchsorted(self.hashes, hashes)
        at[at == len(self.hashes)] = 0
        return np.where(self.hashes[at] == hashes, self.numbers[at], UNKNOWN)

    def places(self, table: Rows, names: tuple[str, ...] | None) -> tuple[int, ...] | None:
        """Return where this form's columns stand in a table; by name where both have names, else by width."""
        if names is None or self.names is None:
            return self.columns if self.width == table.shape[1] else None
        wanted = [self.names[column] for column in self.columns]
        return tuple(map(names.index, wanted)) if set(wanted) <= set(names) else None


@dataclass(frozen=True, slots=True)
class Seen:
    """The rows of one table: a set of numbers as the bits of an integer, and what could not be told.

    `numbers` gives them row by row, of shape (n_rows,), where somebody needed the order; until then `trail` keeps
    what finds it: the rows' hashes in the forms that were searched.
    """

    bits: int = field(repr=False)
    rows: int
    unknown: int = 0
    ambiguous: int = 0
    learned: tuple[str, ...] = ()
    numbers: Numbers | None = field(default=None, repr=False)
    trail: tuple[tuple[Form, Hashes], ...] = field(default=(), repr=False)

    def in_order(self) -> Numbers:
        """Return each row's number, or `UNKNOWN`, or `AMBIGUOUS`; shape (n_rows,)."""
        return self.numbers if self.numbers is not None else _numbers(self.trail, self.rows)[0]


class Identities:
    """All forms of all watched rows, and the search in them."""

    def __init__(self) -> None:
        self.forms: list[Form] = []
        self.count = 0
        self.version = 0
        self._cache: dict[tuple[Any, ...], Seen] = {}

    def add_rows(self, rows: Rows) -> Seen | None:
        """Give numbers to rows that no form knows; rows that some form knows keep theirs. None for what has no rows."""
        table = as_table(rows)
        if table is None:
            return None
        known = self._search(table)
        numbers = known.in_order()
        unknown = numbers == UNKNOWN
        hashes = row_hashes(table, telling_columns(table))
        distinct, places = np.unique(hashes[unknown], return_inverse=True)
        numbers[unknown] = places.reshape(-1) + self.count
        self.count += len(distinct)
        self.add_form(table, numbers, known.learned)
        return seen_of(numbers, known.learned)

    def add_form(self, rows: Rows, numbers: Numbers, learned: tuple[str, ...]) -> None:
        """Let rows be found by what they look like here; `numbers` says which rows they are, shape (n_rows,)."""
        table = as_table(rows)
        if table is None or table.shape[0] != len(numbers):
            return
        columns = telling_columns(table)
        known = numbers >= 0
        hashes, numbers = _unequal(row_hashes(table, columns)[known], numbers[known])
        if len(hashes):
            self._store(Form(table.shape[1], columns, column_names(table), hashes, numbers, learned))

    def seen(self, rows: Rows) -> Seen | None:
        """Return which rows these are; None where the object has no rows that can be read."""
        table = as_table(rows)
        return None if table is None else self._search(table)

    def restore(self, forms: list[Form], count: int) -> None:
        """Take over the forms of another process."""
        self.forms, self.count = forms, count
        self._cache.clear()

    def append(self, form: Form) -> None:
        """Add a form whose hashes are not sorted yet."""
        known = form.numbers >= 0
        hashes, numbers = _unequal(form.hashes[known], form.numbers[known])
        if len(hashes):
            self._store(replace(form, hashes=hashes, numbers=numbers))

    def _store(self, form: Form) -> None:
        self.forms.append(form)
        self.version += 1
        self._cache.clear()

    def _search(self, table: Rows) -> Seen:
        names = column_names(table)
        hashes: dict[tuple[int, ...], Hashes] = {}
        trail = []
        for form in self.forms:
            if (places := form.places(table, names)) is not None:
                if places not in hashes:
                    hashes[places] = row_hashes(table, places)
                trail.append((form, hashes[places]))
        key = (table.shape, *((places, int(found.sum())) for places, found in hashes.items()))
        if key not in self._cache:
            numbers, learned = _numbers(trail, table.shape[0])
            self._cache[key] = replace(seen_of(numbers, learned), numbers=None)
        return replace(self._cache[key], trail=tuple(trail))


def seen_of(numbers: Numbers, learned: tuple[str, ...] = ()) -> Seen:
    """Sum up rows by their numbers."""
    unknown = int((numbers == UNKNOWN).sum())
    ambiguous = int((numbers == AMBIGUOUS).sum())
    return Seen(as_bits(numbers), len(numbers), unknown, ambiguous, learned, numbers)


def as_bits(numbers: Numbers) -> int:
    """Return the set of the numbers that are no exceptions, as the bits of an integer."""
    numbers = numbers[numbers >= 0]
    if not len(numbers):
        return 0
    flags = np.zeros(int(numbers.max()) + 1, bool)
    flags[numbers] = True
    return int.from_bytes(np.packbits(flags, bitorder="little").tobytes(), "little")


def _numbers(trail: Iterable[tuple[Form, Hashes]], rows: int) -> tuple[Numbers, tuple[str, ...]]:
    """Find rows in the form that knows most of them, the one by the fewest fits if several do; the rest in others."""
    found = [(form, form.find(hashes)) for form, hashes in trail]
    found.sort(key=lambda each: (int((each[1] == UNKNOWN).sum()), len(each[0].learned)))
    numbers: Numbers = np.full(rows, UNKNOWN, np.int64)
    learned: list[str] = []
    for form, mine in found:
        new = (numbers == UNKNOWN) & (mine != UNKNOWN)
        if new.any():
            numbers[new] = mine[new]
            learned += [fit for fit in form.learned if fit not in learned]
    return numbers, tuple(learned)


def _unequal(hashes: Hashes, numbers: Numbers) -> tuple[Hashes, Numbers]:
    """Sort by hash and keep each once; where rows of several numbers look alike, the number is `AMBIGUOUS`."""
    order = np.lexsort((numbers, hashes))
    hashes, numbers = hashes[order], numbers[order]
    first = np.concatenate(([True], hashes[1:] != hashes[:-1])) if len(hashes) else np.zeros(0, bool)
    starts = np.flatnonzero(first)
    last = np.concatenate((starts[1:], [len(hashes)])) - 1 if len(starts) else starts
    alike = numbers[starts] == numbers[last] if len(starts) else np.zeros(0, bool)
    return hashes[starts], np.where(alike, numbers[starts], AMBIGUOUS)
