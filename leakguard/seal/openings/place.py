"""Where a project's opening ledger is, and how often a test set may be opened there."""

from __future__ import annotations

import os
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from leakguard.seal.openings.errors import OpeningsError

VARIABLE = "LEAKGUARD_OPENINGS"
_USUAL = Path(".leakguard") / "openings.sqlite3"
_PROJECT = "pyproject.toml"


@dataclass(frozen=True, slots=True)
class Place:
    """The ledger's file, and the configured budget of openings of one test set; None if nobody set one."""

    file: Path
    budget: int | None


def place(file: str | os.PathLike[str] | None = None, folder: Path | None = None) -> Place:
    """Return the place for code that runs in a folder, by default the current one; raises OpeningsError.

    The argument goes before `LEAKGUARD_OPENINGS`, and that before `openings-file` of `[tool.leakguard]`.
    """
    here = (folder or Path.cwd()).absolute()
    root, table = _project(here)
    chosen = file or os.environ.get(VARIABLE)
    configured = _checked_file(table, root)
    return Place(Path(chosen).absolute() if chosen else root / (configured or _USUAL), _checked_budget(table, root))


def _project(here: Path) -> tuple[Path, dict[str, Any]]:
    """Return the folder of the closest `[tool.leakguard]`, else of `.git` or `pyproject.toml`, else `here`."""
    folders = (here, *here.parents)
    for folder in folders:
        if (table := _table(folder / _PROJECT)) is not None:
            return folder, table
    marked = (folder for mark in (".git", _PROJECT) for folder in folders if os.path.exists(folder / mark))
    return next(marked, here), {}


def _table(file: Path) -> dict[str, Any] | None:
    try:
        text = file.read_text("utf-8")
        found = tomllib.loads(text).get("tool", {}).get("leakguard") if "leakguard" in text else None
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise OpeningsError(f"{file}: cannot be read for the settings of the opening ledger: {error}") from error
    return found if isinstance(found, dict) else None


def _checked_file(table: dict[str, Any], root: Path) -> str | None:
    value = table.get("openings-file")
    if value is not None and not (isinstance(value, str) and value.strip()):
        raise _wrong(root, "openings-file", "the path of a file", value)
    # The project may be somebody else's, and must not choose where on this machine files come to be.
    if value and not Path(os.path.realpath(root / value)).is_relative_to(os.path.realpath(root)):
        raise _wrong(root, "openings-file", f"a file within the project (elsewhere by {VARIABLE})", value)
    return value


def _checked_budget(table: dict[str, Any], root: Path) -> int | None:
    value = table.get("openings-budget")
    if value is None or (type(value) is int and value > 0):
        return value
    raise _wrong(root, "openings-budget", "a whole number above 0", value)


def _wrong(root: Path, key: str, expected: str, value: object) -> OpeningsError:
    return OpeningsError(f"{root / _PROJECT}: [tool.leakguard] `{key}`: expected {expected}, got {value!r}")
