"""Rows of any kind as a table of numbers, with what had to be left out."""

from __future__ import annotations

from dataclasses import dataclass
from numbers import Number
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

MOST_ROWS, MOST_COLUMNS = 20_000, 1_000
_KINDS = {"M": "dates", "m": "durations", "c": "complex numbers", "U": "text", "S": "text"}


class ProfileError(ValueError):
    """Rows that cannot be looked at: the text says what is wrong and what to do."""


@dataclass(frozen=True, slots=True)
class Table:
    """The numeric columns.

    Attributes:
        values: of shape (n_looked_at, n_numeric), NaN where a value is missing.
        names: of the numeric columns.
        rows: how many rows there are in all.
        other: the columns that are no numbers, with what they are.
        notes: what was not looked at.
    """

    values: NDArray[np.float64]
    names: tuple[str, ...]
    rows: int
    other: dict[str, str]
    notes: tuple[str, ...]
    places: NDArray[np.intp]


def read(X: Any, rng: np.random.Generator) -> Table:
    """Return the numeric columns of an array, a sparse matrix or a frame; at most 20,000 rows and 1,000 columns.

    Raises:
        TypeError: the rows are sealed.
        ProfileError: there are no rows, no columns, or no numbers.
    """
    refuse_sealed(X, "X_train")
    if hasattr(X, "to_pandas") and not hasattr(X, "iloc"):  # polars
        X = X.to_pandas()
    shape = _shape(X)
    notes = []
    places = np.arange(shape[0])
    if shape[0] > MOST_ROWS:
        places = np.sort(rng.permutation(shape[0])[:MOST_ROWS])
        notes.append(f"{MOST_ROWS:,} of {shape[0]:,} rows, drawn at random, were looked at")
    columns = np.arange(shape[1])
    if shape[1] > MOST_COLUMNS:
        columns = np.sort(rng.permutation(shape[1])[:MOST_COLUMNS])
        notes.append(f"{MOST_COLUMNS:,} of {shape[1]:,} columns, drawn at random, were looked at")
    values, names, other = _numbers(X, places, columns)
    if not names:
        raise ProfileError(f"None of the {shape[1]} columns holds numbers: encode them first.")
    if not np.isfinite(values).any():
        raise ProfileError(f"None of the {len(names)} columns of numbers has a value.")
    if np.isinf(values).any():
        notes.append("infinite values were taken for missing ones")
    return Table(values, names, shape[0], other, tuple(notes), places)


def _shape(X: Any) -> tuple[int, int]:
    if X is None or isinstance(X, (str, bytes)):
        raise ProfileError(f"X is {X!r:.40}: give a table of training rows.")
    match np.shape(X):
        case (int(rows), int(columns)) if rows and columns:
            return rows, columns
        case shape:
            raise ProfileError(f"X has shape {shape}: give a table with at least one row and one column.")


def refuse_sealed(value: Any, name: str) -> None:
    """Raise TypeError for sealed rows: bounds that they suggest would have learned from them."""
    if type(value).__module__.startswith("leakguard.seal."):  # the tuners do without the seals
        raise TypeError(f"{name} is sealed: a profile chooses bounds, and must see training rows alone.")


def _numbers(
    X: Any, places: NDArray[np.intp], columns: NDArray[np.intp]
) -> tuple[NDArray[np.float64], tuple[str, ...], dict[str, str]]:
    if hasattr(X, "iloc"):
        return _of_frame(X.iloc[places, columns])
    if hasattr(X, "tocsr"):
        return np.asarray(X.tocsr()[places][:, columns].toarray(), np.float64), _numbered(columns), {}
    whole = np.asarray(X)[places][:, columns]
    return _sorted_out(zip(_numbered(columns), whole.T, strict=True), len(places))


def _of_frame(frame: Any) -> tuple[NDArray[np.float64], tuple[str, ...], dict[str, str]]:
    by_place = ((str(name), frame.iloc[:, place]) for place, name in enumerate(frame.columns))  # names may stand twice
    return _sorted_out(by_place, len(frame))


def _sorted_out(
    columns: Iterable[tuple[str, Any]], rows: int
) -> tuple[NDArray[np.float64], tuple[str, ...], dict[str, str]]:
    found, names, other = [], [], {}
    for name, column in columns:
        numbers = as_floats(column)
        if numbers is None:
            text = "text or categories" if hasattr(column, "iloc") else "text"
            other[name] = _KINDS.get(getattr(column.dtype, "kind", "O"), text)
        else:
            found.append(numbers)
            names.append(name)
    return np.column_stack(found) if found else np.empty((rows, 0)), tuple(names), other


def as_floats(column: Any) -> NDArray[np.float64] | None:
    """Return an array or a series as floats, NaN where a value is missing; None if it holds something else."""
    match getattr(column.dtype, "kind", "O"):
        case "b" | "i" | "u" | "f":
            missing = {"na_value": np.nan} if hasattr(column, "iloc") else {}
            return np.asarray(column.to_numpy(np.float64, **missing) if missing else column, np.float64)
        case "O" if getattr(column.dtype, "name", "object") == "object":
            return _of_objects(np.asarray(column, object))
        case _:
            return None


def _of_objects(values: NDArray[Any]) -> NDArray[np.float64] | None:
    """Return what may be numbers of several kinds, such as decimals, or whole numbers and None."""
    plain: list[Any] = [np.nan if is_missing(value) else value for value in values]
    if not all(isinstance(value, (Number, np.bool_)) and not isinstance(value, complex) for value in plain):
        return None
    return np.array([float(value) for value in plain])


def is_missing(value: object) -> bool:
    """Whether a value stands for none: None, NaN, or what pandas has for that."""
    try:
        return value is None or bool(value != value)  # noqa: PLR0124 - NaN
    except TypeError:  # pandas' NA is neither
        return True


def _numbered(columns: NDArray[np.intp]) -> tuple[str, ...]:
    return tuple(f"x{place}" for place in columns)
