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
from leakguard.semantic.syntax import adopted

if TYPE_CHECKING:
    import libcst as cst

    from leakguard.semantic.places import Places
    from leakguard.semantic.syntax import Block, Node

_NEWLINE: Final = re.compile(r"\r\n?|\n")
_COMPLAINT_PLACE: Final = re.compile(r"error at (\d+):(\d+)")
_TOO_DEEP: Final = "nested too deeply to analyse"
_IN_TEXTS: Final = "get_ipython"  # by which a script runs code that stands in its texts


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


class RefusedError(Exception):
    """The parser does not read a file as the running Python does: it has to be parsed `exactly` from the start."""

    def __init__(self, filename: str) -> None:
        super().__init__(filename)
        self.filename = filename


@dataclass(slots=True, eq=False)
class Program:
    """A parsed file, ready to be executed by the interpreter.

    Its nodes have the parser's for their origins, or mere numbers until `settle` is called.
    """

    filename: str
    body: Block
    _module: cst.Module | None = field(repr=False)  # None where the nodes hold their places themselves, or numbers
    _text: str = field(repr=False)
    _numbered: bool = False
    _origins: dict[object, object] = field(default_factory=dict, repr=False)  # by number
    _places: Places | None = field(default=None, repr=False)

    @property
    def holds_tree(self) -> bool:
        """Whether the parser's tree is kept with it."""
        return self._module is not None

    def settle(self) -> None:
        """Give the nodes the parser's for their origins; raises RefusedError."""
        if not self._numbered:
            return
        try:
            exact = parse(self._text, self.filename, exactly=True)
            self._origins = adopted(self.body, exact.body)
        except (SyntaxProblem, ValueError):
            raise RefusedError(self.filename) from None
        self._numbered, self._module = False, exact._module  # noqa: SLF001 - another one of the same class

    def origin_of(self, node: Node) -> object:
        """Return the parser's node behind a node, which the interpreter may have made in place of another one."""
        self.settle()
        return self._origins.get(node.origin, node.origin)

    def place(self, node: cst.CSTNode, statement: cst.CSTNode) -> Span | None:
        """Return where one of the parser's nodes stands, most likely in this statement; None if it is not its own."""
        if self._module is None:
            return None
        if self._places is None:
            from leakguard.semantic.places import Places

            self._places = Places(self._module, self._text)
        found = self._places.find(node, statement)
        return None if found is None else Span(*found)


def parse(text: str, filename: str, *, exactly: bool = False) -> Program:
    """Parse and lower a file; raise a `SyntaxProblem` if it is not Python, or nested too deeply.

    Unless `exactly` the parser's tree is wanted from the start, the running Python parses what it can: in a tenth of
    the time, and what it makes of a file takes a tenth of the memory.
    """
    _refuse_null_bytes(text)
    try:
        return with_room(text, lambda: (None if exactly else _by_python(text, filename)) or _parse(text, filename))
    except RecursionError:
        raise SyntaxProblem(_TOO_DEEP, 1, 1) from None


def _by_python(text: str, filename: str) -> Program | None:
    """Return what the running Python reads, None where its grammar or its limits are in the way."""
    from leakguard.semantic.lower_python import lower_python

    if _IN_TEXTS in text:
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(text)
        return Program(filename, lower_python(tree), None, text, _numbered=True)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _parse(text: str, filename: str) -> Program:
    import libcst as cst

    from leakguard.semantic.lower import lower

    try:
        module = cst.parse_module(text)
    except (cst.ParserSyntaxError, cst.CSTValidationError) as problem:
        raise _explained(text, str(problem.args[0])) from None
    return Program(filename, lower(module), module, text)


def locate(program: Program, node: Node, statement: Node | None = None) -> Span:
    """Return where a node stands in its file; to know the statement around it saves looking at the whole file.

    Raises RefusedError.
    """
    origin = program.origin_of(node)
    if isinstance(origin, Span):
        return origin
    around = origin if statement is None else program.origin_of(statement)
    found = program.place(cast("cst.CSTNode", origin), cast("cst.CSTNode", around))
    if found is None:
        raise KeyError(origin)
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
