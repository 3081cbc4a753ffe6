"""pandas frames, series and indexes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

_BY_POSITION_OR_LABEL = frozenset({"iloc", "loc"})


@dataclass(frozen=True, slots=True)
class FrameOutline:
    """A frame or series as one of the same kind without rows, and the labels of its rows."""

    empty: Any
    index: Any

    @property
    def original(self) -> type:
        return type(self.empty)

    @property
    def length(self) -> int:
        return len(self.index)

    @property
    def indexers(self) -> frozenset[str]:
        return _BY_POSITION_OR_LABEL

    @property
    def attributes(self) -> frozenset[str]:
        return frozenset(map(str, self.empty.columns)) if self.empty.ndim == 2 else frozenset()

    @property
    def shape(self) -> tuple[int, ...]:
        return (self.length, *self.empty.shape[1:])

    def facts(self) -> Mapping[str, Any]:
        from math import prod

        names = ("columns", "dtypes") if self.empty.ndim == 2 else ("dtype", "name")
        size = prod(self.shape)
        known = {"index": self.index, "shape": self.shape, "ndim": len(self.shape), "size": size, "empty": not size}
        return known | {name: getattr(self.empty, name) for name in names} | {"attrs": self.empty.attrs}

    def selected(self, how: str, key: Any) -> FrameOutline | None:
        rows, columns = self._split(how, key)
        index = self._rows(how, rows)
        if index is None:
            return None
        empty = self.empty if columns is None else self._columns(how, columns)
        return FrameOutline(empty, index)

    def _split(self, how: str, key: Any) -> tuple[Any, Any]:
        """Return which rows, and which columns, None for all of them."""
        if how != "[]":
            return key if isinstance(key, tuple) and self.empty.ndim == 2 and len(key) == 2 else (key, None)
        return (slice(None), key) if self.empty.ndim == 2 and not _means_rows(key) else (key, None)

    def _rows(self, how: str, key: Any) -> Any:
        """Return the labels of some rows; None if it is a single one."""
        import pandas as pd

        rows = pd.Series(range(self.length), index=self.index)
        chosen = rows[key] if how == "[]" else getattr(rows, how)[key]
        return chosen.index if isinstance(chosen, pd.Series) else None

    def _columns(self, how: str, key: Any) -> Any:
        return self.empty[key] if how == "[]" else getattr(self.empty, how)[:, key]

    def __str__(self) -> str:
        return f"{self.original.__qualname__} of shape {self.shape}"


@dataclass(frozen=True, slots=True)
class IndexOutline:
    """An index without its labels."""

    original: type
    length: int
    dtype: Any
    name: Any
    indexers: frozenset[str] = frozenset()
    attributes: frozenset[str] = frozenset()

    def facts(self) -> Mapping[str, Any]:
        known = {"shape": (self.length,), "ndim": 1, "size": self.length, "empty": not self.length}
        return known | {"dtype": self.dtype, "name": self.name}

    def selected(self, how: str, key: Any) -> IndexOutline | None:  # noqa: ARG002 - see Outline
        from leakguard.seal.handles.arrays import shape_of

        shape = shape_of((self.length,), key)
        return None if shape is None else IndexOutline(self.original, shape[0], self.dtype, self.name)

    def __str__(self) -> str:
        return f"{self.original.__qualname__} of length {self.length} and dtype {self.dtype}"


def outline(value: Any) -> FrameOutline | IndexOutline:
    import pandas as pd

    if isinstance(value, pd.Index):
        return IndexOutline(type(value), len(value), value.dtype, value.name)
    return FrameOutline(value.iloc[:0].copy(), value.index)


def _means_rows(key: Any) -> bool:
    """Whether `frame[key]` gives rows: a slice or a mask."""
    import pandas as pd

    return isinstance(key, slice) or pd.api.types.is_bool_dtype(getattr(key, "dtype", None) or _kind(key))


def _kind(key: Any) -> Any:
    is_mask = isinstance(key, list) and key and all(isinstance(one, bool) for one in key)
    return bool if is_mask else object
