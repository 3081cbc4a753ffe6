"""Each construct of Python beside what it is lowered to, in the notation of `show`."""

from __future__ import annotations

import libcst
import pytest
import show

from leakguard.semantic.program import parse

EXPRESSIONS = {
    # names and literals
    "x": "x",
    "(x)": "x",
    "None": "None",
    "True": "True",
    "...": "...",
    "1_000": "1000",
    "0xFF": "255",
    "0b1_0": "2",
    "0o17": "15",
    "00": "0",
    "1e-3": "0.001",
    "1_0.5": "10.5",
    ".5": "0.5",
    "2J": "2j",
    "-1": "-1",
    "- 1.5": "-1.5",
    "-2j": "(-0-2j)",
    "--1": "<- -1>",
    "-True": "<- True>",
    "-1 ** 2": "<- <** 1 2>>",
    "'a'": "'a'",
    "u'a'": "'a'",
    r"r'\n'": r"'\\n'",
    r"'\n\x41\u0042\101'": r"'\nABA'",
    r"'\d'": r"'\\d'",
    '"""a\nb"""': r"'a\nb'",
    r"b'\xff' b'a'": r"b'\xffa'",
    "'a' \"b\" r'\\c'": r"'ab\\c'",
    "('a'\n 'b')": "'ab'",
    # strings with expressions in them
    "f''": "text()",
    "f'a'": "text('a')",
    "f'{x}'": "text(x)",
    "f'a{x}b{y}'": "text('a', x, 'b', y)",
    "f'{{{x}}}'": "text('{', x, '}')",
    "f'{x!r:>{width}.{places}f}cm'": "text(x, width, places, 'cm')",
    "f'{x = !s}'": "text('x = ', x)",
    "rf'\\n{x}'": r"text('\\n', x)",
    "f'\\n{x}'": r"text('\n', x)",
    "'a' f'b{x}' 'c' f'd'": "text('ab', x, 'cd')",
    "f'{10}' 'a'": "text(10, 'a')",
    "f'{d[\"k\"]}'": "text(d['k'])",
    "f'{d['k']}'": "text(d['k'])",
    # attributes, subscripts, calls
    "a.b.c": "a.b.c",
    "a[0]": "a[0]",
    "a[1:]": "a[slice(1::)]",
    "a[:-1:2]": "a[slice(:-1:2)]",
    "a[::]": "a[slice(::)]",
    "a[1:2, ::3]": "a[tuple(slice(1:2:), slice(::3))]",
    "a[0,]": "a[tuple(0)]",
    "a[(0, 1)]": "a[tuple(0, 1)]",
    "a[*b]": "a[tuple(*b)]",
    "a[*b, 0]": "a[tuple(*b, 0)]",
    "f()": "f()",
    "f(a, *b, c=1, **d)": "f(a, *b, c=1, **d)",
    "f(*a, b)": "f(*a, b)",
    "f(x for x in y)": "f(generator(x for x in y))",
    "a.b(c).d()[0]": "a.b(c).d()[0]",
    # operations
    "a + b * c": "<+ a <* b c>>",
    "a - b - c": "<- <- a b> c>",
    "a @ b // c % d / e": "</ <% <// <@ a b> c> d> e>",
    "a | b & c ^ d << e >> f": "<| a <^ <& b c> <>> <<< d e> f>>>",
    "~a": "<~ a>",
    "+a": "<+ a>",
    "not a": "<not a>",
    "a and b and c": "<and a b c>",
    "a or b and c or d": "<or a <and b c> d>",
    "(a and b) and c": "<and <and a b> c>",
    "a and (b and c)": "<and a <and b c>>",
    "a < b <= c": "<< <= : a b c>",
    "a == b": "<== : a b>",
    "a != b": "<!= : a b>",
    "a > b >= c": "<> >= : a b c>",
    "a in b": "<in : a b>",
    "a not  in b": "<not in : a b>",
    "a is b is not c": "<is is not : a b c>",
    # displays and comprehensions
    "[]": "list()",
    "[a, *b]": "list(a, *b)",
    "()": "tuple()",
    "a,": "tuple(a)",
    "(a, (b, c))": "tuple(a, tuple(b, c))",
    "{a, *b}": "set(a, *b)",
    "{}": "dict()",
    "{'a': 1, **b}": "dict('a': 1, **b)",
    "[x for x in y if a if b]": "list(x for x in y if a if b)",
    "[x for a in b for x in a if x]": "list(x for a in b for x in a if x)",
    "{x for x in y}": "set(x for x in y)",
    "{k: v for k, v in d}": "dict(k: v for tuple(k, v) in d)",
    "(x async for x in y)": "generator(x for x in y)",
    # the rest
    "a if b else c": "<a if b else c>",
    "lambda: 0": "lambda(: 0)",
    "lambda a, /, b=1, *c, d, e=2, **f: a": "lambda(a, b=1, *c, d, e=2, **f: a)",
    "lambda a, *, b: a": "lambda(a, b: a)",
    "(a := b)": "<a := b>",
    "(yield)": "<yield >",
    "(yield a, b)": "<yield tuple(a, b)>",
    "(yield from a)": "<yield from a>",
    "await a": "<await a>",
}

STATEMENTS = {
    # that do nothing
    "": "nothing",
    "# comment": "nothing",
    "pass": "nothing",
    "'docstring'": "nothing",
    "'doc' 'string'": "nothing",
    "...": "nothing",
    "a: int": "nothing",
    # simple ones
    "a = b": "a = b",
    "a = b = c": "a = b = c",
    "a, *b = c": "tuple(a, *b) = c",
    "[a, b] = c": "list(a, b) = c",
    "a.b[0] = c": "a.b[0] = c",
    "a: int = b": "a = b",
    "a = yield": "a = <yield >",
    "a += b": "a += b",
    "a **= b; c //= d; e >>= f": "a **= b; c //= d; e >>= f",
    "a @= b; c |= d": "a @= b; c |= d",
    "f(x)": "f(x)",
    "a; b;": "a; b",
    "return": "return",
    "return a, b": "return tuple(a, b)",
    "raise": "raise",
    "raise A from b": "raise A",
    "assert a, b": "assert a",
    "del a": "del a",
    "del a, b[0]": "del a, b[0]",
    "del (a, b)": "del a, b",
    "global a, b": "global a, b",
    "nonlocal a": "nonlocal a",
    "type X = list[int]": "X = list[int]",
    "type X[T: int, *Ts, **P] = list[T]": "X = list[T]",
    # that bind names of modules
    "import a": "import a = a",
    "import a.b.c": "import a = a",
    "import a.b as c, d": "import c = a.b, d = d",
    "from a import b": "from a import b = b",
    "from a.b import (c as d, e,)": "from a.b import d = c, e = e",
    "from . import a": "from . import a = a",
    "from ... a import b": "from ...a import b = b",
    "from a import *": "from a import *",
    # with blocks in them
    "if a: b": "if a {b}",
    "if a:\n  b\nelse:\n  c": "if a {b} else {c}",
    "if a: b\nelif c: d\nelif e: f\nelse: g": "if a {b} else {if c {d} else {if e {f} else {g}}}",
    "if a: b; c": "if a {b; c}",
    "while a:\n  break\nelse:\n  b": "while a {break} else {b}",
    "for a, b in c:\n  continue\nelse:\n  d": "for tuple(a, b) in c {continue} else {d}",
    "for a in *b, c: d": "for a in tuple(*b, c) {d}",
    "async def f():\n  async for a in b: c": "def f() {for a in b {c}}",
    "async def f():\n  async with a as b: c": "def f() {with a as b {c}}",
    "with a: b": "with a {b}",
    "with a as b, c as (d, e): f": "with a as b, c as tuple(d, e) {f}",
    "with (a as b.c, d as e[0],): f": "with a as b.c, d as e[0] {f}",
    "try: a\nexcept: b": "try {a} except  {b}",
    "try: a\nexcept A as e: b\nexcept (B, C): c\nelse: d\nfinally: e": (
        "try {a} except A as e {b} except tuple(B, C) {c} else {d} finally {e}"
    ),
    "try: a\nexcept A, B: b": "try {a} except tuple(A, B) {b}",
    "try: a\nexcept* A as e: b": "try {a} except A as e {b}",
    "try: a\nfinally: b": "try {a} finally {b}",
    "match a:\n  case 1 | None: b\n  case _: c": "match a case  {b} case  {c}",
    "match a, b:\n  case x, *y if x: c": "match tuple(a, b) case x, y if x {c}",
    "match a:\n  case {'k': v, **rest}: c": "match a case v, rest {c}",
    "match a:\n  case A(b, c=d) as e: f": "match a case b, d, e {f}",
    "match a:\n  case [A.B, (x as y), *_] | [y]: f": "match a case x, y {f}",
    "match a:\n  case (x | x) as y: f": "match a case x, y {f}",
    # functions and classes
    "def f(): pass": "def f() {nothing}",
    "def f(a, /, b: int = 1, *args: A, c, d=2, **kw: B) -> C:\n  'doc'\n  return a": (
        "def f(a, b: int=1, *args: A, c, d=2, **kw: B) {return a}"
    ),
    "def f[T: int, *Ts](a: T, *, b): pass": "def f(a: T, b) {nothing}",
    "@a\n@b.c(d)\ndef f(): pass": "@a @b.c(d) def f() {nothing}",
    "class A: pass": "class A() {nothing}",
    "class A[T](B, *C, metaclass=D, **E):\n  x = 1\n  def f(self): x": "class A(B, *C) {x = 1; def f(self) {x}}",
    "@a\nclass B(): x: int; y: int = 0": "@a class B() {y = 0}",
}

RECENT = {
    "TemplatedString": ("t'a{x!r:>{w}}b'", "text('a', x, w, 'b')"),
    "StarredDictComp": ("{**x for x in y}", "dict(**x for x in y)"),
    "LazyImport": ("lazy import a.b as c", "import c = a.b"),
    "LazyImportFrom": ("lazy from a import b", "from a import b = b"),
}


def lowered(text: str) -> str:
    return show.block(parse(text, "example.py").body)


@pytest.mark.parametrize(("text", "expected"), EXPRESSIONS.items())
def test_expressions(text: str, expected: str) -> None:
    assert lowered(f"_ = {text}\n") == f"_ = {expected}"


@pytest.mark.parametrize(("text", "expected"), STATEMENTS.items())
def test_statements(text: str, expected: str) -> None:
    assert lowered(text) == expected


@pytest.mark.parametrize("kind", RECENT)
def test_syntax_that_only_newer_versions_of_the_parser_know(kind: str) -> None:
    if not hasattr(libcst, kind):
        pytest.skip(f"this libcst has no {kind}")
    text, expected = RECENT[kind]
    assert lowered(text) == expected


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_newlines_of_every_kind(newline: str) -> None:
    text = newline.join(["if a:", "\tb = '''c", "d'''", "e = f(", "  g)"])
    assert lowered(text) == r"if a {b = 'c\nd'}; e = f(g)"


def test_a_number_with_more_digits_than_python_reads_is_infinite() -> None:
    assert lowered(f"x = {'9' * 5000}") == "x = inf"


def test_no_operation_shares_an_origin_with_its_operands() -> None:
    assign = parse("x = a and b and c", "example.py").body[0]
    origins = [id(node.origin) for node in (assign, assign.value, *assign.value.operands)]  # type: ignore[union-attr]
    assert len(set(origins)) == len(origins)
