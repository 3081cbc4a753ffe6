"""Puts edits into a file's bytes: whatever lies outside of them stays as it is, byte for byte.

An edit's place is what people see: rows and columns of the text, in a notebook those of a cell as it is shown.
"""

from __future__ import annotations

import codecs
from typing import TYPE_CHECKING

from leakguard.notebook_text import NotebookText
from leakguard.source import UnreadableError, decode, is_notebook
from leakguard.textedits import EditError, edited_text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from leakguard.diagnostic import Edit


def edited(filename: str, data: bytes, edits: Iterable[Edit]) -> bytes:
    """Return the bytes of a file with edits that do not overlap; raises EditError, which names the file.

    The name tells whether the file is a notebook.
    """
    try:
        return _edited(filename, data, edits)
    except (EditError, UnreadableError) as error:
        raise EditError(f"{filename}: {error}") from error


def _edited(filename: str, data: bytes, edits: Iterable[Edit]) -> bytes:
    text, encoding = decode(filename, data)
    mark = codecs.BOM_UTF8 if data.startswith(codecs.BOM_UTF8) else b""
    if mark + _encoded(text, encoding) != data:
        raise EditError(f"cannot be written back as {encoding} without changing other parts")
    changed = NotebookText(text).edited(edits) if is_notebook(filename, data) else edited_text(text, edits)
    return mark + _encoded(changed, encoding)


def _encoded(text: str, encoding: str) -> bytes:
    try:
        return text.encode(encoding)
    except UnicodeEncodeError as error:
        raise EditError(f"{encoding} has no {text[error.start]!r}") from error
    except UnicodeError as error:
        raise EditError(f"cannot be written as {encoding}: {error}") from error
