"""The running Python's tree and the parser's, lowered: the same program, node for node."""

from __future__ import annotations

import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest
from from_ast import differences
from test_lower import EXPRESSIONS, STATEMENTS

from leakguard.semantic import syntax as ir
from leakguard.semantic.program import RefusedError, SyntaxProblem, locate, parse

LIBRARY = Path(sysconfig.get_path("stdlib"))


@pytest.mark.parametrize("text", [*EXPRESSIONS, *STATEMENTS])
def test_both_make_the_same_of_a_construct(text: str) -> None:
    assert_same(text)


@pytest.mark.parametrize("number", range(0, 40, 4))
def test_both_make_the_same_of_a_file(number: int) -> None:
    file = sorted(LIBRARY.glob("*.py"))[number]
    assert_same(file.read_text("utf-8"))


def test_code_that_is_handed_to_ipython_is_left_to_the_parser() -> None:
    assert_same("get_ipython().run_line_magic('time', 'x = f(1)')\n")


def assert_same(text: str) -> None:
    fast, exact = parse(text, "example.py"), parse(text, "example.py", exactly=True)
    assert list(differences(fast.body, exact.body)) == []
    fast.settle()
    for statement, other in zip(fast.body, exact.body, strict=True):
        assert locate(fast, statement) == locate(exact, other)


def test_the_parser_is_not_imported_before_a_place_is_asked_for() -> None:
    code = (
        "import sys; from leakguard.semantic.program import locate, parse;"
        "program = parse('x = f(1)', 'x'); print('libcst' in sys.modules);"
        "print(locate(program, program.body[0].value).column, 'libcst' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n5 True\n"


def test_what_only_the_running_python_reads_is_refused_when_a_place_is_asked_for() -> None:
    text = "def f():\n    (a): int\n    g()\n"
    program = parse(text, "example.py")
    with pytest.raises(RefusedError):
        locate(program, program.body[0])
    with pytest.raises(SyntaxProblem):
        parse(text, "example.py", exactly=True)


def test_programs_that_differ_are_not_taken_for_one_another() -> None:
    one, other = parse("f(x)\n", "example.py"), parse("f(1)\n", "example.py")
    with pytest.raises(ValueError, match="Name"):
        ir.adopted(one.body, other.body)
