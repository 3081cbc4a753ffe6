"""Where the parser's nodes stand, for the few of which somebody asks: for all it takes as long as parsing.

A node has its place only in the text that it is written out to. So the lines around it are written out, which must
come to exactly what stands where the running Python sees them; where they don't, the whole file is written out.
"""

from __future__ import annotations

import ast
import re
import warnings
from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import libcst as cst
from libcst._nodes.internal import CodegenState

from leakguard.semantic.stack import with_room

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from contextlib import AbstractContextManager
    from types import TracebackType

_NEWLINE: Final = re.compile(r"\r\n?|\n")
_BLOCKS: Final = ("body", "handlers", "cases", "orelse", "finalbody")  # in the order in which they are written
_CLAUSES: Final = (cst.Else, cst.Finally, cst.ExceptHandler, cst.ExceptStarHandler, cst.MatchCase)


@dataclass(slots=True, eq=False)
class _Lines:
    """A statement with whole lines to itself, and whatever is in them."""

    node: Any
    indents: tuple[str, ...]
    first: int  # which of all statements of the file it is, in the order in which they are written
    written: bool = False


class Places:
    """The places of one file's nodes."""

    def __init__(self, module: cst.Module, text: str) -> None:
        self._module = module
        self._text = text
        self._known: dict[cst.CSTNode, tuple[int, int]] = {}  # offsets
        self._starts: list[int] = []  # of the rows
        self._around: dict[cst.CSTNode, _Lines] | None = None  # by statement
        self._rows: list[int] = []  # in which the statements begin, in the order in which they are written
        self._complete = False

    def find(self, node: cst.CSTNode, statement: cst.CSTNode) -> tuple[int, int, int, int] | None:
        """Return from which row and column to which a node stands, most likely in this statement.

        They count from 1, the end is exclusive. None if the node is none of this file's.
        """
        if node not in self._known and not self._complete:
            self._write_around(statement)
            if node not in self._known:
                self._write_all()
        found = self._known.get(node)
        return None if found is None else (*self._place(found[0]), *self._place(found[1]))

    def _place(self, offset: int) -> tuple[int, int]:
        row = bisect_right(self._starts, offset)
        return row, offset - self._starts[row - 1] + 1

    def _write_around(self, statement: cst.CSTNode) -> None:
        if self._around is None:
            self._starts = [0, *(found.end() for found in _NEWLINE.finditer(self._text))]
            self._rows, self._around = _rows(self._text), {}
            found = _Statements(self._module)
            if found.count == len(self._rows) and "\r" not in self._text:
                self._around = found.around
        lines = self._around.get(statement)
        if lines is not None and not lines.written:
            lines.written = True
            self._write(lines)

    def _write(self, lines: _Lines) -> None:
        row = self._rows[lines.first] - _rows_before(lines.node)
        if row < 1:
            return
        state = _Written(self._module, self._starts[row - 1], lines.indents)
        with_room(self._text, lambda: lines.node._codegen(state))  # noqa: SLF001 - what the parser offers as `code`
        code = "".join(state.tokens)
        if self._text.startswith(code, self._starts[row - 1]) or self._text[self._starts[row - 1] :] + "\n" == code:
            self._known.update(state.known)

    def _write_all(self) -> None:
        state = _Written(self._module, 0, ())
        with_room(self._text, lambda: self._module._codegen(state))  # noqa: SLF001
        text = "".join(state.tokens) + state.popped
        self._starts = [0, *(found.end() for found in _NEWLINE.finditer(text))]
        self._known, self._complete = state.known, True


class _Written(CodegenState):
    """What is written out, and from where to where each node reaches: without the white space and comments around."""

    def __init__(self, module: cst.Module, start: int, indents: Sequence[str]) -> None:
        super().__init__(module.default_indent, module.default_newline, indent_tokens=list(indents))
        self.known: dict[cst.CSTNode, tuple[int, int]] = {}
        self.offset = start
        self.popped = ""
        self._begun: list[int] = []

    def add_indent_tokens(self) -> None:
        self.tokens.extend(self.indent_tokens)
        self.offset += sum(map(len, self.indent_tokens))

    def add_token(self, value: str) -> None:
        self.tokens.append(value)
        self.offset += len(value)

    def pop_trailing_newline(self) -> None:
        if self.tokens:
            self.popped = self.tokens.pop()

    def before_codegen(self, node: cst.CSTNode) -> None:  # noqa: ARG002 - what the parser calls
        self._begun.append(self.offset)

    def after_codegen(self, node: cst.CSTNode) -> None:
        start = self._begun.pop()
        if node not in self.known:
            self.known[node] = start, self.offset

    def record_syntactic_position(  # type: ignore[override]
        self, node: cst.CSTNode, *, start_node: cst.CSTNode | None = None, end_node: cst.CSTNode | None = None
    ) -> AbstractContextManager[None]:
        return _Proper(self, node, start_node, end_node)


class _Proper:
    """Takes down from where to where a node reaches without what belongs around it."""

    __slots__ = ("_end_node", "_node", "_start", "_start_node", "_state")

    def __init__(
        self, state: _Written, node: cst.CSTNode, start_node: cst.CSTNode | None, end_node: cst.CSTNode | None
    ) -> None:
        self._state, self._node = state, node
        self._start_node, self._end_node = start_node, end_node
        self._start = state.offset

    def __enter__(self) -> None:
        self._start = self._state.offset

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        known = self._state.known
        start = self._start if self._start_node is None else known[self._start_node][0]
        end = self._state.offset if self._end_node is None else known[self._end_node][1]
        known[self._node] = start, end


class _Statements:
    """The statements of a parsed file, each with the lines around it."""

    def __init__(self, module: cst.Module) -> None:
        self.around: dict[cst.CSTNode, _Lines] = {}
        self.count = 0
        self._to_visit: list[tuple[Any, tuple[str, ...], _Lines | None]] = []
        self._default_indent = module.default_indent
        self._later(module.body, ())
        while self._to_visit:
            self._visit(*self._to_visit.pop())

    def _later(self, nodes: Sequence[cst.CSTNode], indents: tuple[str, ...], lines: _Lines | None = None) -> None:
        self._to_visit.extend((node, indents, lines) for node in reversed(nodes))

    def _visit(self, node: Any, indents: tuple[str, ...], lines: _Lines | None) -> None:  # noqa: ANN401 - any node
        """`lines`: those in which a node stands that has none to itself."""
        kind = type(node)
        if kind is cst.IndentedBlock:
            indent = self._default_indent if node.indent is None else node.indent
            self._later(node.body, (*indents, indent))
        elif kind is cst.SimpleStatementLine or kind is cst.SimpleStatementSuite:
            lines = lines or _Lines(node, indents, self.count)
            self.around.update(dict.fromkeys(node.body, lines))
            self.count += len(node.body)
        else:
            lines = lines or _Lines(node, indents, self.count)
            if kind not in _CLAUSES:
                self.around[node] = lines
                self.count += 1
            self._later(list(_inner(node)), indents, lines)


def _inner(node: cst.CSTNode | ast.AST) -> Iterator[Any]:
    """Yield the blocks and clauses of a statement or clause; a mere expression has none."""
    for name in _BLOCKS:
        inner = getattr(node, name, None)
        if isinstance(inner, (list, tuple)):
            yield from inner
        elif inner is not None:
            yield inner


def _rows(text: str) -> list[int]:
    """Return the row in which each statement begins, decorators included, in the order in which they are written."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            to_visit: list[Any] = ast.parse(text).body[::-1]
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []
    rows = []
    while to_visit:
        node = to_visit.pop()
        if isinstance(node, ast.stmt):
            decorators = getattr(node, "decorator_list", None)
            rows.append(decorators[0].lineno if decorators else node.lineno)
        to_visit.extend(list(_inner(node))[::-1])
    return rows


def _rows_before(node: Any) -> int:  # noqa: ANN401 - statements of any kind
    decorators = getattr(node, "decorators", ())
    return len(node.leading_lines) + (len(decorators[0].leading_lines) if decorators else 0)
