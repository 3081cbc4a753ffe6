"""Folds, known by the rows behind their indices and not by the life of the generator that gave them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from leakguard.seal.fits.identity import UNKNOWN, as_bits
from leakguard.seal.fits.lineage import BY_HAND
from leakguard.seal.fits.rowhash import as_table, row_count, row_hashes

if TYPE_CHECKING:
    from types import FrameType

    from leakguard.seal.fits.calls import Arguments, Options, Thing
    from leakguard.seal.fits.identity import Numbers, Seen
    from leakguard.seal.fits.rowhash import Rows
    from leakguard.seal.fits.tables import Tables


@dataclass(slots=True)
class Fold:
    """A fold of a loop that goes on; `touched` if anything was fitted since it was given out."""

    name: str
    number: int
    touched: bool = False


@dataclass(frozen=True, slots=True)
class Domain:
    """What indices of a split stand for: the number of each row; `assumed` if by position only.

    `learned` are the fits that made the table and left no mark in its content, as a resampler that only repeats rows.
    """

    numbers: Numbers
    assumed: bool = False
    learned: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Cut:
    """What a fold consists of: its parts as the bits of integers, how large its test part is, and where it was cut."""

    train: int
    test: int
    size: int
    holdout: bool
    assumed: bool
    inside: str
    learned: tuple[str, ...]


def domain_of(tables: Tables, args: Arguments, kwargs: Options, *, inner: bool) -> Domain:
    """Return which rows a call of `split` numbers; splitters take `X, y, groups`, and often get a stand-in for X.

    In an `inner` split, one that a fit makes, rows that are not found are those the fit has made of its own.
    """
    rows = args[0] if args else kwargs.get("X")
    target = args[1] if len(args) > 1 else kwargs.get("y")
    seen = tables.seen(rows)
    if seen is not None and seen.unknown < seen.rows and _tells(seen):
        return Domain(seen.in_order(), learned=tables.unmarked(rows, seen))
    length = _length(rows, target)
    if length is None or inner:
        return Domain(np.full(length or 0, UNKNOWN))
    if (numbers := tables.aligned(length, target)) is not None:
        if seen is not None and _is_telling(rows):
            tables.align(rows, numbers, (BY_HAND,))
        return Domain(numbers, assumed=target is None)
    if seen is not None and _is_telling(rows) and (watched := tables.watch(rows)) is not None:
        return Domain(watched.in_order())
    return Domain(np.full(length, UNKNOWN))


def cut_at(domain: Domain, pair: Thing, inside: str, *, holdout: bool) -> Cut:
    """Return the fold that a pair of indices or masks, training and test, cuts out."""
    train, test = pair
    size = int(getattr(test, "size", len(test)))
    return Cut(_rows_at(domain, train), _rows_at(domain, test), size, holdout, domain.assumed, inside, domain.learned)


def is_holdout(caller: FrameType) -> bool:
    """Whether it is `train_test_split` that asks for a fold."""
    while caller.f_globals.get("__name__", "").startswith("leakguard.seal.fits") and caller.f_back is not None:
        caller = caller.f_back
    return caller.f_code.co_name == "train_test_split"


def _rows_at(domain: Domain, places: Thing) -> int:
    """Return the rows at these places, given as indices or as a mask, as the bits of an integer."""
    try:
        return as_bits(domain.numbers[np.asarray(places)])
    except IndexError:
        return 0


def _tells(seen: Seen) -> bool:
    return seen.bits.bit_count() > 1


def _is_telling(rows: Rows) -> bool:
    """Whether a table has different rows, unlike zeros that only give the length, and is no mere list of places."""
    table = as_table(rows)
    if table is None or len(getattr(rows, "shape", ())) < 2:
        return False
    ends = [0, table.shape[0] - 1]
    first, last = row_hashes(table.iloc[ends] if hasattr(table, "iloc") else table[ends], tuple(range(table.shape[1])))
    return bool(first != last)


def _length(rows: Rows, target: Rows) -> int | None:
    for each in (rows, target):
        if each is not None:
            return row_count(each) if row_count(each) is not None else len(each)
    return None
