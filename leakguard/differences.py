"""What fixes change, as a unified diff: of a file, or of each cell of a notebook."""

from __future__ import annotations

import difflib
import re
from typing import TYPE_CHECKING

from leakguard.notebook_text import cell_texts
from leakguard.source import encoding_of, is_notebook

if TYPE_CHECKING:
    from collections.abc import Iterator

_ROW = re.compile(r"[^\n]*\n|[^\n]+")
_UNFINISHED = "\n\\ No newline at end of file\n"


def diff(name: str, before: bytes, after: bytes) -> Iterator[str]:
    """Yield the lines of the difference between two contents of a file."""
    encoding = "utf-8-sig" if encoding_of(name, before) == "utf-8" else encoding_of(name, before)
    old, new = before.decode(encoding), after.decode(encoding)
    if not is_notebook(name, before):
        yield from _lines(name, old, new)
        return
    for number, (one, other) in enumerate(zip(cell_texts(old), cell_texts(new), strict=True), start=1):
        yield from _lines(f"{name}:cell {number}", one, other)


def _lines(name: str, old: str, new: str) -> Iterator[str]:
    for line in difflib.unified_diff(_ROW.findall(old), _ROW.findall(new), name, name):
        yield line if line.endswith("\n") else line + _UNFINISHED
