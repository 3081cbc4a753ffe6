"""Edits of a text whose rows may end in any way."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from leakguard.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from leakguard.diagnostic import Edit

NEWLINE = re.compile("\r\n|\r|\n")


class EditError(UserError):
    """The edits cannot be put into this text or file; the text says why."""


def edited_text(text: str, edits: Iterable[Edit]) -> str:
    """Return a text with edits; new rows end as the first one does."""
    return replaced(text, stretches(text, edits))


def stretches(text: str, edits: Iterable[Edit]) -> list[tuple[int, int, str]]:
    """Return the edits in order of place, as offsets into a text and what stands there instead; raises EditError.

    The same edit twice is one; different texts that are put in at one place keep their order.
    """
    rows = _rows(text)
    newline = found.group() if (found := NEWLINE.search(text)) else "\n"
    changes = [(*_span(rows, edit), edit.text.replace("\n", newline)) for edit in dict.fromkeys(edits)]
    changes.sort(key=lambda change: change[:2])
    if any(start < end for (_, end, _), (start, _, _) in pairwise(changes)):
        raise EditError("two edits change the same text")
    return changes


def replaced(text: str, changes: Iterable[tuple[int, int, str]]) -> str:
    """Return a text with other text in stretches of it, which are in order and do not overlap."""
    pieces: list[str] = []
    done = 0
    for start, end, new in changes:
        pieces += (text[done:start], new)
        done = end
    return "".join((*pieces, text[done:]))


def _rows(text: str) -> list[tuple[int, int]]:
    """Return where each row begins and ends in a text, the end before its newline."""
    ends = [found.span() for found in NEWLINE.finditer(text)]
    starts = [0, *(end for _, end in ends)]
    return list(zip(starts, [*(start for start, _ in ends), len(text)], strict=True))


def _span(rows: Sequence[tuple[int, int]], edit: Edit) -> tuple[int, int]:
    place = edit.place
    start, end = _offset(rows, place.row, place.column), _offset(rows, place.end_row, place.end_column)
    if end < start:
        raise EditError("an edit ends before it begins")
    return start, end


def _offset(rows: Sequence[tuple[int, int]], row: int, column: int) -> int:
    if 1 <= row <= len(rows) and 1 <= column <= rows[row - 1][1] - rows[row - 1][0] + 1:
        return rows[row - 1][0] + column - 1
    raise EditError(f"there is no row {row}, column {column} to edit")
