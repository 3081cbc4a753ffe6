"""Noise for one column of values or labels, as NumPy holds it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from leakguard.seal.interference.noise import Poisoning

if TYPE_CHECKING:
    from leakguard.seal.interference.noise import Noise

    Array = np.ndarray[Any, Any]

_FEW = 10  # distinct whole numbers, or labels, that are taken for classes
_FARTHER, _WIDER, _ROUGHER = 3.0, 2.5, 0.5  # standard deviations of shift, factor of scale, of noise
_REDRAWN = 0.3  # share of classes that are drawn anew besides being exchanged


def noisy_array(array: Array, noise: Noise, *, labels: bool) -> Array:
    """Return noise in the shape and dtype of an array; columns of a table have each its own."""
    if array.dtype.names:
        changed = array.copy()
        for name in array.dtype.names:
            changed[name] = noisy_array(array[name], noise, labels=labels)
        return changed
    if array.ndim <= 1 or array.dtype.hasobject:
        return noisy_column(array.reshape(-1), noise, labels=labels).reshape(array.shape)
    table = array.reshape(array.shape[0], -1)
    changed = table.copy()
    for at in range(table.shape[1]):
        changed[:, at] = noisy_column(table[:, at], noise, labels=labels)
    return changed.reshape(array.shape)


def noisy_column(column: Array, noise: Noise, *, labels: bool) -> Array:
    """Return noise in the place of one column."""
    if not column.size:
        return column.copy()
    if noise.kind is Poisoning.MISSING and column.dtype.kind in "fcmMO" and not labels:
        return np.full_like(
            column, None if column.dtype.kind == "O" else np.array("NaT" if column.dtype.kind in "mM" else np.nan)
        )
    match column.dtype.kind:
        case "b":
            return exchanged(column, noise.rng)
        case "i" | "u":
            return exchanged(column, noise.rng) if 1 < len(np.unique(column)) <= _FEW else _whole(column, noise.rng)
        case "f" | "c":
            told = ~np.isnan(column)
            if not 1 < len(np.unique(column[told])) <= (_FEW if labels else 2):
                return moved(column, noise.rng, turned=labels)
            changed = column.copy()
            changed[told] = exchanged(column[told], noise.rng)
            return changed
        case "m" | "M":
            return _moments(column, noise.rng)
        case _:
            return exchanged(column, noise.rng)


def moved(column: Array, rng: np.random.Generator, *, turned: bool = False) -> Array:
    """Return numbers that are shifted, scaled, and noised; `turned` ones go down where these went up.

    Shares stay shares, and what is never negative stays so: measures that take nothing else would fail by the noise.
    """
    finite = column[np.isfinite(column)]
    if column.dtype.kind != "f" or not finite.size or finite.min() < 0:
        return _moved(column, rng, turned=turned)
    if finite.max() <= 1:
        return np.asarray(np.abs((_moved(column, rng, turned=turned) + 1) % 2 - 1)).astype(column.dtype)
    logs = _moved(np.log1p(column.astype(np.float64)), rng, turned=turned)
    largest = np.log(np.finfo(column.dtype).max) / 2  # squares are numbers, too
    grown = np.expm1(np.clip(logs, 0, largest))
    return np.asarray(np.maximum(grown, finite.min() and np.finfo(column.dtype).tiny)).astype(column.dtype)


def _moved(column: Array, rng: np.random.Generator, *, turned: bool = False) -> Array:
    finite = column[np.isfinite(column)]
    middle, spread = (finite.mean(), finite.std() or 1.0) if finite.size else (0.0, 1.0)
    scaled = (column - middle) * (-_WIDER if turned else _WIDER)
    noised = rng.normal(0.0, 1.0, column.shape) * spread * _ROUGHER
    return np.asarray(middle + _FARTHER * spread + 1.0 + scaled + noised).astype(column.dtype)


def exchanged(column: Array, rng: np.random.Generator) -> Array:
    """Return the same classes in other places: the last for the first and so on, and some of them drawn anew."""
    classes = np.array(sorted(set(column.tolist()), key=_order), dtype=column.dtype)
    others = dict(zip(classes.tolist(), np.roll(classes, 1).tolist(), strict=True))
    changed = np.array([others[one] for one in column.tolist()], dtype=column.dtype)
    again = np.asarray(rng.random(column.shape) < _REDRAWN)
    changed[again] = rng.choice(classes, int(again.sum()))
    changed[: len(classes)] = classes[: len(column)][::-1]  # so that no class gets lost
    return changed


def _whole(column: Array, rng: np.random.Generator) -> Array:
    """Return whole numbers that are moved as far as their type allows."""
    limits = np.iinfo(column.dtype)
    changed = np.rint(_moved(column.astype(np.float64), rng))
    low, high = (0, limits.max) if column.min() >= 0 else (limits.min, limits.max)
    return np.clip(changed, low, float(high) * (1 - 1e-9)).astype(column.dtype)


def _moments(column: Array, rng: np.random.Generator) -> Array:
    changed = column.copy()
    told = ~np.isnat(column)
    changed[told] = (
        np.rint(_moved(column[told].view(np.int64).astype(np.float64), rng)).astype(np.int64).view(column.dtype)
    )
    return changed


def _order(one: object) -> tuple[bool, str, str]:
    return one is None or one != one, type(one).__name__, repr(one)  # noqa: PLR0124 - NaN is not itself
