"""Writes suppression comments beside findings: each at the first or last row of the statement, where one can stand."""

from __future__ import annotations

import ast
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from leakguard.diagnostic import Edit, Place
from leakguard.editing import edited
from leakguard.errors import UserError
from leakguard.lexing import comments, compiles, rows_without_end
from leakguard.modules import load
from leakguard.remarks import INTERNAL_ERROR, SYNTAX_ERROR, UNREADABLE_FILE
from leakguard.source import is_yaml, make_source
from leakguard.suppression import DIRECTIVE
from leakguard.writing import replace_file

if TYPE_CHECKING:
    import re
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from leakguard.diagnostic import Diagnostic
    from leakguard.lexing import Comment
    from leakguard.report import Report
    from leakguard.source import Source

_NEVER_SILENT = frozenset({SYNTAX_ERROR.name, UNREADABLE_FILE.name, INTERNAL_ERROR.name})


@dataclass(frozen=True, slots=True)
class _Rows:
    """The rows of a script or a cell: what is shown, the comments as they stand there, rows that end in strings."""

    shown: Sequence[str]
    comments: Mapping[int, tuple[int, str]]  # by row: the column, from 0, and the text
    without_end: frozenset[int]

    def directive(self, row: int) -> bool:
        """Say whether a row has a suppression comment for its statement."""
        return row in self.comments and _own(self.comments[row][1]) is not None

    def takes_comment(self, row: int) -> bool:
        """Say whether a comment can be put at the end of a row; what follows `#!` is a path."""
        return row not in self.without_end and not self.shown[row - 1].startswith("#!")


def silence(report: Report, reason: str, say: Callable[[str], None]) -> None:
    """Write comments that silence a report's findings into their files; raises UserError."""
    by_file: dict[str, list[Diagnostic]] = {}
    for one in report.diagnostics:
        by_file.setdefault(one.place.filename, []).append(one)
    written = 0
    for filename, found in by_file.items():
        if filename in report.sources and not any(one.name in _NEVER_SILENT for one in found):
            written += _silence_file(report.sources[filename], suppressions(report.sources[filename], found, reason))
    say(f"suppression comments written in {written:,} file{'' if written == 1 else 's'}")


def suppressions(source: Source, found: Sequence[Diagnostic], reason: str) -> list[Edit]:
    """Return edits that put comments for findings into a source, as far as there is a place for one."""
    rows: dict[int | None, _Rows] = {}
    names: dict[tuple[int | None, int], list[str]] = {}
    for one in found:
        cell = one.place.cell
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


def _silence_file(source: Source, edits: Sequence[Edit]) -> bool:
    """Write edits into a file, and say whether that was done: only if they leave the program what it is."""
    path = Path(os.path.abspath(source.filename))
    try:
        data = path.read_bytes()
        changed = edited(source.filename, data, edits)
        if changed == data or make_source(source.filename, data).text != source.text:
            return False
        if not _is_same_program(source, make_source(source.filename, changed)):
            return False
        replace_file(path, changed, data)
    except OSError as error:
        raise UserError(f"{source.filename}: cannot write the comments: {error.strerror or error}") from error
    return True


def _is_same_program(before: Source, after: Source) -> bool:
    """Say whether two sources differ in comments alone, and are such that comments count."""
    if any(load(source)[1] for source in (before, after)):
        return False
    if is_yaml(before.filename) or not compiles(before.text):  # which a newer Python may
        return True
    return compiles(after.text) and ast.dump(ast.parse(before.text)) == ast.dump(ast.parse(after.text))


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
    kept = [row for row in ends if row <= len(rows.shown)]
    commented = (row for row in kept if rows.directive(row))
    return next(commented, next((row for row in kept if rows.takes_comment(row)), None))


def _changes(rows: _Rows, row: int, names: Sequence[str], reason: str) -> Iterator[tuple[int, int, str]]:
    """Yield what to change in a row, as columns from 0 and text, so that its comment has some names."""
    if row in rows.comments and (directive := _own(rows.comments[row][1])):
        yield from _joined(rows.comments[row], directive, names, reason)
        return
    shown = rows.shown[row - 1]
    end = len(shown.rstrip())
    comment = f"# leakguard: ignore[{', '.join(names)}] {reason}".rstrip()
    yield end, len(shown), f"  {comment}" if end else comment


def _joined(
    comment: tuple[int, str], directive: re.Match[str], names: Sequence[str], reason: str
) -> Iterator[tuple[int, int, str]]:
    column, text = comment
    present = (directive["names"] or "").replace(",", " ").split()
    missing = ", ".join(name for name in names if name not in present)
    if not missing:
        return
    if directive["names"] is None:
        end = column + directive.end("verb")
        yield end, end, f"[{missing}]"
    else:
        end = column + directive.start("names") + len(directive["names"].rstrip().rstrip(","))
        yield end, end, f", {missing}" if present else missing
    behind = text[directive.end() :]
    if reason and not behind.partition("#")[0].strip():
        end = column + directive.end()
        yield end, end, f" {reason}"


def _own(comment: str) -> re.Match[str] | None:
    """Return the part of a comment that silences its statement, if there is one."""
    return next((found for found in DIRECTIVE.finditer(comment) if found["verb"] == "ignore"), None)
