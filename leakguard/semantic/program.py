"""A checked file as a program: parsed once, with positions computed only when somebody asks for one.

The parser is imported on the first parse, so a run that parses nothing does not pay for it.
"""

from __future__ import annotations

import ast
import re
import warnings
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, cast

from leakguard.semantic.stack import with_room

if TYPE_CHECKING:
    import libcst as cst

    from leakguard.semantic.places import Places
    from leakguard.semantic.syntax import Block, Node

_NEWLINE: Final = re.compile(r"\r\n?|\n")
_COMPLAINT_PLACE: Final = re.compile(r"error at (\d+):(\d+)")
_TOO_DEEP: Final = "nested too deeply to analyse"


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of the file; rows and columns count from 1, the end is exclusive."""

    row: int
    column: int
    end_row: int
    end_column: int


class SyntaxProblem(Exception):  # noqa: N818 - what is wrong with the checked file, not with us
    """A file that cannot be parsed: what is wrong, and the row and column of it, from 1."""

    def __init__(self, message: str, row: int, column: int) -> None:
        super().__init__(message)
        self.message = message
        self.row = row
        self.column = column


@dataclass(slots=True, eq=False)
class Program:
    """A parsed file, ready to be executed by the interpreter."""

    filename: str
    body: Block
    _module: cst.Module | None = field(repr=False)  # None where the nodes hold their places themselves
    _text: str = field(repr=False)
    _places: Places | None = field(default=None, repr=False)

    def place(self, node: cst.CSTNode, statement: cst.CSTNode) -> Span | None:
        """Return where one of the parser's nodes stands, most likely in this statement; None if it is not its own."""
        if self._module is None:
            return None
        if self._places is None:
            from leakguard.semantic.places import Places

            self._places = Places(self._module, self._text)
        found = self._places.find(node, statement)
        return None if found is None else Span(*found)


def parse(text: str, filename: str) -> Program:
    """Parse and lower a file; raise a `SyntaxProblem` if it is not Python, or nested too deeply."""
    _refuse_null_bytes(text)
    try:
        return with_room(text, lambda: _parse(text, filename))
    except RecursionError:
        raise SyntaxProblem(_TOO_DEEP, 1, 1) from None


def _parse(text: str, filename: str) -> Program:
    import libcst as cst

    from leakguard.semantic.lower import lower

    try:
        module = cst.parse_module(text)
    except (cst.ParserSyntaxError, cst.CSTValidationError) as problem:
        raise _explained(text, str(problem.args[0])) from None
    return Program(filename, lower(module), module, text)


def locate(program: Program, node: Node, statement: Node | None = None) -> Span:
    """Return where a node stands in its file; to know the statement around it saves looking at the whole file."""
    if isinstance(node.origin, Span):
        return node.origin
    around = node if statement is None else statement
    found = program.place(cast("cst.CSTNode", node.origin), cast("cst.CSTNode", around.origin))
    if found is None:
        raise KeyError(node.origin)
    return found


def _refuse_null_bytes(text: str) -> None:
    before, found, _ = text.partition("\0")
    if found:
        *rows, last = _NEWLINE.split(before)
        raise SyntaxProblem("the file contains a null byte", len(rows) + 1, len(last) + 1)


def _explained(text: str, complaint: str) -> SyntaxProblem:
    """Return what is wrong in the words of the running Python, which finds the place better than the parser does."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(text, "<checked>", "exec", flags=ast.PyCF_ONLY_AST, dont_inherit=True)
    except SyntaxError as problem:
        return SyntaxProblem(problem.msg, max(problem.lineno or 1, 1), max(problem.offset or 1, 1))
    except (ValueError, RecursionError, MemoryError):
        pass
    return _translated(complaint)


def _translated(complaint: str) -> SyntaxProblem:
    """Return the parser's own complaint, for a file to which the running Python does not object."""
    place = _COMPLAINT_PLACE.search(complaint)
    if place is None:
        return SyntaxProblem(complaint.removeprefix("tokenizer error: ").rstrip("."), 1, 1)
    return SyntaxProblem("the parser does not understand this", int(place[1]), int(place[2]) + 1)
