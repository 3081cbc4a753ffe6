"""The JSON text of a notebook, and where in it the characters of a code cell stand."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from json.decoder import scanstring  # type: ignore[attr-defined]
from typing import TYPE_CHECKING

from leakguard.textedits import EditError, stretches

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from leakguard.diagnostic import Edit

_SPACE = re.compile(r"[ \t\n\r]*")
_ATOM = re.compile(r"[-+.\w]+")
# One character of a text as JSON writes it; two escapes make one beyond the first 65,536.
_CHARACTER = re.compile(
    r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|\\.|.", re.DOTALL
)
_ESCAPED = re.compile(r"\\u(?!00[0-7])[0-9a-fA-F]{4}")


@dataclass(frozen=True, slots=True)
class Literal:
    """A text in JSON: where it stands between its quotes, and what it says."""

    start: int
    end: int
    value: str


@dataclass(frozen=True, slots=True)
class CellText:
    """The pieces that make up a cell's text; `opening` is where their list begins, None where it is a single text."""

    pieces: tuple[Literal, ...]
    opening: int | None


class NotebookText:
    """A notebook as text."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._ascii = text.isascii() and bool(_ESCAPED.search(text))
        self._cells: list[dict[str, object]] = []
        self._value(_skip(text, 0), ("",))

    def edited(self, edits: Iterable[Edit]) -> str:
        """Return the notebook with edits in its cells, everything else as it was."""
        by_cell: dict[int, list[Edit]] = {}
        for edit in edits:
            by_cell.setdefault(edit.place.cell or 0, []).append(edit)
        changes: list[tuple[int, int, str]] = []
        for number, inside in by_cell.items():
            cell = self._cell(number)
            whole = "".join(piece.value for piece in cell.pieces)
            changes += (self._change(cell, start, end, new) for start, end, new in stretches(whole, inside))
        text = self.text
        for start, end, new in sorted(changes, reverse=True):
            text = text[:start] + new + text[end:]
        return text

    def _cell(self, number: int) -> CellText:
        cell = self._cells[number - 1]
        found = cell.get("source", cell.get("input"))
        if not isinstance(found, CellText) or not found.pieces:
            raise EditError("the cell has no text")
        return found

    def _change(self, cell: CellText, start: int, end: int, new: str) -> tuple[int, int, str]:
        """Return which stretch of the JSON to replace, and by what, for a stretch of a cell's text."""
        first, start = _piece_at(cell.pieces, start)
        last, end = _piece_at(cell.pieces, end)
        if last > first and end == 0 and (start or new) and (new.endswith("\n") or not new):
            whole = cell.pieces[first].value[:start] + new
            if whole.endswith("\n"):  # the pieces stay rows
                last, end = last - 1, len(cell.pieces[last - 1].value)
        opening, closing = cell.pieces[first], cell.pieces[last]
        written = json.dumps(new, ensure_ascii=self._ascii)[1:-1]
        if cell.opening is not None and "\n" in new:
            written = self._in_rows(cell, written, ends=end == len(closing.value))
        return self._raw(opening, start), self._raw(closing, end), written

    def _in_rows(self, cell: CellText, written: str, *, ends: bool) -> str:
        """Give each row of an encoded text a piece of its own, as the rows around have."""
        between = f'\\n"{self._separator(cell)}"'
        rows = re.split(r"(?<!\\)((?:\\\\)*)\\n", written)
        text = rows[0]
        for backslashes, row in zip(rows[1::2], rows[2::2], strict=True):
            text += backslashes + between + row
        return text.removesuffix(between) + "\\n" if ends and text.endswith(between) else text

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

    # A reader of JSON that notes where texts stand; the text is known to be sound.

    def _value(self, at: int, path: tuple[object, ...]) -> tuple[object, int]:
        match self.text[at]:
            case '"':
                value, end = scanstring(self.text, at + 1, False)  # noqa: FBT003 - takes no keyword
                return Literal(at + 1, end - 1, value), end
            case "[":
                return self._list(at, path)
            case "{":
                return self._object(at, path)
            case _:
                found = _ATOM.match(self.text, at)
                return None, found.end() if found else at + 1

    def _list(self, opening: int, path: tuple[object, ...]) -> tuple[object, int]:
        items: list[object] = []
        at = _skip(self.text, opening + 1)
        while self.text[at] != "]":
            item, at = self._value(at, (*path, len(items)))
            items.append(item)
            at = self._behind_comma(at)
        texts = tuple(item for item in items if isinstance(item, Literal))
        return (CellText(texts, opening) if len(texts) == len(items) else items), at + 1

    def _object(self, opening: int, path: tuple[object, ...]) -> tuple[object, int]:
        members: dict[str, object] = {}
        if _is_cell(path):
            self._cells.append(members)
        at = _skip(self.text, opening + 1)
        while self.text[at] != "}":
            key, at = scanstring(self.text, at + 1, False)  # noqa: FBT003 - as above
            at = _skip(self.text, _skip(self.text, at) + 1)
            value, at = self._value(at, (*path, key))
            members[key] = CellText((value,), None) if isinstance(value, Literal) else value
            at = self._behind_comma(at)
        return members, at + 1

    def _behind_comma(self, at: int) -> int:
        at = _skip(self.text, at)
        return _skip(self.text, at + 1) if self.text[at] == "," else at


def _is_cell(path: tuple[object, ...]) -> bool:
    """Whether an object at this path is a cell: formats 3 and older kept them in worksheets."""
    return path[1:-1] == ("cells",) or (path[1:2] == ("worksheets",) and path[3:-1] == ("cells",))


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


def cell_texts(text: str) -> Iterator[str]:
    """Yield the text of every cell of a notebook, of whatever kind."""
    for cell in NotebookText(text)._cells:  # noqa: SLF001 - of this module
        found = cell.get("source", cell.get("input"))
        yield "".join(piece.value for piece in found.pieces) if isinstance(found, CellText) else ""
