"""PyTorch datasets with a length."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class TorchDatasetOutline:
    """The length of a dataset, and the names of its attributes."""

    original: type
    length: int
    attributes: frozenset[str]
    indexers: frozenset[str] = frozenset()

    def facts(self) -> Mapping[str, Any]:
        return {}

    def selected(self, how: str, key: Any) -> None:  # noqa: ARG002 - what an item is, the dataset says
        return None

    def __str__(self) -> str:
        return f"{self.original.__qualname__} of length {self.length}"


def outline(dataset: Any) -> TorchDatasetOutline:
    """Raises TypeError if the dataset has no length."""
    kind = type(dataset)
    if not hasattr(kind, "__len__"):
        raise TypeError(f"{kind.__qualname__} has no length: seal the list of its items instead, or iter(dataset)")
    return TorchDatasetOutline(kind, len(dataset), frozenset(getattr(dataset, "__dict__", ())))
