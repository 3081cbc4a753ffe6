"""Writes suppression comments into files, beside the findings of a run."""

from __future__ import annotations

import ast
import os
from pathlib import Path
from typing import TYPE_CHECKING

from leakguard.editing import edited
from leakguard.errors import UserError
from leakguard.ignoring import NEVER_SILENT, ignore_edits
from leakguard.lexing import compiles
from leakguard.modules import load
from leakguard.source import UnreadableError, is_yaml, make_source
from leakguard.writing import replace_file, why_not_replaceable

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from leakguard.diagnostic import Diagnostic, Edit
    from leakguard.report import Report
    from leakguard.source import Source


def silence(report: Report, reason: str, say: Callable[[str], None]) -> None:
    """Write comments that silence a report's findings into their files; raises UserError."""
    by_file: dict[str, list[Diagnostic]] = {}
    for one in report.diagnostics:
        by_file.setdefault(one.place.filename, []).append(one)
    written = 0
    for filename, found in by_file.items():
        if filename in report.sources and not any(one.name in NEVER_SILENT for one in found):
            source = report.sources[filename]
            written += _silence_file(source, ignore_edits(source, found, reason))
    say(f"suppression comments written in {written:,} file{'' if written == 1 else 's'}")


def _silence_file(source: Source, edits: Sequence[Edit]) -> bool:
    """Write edits into a file, and say whether that was done: only if they leave the program what it is."""
    path = Path(os.path.abspath(source.filename))
    try:
        data = path.read_bytes()
        if make_source(source.filename, data).text != source.text:
            return False
        changed = edited(source.filename, data, edits)
        if changed == data or not _is_same_program(source, make_source(source.filename, changed)):
            return False
        if reason := why_not_replaceable(path, Path.cwd()):
            raise UserError(f"{source.filename}: cannot write the comments: {reason}")
        replace_file(path, changed, data)
    except OSError as error:
        raise UserError(f"{source.filename}: cannot write the comments: {error.strerror or error}") from error
    except UnreadableError:  # meanwhile
        return False
    return True


def _is_same_program(before: Source, after: Source) -> bool:
    """Say whether two sources differ in comments alone, and are such that comments count."""
    if any(load(source)[1] for source in (before, after)):
        return False
    if is_yaml(before.filename) or not compiles(before.text):  # which a newer Python may
        return True
    return compiles(after.text) and ast.dump(ast.parse(before.text)) == ast.dump(ast.parse(after.text))
