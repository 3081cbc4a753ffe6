"""What is told about a text without parsing it, held against Python's own tokenizer and parser."""

from __future__ import annotations

import ast
import io
import sysconfig
import tokenize
from pathlib import Path

import pytest

from leakguard.lexing import comments, compiles, end_of_logical_line, too_deep, without_bulk

STDLIB = Path(sysconfig.get_path("stdlib"))
MODULES = sorted([*STDLIB.glob("*.py"), *STDLIB.glob("asyncio/*.py"), *STDLIB.glob("email/*.py")])[::3]

TRICKY = """\
'# no'  # yes
x = '''# no
# no'''  # yes
y = r'\\\\'  # yes
z = "a'b"  # yes "'
if x:  # yes
    # yes
    f(a,  # yes
      '\\
# no', b)  # yes
f"{x!r:#>10}"  # yes
"""


@pytest.mark.parametrize("text", [TRICKY, *MODULES], ids=lambda text: getattr(text, "stem", "tricky"))
def test_comments_and_logical_lines_are_those_of_the_tokenizer(text: str | Path) -> None:
    text = text if isinstance(text, str) else text.read_text("utf-8")
    tokens = list(tokenize.generate_tokens(io.StringIO(text).readline))
    expected = [(*token.start, token.string) for token in tokens if token.type == tokenize.COMMENT]
    assert [(one.row, one.column - 1, one.text) for one in comments(text)] == expected
    ends = [token.end[0] for token in tokens if token.type in {tokenize.NEWLINE, tokenize.NL}]
    joined = {row for token in tokens if token.type == tokenize.NL for row in [token.end[0]]}
    rows, start = [], 0
    while start < len(text):
        start = end_of_logical_line(text, start)
        rows.append(text.count("\n", 0, start))
    assert set(rows) <= set(ends)
    assert {token.end[0] for token in tokens if token.type == tokenize.NEWLINE} <= set(rows) | joined


def test_a_comment_that_stands_alone_is_known() -> None:
    assert [(one.text, one.alone) for one in comments("x = 1  # a\n  # b\n")] == [("# a", False), ("# b", True)]


@pytest.mark.parametrize(
    "data",
    [
        "[\n" + "1.5, -2e-3, 0x1F,\n" * 20_000 + "]",
        "[\n" + "[1, 2], (3, 'a'),\n" * 20_000 + "]",
        "(" + "'text', " * 20_000 + ")",
        "{\n" + "'key': [1, 2],\n" * 20_000 + "'last': f(x)}",
        "{\n" + "1: 2,\n" * 20_000 + "**rest}",
        "f(a1, 2, " + "3, " * 40_000 + "z)",
    ],
)
def test_bulk_is_cut_and_the_rest_is_kept(data: str) -> None:
    text = f"before = 1\nx = {data}\nafter = 2\n"
    cut = without_bulk(text)
    assert len(cut) < len(text) / 4
    kept, whole = ast.parse(cut).body, ast.parse(text).body
    assert [(type(one), one.lineno, one.end_lineno) for one in kept] == [
        (type(one), one.lineno, one.end_lineno) for one in whole
    ]
    assert type(kept[1].value) is type(whole[1].value)  # type: ignore[attr-defined]


def test_what_is_no_bulk_is_left_alone() -> None:
    for text in ("x = [1, 2, 3]\n", "x = [" + "a, " * 50_000 + "]\n", "x = 1\n" * 20_000, "'" * 60_000):
        assert without_bulk(text) == text


@pytest.mark.parametrize(
    ("text", "is_error"),
    [
        ("x = " + "(" * 300 + ")" * 300, True),
        ("x = " + "[" * 50_000, True),
        ("x = " + "-" * 3_000 + "1", False),
        ("x = a" + ".b" * 3_000, False),
        ("x = (\n" + "a +\n" * 8_000 + "a)", False),
        ("x = a" + " \\\n + a" * 2_000, False),
        ("if a:\n    b\n" + "elif c:\n    d\n" * 2_000, False),
    ],
)
def test_texts_that_would_overrun_the_parser_are_told(text: str, *, is_error: bool) -> None:
    deep = too_deep(text)
    assert deep is not None
    assert deep.is_error is is_error


@pytest.mark.parametrize("text", ["", "x = " + "(" * 150 + ")" * 150, "x = a" + ".b" * 900, "\0" * 3_000, "x = (" * 60])
def test_texts_within_bounds_are_left_to_the_parser(text: str) -> None:
    assert too_deep(text) is None


def test_compiling_says_nothing_and_survives_everything() -> None:
    assert compiles("x = '\\d'\nassert (1, 'always')\n")
    for text in ("x = (", "x = 1\0", "x = " + "(" * 5_000, "x = " + "-" * 100_000 + "1", "print 'x'"):
        assert not compiles(text)
