"""Notebooks: the code cells of an `.ipynb` file, and IPython's own syntax turned into Python row by row."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from leakguard.lexing import compiles, end_of_logical_line

if TYPE_CHECKING:
    from collections.abc import Mapping

# Names of kernels that do not say their language otherwise.
_FOREIGN_KERNELS = ("ir", "julia", "xcpp", "bash", "javascript", "octave", "scala", "spylon")
# Cell magics whose body is Python that runs in the notebook's own namespace.
_PYTHON_MAGICS = frozenset(
    {"capture", "heat", "local", "memit", "mprun", "prun", "scalene", "snakeviz", "time", "timeit", "wandb"}
)
_CELL_MAGIC = re.compile(r"\s*%%(\w*)[^\n]*")
# What follows only concerns the start of a logical line, where Python itself has no use for these signs.
_LINE_MAGIC = re.compile(r"[ \t]*[%!?]")
_MEASURED = re.compile(r"[ \t]*%(?:time|timeit|prun|memit)[ \t]+(?:-[a-zA-Z][ \t]*\d*[ \t]+)*")
_ASSIGNED = re.compile(r"([ \t]*[^\s#='\"][^#='\"]*(?<![!<>+\-*/%&|^@:~])=[ \t]*)[%!]")
_HELP = re.compile(r"[ \t]*[\w.*]+(?:\[\w+\])?\?{1,2}[ \t]*;?[ \t]*$")
_BARE_MAGIC = re.compile(r"[ \t]*(?:pip|conda|mamba|cd|ls|ll|mkdir|rmdir|cp|mv|rm|cat|man|matplotlib|load_ext)[ \t]")
# A call of which nothing is known, as IPython itself puts it.
_UNKNOWN = "get_ipython()"
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


class NotebookError(ValueError):
    """The file is no notebook: `row` and `column` say where that shows."""

    def __init__(self, message: str, row: int = 1, column: int = 1) -> None:
        super().__init__(message)
        self.message = message
        self.row = row
        self.column = column


class ForeignKernelError(ValueError):
    """The notebook's code is not Python."""


@dataclass(frozen=True, slots=True)
class CodeCell:
    """A code cell as it is shown, and as Python with the same rows.

    `shifts` says for a row of the cell how many columns were cut from its start.
    """

    number: int  # among all cells, from 1
    shown: str
    python: str
    shifts: Mapping[int, int] = field(default_factory=dict)


def read_cells(text: str) -> list[CodeCell]:
    """Return the code cells of a notebook; raises NotebookError or ForeignKernelError."""
    if not text.strip():
        raise NotebookError("not a notebook: the file is empty")
    try:
        notebook = json.loads(text)
    except json.JSONDecodeError as error:
        message = f"not a notebook: its JSON breaks off or is wrong here ({error.msg})"
        raise NotebookError(message, error.lineno, error.colno) from error
    except ValueError as error:  # a number of too many digits
        raise NotebookError(f"not a notebook: {error}") from error
    except RecursionError as error:
        raise NotebookError("not a notebook: its JSON is nested too deeply") from error
    cells = _all_cells(notebook)
    language = _language(notebook)
    if language and not language.lower().startswith(("python", "ipython", "sage")):
        raise ForeignKernelError(f"its kernel runs {language}, not Python")
    return [_translate(number, _text_of(cell, number)) for number, cell in enumerate(cells, 1) if _is_code(cell)]


def _all_cells(notebook: object) -> list[object]:
    """Return the cells of all kinds; format 3 and older kept them in worksheets."""
    match notebook:
        case {"cells": list(cells)}:
            return cells
        case {"worksheets": list(sheets)}:
            return [cell for sheet in sheets for cell in _all_cells(sheet)]
        case _:
            raise NotebookError("not a notebook: no list of cells")


def _language(notebook: object) -> str | None:
    """Return the language that the notebook names, if it names one."""
    match notebook:
        case {"metadata": {"language_info": {"name": str(name)}} | {"kernelspec": {"language": str(name)}}}:
            return name
        case {"metadata": {"kernelspec": {"name": str(name)}}} if name.startswith(_FOREIGN_KERNELS):
            return name
        case _:
            return None


def _is_code(cell: object) -> bool:
    match cell:
        case {"cell_type": "code", "language": str(language)}:
            return language.startswith("python")
        case {"cell_type": "code"}:
            return True
        case _:
            return False


def _text_of(cell: object, number: int) -> str:
    match cell:
        case {"source": str(text)} | {"input": str(text)}:
            pass
        case {"source": [*lines]} | {"input": [*lines]} if all(isinstance(line, str) for line in lines):
            text = "".join(lines)
        case _:
            raise NotebookError(f"not a notebook: cell {number} has no text")
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return _LONE_SURROGATE.sub("\N{REPLACEMENT CHARACTER}", text)


def _translate(number: int, shown: str) -> CodeCell:
    """Turn a cell into Python; one in another language becomes as many empty rows."""
    start = 0
    if magic := _CELL_MAGIC.match(shown):
        if magic.group(1) not in _PYTHON_MAGICS:
            return CodeCell(number, shown, "\n" * shown.count("\n"))
        start = magic.end()
    rows = ("\n" * shown.count("\n", 0, start) + shown[start:]).split("\n")
    shifts: dict[int, int] = {}
    _dedent(rows, shifts)
    _replace_magics(rows, shifts)
    return CodeCell(number, shown, "\n".join(rows), shifts)


def python_of(shown: str) -> str:
    """Return the text of a cell as Python with the same rows."""
    return _translate(1, shown).python


def _dedent(rows: list[str], shifts: dict[int, int]) -> None:
    """Cut the first row's indentation from all rows, as IPython does."""
    first = next(filter(str.strip, rows), "")
    if width := len(first) - len(first.lstrip(" \t")):
        for number, row in enumerate(rows):
            if row.startswith(first[:width]):
                rows[number] = row[width:]
                shifts[number + 1] = width


def _replace_magics(rows: list[str], shifts: dict[int, int]) -> None:
    text = "\n".join(rows)
    start = number = 0
    while start < len(text):
        python, cut = _python_row(rows[number])
        if python != rows[number]:
            last = _last_joined(rows, number)
            end = start + sum(len(row) + 1 for row in rows[number : last + 1])
            rows[number : last + 1] = [python] + [""] * (last - number)
            shifts[number + 1] = shifts.get(number + 1, 0) + cut
        else:
            end = end_of_logical_line(text, start)
        number += text.count("\n", start, end)
        start = end


def _last_joined(rows: list[str], number: int) -> int:
    """Return the last row that a backslash joins to this one."""
    while rows[number].endswith("\\") and number + 1 < len(rows):
        number += 1
    return number


def _python_row(row: str) -> tuple[str, int]:
    """Return the row as Python, and how many columns its start lost."""
    indent = row[: len(row) - len(row.lstrip(" \t"))]
    if (measured := _MEASURED.match(row)) and compiles(row[measured.end() :]):
        return indent + row[measured.end() :], measured.end() - len(indent)
    if _LINE_MAGIC.match(row) or _HELP.match(row) or (_BARE_MAGIC.match(row) and not compiles(row.strip())):
        return f"{indent}pass", 0
    if assigned := _ASSIGNED.match(row):
        return assigned.group(1) + _UNKNOWN, 0
    return row, 0
