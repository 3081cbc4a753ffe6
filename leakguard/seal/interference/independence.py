"""Row independence: what a fitted object gives for a row must not depend on the rows beside it.

A transformer that learns from the batch that it transforms, its mean for example, looks honest to every other
witness: it was fitted on training rows only. Half of the rows, single rows and rows in another order tell.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from leakguard.seal.causes import Cause
from leakguard.seal.interference.rows import count, take
from leakguard.seal.interference.settings import check_seed, check_tolerance
from leakguard.seal.verdict import Breach, Evidence, Ruling, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import numpy as np

    Array = np.ndarray[Any, Any]
    Places = np.ndarray[Any, np.dtype[np.intp]]

METHODS = ("transform", "predict", "predict_proba", "decision_function")
TOLERANCE = 1e-9
"""Relative difference of double numbers, to each column's largest, that sums in another order may make.

Matrix products add in an order that depends on the number of rows: some 1e-16 for each of the terms. Of single
precision, 1e-4. A mean of half the rows differs by far more.
"""
_SINGLE_TOLERANCE = 1e-4
_SINGLE_ROWS = 8


@dataclass(frozen=True, slots=True)
class _Part:
    """Some of the rows, and what to call them."""

    name: str
    places: Places


def check_row_independence(
    fitted: Any,  # noqa: ANN401 - an object of any library
    X: Any,  # noqa: ANN401, N803 - rows of any library, under the field's name
    methods: Sequence[str] = METHODS,
    *,
    seed: int = 0,
    tolerance: float | None = None,
    name: str = "",
) -> Verdict:
    """Give a fitted object half of the rows, single rows, and rows in another order, and compare with all of them.

    X        at least two rows, as the methods take them
    methods  methods of one argument that give a value for each row; those that the object lacks are passed over
    seed     decides which rows stand alone, and the order
    tolerance  by how much a row's value may differ, relative to the largest of its column; by default `TOLERANCE`, and
             1e-4 for single precision. Numbers with a fraction alone: whole numbers and texts have to be the same

    Violated if a row's value differs by more than that; not proven if two calls with the same rows differ, if a call
    fails, or if there are not as many values as rows. Raises ValueError for fewer than two rows, or an object without
    any of the methods, and either TypeError or ValueError for a seed or tolerance that is none.
    """
    check_seed(seed)
    check_tolerance(tolerance)
    if count(X) < 2:
        raise ValueError(f"row independence needs at least two rows, not {count(X)}")
    known = [method for method in methods if callable(getattr(fitted, method, None))]
    if not known:
        raise ValueError(f"{type(fitted).__name__} has none of the methods {', '.join(methods)}")
    parts = list(_parts(count(X), seed))
    evidence = tuple(_evidence(fitted, X, method, parts, tolerance) for method in known)
    return Verdict(name or type(fitted).__name__, evidence)


def _parts(total: int, seed: int) -> Iterator[_Part]:
    import numpy as np

    places, order = np.arange(total), np.random.default_rng(seed).permutation(total)
    yield _Part("the first half of the rows", places[: total // 2])
    yield _Part("the second half of the rows", places[total // 2 :])
    yield _Part("every other row", places[::2])
    yield _Part("the rows in another order", order)
    for at in order[:_SINGLE_ROWS]:
        yield _Part(f"row {at} alone", places[at : at + 1])


def _evidence(fitted: Any, rows: Any, method: str, parts: Sequence[_Part], tolerance: float | None) -> Evidence:  # noqa: ANN401
    import numpy as np

    witness = f"row independence of {method}"
    whole, again = (_values(fitted, method, copy.deepcopy(rows)) for _ in range(2))  # some work in place
    if isinstance(whole, str) or isinstance(again, str):
        return Evidence(
            witness, Ruling.NOT_PROVEN, f"{method} of all rows {whole if isinstance(whole, str) else again}"
        )
    if len(whole) != count(rows):
        return Evidence(witness, Ruling.NOT_PROVEN, f"{method} gave {len(whole)} values for {count(rows)} rows")
    if _distance(whole, again, whole) != 0:
        return Evidence(witness, Ruling.NOT_PROVEN, f"{method} of the same rows gave different values in two calls")
    farthest = 0.0
    for part in parts:
        values = _values(fitted, method, take(rows, part.places))
        if isinstance(values, str):
            return Evidence(witness, Ruling.NOT_PROVEN, f"{method} of {part.name} {values}")
        if len(values) != len(part.places):
            return _broken(witness, f"{method} of {part.name} gave {len(values)} values for {len(part.places)} rows")
        expected = whole[part.places]
        distance = _distance(expected, values, whole)
        if not distance <= _allowed(whole, tolerance):
            at = int(np.argmax([_distance(one, other, whole) for one, other in zip(expected, values, strict=True)]))
            told = f"{_short(values[at])} for row {part.places[at]} of {part.name}, {_short(expected[at])} among all"
            return _broken(witness, f"{method} gave {told}")
        farthest = max(farthest, distance)
    shown = f"{method} gave each of {count(rows)} rows the same value in {len(parts)} choices of rows beside it"
    limits = (f"the same up to {farthest:.0e} of the largest value, {_why(tolerance)}",) if farthest else ()
    return Evidence(witness, Ruling.HELD, shown, limits=limits)


def _why(tolerance: float | None) -> str:
    return "as sums in another order are" if tolerance is None else f"where tolerance={tolerance:g} was allowed"


def _broken(witness: str, what: str) -> Evidence:
    return Evidence(witness, Ruling.VIOLATED, what, (Breach(Cause.FITTED_ON_TEST, what),))


def _values(fitted: Any, method: str, rows: Any) -> Array | str:  # noqa: ANN401
    """Return a row of an array for each row; or how the call failed."""
    import numpy as np

    try:
        given = getattr(fitted, method)(rows)
    except Exception as error:  # noqa: BLE001 - however it fails, that is told
        return f"failed: {type(error).__name__}: {str(error).partition(chr(10))[0]}"
    for name in ("toarray", "detach", "to_numpy"):
        if hasattr(given, name):
            given = getattr(given, name)()
    values = np.array(given)
    return values.reshape(len(values), -1) if values.ndim else "gave one value for all rows"


def _distance(one: Array, other: Array, whole: Array) -> float:
    """Return the largest difference, relative to the largest value of its column; infinite between unequal texts."""
    import numpy as np

    if one.shape != other.shape:
        return float("inf")
    if whole.dtype.kind not in "fc" or other.dtype.kind not in "fc":
        same = (one == other) | ((one != one) & (other != other))  # noqa: PLR0124 - NaN is not itself
        return 0.0 if np.all(same) else float("inf")
    if (one == other).all():
        return 0.0
    with np.errstate(invalid="ignore"):
        apart = np.where((one == other) | (np.isnan(one) & np.isnan(other)), 0.0, abs(one - other))
        scale = np.max(np.where(np.isfinite(whole), abs(whole), 0.0), axis=0)
    relative = apart / np.where(scale > 0, scale, 1.0)
    return float(np.max(np.where(np.isnan(relative), np.inf, relative)))


def _allowed(values: Array, tolerance: float | None) -> float:
    if values.dtype.kind not in "fc":
        return 0.0
    if tolerance is not None:
        return tolerance
    return TOLERANCE if values.dtype.itemsize >= 8 else _SINGLE_TOLERANCE


def _short(row: Array) -> str:
    values = [f"{one:.6g}" if isinstance(one, float) else str(one) for one in row.tolist()[:3]]
    return ", ".join([*values, *(["..."] if len(row) > 3 else [])])
