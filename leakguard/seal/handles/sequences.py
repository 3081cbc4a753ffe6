"""Lists and tuples of Python objects; also what a generator gave."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


@dataclass(frozen=True, slots=True)
class SequenceOutline:
    """The length of a sequence."""

    original: type
    length: int
    indexers: frozenset[str] = frozenset()
    attributes: frozenset[str] = frozenset()

    def facts(self) -> Mapping[str, Any]:
        return {}

    def selected(self, how: str, key: Any) -> SequenceOutline | None:  # noqa: ARG002 - see Outline
        return SequenceOutline(self.original, len(range(self.length)[key])) if isinstance(key, slice) else None

    def __str__(self) -> str:
        return f"{self.original.__qualname__} of length {self.length}"


def outline(values: Sequence[object]) -> SequenceOutline:
    return SequenceOutline(type(values), len(values))
