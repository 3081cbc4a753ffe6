"""What is checked: the text of a script, or of a notebook's cells as one module, with a map back to what people see."""

from __future__ import annotations

import codecs
import os
import re
import stat
from bisect import bisect_right
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from leakguard.diagnostic import Place

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from pathlib import Path

    from leakguard.notebook import CodeCell

MARK = "leakguard:"  # what suppression comments begin with
_COOKIE = re.compile(rb"^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)")
_BLANK = re.compile(rb"^[ \t\f]*(?:#.*)?$")
_SWEEP_KEYS = [re.compile(rf"^['\"]?{key}['\"]?[ \t]*:", re.MULTILINE) for key in ("method", "parameters")]
# What turns up where somebody saved as "Unicode"; Python reads none of it.
_WIDE_MARKS = {codecs.BOM_UTF16_LE: "UTF-16", codecs.BOM_UTF16_BE: "UTF-16"}


class UnreadableError(ValueError):
    """The bytes are no text, or the text is no notebook: `row` and `column` say where that shows."""

    def __init__(self, message: str, row: int = 1, column: int = 1) -> None:
        super().__init__(message)
        self.message = message
        self.row = row
        self.column = column


class SkippedError(ValueError):
    """The file is sound and holds nothing to check."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A code cell, and the row of the joined module at which it begins."""

    code: CodeCell
    first_row: int


@dataclass(frozen=True, slots=True)
class Source:
    """The text of one module, rows ended by newlines alone; `cells` is None outside notebooks."""

    filename: str
    text: str
    cells: tuple[Cell, ...] | None = None

    def place(self, row: int, column: int, end_row: int, end_column: int) -> Place:
        """Return the place that people see for a stretch of the text."""
        if not self.cells:
            return Place(self.filename, None, row, column, end_row, end_column)
        cell = self.cell_at(row)
        end_row = min(end_row, cell.first_row + cell.code.shown.count("\n"))
        first, last = row - cell.first_row + 1, end_row - cell.first_row + 1
        shift, end_shift = cell.code.shifts.get(first, 0), cell.code.shifts.get(last, 0)
        return Place(self.filename, cell.code.number, first, column + shift, last, end_column + end_shift)

    def cell_at(self, row: int) -> Cell:
        """Return the cell that holds a row of the text; only for notebooks that have code."""
        cells = self.cells or ()
        return cells[max(bisect_right(cells, row, key=lambda cell: cell.first_row) - 1, 0)]

    def first_row(self, cell: int | None) -> int:
        """Return the row of the text at which a cell, or the file, begins."""
        return next((one.first_row for one in self.cells or () if one.code.number == cell), 1)

    def rows(self, cell: int | None) -> list[str]:
        """Return the rows of a cell, or of the file, as people see them."""
        if cell is None:
            return self.text.split("\n")
        return next(one.code.shown.split("\n") for one in self.cells or () if one.code.number == cell)

    def without(self, numbers: Collection[int]) -> Source:
        """Return the source with the text of some cells taken out, rows kept."""
        cells = [cell.code for cell in self.cells or ()]
        blank = [replace(code, python="\n" * code.python.count("\n")) for code in cells]
        kept = [empty if code.number in numbers else code for code, empty in zip(cells, blank, strict=True)]
        return _join(self.filename, kept)

    def with_cells(self, pythons: Mapping[int, str]) -> Source:
        """Return the source with other Python, of the same rows, in some cells."""
        cells = [cell.code for cell in self.cells or ()]
        return _join(self.filename, [replace(code, python=pythons.get(code.number, code.python)) for code in cells])


def shown(path: str) -> str:
    """Return a path as people see it: relative if it lies below the current folder."""
    here = os.path.join(os.getcwd(), "")  # ends in a slash
    return os.path.abspath(path).removeprefix(here)


def read_source(filename: str, path: Path) -> Source:
    """Read a file; raises UnreadableError, or SkippedError for a notebook that isn't Python."""
    return make_source(filename, read_bytes(path))


MOST_BYTES = 64 * 1024 * 1024  # of one file; what is larger was made by a program, and is data


def read_module(path: Path) -> bytes:
    """Read the bytes of a file that nobody has named, only an import.

    Raises UnreadableError, for pipes and devices too, and SkippedError for what is larger than anybody writes.
    """
    try:
        status = os.stat(path)
    except OSError as error:
        raise UnreadableError(f"cannot read the file: {error.strerror or error}") from error
    if not stat.S_ISREG(status.st_mode):
        raise UnreadableError("cannot read the file: it is no regular file")
    if status.st_size > MOST_BYTES:
        raise SkippedError(f"{shown(str(path))}: skipped, as its {status.st_size:,} bytes are too many")
    return read_bytes(path)


def read_bytes(path: Path) -> bytes:
    """Read a file's bytes; raises UnreadableError."""
    try:
        with open(path, "rb") as stream:
            return stream.read()
    except OSError as error:
        raise UnreadableError(f"cannot read the file: {error.strerror or error}") from error


def make_source(filename: str, data: bytes) -> Source:
    """Make a source of a file's bytes, a notebook if its name ends so; raises like `read_source`."""
    text = _plain_newlines(decode(filename, data)[0])
    if not is_notebook(filename, data):
        return Source(filename, text)
    from leakguard.notebook import ForeignKernelError, NotebookError, read_cells

    try:
        return _join(filename, read_cells(text))
    except NotebookError as error:
        raise UnreadableError(error.message, error.row, error.column) from error
    except ForeignKernelError as error:
        raise SkippedError(str(error)) from error


def source_from_text(text: str, filename: str) -> Source:
    """Make a source of a script's text."""
    return Source(filename, _plain_newlines(text))


def is_yaml(filename: str) -> bool:
    """Say whether a file is YAML, by its name."""
    return filename.lower().endswith((".yaml", ".yml"))


def looks_like_sweep(text: str) -> bool:
    """Say whether a YAML text defines a W&B sweep: its top-level keys tell."""
    return all(key.search(text) for key in _SWEEP_KEYS)


def is_notebook(filename: str, data: bytes) -> bool:
    """Say whether a file is a notebook: by its name, or by what came through standard input without one."""
    nameless = filename == "-" and data.lstrip()[:1] == b"{" and b'"nbformat"' in data
    return nameless or _is_called_notebook(filename)


def _is_called_notebook(filename: str) -> bool:
    return filename.lower().endswith(".ipynb")


def encoding_of(filename: str, data: bytes) -> str:
    """Return the encoding of a file's bytes without their mark: what a script's first two rows say, else UTF-8."""
    is_script = not _is_called_notebook(filename) and not is_yaml(filename)
    declared = is_script and not data.startswith(codecs.BOM_UTF8)
    return (_declared_encoding(data) if declared else None) or "utf-8"


def _join(filename: str, codes: list[CodeCell]) -> Source:
    cells = []
    row = 1
    for code in codes:
        cells.append(Cell(code, row))
        row += code.python.count("\n") + 1
    return Source(filename, "".join(code.python + "\n" for code in codes), tuple(cells))


def decode(filename: str, data: bytes) -> tuple[str, str]:
    """Return a file's text, its newlines as they are, and the encoding; raises UnreadableError.

    In a script, a comment in the first two rows may name the encoding.
    """
    for mark, name in _WIDE_MARKS.items():
        if data.startswith(mark):
            raise UnreadableError(f"the file is {name}, which Python does not read; save it as UTF-8")
    encoding = encoding_of(filename, data)
    try:
        return data.removeprefix(codecs.BOM_UTF8).decode(encoding), encoding
    except UnicodeDecodeError as error:
        row, column = _position(data, error.start)
        byte = data[error.start]
        raise UnreadableError(
            f"not {encoding} text (byte 0x{byte:02x}); save it as UTF-8 or declare its encoding in the first row",
            row,
            column,
        ) from error
    except (LookupError, UnicodeError) as error:
        raise UnreadableError(f"the declared encoding {encoding!r} is unknown") from error


def _plain_newlines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _declared_encoding(data: bytes) -> str | None:
    if b"coding" not in data[:1_000]:
        return None
    for line in data[:1_000].replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")[:2]:
        if found := _COOKIE.match(line):
            return found.group(1).decode("ascii", "replace")
        if not _BLANK.match(line):
            return None
    return None


def _position(data: bytes, offset: int) -> tuple[int, int]:
    before = data[:offset].replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    return before.count(b"\n") + 1, len(before.rpartition(b"\n")[2]) + 1
