"""Settings of the checks, looked at before anything runs: the text says which is wrong, and what to give instead."""

from __future__ import annotations

from numbers import Integral, Real
from typing import TYPE_CHECKING, Any

from leakguard.seal.interference.noise import Poisoning
from leakguard.seal.interference.rows import count

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

_WHOLE_SEEDS = 2**32  # what NumPy's generators take


def check_tuner(tune: object, train: object, test: object) -> None:
    """Raise TypeError for what cannot be called, and for rows that do not stand in a tuple or list."""
    if not callable(tune):
        raise TypeError(f"tune={tune!r}: give the function that tunes, and not what it returned")
    for name, rows in (("train", train), ("test", test)):
        if not isinstance(rows, tuple | list):
            raise TypeError(f"{name} is of type {type(rows).__name__}: give a tuple, such as (X_{name}, y_{name})")


def check_runs(seed: object, rows: object, groups: Sequence[object] | None, train: Sequence[Any]) -> None:
    """Raise TypeError or ValueError for a seed, a number of rows, or groups that no run can be made with."""
    check_seed(seed)
    if rows is not None and not _whole(rows):
        raise TypeError(f"rows={rows!r}: give a whole number of training rows, such as rows=120, or None for all")
    if rows is not None and rows < 2:  # type: ignore[operator]  # a whole number
        raise ValueError(f"rows={rows!r}: give at least 2 training rows, or None for all")
    if groups is not None and train and (isinstance(groups, str) or len(groups) != count(train[0])):
        raise ValueError(f"groups has {len(groups)} labels: give one for each of the {count(train[0])} training rows")


def check_seed(seed: object) -> None:
    """Raise TypeError or ValueError for what no generator can be seeded with."""
    if not _whole(seed):
        raise TypeError(f"seed={seed!r}: give a whole number, so that runs can be repeated")
    if not 0 <= seed < _WHOLE_SEEDS:  # type: ignore[operator]  # a whole number
        raise ValueError(f"seed={seed!r}: give a whole number from 0 to {_WHOLE_SEEDS - 1}")


def check_kinds(poisonings: Collection[Poisoning]) -> None:
    """Raise ValueError for kinds of noise that there are not, or for none."""
    known = ", ".join(map(str, Poisoning))
    if isinstance(poisonings, str):
        raise TypeError(f"poisonings={poisonings!r}: give a list of kinds: {known}")
    for one in poisonings:
        if one not in tuple(Poisoning):
            raise ValueError(f"poisonings has {one!r}: choose from {known}")
    if not poisonings:
        raise ValueError(f"poisonings is empty, so that nothing would be tried: choose from {known}")


def check_folds(folds: object) -> None:
    """Raise ValueError for what names no folds."""
    if folds not in ("ends", "all"):
        raise ValueError(f"folds={folds!r}: expected 'ends' (the first and the last) or 'all'")


def check_tolerance(tolerance: object) -> None:
    """Raise TypeError or ValueError for what is no relative difference."""
    if tolerance is None:
        return
    if isinstance(tolerance, bool) or not isinstance(tolerance, Real):
        raise TypeError(f"tolerance={tolerance!r}: give a number, such as 1e-6, or None for the usual one")
    if not 0 <= float(tolerance) < 1:  # nor NaN
        raise ValueError(f"tolerance={tolerance!r}: give a relative difference from 0 to below 1, such as 1e-6")


def _whole(value: object) -> bool:
    return isinstance(value, Integral) and not isinstance(value, bool)
