"""Where nodes stand: as `ast` says, from row and column 1, in characters."""

from __future__ import annotations

import ast
import sysconfig
from pathlib import Path

import pytest
from from_ast import block, pairs

from leakguard.semantic import syntax as ir
from leakguard.semantic.program import Span, locate, parse

LIBRARY = Path(sysconfig.get_path("stdlib"))


@pytest.mark.parametrize("name", ["dataclasses.py", "statistics.py", "asyncio/locks.py", "json/encoder.py", "bdb.py"])
def test_nodes_stand_where_python_says(name: str) -> None:
    text = (LIBRARY / name).read_text(encoding="utf-8")
    calls = assert_same_places(text)
    assert calls > 50


def test_columns_count_characters() -> None:
    assert_same_places("é = '🎉'; ü(é, '🎉').ß(x)\nif ñ:\n\tá = b(c)\n")


def assert_same_places(text: str) -> int:
    """Hold every node against `ast` and return how many calls were among them."""
    program = parse(text, "example.py")
    calls = 0
    for ours, theirs in pairs(program.body, block(ast.parse(text).body)):
        if not is_in_parentheses_of_its_own(ours):
            assert locate(program, ours) == span_of(theirs, text.split("\n"))
            calls += isinstance(ours, ir.Call)
    return calls


def is_in_parentheses_of_its_own(node: ir.Node) -> bool:
    """Say whether `ast` counts the parentheses in, as it does for tuples and generators; we point at what is inside."""
    is_tuple = isinstance(node, ir.Display) and node.kind == "tuple"
    return is_tuple or (isinstance(node, ir.Comprehension) and node.kind == "generator")


def span_of(node: ir.Node, lines: list[str]) -> Span:
    origin = node.origin
    assert isinstance(origin, ast.expr | ast.stmt)
    assert origin.end_lineno is not None
    assert origin.end_col_offset is not None
    column = column_of(lines[origin.lineno - 1], origin.col_offset)
    end_column = column_of(lines[origin.end_lineno - 1], origin.end_col_offset)
    return Span(origin.lineno, column, origin.end_lineno, end_column)


def column_of(line: str, byte: int) -> int:
    return len(line.encode()[:byte].decode()) + 1


def test_a_statement_ends_before_its_comment() -> None:
    program = parse("a = f(\n    b,\n)  # why\n", "example.py")
    assert locate(program, program.body[0]) == Span(1, 1, 3, 2)


def test_statements_in_one_row_are_told_apart() -> None:
    program = parse("if a: b; c(d)\n", "example.py")
    outer = program.body[0]
    assert isinstance(outer, ir.If)
    assert [locate(program, each) for each in outer.body] == [Span(1, 7, 1, 8), Span(1, 10, 1, 14)]


def test_a_function_begins_below_its_decorators() -> None:
    program = parse("@a\ndef f():\n    b\n", "example.py")
    assert locate(program, program.body[0]) == Span(2, 1, 3, 6)


def test_an_operation_within_a_chain() -> None:
    program = parse("x = a.b(1).c(2)\n", "example.py")
    assign = program.body[0]
    assert isinstance(assign, ir.Assign)
    assert isinstance(assign.value, ir.Call)
    inner = assign.value.function
    assert isinstance(inner, ir.Attribute)
    assert locate(program, assign.value) == Span(1, 5, 1, 16)
    assert locate(program, inner.value) == Span(1, 5, 1, 11)


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_rows_end_at_every_kind_of_newline(newline: str) -> None:
    program = parse(newline.join(["", "# comment", "a", "", "b(c)", ""]), "example.py")
    assert [locate(program, each).row for each in program.body] == [3, 5]
