"""Comments that silence a finding: where one can stand, and the edit that writes or extends it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from leakguard.diagnostic import Edit, Place
from leakguard.lexing import comments, rows_without_end
from leakguard.remarks import INTERNAL_ERROR, SYNTAX_ERROR, UNREADABLE_FILE, UNUSED_SUPPRESSION
from leakguard.suppression import DIRECTIVE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leakguard.diagnostic import Diagnostic
    from leakguard.lexing import Comment
    from leakguard.source import Source

# What keeps the comments from being read, and remarks on the comments themselves.
_NOT_SILENCED = frozenset(one.name for one in (SYNTAX_ERROR, UNREADABLE_FILE, INTERNAL_ERROR, UNUSED_SUPPRESSION))
_PREAMBLE = re.compile(r"#!|[ \t\f]*#.*?coding[:=]")  # what counts in the first rows of a file alone


def ignore_edit(source: Source, diagnostic: Diagnostic) -> Edit | None:
    """Return the edit by which a comment at its statement silences a finding; None where no comment can stand.

    A comment that ignores other rules there takes the name too; otherwise the first row is better than the last.
    """
    if diagnostic.name in _NOT_SILENCED:
        return None
    rows = diagnostic.statement_rows or (diagnostic.place.row, diagnostic.place.end_row)
    there = [
        comment
        for comment in comments(source.text)
        if (at := _start(source, comment)).cell == diagnostic.place.cell and at.row in rows
    ]
    return _extended(source, there, "ignore", diagnostic.name) or next(_appended(source, diagnostic, rows), None)


def ignore_file_edit(source: Source, diagnostic: Diagnostic) -> Edit | None:
    """Return the edit by which a comment silences a finding's rule in the whole file; None if nothing can."""
    if diagnostic.name in _NOT_SILENCED:
        return None
    alone = [comment for comment in comments(source.text) if comment.alone]
    extended = _extended(source, alone, "ignore-file", diagnostic.name)
    return extended or _first_row(source, diagnostic)


def _extended(source: Source, there: list[Comment], verb: str, name: str) -> Edit | None:
    """Put the name behind those that a comment has."""
    for comment in there:
        for directive in DIRECTIVE.finditer(comment.text):
            if directive["verb"] == verb:
                names = directive["names"]
                end = directive.end("verb" if names is None else "names")
                column = comment.column + end - (len(names) - len(names.rstrip()) if names else 0)
                place = source.place(comment.row, column, comment.row, comment.column + end)
                return Edit(place, _joined(names, name))
    return None


def _joined(names: str | None, name: str) -> str:
    if names is None:
        return f"[{name}]"
    if not names.strip():
        return name
    return f" {name}" if names.rstrip().endswith(",") else f", {name}"


def _appended(source: Source, diagnostic: Diagnostic, rows: tuple[int, int]) -> Iterator[Edit]:
    """Yield a comment of its own at the end of each row that has room for one."""
    at = diagnostic.place
    shown = source.rows(at.cell)
    taken = rows_without_end(source.text)
    for row in dict.fromkeys(rows):
        if 0 < row <= len(shown) and source.first_row(at.cell) + row - 1 not in taken:
            text = shown[row - 1]
            place = Place(at.filename, at.cell, row, len(text.rstrip()) + 1, row, len(text) + 1)
            yield Edit(place, f"  # leakguard: ignore[{diagnostic.name}]")


def _first_row(source: Source, diagnostic: Diagnostic) -> Edit:
    """Put a row of its own before the others of the cell or file, with the indentation that these have."""
    cell = diagnostic.place.cell
    shown = source.rows(cell)
    row = 1
    if cell is None:
        while row <= min(2, len(shown)) and _PREAMBLE.match(shown[row - 1]):
            row += 1
    else:
        row += shown[0].lstrip().startswith("%%")  # a cell magic must come first
    row = min(row, len(shown))
    first = next(filter(str.strip, shown[row - 1 :]), "")
    indent = first[: len(first) - len(first.lstrip(" \t"))]
    place = Place(diagnostic.place.filename, cell, row, 1, row, 1)
    return Edit(place, f"{indent}# leakguard: ignore-file[{diagnostic.name}]\n")


def _start(source: Source, comment: Comment) -> Place:
    return source.place(comment.row, comment.column, comment.row, comment.column)
