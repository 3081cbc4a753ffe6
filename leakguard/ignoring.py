"""Comments that silence findings: where one can stand, and the edits that write or extend it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from leakguard.diagnostic import Edit, Place
from leakguard.lexing import comments, rows_without_end
from leakguard.remarks import INTERNAL_ERROR, SYNTAX_ERROR, UNREADABLE_FILE, UNUSED_SUPPRESSION
from leakguard.suppression import DIRECTIVE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from leakguard.diagnostic import Diagnostic
    from leakguard.lexing import Comment
    from leakguard.source import Source

# What keeps the comments from being read.
NEVER_SILENT = frozenset({SYNTAX_ERROR.name, UNREADABLE_FILE.name, INTERNAL_ERROR.name})
_PREAMBLE = re.compile(r"#!|[ \t\f]*#.*?coding[:=]")  # what counts in the first rows of a file alone


@dataclass(frozen=True, slots=True)
class _Rows:
    """The rows of a script or a cell: what is shown, the comments as they stand there, rows that end in strings."""

    shown: Sequence[str]
    comments: Mapping[int, tuple[int, str]]  # by row: the column, from 0, and the text
    without_end: frozenset[int]

    def directive(self, row: int) -> bool:
        """Say whether a row has a suppression comment for its statement."""
        return row in self.comments and _directive(self.comments[row][1], "ignore") is not None

    def takes_comment(self, row: int) -> bool:
        """Say whether a comment can be put at the end of a row; what follows `#!` is a path."""
        return row not in self.without_end and not self.shown[row - 1].startswith("#!")


def ignore_edit(source: Source, diagnostic: Diagnostic) -> Edit | None:
    """Return the edit by which a comment at its statement silences a finding; None where no comment can stand.

    A remark on a comment is met by changing that comment.
    """
    if diagnostic.name == UNUSED_SUPPRESSION.name:
        return None
    return next(iter(ignore_edits(source, [diagnostic])), None)


def ignore_edits(source: Source, found: Sequence[Diagnostic], reason: str = "") -> list[Edit]:
    """Return the edits by which comments at their statements silence findings, as far as there is a place for one.

    A comment that ignores other rules there takes the names too; otherwise the first row is better than the last.
    """
    rows: dict[int | None, _Rows] = {}
    names: dict[tuple[int | None, int], list[str]] = {}
    for one in found:
        cell = one.place.cell
        if one.name in NEVER_SILENT or one.name == UNUSED_SUPPRESSION.name:  # which complains of itself: to be mended
            continue
        rows.setdefault(cell, _rows_of(source, cell))
        ends = one.statement_rows or (one.place.row, one.place.end_row)
        row = _row_for_comment(rows[cell], ends)
        if row is not None and one.name not in names.setdefault((cell, row), []):
            names[cell, row].append(one.name)
    return [
        Edit(Place(source.filename, cell, row, start + 1, row, end + 1), text)
        for (cell, row), added in sorted(names.items(), key=lambda item: (item[0][0] or 0, item[0][1]))
        for start, end, text in _changes(rows[cell], row, added, reason)
    ]


def ignore_file_edit(source: Source, diagnostic: Diagnostic) -> Edit | None:
    """Return the edit by which a comment silences a finding's rule in the whole file; None if nothing can."""
    if diagnostic.name in NEVER_SILENT or diagnostic.name == UNUSED_SUPPRESSION.name:
        return None
    for comment in comments(source.text):
        if comment.alone and (directive := _directive(comment.text, "ignore-file")):
            for start, end, text in _extension(comment.text, directive, [diagnostic.name], ""):
                row, column = comment.row, comment.column
                return Edit(source.place(row, column + start, row, column + end), text)
    return _first_row(source, diagnostic)


def _rows_of(source: Source, cell: int | None) -> _Rows:
    shown = source.rows(cell)
    if cell is None:
        found = {one.row: (one.column - 1, one.text) for one in comments(source.text)}
        return _Rows(shown, found, rows_without_end(source.text))
    code = next(one.code for one in source.cells or () if one.code.number == cell)
    python = code.python.split("\n")
    # A row that had to be turned into other Python is none to write a comment into.
    foreign = {row for row, (text, own) in enumerate(zip(shown, python, strict=True), 1) if not text.endswith(own)}
    found = {one.row: _shown_comment(one, shown, python) for one in comments(code.python) if one.row not in foreign}
    return _Rows(shown, found, rows_without_end(code.python) | foreign)


def _shown_comment(comment: Comment, shown: Sequence[str], python: Sequence[str]) -> tuple[int, str]:
    cut = len(shown[comment.row - 1]) - len(python[comment.row - 1])
    return comment.column - 1 + cut, comment.text


def _row_for_comment(rows: _Rows, ends: tuple[int, int]) -> int | None:
    """Choose between the ends of a statement: the one that has a suppression comment, or else the first that may."""
    kept = [row for row in ends if 0 < row <= len(rows.shown)]
    commented = (row for row in kept if rows.directive(row))
    return next(commented, next((row for row in kept if rows.takes_comment(row)), None))


def _changes(rows: _Rows, row: int, names: Sequence[str], reason: str) -> Iterator[tuple[int, int, str]]:
    """Yield what to change in a row, as columns from 0 and text, so that its comment has some names."""
    if row in rows.comments and (directive := _directive(rows.comments[row][1], "ignore")):
        column, text = rows.comments[row]
        for start, end, new in _extension(text, directive, names, reason):
            yield column + start, column + end, new
        return
    shown = rows.shown[row - 1]
    end = len(shown.rstrip())
    comment = f"# leakguard: ignore[{', '.join(names)}] {reason}".rstrip()
    yield end, len(shown), f"  {comment}" if end else comment


def _directive(comment: str, verb: str) -> re.Match[str] | None:
    """Return the part of a comment that silences its statement, or the file, if there is one."""
    return next((found for found in DIRECTIVE.finditer(comment) if found["verb"] == verb), None)


def _extension(
    comment: str, directive: re.Match[str], names: Sequence[str], reason: str
) -> Iterator[tuple[int, int, str]]:
    """Yield what to change in a comment, so that it has some names, and a reason unless it gives one."""
    present = directive["names"] or ""
    missing = ", ".join(name for name in names if name not in present.replace(",", " ").split())
    if not missing:
        return
    because = f" {reason}" if reason and not comment[directive.end() :].partition("#")[0].strip() else ""
    if directive["names"] is None:
        end = directive.end("verb")
        yield end, end, f"[{missing}]{because}"
        return
    yield directive.start("names") + len(present.rstrip()), directive.end("names"), _behind(present.rstrip()) + missing
    if because:
        yield directive.end(), directive.end(), because


def _behind(names: str) -> str:
    """Return what divides further names from these."""
    if not names:
        return ""
    return " " if names.endswith(",") else ", "


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
