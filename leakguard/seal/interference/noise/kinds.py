"""Noise for each kind of rows: arrays, frames, tensors, sparse matrices, lists, and what holds these."""

from __future__ import annotations

import copy
import sys
from typing import TYPE_CHECKING, Any

import numpy as np

from leakguard.seal.interference.noise import Poisoning
from leakguard.seal.interference.noise.columns import exchanged, noisy_array, noisy_column

if TYPE_CHECKING:
    from leakguard.seal.interference.noise import Noise

_LABELS = frozenset({"y", "label", "labels", "target", "targets"})


def noisy(rows: Any, noise: Noise, *, labels: bool) -> Any:  # noqa: ANN401 - rows of any library
    """Return noise in the type of some rows; see `Noise`."""
    match rows:
        case None | str() | bytes():
            return rows
        case dict():
            return {key: noisy(one, noise, labels=labels or key in _LABELS) for key, one in rows.items()}
        case tuple():
            return tuple(noisy(one, noise, labels=labels) for one in rows)
    if not noise.changes(labels=labels):
        return copy.copy(rows)
    match rows:
        case np.ndarray():
            return noisy_array(np.array(rows), noise, labels=labels)
        case list():
            return _list(rows, noise, labels=labels)
    return _of_library(rows, noise, labels=labels)


def _of_library(rows: Any, noise: Noise, *, labels: bool) -> Any:  # noqa: ANN401
    pandas, polars, torch = (sys.modules.get(name) for name in ("pandas", "polars", "torch"))
    if pandas is not None and isinstance(rows, (pandas.DataFrame, pandas.Series)):
        return _frame(rows, noise, labels=labels) if rows.ndim == 2 else _series(rows, noise, labels=labels)
    if polars is not None and isinstance(rows, polars.DataFrame):
        return rows.with_columns([_polars(one, noise, labels=labels) for one in rows.get_columns()])
    if polars is not None and isinstance(rows, polars.Series):
        return _polars(rows, noise, labels=labels)
    if torch is not None and isinstance(rows, torch.Tensor):
        return _tensor(rows, noise, torch, labels=labels)
    if hasattr(rows, "tocoo") and hasattr(rows, "data"):
        return _sparse(rows, noise, labels=labels)
    if isinstance(tensors := getattr(rows, "tensors", None), tuple):
        return type(rows)(*(noisy(one, noise, labels=labels or at > 0) for at, one in enumerate(tensors)))
    kind = f"{type(rows).__module__}.{type(rows).__qualname__}"
    raise TypeError(f"no noise is known for {kind}; hand over a function by poison= that replaces these rows")


def _list(rows: list[Any], noise: Noise, *, labels: bool) -> list[Any]:
    if rows and all(isinstance(one, (list, tuple, dict)) for one in rows):
        columns = [noisy(list(one), noise, labels=labels) for one in zip(*map(_cells, rows), strict=False)]
        cells = list(zip(*columns, strict=True)) if columns else [()] * len(rows)
        return [_like(row, one) for row, one in zip(rows, cells, strict=True)]
    array = np.asarray(rows) if rows and all(type(one) in (int, float, bool) for one in rows) else _objects(rows)
    return [_typed(new, old) for new, old in zip(noisy_column(array, noise, labels=labels).tolist(), rows, strict=True)]


def _cells(row: Any) -> list[Any]:  # noqa: ANN401 - a list, tuple or dict
    return list(row.values()) if isinstance(row, dict) else list(row)


def _like(row: Any, cells: tuple[Any, ...]) -> Any:  # noqa: ANN401
    return dict(zip(row, cells, strict=True)) if isinstance(row, dict) else type(row)(cells)


def _typed(new: object, old: object) -> object:
    return int(new) if type(old) is int and isinstance(new, float) and np.isfinite(new) else new


def _objects(rows: list[Any]) -> np.ndarray[Any, Any]:
    array = np.empty(len(rows), dtype=object)
    array[:] = rows
    return array


def _frame(frame: Any, noise: Noise, *, labels: bool) -> Any:  # noqa: ANN401 - a pandas frame
    changed = frame.copy()
    for at, name in enumerate(frame.columns):
        changed.isetitem(at, _series(frame.iloc[:, at], noise, labels=labels or name in _LABELS))
    return changed


def _series(series: Any, noise: Noise, *, labels: bool) -> Any:  # noqa: ANN401 - a pandas series
    """Return noise in the dtype of a series; what was missing stays missing."""
    pandas: Any = sys.modules["pandas"]
    if not noise.changes(labels=labels):
        return series.copy()
    if isinstance(series.dtype, np.dtype) and series.dtype.kind != "O":
        values = noisy_column(series.to_numpy(), noise, labels=labels)
        return pandas.Series(values, series.index, series.dtype, series.name)
    changed, told = series.copy(), series.notna().to_numpy()
    if noise.kind is Poisoning.MISSING and not labels:
        changed[:] = None
        return changed
    values = _values(series[told], noise, labels=labels)
    changed[told] = pandas.Series(values, series.index[told], dtype=series.dtype)
    return changed


def _values(series: Any, noise: Noise, *, labels: bool) -> Any:  # noqa: ANN401 - a pandas series without missing values
    pandas: Any = sys.modules["pandas"]
    kind = getattr(series.dtype, "kind", "O")
    if kind == "M":
        moments = noisy_column(series.array.asi8.view(f"M8[{series.dtype.unit}]"), noise, labels=False)
        return pandas.DatetimeIndex(moments).tz_localize("UTC").tz_convert(series.dtype.tz)
    if kind in "iufb" and hasattr(series.dtype, "numpy_dtype"):
        return noisy_column(series.to_numpy(dtype=series.dtype.numpy_dtype), noise, labels=labels)
    return exchanged(_objects(series.tolist()), noise.rng)


def _polars(series: Any, noise: Noise, *, labels: bool) -> Any:  # noqa: ANN401 - a polars series
    """Return noise in the dtype of a series; what was missing stays missing."""
    polars: Any = sys.modules["polars"]
    labels = labels or series.name in _LABELS
    if not noise.changes(labels=labels):
        return series.clone()
    if noise.kind is Poisoning.MISSING and not labels:
        return polars.Series(series.name, [None] * len(series), dtype=series.dtype)
    told = series.drop_nulls()
    if series.dtype.is_temporal():
        numbers = noisy_column(told.to_physical().to_numpy(), noise, labels=False)
        values = polars.Series(numbers).cast(told.to_physical().dtype).cast(series.dtype).to_list()
    elif series.dtype.is_numeric() or series.dtype == polars.Boolean:
        values = noisy_column(told.to_numpy(), noise, labels=labels).tolist()
    else:
        values = exchanged(_objects(told.to_list()), noise.rng).tolist()
    left = iter(values)
    filled = [None if missing else next(left) for missing in series.is_null()]
    return polars.Series(series.name, filled, dtype=series.dtype)


def _tensor(tensor: Any, noise: Noise, torch: Any, *, labels: bool) -> Any:  # noqa: ANN401
    """Return a tensor of noise; its numbers go through the types that NumPy knows."""
    held = tensor.detach().cpu()
    plain = held.to(torch.float64) if held.is_floating_point() else held
    changed = noisy_array(plain.numpy().copy(), noise, labels=labels)
    return torch.from_numpy(np.ascontiguousarray(changed)).to(tensor.dtype).to(tensor.device)


def _sparse(matrix: Any, noise: Noise, *, labels: bool) -> Any:  # noqa: ANN401 - a matrix of SciPy
    """Return a matrix with noise where the other one has entries."""
    changed = matrix.copy()
    values = changed.data
    if values.dtype.kind in "iu" and len(np.unique(values)) <= 2:
        changed.data = (values + noise.rng.integers(1, 4, values.shape)).astype(values.dtype)
    else:
        changed.data = noisy_array(values, noise, labels=labels)
    return changed
