"""Edits of a text whose rows may end in any way."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from leakguard.diagnostic import Edit

_NEWLINE = re.compile("\r\n|\r|\n")


class EditError(ValueError):
    """The edits cannot be put into this file."""


def edited_text(text: str, edits: Iterable[Edit]) -> str:
    """Return a text with edits; new rows end as the first one does."""
    for start, end, new in reversed(stretches(text, edits)):
        text = text[:start] + new + text[end:]
    return text


def stretches(text: str, edits: Iterable[Edit]) -> list[tuple[int, int, str]]:
    """Return the edits in order of place, as offsets into a text and what stands there instead; raises EditError."""
    ends = list(_NEWLINE.finditer(text))
    starts = [0, *(newline.end() for newline in ends)]
    newline = ends[0].group() if ends else "\n"
    found: list[tuple[int, int, str]] = []
    for edit in sorted(set(edits), key=lambda edit: edit.place):
        place = edit.place
        if not place.row <= place.end_row <= len(starts):
            raise EditError("an edit lies outside of the text")
        start, end = starts[place.row - 1] + place.column - 1, starts[place.end_row - 1] + place.end_column - 1
        if not start <= end <= len(text) or (found and start < found[-1][1]):
            raise EditError("edits overlap")
        found.append((start, end, edit.text.replace("\n", newline)))
    return found
