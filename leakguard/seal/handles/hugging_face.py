"""Datasets of Hugging Face `datasets`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class HuggingFaceOutline:
    """A dataset without its values."""

    original: type
    length: int
    features: Any
    split: Any
    indexers: frozenset[str] = frozenset({"select"})
    attributes: frozenset[str] = frozenset()

    def facts(self) -> Mapping[str, Any]:
        names = list(self.features)
        return {
            "num_rows": self.length,
            "num_columns": len(names),
            "shape": (self.length, len(names)),
            "column_names": names,
            "features": self.features,
            "split": self.split,
        }

    def selected(self, how: str, key: Any) -> HuggingFaceOutline | None:
        if how != "select":  # which gives plain values
            return None
        return HuggingFaceOutline(self.original, len(list(key)), self.features, self.split)

    def __str__(self) -> str:
        return f"{self.original.__qualname__} of shape {(self.length, len(self.features))}"


def outline(dataset: Any) -> HuggingFaceOutline:
    return HuggingFaceOutline(type(dataset), len(dataset), dataset.features, dataset.split)
