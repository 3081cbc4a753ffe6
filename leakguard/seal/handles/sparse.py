"""SciPy sparse arrays and matrices."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from leakguard.seal.handles.arrays import shape_of

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class SparseOutline:
    """A sparse array without its values; `stored` is None where it would have to be counted."""

    original: type
    shape: tuple[int, ...]
    dtype: Any
    format: str
    stored: int | None
    length: None = None  # SciPy gives sparse arrays none, as that is ambiguous
    indexers: frozenset[str] = frozenset()
    attributes: frozenset[str] = frozenset()

    def facts(self) -> Mapping[str, Any]:
        known = {"shape": self.shape, "ndim": len(self.shape), "dtype": self.dtype, "format": self.format}
        return known if self.stored is None else known | {"nnz": self.stored, "size": self.stored}

    def selected(self, how: str, key: Any) -> SparseOutline | None:  # noqa: ARG002 - see Outline
        shape = shape_of(self.shape, key)
        if shape is None or len(shape) != len(self.shape):  # a matrix keeps its two dimensions, an array does not
            return None
        return SparseOutline(self.original, shape, self.dtype, self.format, None)

    def __str__(self) -> str:
        return f"{self.original.__qualname__} of shape {self.shape} and dtype {self.dtype}"


def outline(value: Any) -> SparseOutline:
    return SparseOutline(type(value), value.shape, value.dtype, value.format, value.nnz)
