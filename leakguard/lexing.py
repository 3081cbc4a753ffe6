"""What can be told about Python text without parsing it: where comments stand and logical lines end, how deep it nests.

The scanner only needs to know strings from code. It holds for every version of Python, and for text that no
version accepts.
"""

from __future__ import annotations

import ast
import re
import warnings
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_TOKEN = re.compile(
    r"""
      (?P<comment> \# [^\n]* )
    | (?P<string>
          \"{3} [^"\\]* (?: (?: \\. | "(?!"") ) [^"\\]* )* (?: \"{3} | \Z )
        | '{3}  [^'\\]* (?: (?: \\. | '(?!'') ) [^'\\]* )* (?: '{3}  | \Z )
        | "     [^"\\\n]* (?: \\. [^"\\\n]* )* "?
        | '     [^'\\\n]* (?: \\. [^'\\\n]* )* '?
      )
    | (?P<open> [(\[{] )
    | (?P<close> [)\]}] )
    | (?P<joined> \\\n )
    | (?P<end> \n )
    """,
    re.VERBOSE | re.DOTALL,
)
_LITERAL = r"""(?:[-+]?\d[\w.]*+(?:(?<=[eE])[-+]\d++)?+|"[^"\\\n]*+"|'[^'\\\n]*+')"""
_FLAT = rf"[\[(]\s*+(?>{_LITERAL}\s*+,?\s*+)*+[\])]"
_ITEM = rf"(?:{_LITERAL}|{_FLAT})\s*+,\s*+"
_BULK = re.compile(rf"(?<![\w.\"'])(?P<key>(?>{_LITERAL}\s*+:\s*+{_ITEM}){{500,}}+)|(?<![\w.\"'])(?>{_ITEM}){{500,}}+")
_OUTERMOST = re.compile(r"(?!(?:else|elif|except|finally)\b)[^\s#]")
_WORD = re.compile(r"\w+")
_BRACKET = re.compile(r"[\[({\])}]")

# Python 2's statement; what follows can begin no operand that Python 3 would see after the function's name.
_PRINT = re.compile(r"""^([ \t]*)print(?:[ \t]+(?=["'\w\\{`])|[ \t]*>>|[ \t]*(?=["']))""", re.MULTILINE)

# Beyond either a file is analysed only in part: to the parser these are some seconds.
MOST_ROWS = 40_000
MOST_WORDS = 300_000
# From this many characters on, text is searched for data written out.
_MUCH_TEXT = 50_000
# Beyond this the parser takes seconds, or overruns the C stack and takes the process with it.
_MOST_LEVELS = 1_000
# A text below all of these cannot come near it, so that its levels need not be counted.
_HARMLESS_BRACKETS = 50
_HARMLESS_LINE = 2_000
_HARMLESS_GROUP = 20_000
_HARMLESS_BRANCHES = 500


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment from its hash sign to the end of the row; `alone` if nothing else stands in that row."""

    row: int
    column: int
    text: str
    alone: bool


@dataclass(frozen=True, slots=True)
class TooDeep:
    """A text that nests too deeply for the parser, and where; `is_error` if Python refuses it too."""

    message: str
    row: int
    column: int
    is_error: bool


def comments(text: str) -> Iterator[Comment]:
    """Yield the comments of the text, and nothing that only looks like one inside a string."""
    row, row_start = 1, 0
    for token in _TOKEN.finditer(text):
        start = token.start()
        if token.lastgroup == "comment":
            alone = not text[row_start:start].strip()
            yield Comment(row, start - row_start + 1, token.group(), alone)
        elif breaks := token.group().count("\n"):
            row += breaks
            row_start = text.rindex("\n", start, token.end()) + 1


def rows_without_end(text: str) -> frozenset[int]:
    """Return the rows at whose end no comment can stand: a string goes on in the next one, or a backslash joins it."""
    found: set[int] = set()
    row = 1
    for token in _TOKEN.finditer(text):
        breaks = token.group().count("\n")
        if token.lastgroup != "end":
            found.update(range(row, row + breaks))
        row += breaks
    return frozenset(found)


def end_of_logical_line(text: str, start: int) -> int:
    """Return the index just behind the newline that ends the logical line which begins at `start`."""
    depth = 0
    for token in _TOKEN.finditer(text, start):
        match token.lastgroup:
            case "open":
                depth += 1
            case "close":
                depth = max(depth - 1, 0)
            case "end" if depth == 0:
                return token.end()
    return len(text)


def without_bulk(text: str) -> str:
    """Return the text with long runs of written-out data, which take the parser seconds and much memory, cut to one.

    Rows stay what they are.
    """
    if len(text) < _MUCH_TEXT:
        return text
    return _BULK.sub(lambda run: ("0: 0," if run["key"] else "0,") + "\n" * run.group().count("\n"), text)


def within_limit(text: str) -> str:
    """Return the text up to the last statement of the outermost level within the limit; most texts as they are."""
    most = _rows_within_limit(text)
    if text.count("\n", 0, len(text) - 1) < most:
        return text
    return text[: _last_beginning(text, most)]


def _last_beginning(text: str, most: int) -> int:
    """Return the index of the last statement of the outermost level that begins in so many rows, or right behind."""
    found = start = row = 0
    decorated = False
    while start < len(text) and row <= most:
        if _OUTERMOST.match(text, start):
            found = found if decorated else start
            decorated = text[start] == "@"
        end = end_of_logical_line(text, start)
        row += text.count("\n", start, end)
        start = end
    return found


def _rows_within_limit(text: str) -> int:
    """Return how many rows are within the limit; empty ones, such as bulk data leaves behind, do not count."""
    rows = text.split("\n")
    if len(text) <= MOST_WORDS and len(rows) <= MOST_ROWS:
        return len(rows)
    words = filled = 0
    for number, row in enumerate(rows):
        words += len(_WORD.findall(row))
        filled += bool(row.strip())
        if words > MOST_WORDS or filled > MOST_ROWS:
            return number
    return len(rows)


def compiles(text: str) -> bool:
    """Say whether the running Python accepts the text; False may also mean that it is too old for it."""
    try:
        with _no_warnings():
            compile(text, "<checked>", "exec", dont_inherit=True)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


def too_deep(text: str) -> TooDeep | None:
    """Say what forbids handing the text to the parser, which would overrun its stack; None for nearly all texts."""
    if not _may_be_deep(text):
        return None
    try:
        with _no_warnings():
            tree = ast.parse(text)  # which is safe at any depth
    except (RecursionError, MemoryError):
        return _beyond_limit(1)
    except (SyntaxError, ValueError) as error:
        if isinstance(error, SyntaxError) and "too many nested" in error.msg:
            return TooDeep(error.msg, error.lineno or 1, error.offset or 1, is_error=True)
        return None  # the parser has its own say
    return _first_beyond_limit(tree)


def _may_be_deep(text: str) -> bool:
    depth = group_start = 0
    for bracket in _BRACKET.finditer(text):
        if bracket.group() in "([{":
            group_start = group_start if depth else bracket.start()
            depth += 1
            if depth > _HARMLESS_BRACKETS:
                return True
        elif depth:
            depth -= 1
            if not depth and bracket.end() - group_start > _HARMLESS_GROUP:
                return True
    return (
        text.count("elif ") > _HARMLESS_BRANCHES
        or text.count("\\\n") > _HARMLESS_BRANCHES
        or any(len(line) > _HARMLESS_LINE for line in text.split("\n"))
    )


def _first_beyond_limit(tree: ast.Module) -> TooDeep | None:
    level: list[ast.AST] = [tree]
    for _ in range(_MOST_LEVELS):
        level = [child for node in level for child in ast.iter_child_nodes(node)]
        if not level:
            return None
    return _beyond_limit(min((node.lineno for node in level if isinstance(node, (ast.expr, ast.stmt))), default=1))


def _beyond_limit(row: int) -> TooDeep:
    return TooDeep(f"nested more than {_MOST_LEVELS:,} levels deep, too deep to analyse", row, 1, is_error=False)


@contextmanager
def _no_warnings() -> Iterator[None]:
    """Keep what Python says about odd but valid text, such as unknown escapes, from reaching the terminal."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def without_prints(text: str) -> str:
    """Return text with each print statement of Python 2 replaced by `pass`, rows kept."""
    pieces: list[str] = []
    start = 0
    while found := _PRINT.search(text, start):
        end = end_of_logical_line(text, found.start())
        pieces += (text[start : found.start()], found[1], "pass", "\n" * text.count("\n", found.start(), end))
        start = end
    return "".join((*pieces, text[start:]))
