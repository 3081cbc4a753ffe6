"""Where the texts of a notebook's cells stand in its JSON, so that a change to one leaves all else as it is."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterator

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[\[\]{}]|[^\s\[\]{},:"]+')
_CHARACTER = re.compile(
    r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|\\.|[^\\]", re.DOTALL
)


@dataclass(frozen=True, slots=True)
class _Text:
    """A text in JSON, from quote to quote."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _List:
    start: int
    items: list[_Node]


_Node: TypeAlias = "_Text | _List | dict[str, _Node] | None"


@dataclass(frozen=True, slots=True)
class CellText:
    """The text of a cell, and where each of its characters is written, with the end as the last.

    `separator` stands between two rows where each is a JSON text of its own, and is None where all are one.
    """

    text: str
    positions: tuple[int, ...]
    separator: str | None


def cell_texts(notebook: str) -> list[CellText]:
    """Return the text of each cell of a notebook that is known to be one; cells of all kinds, in order."""
    tokens = _TOKEN.finditer(notebook)
    return [_cell_text(cell, notebook) for cell in _cells(_value(next(tokens), tokens, notebook))]


def _value(token: re.Match[str], tokens: Iterator[re.Match[str]], notebook: str) -> _Node:
    match token.group()[0]:
        case '"':
            return _Text(*token.span())
        case "[":
            return _List(token.start(), list(_items(tokens, notebook)))
        case "{":
            found: dict[str, _Node] = {}
            for key in iter(lambda: next(tokens), None):
                if key.group() == "}":
                    break
                found[json.loads(key.group())] = _value(next(tokens), tokens, notebook)
            return found
        case _:
            return None


def _items(tokens: Iterator[re.Match[str]], notebook: str) -> Iterator[_Node]:
    for token in tokens:
        if token.group() == "]":
            return
        yield _value(token, tokens, notebook)


def _cells(node: _Node) -> list[_Node]:
    """Return the cells of all kinds; format 3 and older kept them in worksheets."""
    match node:
        case {"cells": _List(items=items)}:
            return items
        case {"worksheets": _List(items=sheets)}:
            return [cell for sheet in sheets for cell in _cells(sheet)]
        case _:
            return []


def _cell_text(cell: _Node, notebook: str) -> CellText:
    match cell:
        case {"source": _Text() as text} | {"input": _Text() as text}:
            return _joined([text], notebook, None)
        case {"source": _List() as rows} | {"input": _List() as rows}:
            texts = [item for item in rows.items if isinstance(item, _Text)]
            return _joined(texts, notebook, _separator(rows, texts, notebook))
        case _:
            return CellText("", (), None)


def _separator(rows: _List, texts: list[_Text], notebook: str) -> str | None:
    match texts:
        case [first, second, *_]:
            return notebook[first.end : second.start]
        case [only]:
            return "," + (notebook[rows.start + 1 : only.start] or " ")
        case _:
            return None


def _joined(texts: list[_Text], notebook: str, separator: str | None) -> CellText:
    characters: list[str] = []
    positions: list[int] = []
    for text in texts:
        for found in _CHARACTER.finditer(notebook, text.start + 1, text.end - 1):
            characters.append(json.loads(f'"{found.group()}"'))
            positions.append(found.start())
    if texts:
        positions.append(texts[-1].end - 1)
    return CellText("".join(characters), tuple(positions), separator)
