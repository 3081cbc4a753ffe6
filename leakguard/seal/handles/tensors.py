"""PyTorch tensors."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from leakguard.seal.handles.arrays import shape_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    import torch


@dataclass(frozen=True, slots=True)
class TensorOutline:
    """A tensor without its values."""

    original: type
    shape: torch.Size
    dtype: torch.dtype
    device: torch.device
    requires_grad: bool
    indexers: frozenset[str] = frozenset()
    attributes: frozenset[str] = frozenset()

    @property
    def length(self) -> int | None:
        return self.shape[0] if self.shape else None

    def facts(self) -> Mapping[str, Any]:
        names = ("shape", "dtype", "device", "requires_grad")
        return {name: getattr(self, name) for name in names} | {
            "ndim": len(self.shape),
            "itemsize": self.dtype.itemsize,
            "nbytes": self.shape.numel() * self.dtype.itemsize,
            "size": partial(_size, self.shape),
            "dim": partial(len, self.shape),
            "ndimension": partial(len, self.shape),
            "numel": self.shape.numel,
            "nelement": self.shape.numel,
        }

    def selected(self, how: str, key: Any) -> TensorOutline | None:  # noqa: ARG002 - see Outline
        import torch

        shape = shape_of(tuple(self.shape), _plain(key))
        if shape is None:
            return None
        return TensorOutline(self.original, torch.Size(shape), self.dtype, self.device, self.requires_grad)

    def __str__(self) -> str:
        return f"{self.original.__qualname__} of shape {tuple(self.shape)} and dtype {self.dtype}"


def outline(tensor: torch.Tensor) -> TensorOutline:
    return TensorOutline(type(tensor), tensor.shape, tensor.dtype, tensor.device, tensor.requires_grad)


def _size(shape: torch.Size, dim: int | None = None) -> torch.Size | int:
    return shape if dim is None else shape[dim]


def _plain(key: Any) -> Any:
    """Return a key with arrays in place of tensors."""
    if isinstance(key, tuple):
        return tuple(map(_plain, key))
    return key.numpy() if hasattr(key, "numpy") else key
