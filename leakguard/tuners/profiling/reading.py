"""Rows of any kind as a table of numbers, with what had to be left out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

MOST_ROWS, MOST_COLUMNS = 20_000, 1_000


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
    shape = np.shape(X)
    if len(shape) != 2 or not shape[0] or not shape[1]:
        raise ProfileError(f"X has shape {shape}: give a table with at least one row and one column.")
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
    return Table(values, names, shape[0], other, tuple(notes), places)


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
    if whole.dtype.kind in "biuf":
        return whole.astype(np.float64), _numbered(columns), {}
    found, names, other = [], [], {}
    for name, column in zip(_numbered(columns), whole.T, strict=True):
        try:
            found.append(np.asarray(column, np.float64))
            names.append(name)
        except (TypeError, ValueError):
            other[name] = "text"
    return np.column_stack(found) if found else np.empty((len(places), 0)), tuple(names), other


def _of_frame(frame: Any) -> tuple[NDArray[np.float64], tuple[str, ...], dict[str, str]]:
    found, names, other = [], [], {}
    for name in frame.columns:
        column = frame[name]
        kind = getattr(column.dtype, "kind", "O")
        if kind in "biuf":
            found.append(column.to_numpy(np.float64, na_value=np.nan))
            names.append(str(name))
        else:
            other[str(name)] = {"M": "dates", "m": "durations"}.get(kind, "text or categories")
    return np.column_stack(found) if found else np.empty((len(frame), 0)), tuple(names), other


def _numbered(columns: NDArray[np.intp]) -> tuple[str, ...]:
    return tuple(f"x{place}" for place in columns)
