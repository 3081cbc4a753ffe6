"""Any text is either a program or a problem with a place, however broken or deep it is."""

from __future__ import annotations

import subprocess
import sys
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leakguard.semantic import syntax as ir
from leakguard.semantic.program import Program, Span, SyntaxProblem, locate, parse

BROKEN = {
    "x = (1,\ny = 2\n": ("'(' was never closed", 1, 5),
    "x = 'abc\n": ("unterminated string literal (detected at line 1)", 1, 5),
    "a = 1\nif a:\n    b\n  c\n": ("unindent does not match any outer indentation level", 4, 4),
    "\tx\n": ("unexpected indent", 1, 1),
    "é = = 2\n": ("invalid syntax", 1, 5),
    "print 'x'\n": ("Missing parentheses in call to 'print'. Did you mean print(...)?", 1, 1),
    "a = 1\n\0b = 2\n": ("the file contains a null byte", 2, 1),
    "a = 1\r\nb = '\0'\r\n": ("the file contains a null byte", 2, 6),
}

# Each is nested in a way of its own; the number of levels is what the text is made for.
DEEP = {
    "parentheses": "(" * 2000 + "a" + ")" * 2000,
    "attributes": "a" + ".b" * 1200,
    "method calls": "a" + ".b()" * 500,
    "sums": "a" + "+a" * 1200,
    "conjunctions": "a" + " and a" * 3000,
    "negations": "not " * 1200 + "a",
    "lambdas": "lambda: " * 1000 + "a",
    "choices": "a if b else " * 1000 + "a",
    "strings": "'a' " * 1000,
}

TOKENS = [
    "a",
    "b",
    "1",
    "'c'",
    "f'{",
    "}'",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    ":",
    ",",
    ".",
    "=",
    ":=",
    "*",
    "**",
    "-",
    "@",
    "\n",
    "\n  ",
]
TOKENS += [
    "if ",
    "else ",
    "for ",
    "in ",
    "not ",
    "lambda ",
    "def ",
    "class ",
    "with ",
    "as ",
    "match ",
    "case ",
    "yield ",
    "#",
    "\\",
    "\0",
]


@pytest.mark.parametrize(("text", "expected"), BROKEN.items())
def test_broken_text_has_a_problem_with_a_place(text: str, expected: tuple[str, int, int]) -> None:
    assert problem_of(text) == expected


def problem_of(text: str) -> tuple[str, int, int]:
    with pytest.raises(SyntaxProblem) as caught:
        parse(text, "example.py")
    return caught.value.message, caught.value.row, caught.value.column


def test_what_only_the_parser_refuses_has_a_place_too() -> None:
    with pytest.raises(SyntaxProblem) as caught:
        parse("def f():\n    (a): int\n", "example.py", exactly=True)
    assert (caught.value.message, caught.value.row) == ("the parser does not understand this", 2)


@given(st.lists(st.sampled_from(TOKENS), max_size=12).map("".join))
def test_any_text_is_a_program_or_a_problem(text: str) -> None:
    parsed = parsed_or_problem(text)
    if isinstance(parsed, SyntaxProblem):
        assert parsed.message.strip()
        assert "\n" not in parsed.message
        assert 1 <= parsed.row <= text.count("\n") + 2
        assert parsed.column >= 1
    else:
        assert all(locate(parsed, each).row >= 1 for each in parsed.body)


def parsed_or_problem(text: str) -> Program | SyntaxProblem:
    try:
        return parse(text, "example.py")
    except SyntaxProblem as problem:
        return problem


@pytest.mark.parametrize("kind", DEEP)
def test_deep_expressions_are_lowered_and_located(kind: str) -> None:
    program = parse(f"x = {DEEP[kind]}\n", "example.py")
    assign = program.body[0]
    assert isinstance(assign, ir.Assign)
    assert locate(program, assign).end_column == len(f"x = {DEEP[kind].rstrip()}") + 1


def test_a_long_chain_of_branches_is_lowered_and_located() -> None:
    program = parse("if a: b\n" + "elif a: b\n" * 1000, "example.py")
    node: ir.Statement = program.body[0]
    branches = 0
    while isinstance(node, ir.If) and node.orelse:
        node = node.orelse[0]
        branches += 1
    assert branches == 1000
    assert locate(program, node) == Span(1001, 1, 1001, 10)


def test_deeper_than_python_allows_is_a_problem() -> None:
    assert problem_of("x = " + "(" * 3000)[1:] == (1, 205)


def test_deep_text_leaves_no_trace_on_the_process() -> None:
    before = sys.getrecursionlimit(), threading.stack_size(), threading.active_count()
    parse(f"x = {DEEP['parentheses']}\n", "example.py")
    assert (sys.getrecursionlimit(), threading.stack_size(), threading.active_count()) == before


@pytest.mark.skipif(sys.platform != "linux", reason="needs a limit on address space that the system keeps")
def test_long_text_is_parsed_where_a_thread_is_refused() -> None:
    # Less address space than the roomy stack takes; the text is long, but not deep.
    code = (
        "import resource, libcst; from leakguard.semantic.program import parse;"
        "resource.setrlimit(resource.RLIMIT_AS, (900 << 20, 900 << 20));"
        "program = parse('x = [' + '1,' * 40_000 + ']', 'x'); print(len(program.body[0].value.items))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("40000\n", "")


def test_the_parser_is_not_imported_before_the_first_parse() -> None:
    code = "import sys, leakguard.semantic.program; print('libcst' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
