"""The text of a module that is to be edited: where nodes stand in it, and how they are written."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, cast

import libcst as cst

from leakguard.lexing import comments, compiles, without_bulk
from leakguard.semantic.syntax import Evaluate

if TYPE_CHECKING:
    from collections.abc import Iterable

    from leakguard.diagnostic import Place
    from leakguard.modules import Module
    from leakguard.semantic.syntax import Node


@dataclass(frozen=True, slots=True, order=True)
class Change:
    """A stretch of the text, by offsets, and what comes in its place."""

    start: int
    end: int
    text: str


class CannotFixError(Exception):
    """What a proposal asks for cannot be written here without doubt."""


class Page:
    """A parsed module, as text."""

    def __init__(self, module: Module) -> None:
        self.module = module
        self.text = module.source.text
        self._starts = [0, *accumulate(len(row) + 1 for row in self.text.split("\n"))]

    def span(self, node: Node | cst.CSTNode) -> tuple[int, int]:
        """Return the offsets between which a node stands, without parentheses around it."""
        origin = node if isinstance(node, cst.CSTNode) else cast("cst.CSTNode", self.module.program.origin_of(node))
        found = self.module.program.place(origin, origin)
        inside = isinstance(origin, cst.Expr) and origin is not node and not isinstance(node, Evaluate)
        if found is None or inside:  # code in a text that is handed to IPython stands where that text is
            raise CannotFixError
        return self.offset(found.row, found.column - 1), self.offset(found.end_row, found.end_column - 1)

    def written(self, node: Node | cst.CSTNode) -> str:
        """Return how a node is written, without parentheses around it."""
        start, end = self.span(node)
        return self.text[start:end]

    def offset(self, row: int, column: int) -> int:
        """Return the offset of a row from 1 and a column from 0."""
        return self._starts[row - 1] + column

    def row_of(self, offset: int) -> int:
        """Return the row, from 1, in which an offset lies."""
        return bisect_right(self._starts, offset)

    def row_span(self, row: int) -> tuple[int, int]:
        """Return where a row begins, and where it ends before its newline."""
        return self._starts[row - 1], min(self._starts[row] - 1, len(self.text))

    def indent_at(self, offset: int) -> str:
        """Return the white space that the row of an offset begins with."""
        start, end = self.row_span(self.row_of(offset))
        row = self.text[start:end]
        return row[: len(row) - len(row.lstrip())]

    def rows(self, start: int, end: int) -> tuple[int, int]:
        """Return the offsets of the whole rows between two offsets, the last newline included."""
        first, last = self.row_span(self.row_of(start))[0], self.row_span(self.row_of(end))[1]
        return first, min(last + 1, len(self.text))

    def place(self, start: int, end: int) -> Place:
        """Return where people see a stretch."""
        first, last = self.row_of(start), self.row_of(end)
        column, end_column = start - self._starts[first - 1] + 1, end - self._starts[last - 1] + 1
        return self.module.source.place(first, column, last, end_column)

    def is_sound(self) -> bool:
        """Say whether the nodes are those of this very text, and this text is Python."""
        return without_bulk(self.text) == self.text and compiles(self.text)


def is_clean(page: Page, changes: Iterable[Change]) -> bool:
    """Say whether what the changes leave is Python with all comments, and each change stays within its cell."""
    ordered = sorted(changes)
    if any(later.start < one.end or later.start == one.start for one, later in pairwise(ordered)):
        return False
    source = page.module.source
    if source.cells and any(_cells_apart(page, change) for change in ordered):
        return False
    after = applied(page.text, ordered)
    return compiles(after) and _all_comments(page.text) == _all_comments(after)


def applied(text: str, changes: Iterable[Change]) -> str:
    """Return the text with changes that do not overlap."""
    for change in sorted(changes, reverse=True):
        text = text[: change.start] + change.text + text[change.end :]
    return text


def _cells_apart(page: Page, change: Change) -> bool:
    source = page.module.source
    first, last = (source.cell_at(page.row_of(offset)) for offset in (change.start, change.end))
    return first is not last


def _all_comments(text: str) -> Counter[str]:
    return Counter(comment.text.strip() for comment in comments(text))
