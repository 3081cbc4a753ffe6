"""Who reads: the innermost line of the user's own code on the stack."""

from __future__ import annotations

import os
import sys
import sysconfig
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import FrameType

_PACKAGE = Path(__file__).resolve().parent.parent
_OWN = tuple(f"{_PACKAGE.with_name(name)}{os.sep}" for name in ("leakguard", "pytest_leakguard"))


@dataclass(frozen=True, slots=True)
class Reader:
    """A line of code: the file as Python names it, the line counted from 1, and the function's qualified name."""

    file: str
    line: int
    function: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line} in {self.function}"


def current_reader() -> Reader | None:
    """Return the innermost frame that is neither a library's nor leakguard's own; else the outermost one of all."""
    frame: FrameType | None = sys._getframe(1)  # noqa: SLF001 - as `inspect`, without reading source files
    outermost = None
    while frame is not None:
        if not _is_own(frame.f_code.co_filename):
            outermost = frame
            if not _is_library(frame.f_code.co_filename):
                return _reader(frame)
        frame = frame.f_back
    return _reader(outermost) if outermost is not None else None


def is_users(file: str) -> bool:
    """Whether a file, as Python names it, is neither a library's nor leakguard's own."""
    return not (_is_own(file) or _is_library(file))


def _reader(frame: FrameType) -> Reader:
    return Reader(frame.f_code.co_filename, frame.f_lineno, frame.f_code.co_qualname)


@cache
def _is_own(file: str) -> bool:
    return file.startswith(_OWN)


@cache
def _is_library(file: str) -> bool:
    return file.startswith(_library_prefixes())


@cache
def _library_prefixes() -> tuple[str, ...]:
    names = ("stdlib", "platstdlib", "purelib", "platlib")
    return ("<frozen ", *{str(Path(sysconfig.get_path(name))) for name in names})
