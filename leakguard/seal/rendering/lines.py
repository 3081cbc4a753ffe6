"""The user's lines around the one that a breach names, if they can be read."""

from __future__ import annotations

import linecache
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from leakguard.seal.reader import Reader
    from leakguard.seal.verdict import Breach

_AROUND = 1


@dataclass(frozen=True, slots=True)
class Line:
    """A line of code with its number; `named` if it is the one that did it."""

    number: int
    text: str
    named: bool


def lines_around(reader: Reader | None) -> list[Line]:
    """Return the line that did it with those beside it; none if it is not known or the file cannot be read.

    Python's own cache of lines knows the cells of notebooks too.
    """
    if reader is None:
        return []
    rows = linecache.getlines(reader.file)
    if not 1 <= reader.line <= len(rows):
        return []
    first, last = max(reader.line - _AROUND, 1), min(reader.line + _AROUND, len(rows))
    numbers = [at for at in range(first, last + 1) if at == reader.line or rows[at - 1].strip()]
    return [Line(at, rows[at - 1].rstrip("\r\n"), at == reader.line) for at in numbers]


def shown_path(file: str) -> str:
    """Return a path as it is shown: relative to the working directory for what is below it."""
    here = os.getcwd()
    return os.path.relpath(file, here) if file.startswith(here + os.sep) else file


def by_place(breaches: Iterable[Breach]) -> list[list[Breach]]:
    """Gather the breaches of one rule on one line, in the order of the first of each."""
    found: dict[tuple[object, object], list[Breach]] = {}
    for one in breaches:
        found.setdefault((one.cause, one.reader), []).append(one)
    return list(found.values())
