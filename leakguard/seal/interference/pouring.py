"""Overwriting rows where they are, so that whatever else holds the same object sees the noise too."""

from __future__ import annotations

import sys
from typing import Any

import numpy as np


def pour(target: Any, source: Any) -> bool:  # noqa: ANN401 - rows of any library
    """Overwrite the values of `target` by those of `source`, which is alike; False if that cannot be done."""
    match target:
        case None | str() | bytes():
            return True
        case np.ndarray():
            return _array(target, source)
        case list():
            target[:] = source
            return True
        case dict():
            poured = [pour(one, source[key]) for key, one in target.items()]  # all of them, come what may
            return all(poured)
        case tuple():
            poured = [pour(one, other) for one, other in zip(target, source, strict=True)]
            return all(poured)
    return _of_library(target, source)


def _array(target: np.ndarray[Any, Any], source: np.ndarray[Any, Any]) -> bool:
    if not target.flags.writeable:
        return False
    target[...] = source
    return True


def _of_library(target: Any, source: Any) -> bool:  # noqa: ANN401
    pandas, polars, torch = (sys.modules.get(name) for name in ("pandas", "polars", "torch"))
    if pandas is not None and isinstance(target, pandas.DataFrame):
        for at in range(target.shape[1]):
            target.isetitem(at, source.iloc[:, at])
        return True
    if pandas is not None and isinstance(target, pandas.Series):
        target[:] = source.array
        return True
    if polars is not None and isinstance(target, polars.DataFrame):
        for at, one in enumerate(source.get_columns()):
            target.replace_column(at, one)
        return True
    if torch is not None and isinstance(target, torch.Tensor):
        target.detach().copy_(source)
        return True
    if hasattr(target, "tocoo") and isinstance(getattr(target, "data", None), np.ndarray):
        return _array(target.data, source.data)
    return isinstance(tensors := getattr(target, "tensors", None), tuple) and pour(tensors, source.tensors)
