"""Where the rows of a notebook's cells stand in its file: other programs count the rows of the JSON text."""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_decode = json.JSONDecoder(strict=False).raw_decode
_SPACE = re.compile(r"[ \t\n\r]*")


def rows_of_cells(text: str) -> list[list[int]]:
    """Return for each cell of a notebook the rows of the file that the rows of the cell stand in.

    Several rows of a cell stand in one row of a file that was written without line breaks.
    """
    breaks = [found.start() for found in re.finditer("\n", text)]
    return [_rows(text, source, breaks) for source in _sources(text, _skip(text, 0))]


def _sources(text: str, at: int) -> Iterator[int]:
    """Yield where the text of each cell begins; format 3 and older kept the cells in worksheets."""
    for key, value in _parts(text, at):
        if key == "worksheets":
            for _, sheet in _parts(text, value):
                yield from _sources(text, sheet)
        elif key == "cells":
            for _, cell in _parts(text, value):
                yield next((start for name, start in _parts(text, cell) if name in {"source", "input"}), cell)


def _rows(text: str, at: int, breaks: list[int]) -> list[int]:
    starts = [at] if text[at] != "[" else [start for _, start in _parts(text, at)]
    rows: list[int] = []
    fresh = True
    for start in starts:
        piece, _ = _decode(text, start)
        if isinstance(piece, str):
            ended = piece.endswith("\n")
            rows += [bisect_right(breaks, start) + 1] * (fresh + piece.count("\n") - ended)
            fresh = ended
    return rows


def _parts(text: str, at: int) -> Iterator[tuple[str | None, int]]:
    """Yield the key, None in a list, and the start of each value of the object or list that begins at `at`."""
    is_object = text[at] == "{"
    at = _skip(text, at + 1)
    while text[at] not in "}]":
        key = None
        if is_object:
            key, at = _decode(text, at)
            at = _skip(text, _skip(text, at) + 1)
        yield key, at
        at = _skip(text, _decode(text, at)[1])
        if text[at] == ",":
            at = _skip(text, at + 1)


def _skip(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return found.end() if found else at
