"""Puts edits into a file's bytes: whatever lies outside of them stays as it is, byte for byte."""

from __future__ import annotations

import codecs
from typing import TYPE_CHECKING

from leakguard.notebook_text import NotebookText
from leakguard.source import encoding_of, is_notebook
from leakguard.textedits import EditError, edited_text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from leakguard.diagnostic import Edit


def edited(filename: str, data: bytes, edits: Iterable[Edit]) -> bytes:
    """Return the bytes of a file with edits that do not overlap; raises EditError."""
    body = data.removeprefix(codecs.BOM_UTF8)
    encoding = encoding_of(filename, data)
    try:
        text = body.decode(encoding)
        if text.encode(encoding) != body:
            raise EditError(f"{encoding} does not give the same bytes again")
        changed = NotebookText(text).edited(edits) if is_notebook(filename, data) else edited_text(text, edits)
        after = changed.encode(encoding)
    except (UnicodeError, LookupError) as error:
        raise EditError(str(error)) from error
    return data[: len(data) - len(body)] + after
