"""The JSON text of a notebook, and where in it the characters of a cell stand."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from json.decoder import scanstring  # type: ignore[attr-defined]
from typing import TYPE_CHECKING

from leakguard.textedits import NEWLINE, EditError, replaced, stretches

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from leakguard.diagnostic import Edit

_SPACE = re.compile(r"[ \t\n\r]*")
_ATOM = re.compile(r"[-+.\w]+")
# One character of a text as JSON writes it; two escapes make one beyond the first 65,536.
_CHARACTER = re.compile(
    r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|\\.|.", re.DOTALL
)


@dataclass(frozen=True, slots=True)
class Literal:
    """A text in JSON: where it stands between its quotes, and what it says."""

    start: int
    end: int
    value: str


@dataclass(frozen=True, slots=True)
class _List:
    """A list in JSON, and where its bracket stands."""

    opening: int
    items: tuple[object, ...]


@dataclass(frozen=True, slots=True)
class CellText:
    """The pieces that make up a cell's text; `opening` is where their list begins, None where it is a single text."""

    pieces: tuple[Literal, ...]
    opening: int | None = None

    @property
    def whole(self) -> str:
        """The text that the pieces make up."""
        return "".join(piece.value for piece in self.pieces)


class NotebookText:
    """A notebook as text, which is known to be sound JSON; raises EditError where that is plainly not so."""

    def __init__(self, text: str) -> None:
        self.text = text
        try:
            notebook, _ = self._value(_skip(text, 0))
        except (IndexError, ValueError, RecursionError) as error:
            raise EditError("its JSON cannot be read") from error
        self.cells = [_text_of(cell) for cell in _all_cells(notebook)]

    def edited(self, edits: Iterable[Edit]) -> str:
        """Return the notebook with edits in its cells, everything else as it was; raises EditError."""
        by_cell: dict[int | None, list[Edit]] = {}
        for edit in edits:
            by_cell.setdefault(edit.place.cell, []).append(edit)
        changes: list[tuple[int, int, str]] = []
        for number, inside in by_cell.items():
            cell = self._cell(number)
            changes += (self._change(cell, *stretch) for stretch in stretches(cell.whole, inside))
        return replaced(self.text, sorted(changes, key=lambda change: change[:2]))

    def _cell(self, number: int | None) -> CellText:
        if number is None or not 1 <= number <= len(self.cells) or not self.cells[number - 1].pieces:
            raise EditError(f"there is no cell {number} to edit")
        return self.cells[number - 1]

    def _change(self, cell: CellText, start: int, end: int, new: str) -> tuple[int, int, str]:
        """Return which stretch of the JSON to replace, and by what, for a stretch of a cell's text."""
        first, start = _piece_at(cell.pieces, start)
        last, end = _piece_at(cell.pieces, end)
        if last > first and end == 0 and (start or new) and (new.endswith("\n") or not new):
            whole = cell.pieces[first].value[:start] + new
            if whole.endswith("\n"):  # the pieces stay rows
                last, end = last - 1, len(cell.pieces[last - 1].value)
        opening, closing = cell.pieces[first], cell.pieces[last]
        rows = [new] if cell.opening is None else _rows(new, opening.value[:start], closing.value[end:])
        written = f'"{self._separator(cell)}"'.join(map(self._written, rows)) if len(rows) > 1 else self._written(new)
        return self._raw(opening, start), self._raw(closing, end), written

    def _written(self, text: str) -> str:
        """Write a text as JSON does; a notebook in plain ASCII stays so."""
        return json.dumps(text, ensure_ascii=self.text.isascii())[1:-1]

    def _separator(self, cell: CellText) -> str:
        """Return what stands between two pieces of a list."""
        one, *others = cell.pieces
        if others:
            return self.text[one.end + 1 : others[0].start - 1]
        space = self.text[(cell.opening or 0) + 1 : one.start - 1]
        return f",{space or ' '}"

    def _raw(self, piece: Literal, offset: int) -> int:
        """Return where in the JSON a character of a piece stands."""
        if not offset:
            return piece.start
        characters = _CHARACTER.finditer(self.text, piece.start, piece.end)
        return [one.end() for one in characters][offset - 1]

    # A reader of JSON that notes where texts stand.

    def _value(self, at: int) -> tuple[object, int]:
        match self.text[at]:
            case '"':
                value, end = scanstring(self.text, at + 1, False)  # noqa: FBT003 - takes no keyword
                return Literal(at + 1, end - 1, value), end
            case "[":
                return self._list(at)
            case "{":
                return self._object(at)
            case _:
                found = _ATOM.match(self.text, at)
                return None, found.end() if found else at + 1

    def _list(self, opening: int) -> tuple[_List, int]:
        items: list[object] = []
        at = _skip(self.text, opening + 1)
        while self.text[at] != "]":
            item, at = self._value(at)
            items.append(item)
            at = self._behind_comma(at)
        return _List(opening, tuple(items)), at + 1

    def _object(self, opening: int) -> tuple[dict[str, object], int]:
        members: dict[str, object] = {}
        at = _skip(self.text, opening + 1)
        while self.text[at] != "}":
            key, at = scanstring(self.text, at + 1, False)  # noqa: FBT003 - as above
            at = _skip(self.text, _skip(self.text, at) + 1)
            members[key], at = self._value(at)
            at = self._behind_comma(at)
        return members, at + 1

    def _behind_comma(self, at: int) -> int:
        at = _skip(self.text, at)
        return _skip(self.text, at + 1) if self.text[at] == "," else at


def cell_texts(text: str) -> Iterator[str]:
    """Yield the text of every cell of a notebook, of whatever kind."""
    yield from (cell.whole for cell in NotebookText(text).cells)


def _all_cells(notebook: object) -> list[object]:
    """Return the cells of all kinds; format 3 and older kept them in worksheets."""
    match notebook:
        case {"cells": _List(items=cells)}:
            return list(cells)
        case {"worksheets": _List(items=sheets)}:
            return [cell for sheet in sheets for cell in _all_cells(sheet)]
        case _:
            return []


def _text_of(cell: object) -> CellText:
    match cell:
        case {"source": Literal() as text} | {"input": Literal() as text}:
            return CellText((text,))
        case {"source": _List() as rows} | {"input": _List() as rows}:
            return CellText(tuple(item for item in rows.items if isinstance(item, Literal)), rows.opening)
        case _:
            return CellText(())


def _rows(new: str, before: str, after: str) -> list[str]:
    """Cut a text into what each piece is to have of it, as pieces are rows: the first goes on with what is before."""
    ends = [newline.end() for newline in NEWLINE.finditer(new)]
    rows = [new[start:end] for start, end in zip([0, *ends], [*ends, len(new)], strict=True)]
    if len(rows) > 1 and not rows[-1] and not after:
        rows.pop()
    return ["", *rows] if new and before.endswith("\n") else rows


def _skip(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return found.end() if found else at


def _piece_at(pieces: tuple[Literal, ...], offset: int) -> tuple[int, int]:
    """Return which piece a character stands in, and where: between two pieces the later one."""
    begins = 0
    for number, piece in enumerate(pieces):
        if offset < begins + len(piece.value) or number == len(pieces) - 1:
            return number, offset - begins
        begins += len(piece.value)
    raise IndexError(offset)
