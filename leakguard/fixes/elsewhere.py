"""Whether other files of the project import what a fix takes out or gives another meaning."""

from __future__ import annotations

import ast
import os
import re
from typing import TYPE_CHECKING

from leakguard.diagnostic import Applicability
from leakguard.source import UnreadableError, decode, is_notebook

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from leakguard.diagnostic import Edit, Fix

_MARKS = ("pyproject.toml", "setup.py", "setup.cfg", ".git")  # what stands in the folder of a project
_NOT_OURS = frozenset({"__pycache__", "node_modules", "site-packages"})
_STORED = re.compile(r"\b(storage|load_study)\b|create_study\(\s*\*\*")


def importer_of(fix: Fix, path: Path, data: bytes, others: Iterable[Path]) -> Path | None:
    """Return a file that imports a name of the module's own level that a fix changes.

    What a safe fix changes is the same kind of thing to others, apart from draws for a study that is stored there.
    """
    if not path.exists() or is_notebook(path.name, data):
        return None
    names = _changed(fix.edits, data)
    files = sorted({*others, *_of_project(path)} - {path}) if names else []
    stored = fix.applicability is Applicability.SAFE
    return next((one for one in files if _imports(one, path, names, stored=stored)), None)


def _changed(edits: Iterable[Edit], data: bytes) -> set[str]:
    """Return the names that the statements bind which edits touch, other than by something behind them."""
    try:
        body = ast.parse(data).body
    except (SyntaxError, ValueError):
        return set()
    touched = [one for one in body if any(_touches(edit, one) for edit in edits)]
    return {name for one in touched for name in _bound(one)}


def _touches(edit: Edit, statement: ast.stmt) -> bool:
    place = edit.place
    return place.row <= (statement.end_lineno or 0) and statement.lineno <= place.end_row


def _bound(statement: ast.stmt) -> Iterator[str]:
    if isinstance(statement, (ast.FunctionDef, ast.ClassDef)):
        yield statement.name
        return
    for one in ast.walk(statement):
        if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store):
            yield one.id


def _of_project(path: Path) -> Iterator[Path]:
    """Yield the Python files around a file: of its project, or else of its folder."""
    folder = path.resolve().parent
    root = next((one for one in (folder, *folder.parents) if any((one / mark).exists() for mark in _MARKS)), None)
    for place, folders, files in os.walk(root or folder):
        folders[:] = [one for one in folders if root and one not in _NOT_OURS and not one.startswith(".")]
        if "pyvenv.cfg" in files:
            folders.clear()
        yield from (path.__class__(place, one) for one in files if one.endswith((".py", ".ipynb")))


def _imports(file: Path, path: Path, names: set[str], *, stored: bool) -> bool:
    """Say whether a file names a module in an import, and one of these names somewhere."""
    module = re.escape(path.resolve().parent.name if path.stem == "__init__" else path.stem)
    try:
        text = decode(file.name, file.read_bytes())[0]
    except (OSError, UnreadableError):
        return False
    if not re.search(rf"\bimport.*\b{module}\b|\bfrom\b.*\b{module}\s+import\b", text):
        return False
    if stored and not _STORED.search(text):
        return False
    everything = re.search(rf"\b{module}\s+import\s+\*", text) is not None
    return everything or any(re.search(rf"\b{re.escape(name)}\b", text) for name in names)
