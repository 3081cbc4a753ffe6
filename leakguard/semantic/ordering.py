"""The order of what sets hold: as the program made it, so that no finding hangs on where objects lie in memory.

Sets of events, candidates and rows are iterated by hash, and that is an address or differs from run to run. Whoever
takes the first that fits, or the first for each statement, goes through them in order.
"""

from __future__ import annotations

from itertools import count
from operator import attrgetter
from typing import TYPE_CHECKING, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from leakguard.semantic.rows import Rows


next_made = count().__next__  # the number of what is made now


class Made(Protocol):
    """What is numbered as it is made."""

    @property
    def made(self) -> int:
        """Higher than of all that was made before."""


_Made = TypeVar("_Made", bound=Made)


def in_order(found: Collection[_Made]) -> Collection[_Made]:
    """Events or candidates as they were made."""
    return found if len(found) < 2 else sorted(found, key=attrgetter("made"))


def rows_in_order(found: Iterable[Rows]) -> tuple[Rows, ...]:
    """Rows by when their source, and then each of their cuts, was first seen."""
    rows = tuple(found)
    return rows if len(rows) < 2 else tuple(sorted(rows, key=_by_cuts))


def _by_cuts(rows: Rows) -> tuple[int, tuple[tuple[int, str], ...]]:
    return rows.source.made, tuple((part.cut.made, part.name) for part in rows.path)
