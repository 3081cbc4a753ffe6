"""One row of code as HTML: cut to a length that can be read, stretches marked, control characters made visible."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from itertools import pairwise
from typing import TYPE_CHECKING

from leakguard.reporters.terminal import drawn

if TYPE_CHECKING:
    from collections.abc import Sequence

_MOST = 240  # characters of a row that are shown
_BEFORE = 60  # of these before the first mark, in a row that is cut
_CUT = '<span class="cut">\N{HORIZONTAL ELLIPSIS}</span>'


@dataclass(frozen=True, slots=True)
class Mark:
    """Marked columns of a row, from 0, the end exclusive; one column is marked if there are none."""

    start: int
    end: int
    blamed: bool = False


def code(row: str, marks: Sequence[Mark] = ()) -> str:
    """Return the row's text, with `mark` elements around the marked columns."""
    row = row.rstrip()
    first = 0
    if len(row) > _MOST and marks:
        first = max(min(min(mark.start for mark in marks) - _BEFORE, len(row) - _MOST), 0)
    last = first + _MOST
    part = row[first:last]
    shown = list(part) if part.isprintable() else drawn(part)
    moved = [_within(mark, first, len(shown)) for mark in marks]
    shown += [" "] * (max((mark.end for mark in moved), default=0) - len(shown))
    text = "".join(_stretch(shown, start, end, moved) for start, end in _cuts(moved, len(shown)))
    return f"{_CUT if first else ''}{text}{_CUT if last < len(row) else ''}"


def _within(mark: Mark, first: int, length: int) -> Mark:
    start = min(max(mark.start - first, 0), length)
    return Mark(start, max(min(mark.end - first, length), start + 1), mark.blamed)


def _cuts(marks: Sequence[Mark], length: int) -> list[tuple[int, int]]:
    """Return the stretches between all places where a mark starts or ends."""
    places = sorted({0, length, *(mark.start for mark in marks), *(mark.end for mark in marks)})
    return list(pairwise(places))


def _stretch(shown: Sequence[str], start: int, end: int, marks: Sequence[Mark]) -> str:
    text = escape("".join(shown[start:end]), quote=False)
    around = [mark for mark in marks if mark.start <= start and end <= mark.end]
    if not around:
        return text
    return f'<mark class="blamed">{text}</mark>' if any(mark.blamed for mark in around) else f"<mark>{text}</mark>"
