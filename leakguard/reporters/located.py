"""Places as other programs want them: paths from the top of the repository, and rows of the file that is stored."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from leakguard.reporters.notebook_rows import rows_of_cells

if TYPE_CHECKING:
    from leakguard.diagnostic import Place


@dataclass(frozen=True, slots=True)
class Region:
    """Rows of a file, and columns where they are known: those of a notebook's JSON text are not."""

    row: int
    end_row: int
    column: int | None = None
    end_column: int | None = None


@dataclass(frozen=True, slots=True)
class Located:
    """A place in a stored file; `cell` is "cell 3, row 2" in a notebook and empty elsewhere.

    The region is None in a notebook that came by standard input.
    """

    path: str
    region: Region | None
    cell: str

    def told(self, message: str) -> str:
        """Return a message that names the cell, for readers who only see rows of the file."""
        return f"{self.cell}: {message}" if self.cell else message


class Locator:
    """Finds for the places of one report where they are stored."""

    def __init__(self, variable: str = "") -> None:
        """`variable`: what the environment calls the top folder."""
        self._top = os.path.join(top_folder(variable), "")
        self._notebooks: dict[str, list[list[int]]] = {}

    def __call__(self, place: Place) -> Located:
        path = self.path(place.filename)
        if place.cell is None:
            return Located(path, Region(place.row, place.end_row, place.column, place.end_column), "")
        return Located(path, self._region(place, place.cell), f"cell {place.cell}, row {place.row}")

    def path(self, filename: str) -> str:
        """Return a shown path from the top folder, with slashes; a path outside of it stays absolute."""
        return with_slashes(os.path.join(os.getcwd(), filename).removeprefix(self._top))

    def _region(self, place: Place, cell: int) -> Region | None:
        if place.filename not in self._notebooks:
            self._notebooks[place.filename] = _read(place.filename)
        notebook = self._notebooks[place.filename]
        rows = notebook[cell - 1] if cell <= len(notebook) else []
        if not rows:
            return None
        first, last = (rows[min(row, len(rows)) - 1] for row in (place.row, place.end_row))
        return Region(first, last)


def _read(filename: str) -> list[list[int]]:
    """Return the rows of a notebook's cells; none if it cannot be read, such as one from standard input."""
    try:
        return rows_of_cells(Path(filename).read_bytes().decode("utf-8-sig", "replace"))
    except (OSError, ValueError, IndexError):
        return []


def top_folder(variable: str = "") -> str:
    """Return the folder that paths are told from.

    It is what an environment variable names if the current folder lies in it, else the top of the git repository
    around the current folder, else the current folder.
    """
    here = Path.cwd()
    given = os.environ.get(variable)
    if given and here.is_relative_to(given):
        return str(Path(given))
    return str(next((folder for folder in (here, *here.parents) if (folder / ".git").exists()), here))


def with_slashes(path: str, separator: str = os.sep) -> str:
    """Return a path with slashes between its parts; where the system has slashes, a backslash is a character."""
    return path if separator == "/" else path.replace(separator, "/")


def uri(path: str) -> str:
    """Return a path with slashes as a URI: a relative one, or one with the scheme `file`."""
    escaped = quote(os.fsencode(path))
    if path.startswith("/"):
        return f"file://{escaped}"
    return f"file:///{quote(path, safe='/:')}" if path[1:3] == ":/" else escaped
