"""Rows and columns against the positions of the protocol, which counts from 0 and in units of an encoding."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lsprotocol.types import (
    Position,
    PositionEncodingKind,
    TextDocumentContentChangePartial,
    TextDocumentContentChangeWholeDocument,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    Change = TextDocumentContentChangePartial | TextDocumentContentChangeWholeDocument

# The rows of the protocol, and no others: `str.splitlines` knows more ends.
_END = re.compile(r"\r\n|\n|\r")


def units(text: str, encoding: str) -> int:
    """Return the length of a text in the units of an encoding."""
    match encoding:
        case PositionEncodingKind.Utf8:
            return len(text.encode("utf-8", "surrogatepass"))
        case PositionEncodingKind.Utf32:
            return len(text)
        case _:
            return len(text) + sum(character > "\uffff" for character in text)


def characters(text: str, count: int, encoding: str) -> int:
    """Return how many characters so many units make up, at most all of the text."""
    for index, character in enumerate(text):
        if count <= 0:
            return index
        count -= units(character, encoding)
    return len(text)


def edited(text: str, changes: Iterable[Change], encoding: str) -> str:
    """Return a text after changes, each of which sees what the ones before have made of it."""
    for change in changes:
        if isinstance(change, TextDocumentContentChangePartial):
            start = _offset(text, change.range.start, encoding)
            end = _offset(text, change.range.end, encoding)
            text = text[:start] + change.text + text[max(start, end) :]
        else:
            text = change.text
    return text


def _offset(text: str, position: Position, encoding: str) -> int:
    """Return the index of a position; what lies behind the end of its row or of the text is that end."""
    start = 0
    for _ in range(position.line):
        end = _END.search(text, start)
        if end is None:
            return len(text)
        start = end.end()
    end = _END.search(text, start)
    row = text[start : end.start() if end else len(text)]
    return start + characters(row, position.character, encoding)
