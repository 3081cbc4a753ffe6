"""Edits put into the bytes of a file, which otherwise stay what they are: encoding, newlines, a notebook's JSON.

An edit's place is what people see: rows and columns of the text, in a notebook those of a cell as it is shown.
"""

from __future__ import annotations

import codecs
import json
import re
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from leakguard.celltexts import cell_texts
from leakguard.errors import UserError
from leakguard.source import decode, is_notebook

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from leakguard.celltexts import CellText
    from leakguard.diagnostic import Edit, Place

_ROW_END = re.compile(r"\r\n|\r|\n")


class EditError(UserError):
    """Edits that cannot be put into a file: the text says which file, and why."""


@dataclass(frozen=True, slots=True)
class _Change:
    """A stretch of the text as it stands in the file, and what comes there."""

    start: int
    end: int
    text: str


def apply_to_bytes(filename: str, data: bytes, edits: Iterable[Edit]) -> bytes:
    """Return a file's bytes with all edits made; raises EditError, and UnreadableError for what is no text.

    Edits that put text in at one place keep their order. The name tells whether the file is a notebook.
    """
    text, encoding = decode(filename, data)
    mark = codecs.BOM_UTF8 if data.startswith(codecs.BOM_UTF8) else b""
    if mark + _encoded(text, encoding, filename) != data:
        raise EditError(f"{filename}: cannot be written back as {encoding} without changing other parts")
    locate = _in_notebook if is_notebook(filename, data) else _in_script
    changes = sorted(locate(text, edits, filename), key=lambda change: (change.start, change.end))
    for before, after in pairwise(changes):
        if after.start < before.end:
            raise EditError(f"{filename}: two edits change the same text")
    return mark + _encoded(_changed(text, changes), encoding, filename)


def _changed(text: str, changes: Sequence[_Change]) -> str:
    pieces: list[str] = []
    done = 0
    for change in changes:
        pieces += (text[done : change.start], change.text)
        done = change.end
    return "".join((*pieces, text[done:]))


def _encoded(text: str, encoding: str, filename: str) -> bytes:
    try:
        return text.encode(encoding)
    except UnicodeEncodeError as error:
        raise EditError(f"{filename}: {encoding} has no {text[error.start]!r}") from error


def _in_script(text: str, edits: Iterable[Edit], filename: str) -> list[_Change]:
    rows = _rows(text)
    newline = _newline(text)
    return [_Change(*_span(rows, edit.place, filename), edit.text.replace("\n", newline)) for edit in edits]


def _newline(text: str) -> str:
    """Return how a text ends its first row."""
    return found.group() if (found := _ROW_END.search(text)) else "\n"


def _rows(text: str) -> list[tuple[int, int]]:
    """Return where each row begins and ends in a text, the end before its newline."""
    ends = [found.span() for found in _ROW_END.finditer(text)]
    starts = [0, *(end for _, end in ends)]
    return list(zip(starts, [*(start for start, _ in ends), len(text)], strict=True))


def _span(rows: Sequence[tuple[int, int]], place: Place, filename: str) -> tuple[int, int]:
    start, end = (
        _offset(rows, row, column, filename)
        for row, column in ((place.row, place.column), (place.end_row, place.end_column))
    )
    if end < start:
        raise EditError(f"{filename}: an edit ends before it begins")
    return start, end


def _offset(rows: Sequence[tuple[int, int]], row: int, column: int, filename: str) -> int:
    if 1 <= row <= len(rows) and 1 <= column <= rows[row - 1][1] - rows[row - 1][0] + 1:
        return rows[row - 1][0] + column - 1
    raise EditError(f"{filename}: there is no row {row}, column {column} to edit")


def _in_notebook(text: str, edits: Iterable[Edit], filename: str) -> list[_Change]:
    cells = cell_texts(text)
    changes = []
    for edit in edits:
        number = edit.place.cell
        if number is None or not 1 <= number <= len(cells) or not cells[number - 1].positions:
            raise EditError(f"{filename}: there is no cell {number} to edit")
        changes.append(_in_cell(cells[number - 1], edit, filename, ascii_only=text.isascii()))
    return changes


def _in_cell(cell: CellText, edit: Edit, filename: str, *, ascii_only: bool) -> _Change:
    """Find a stretch of a cell's text in the JSON, and write what comes there as JSON, row by row if need be."""
    start, end = _span(_rows(cell.text), edit.place, filename)
    *rows, last = (json.dumps(row, ensure_ascii=ascii_only)[1:-1] for row in edit.text.split("\n"))
    newline = json.dumps(_newline(cell.text))[1:-1]
    if cell.separator is not None:
        newline = f'{newline}"{cell.separator}"'
    return _Change(cell.positions[start], cell.positions[end], "".join([*(row + newline for row in rows), last]))
