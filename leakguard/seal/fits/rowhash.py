"""One number of 64 bits for each row of a table, from the values of a few columns.

All rows are hashed, but only in the columns that tell the rows of the watched data apart: two or three passes over
a table's numbers cost less than any fit on them. Values count as 32-bit floats, so that a copy in another precision
has the same rows.
"""

from __future__ import annotations

import sys
import zlib
from typing import Any

import numpy as np

Rows = Any  # an array, a frame, a sparse matrix, a tensor, a list: anything with rows
Hashes = np.ndarray[Any, np.dtype[np.uint64]]

_STEP = np.uint64(0x9E3779B97F4A7C15)
_MIX = np.uint64(0xBF58476D1CE4E5B9)
_SHIFT = np.uint64(31)
_TEXT_HEAD = 512
_CANDIDATES = 64
_SAMPLE = 500
_MOST_COLUMNS = 8
_WIDEST = 4096


def row_count(rows: Rows) -> int | None:
    """Return how many rows there are, or None where the object has no such number."""
    if (shape := getattr(rows, "shape", None)) is not None:
        return int(shape[0]) if len(shape) else None
    return len(rows) if isinstance(rows, list) else None


def as_table(rows: Rows) -> Rows | None:
    """Return what `row_hashes` can read: a frame, a CSR matrix or an array of two dimensions; else None.

    The stand-ins of a seal count as nothing: to look for their rows would be to read them.
    """
    if any(base.__module__ == "leakguard.seal.handles.handle" for base in type(rows).__mro__):
        return None
    if is_frame(rows):
        return rows
    if is_sparse(rows):
        return rows.tocsr()
    if isinstance(rows, list):
        rows = _from_list(rows)
    elif hasattr(rows, "detach"):  # a tensor, wherever it lies
        rows = rows.detach().cpu().numpy()
    elif not isinstance(rows, np.ndarray) and hasattr(rows, "to_numpy"):  # a series
        rows = rows.to_numpy()
    if not isinstance(rows, np.ndarray) or rows.ndim == 0:
        return None
    return rows.reshape(rows.shape[0], -1) if len(rows) else None


def is_frame(rows: Rows) -> bool:
    """Whether it is a table with named columns: pandas or polars."""
    return hasattr(rows, "columns") and hasattr(rows, "to_numpy") and len(getattr(rows, "shape", ())) == 2


def is_sparse(rows: Rows) -> bool:
    """Whether it is a sparse matrix or array of SciPy's."""
    sparse = sys.modules.get("scipy.sparse")
    return sparse is not None and bool(sparse.issparse(rows))


def column_names(table: Rows) -> tuple[str, ...] | None:
    """Return a frame's column names, and None for tables without."""
    return tuple(map(str, table.columns)) if is_frame(table) else None


def row_hashes(table: Rows, columns: tuple[int, ...]) -> Hashes:
    """Return a hash for each row, shape (n_rows,), over the columns at these positions, in this order."""
    if is_sparse(table):
        return _finish(_sparse_sums(table))
    hashes = np.zeros(table.shape[0], np.uint64)
    with np.errstate(over="ignore", invalid="ignore"):
        for column in columns:
            hashes *= _STEP
            hashes += _bits(_column(table, column))
    return _finish(hashes)


def telling_columns(table: Rows) -> tuple[int, ...]:
    """Choose columns that tell as many rows apart as all would: two of measured numbers, many of zeros and ones."""
    if is_sparse(table):
        return ()
    width = table.shape[1]
    ranked = _ranked(table, range(0, width, max(1, width // _CANDIDATES)))
    chosen: tuple[int, ...] = ()
    found = 0
    for column in ranked:
        now = _distinct(row_hashes(table, (*chosen, column)))
        if len(chosen) < 2 or now > found:
            chosen, found = (*chosen, column), now
        if found == table.shape[0] and len(chosen) > 1:
            return chosen
        if len(chosen) == _MOST_COLUMNS:
            break
    every = tuple(range(width)) if width <= _WIDEST else chosen
    return every if _distinct(row_hashes(table, every)) > found else chosen


def _ranked(table: Rows, columns: range) -> list[int]:
    """Sort columns by how many rows each tells apart in a sample."""
    some = table[:: max(1, table.shape[0] // _SAMPLE)]
    return sorted(columns, key=lambda column: -_distinct(row_hashes(some, (column,))))


def column_prints(table: Rows) -> tuple[int, ...]:
    """Return one number per column over all its rows in their order, to find a column again in another table."""
    if is_sparse(table):
        return ()
    places = np.arange(1, table.shape[0] + 1, dtype=np.uint64) * _STEP
    with np.errstate(over="ignore", invalid="ignore"):
        mixed = (_finish(_bits(_column(table, at)) + places) for at in range(table.shape[1]))
        return tuple(int(hashes.sum()) for hashes in mixed)


def _column(table: Rows, at: int) -> np.ndarray[Any, Any]:
    if isinstance(table, np.ndarray):
        return table[:, at]
    column = table.iloc[:, at] if hasattr(table, "iloc") else table[:, at]
    return np.asarray(column.to_numpy())


def _bits(values: np.ndarray[Any, Any]) -> Hashes:
    """Return the values as numbers of 64 bits, equal for equal values."""
    match values.dtype.kind:
        case "f":
            return (values.astype(np.float32) + np.float32(0)).view(np.uint32).astype(np.uint64)
        case "i" | "u" | "b":
            return values.astype(np.float64).astype(np.float32).view(np.uint32).astype(np.uint64)
        case "M" | "m":
            return values.astype("int64").view(np.uint64)
        case "c":
            return _bits(values.real) * _MIX + _bits(values.imag)
    return _text_bits(values)


def _text_bits(values: np.ndarray[Any, Any]) -> Hashes:
    """Hash texts and other objects by what they print; the same in every process, unlike Python's own hash."""
    if values.dtype.kind == "O":
        try:
            return _bits(values.astype(np.float64))
        except (TypeError, ValueError):
            pass
    return np.fromiter(map(_text_hash, values), np.uint64, len(values))


def _text_hash(value: object) -> int:
    text = str(value)
    return zlib.crc32(text[:_TEXT_HEAD].encode(errors="replace")) | len(text) << 32


def _sparse_sums(table: Rows) -> Hashes:
    """Sum up a mix of place and value over the stored values of each row of a CSR matrix; zeros do not count."""
    with np.errstate(over="ignore", invalid="ignore"):
        mixed = _finish(_bits(table.data) + (table.indices.astype(np.uint64) + np.uint64(1)) * _STEP)
        mixed[table.data == 0] = 0
        sums = np.concatenate((np.zeros(1, np.uint64), np.cumsum(mixed)))
        return np.asarray(sums[table.indptr[1:]] - sums[table.indptr[:-1]])


def _finish(hashes: np.ndarray[Any, Any]) -> Hashes:
    hashes ^= hashes >> _SHIFT
    hashes *= _MIX
    hashes ^= hashes >> _SHIFT
    return hashes


def _distinct(hashes: Hashes) -> int:
    return len(np.unique(hashes))


def _from_list(rows: list[Any]) -> np.ndarray[Any, Any] | None:
    try:
        return np.asarray(rows)
    except ValueError:  # rows of unequal lengths
        return None
