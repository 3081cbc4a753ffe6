"""Sources and the programs in them: parsing that survives broken cells, and places in what people see."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from leakguard.diagnostic import Diagnostic
from leakguard.lexing import compiles, too_deep, within_limit, without_bulk, without_prints
from leakguard.remarks import SYNTAX_ERROR, UNREADABLE_FILE
from leakguard.semantic.program import SyntaxProblem, locate, parse
from leakguard.semantic.syntax import Class, For, Function, If, Match, Try, While, With
from leakguard.source import is_yaml, looks_like_sweep

if TYPE_CHECKING:
    from collections.abc import Collection

    from leakguard.diagnostic import Place
    from leakguard.semantic.program import Program
    from leakguard.semantic.site import Site
    from leakguard.semantic.syntax import Node
    from leakguard.source import Source


@dataclass(frozen=True, slots=True)
class Module:
    """A source with its program; `whole`: that is all of it."""

    source: Source
    program: Program
    whole: bool = True

    def place(self, node: Node, statement: Node | None = None) -> Place:
        """Return where people see a node, which is sooner known with the statement around it; raises RefusedError."""
        span = locate(self.program, node, statement)
        return self.source.place(span.row, span.column, span.end_row, span.end_column)

    def statement_rows(self, site: Site) -> tuple[int, int]:
        """Return the first and last row of the statement around a site; of a compound one, its head is meant."""
        node, statement = self.place(site.node, site.statement), self.place(site.statement)
        if is_yaml(self.source.filename):  # one statement from the first row to the last
            return node.row, node.end_row
        is_compound = isinstance(site.statement, Class | For | Function | If | Match | Try | While | With)
        return statement.row, node.end_row if is_compound else statement.end_row


def load(source: Source, *, exactly: bool = False) -> tuple[Module | None, list[Diagnostic]]:
    """Parse a source, in a notebook without the cells that cannot be parsed, and say what could not.

    YAML that is no sweep is not our subject, however wrong it may be. `exactly`: by the parser alone.
    """
    if is_yaml(source.filename):
        sweep = _parse_sweep(source) if looks_like_sweep(source.text) else None
        return (sweep, []) if not isinstance(sweep, Diagnostic) else (None, [sweep])
    parsed = _parse(source, exactly=exactly)
    if isinstance(parsed, Module):
        return parsed, []
    broken = _broken_cells(source)
    rest = _parse(_mended(source, broken), exactly=exactly) if broken or source.cells is None else parsed
    if isinstance(rest, Module):
        return Module(source, rest.program, rest.whole), list(broken.values()) or [parsed]
    return None, [*broken.values(), parsed if source.cells is None else rest]


def _mended(source: Source, broken: Collection[int]) -> Source:
    """Return the source without the broken cells; where only Python 2's print is in the way, without that."""
    if source.cells is None:
        return replace(source, text=without_prints(source.text))
    texts = {cell.code.number: without_prints(cell.code.python) for cell in source.cells if cell.code.number in broken}
    mended = {number: text for number, text in texts.items() if compiles(text)}
    return source.with_cells(mended).without(set(broken) - set(mended))


def _parse(source: Source, *, exactly: bool = False) -> Module | Diagnostic:
    """Return the module, or what is in its way."""
    bulky = without_bulk(source.text)
    text = within_limit(bulky)
    if deep := too_deep(text):
        remark = SYNTAX_ERROR if deep.is_error else UNREADABLE_FILE
        return remark.at(source.place(deep.row, deep.column, deep.row, deep.column), deep.message)
    try:
        return Module(source, parse(text, source.filename, exactly=exactly), whole=text is bulky)
    except SyntaxProblem as problem:
        row, column = problem.row, problem.column
        return SYNTAX_ERROR.at(source.place(row, column, row, column), problem.message)


def _parse_sweep(source: Source) -> Module | Diagnostic:
    from leakguard.semantic.sweeps import parse_sweep

    try:
        return Module(source, parse_sweep(source.text, source.filename))
    except SyntaxProblem as problem:
        row, column = problem.row, problem.column
        return SYNTAX_ERROR.at(source.place(row, column, row, column), problem.message)


def _broken_cells(source: Source) -> dict[int, Diagnostic]:
    """Return for each cell that does not even parse alone what is wrong with it."""
    codes = [cell.code for cell in source.cells or ()]
    numbers = {code.number for code in codes}
    alone = {
        code.number: _parse(source.without(numbers - {code.number})) for code in codes if not compiles(code.python)
    }
    return {number: parsed for number, parsed in alone.items() if not isinstance(parsed, Module)}
