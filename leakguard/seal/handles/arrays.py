"""NumPy arrays, of any dtype and subclass."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    from numpy.typing import NDArray


def shape_of(shape: tuple[int, ...], key: Any) -> tuple[int, ...] | None:
    """Return the shape of a selection from an array; None if that is a single item."""
    import numpy as np

    selection = np.broadcast_to(np.uint8(0), shape)[key]
    return selection.shape or None


@dataclass(frozen=True, slots=True)
class ArrayOutline:
    """An array without its values."""

    original: type
    shape: tuple[int, ...]
    dtype: np.dtype[Any]
    indexers: frozenset[str] = frozenset()
    attributes: frozenset[str] = frozenset()

    @property
    def length(self) -> int | None:
        return self.shape[0] if self.shape else None

    def facts(self) -> Mapping[str, Any]:
        from math import prod

        size = prod(self.shape)
        device = {"device": "cpu"} if hasattr(self.original, "device") else {}  # since NumPy 2
        return device | {
            "shape": self.shape,
            "dtype": self.dtype,
            "ndim": len(self.shape),
            "size": size,
            "itemsize": self.dtype.itemsize,
            "nbytes": size * self.dtype.itemsize,
        }

    def selected(self, how: str, key: Any) -> ArrayOutline | None:  # noqa: ARG002 - see Outline
        if isinstance(key, str):
            return ArrayOutline(self.original, self.shape, self.dtype[key])
        shape = shape_of(self.shape, key)
        return None if shape is None else ArrayOutline(self.original, shape, self.dtype)

    def __str__(self) -> str:
        return f"{self.original.__qualname__} of shape {self.shape} and dtype {self.dtype}"


def outline(array: NDArray[Any]) -> ArrayOutline:
    return ArrayOutline(type(array), array.shape, array.dtype)
