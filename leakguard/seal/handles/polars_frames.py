"""polars frames and series."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    import polars as pl


@dataclass(frozen=True, slots=True)
class PolarsOutline:
    """A frame or series as one of the same kind without rows, and the number of its rows."""

    empty: pl.DataFrame | pl.Series
    length: int
    indexers: frozenset[str] = frozenset()
    attributes: frozenset[str] = frozenset()

    @property
    def original(self) -> type:
        return type(self.empty)

    @property
    def shape(self) -> tuple[int, ...]:
        return (self.length, *self.empty.shape[1:])

    def facts(self) -> Mapping[str, Any]:
        names = ("columns", "dtypes", "schema", "width") if len(self.shape) == 2 else ("dtype", "name")
        known = {name: getattr(self.empty, name) for name in names} | {"shape": self.shape}
        return known | ({"height": self.length} if len(self.shape) == 2 else {})

    def selected(self, how: str, key: Any) -> PolarsOutline | None:  # noqa: ARG002 - see Outline
        if isinstance(key, slice):
            return PolarsOutline(self.empty, len(range(self.length)[key]))
        by_name = isinstance(key, str) or (isinstance(key, list) and all(isinstance(one, str) for one in key))
        if not by_name or len(self.shape) == 1:
            return None
        return PolarsOutline(self.empty[key], self.length)

    def __str__(self) -> str:
        return f"polars {self.original.__qualname__} of shape {self.shape}"


def outline(value: pl.DataFrame | pl.Series) -> PolarsOutline:
    return PolarsOutline(value.clear(), len(value))
