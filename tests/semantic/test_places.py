"""The places of a few nodes, found by writing out the lines around them: the same as those found for a whole file."""

from __future__ import annotations

import sysconfig
from pathlib import Path
from typing import TYPE_CHECKING, cast

import libcst as cst
import pytest
from libcst.metadata import PositionProvider
from literate import programs

from leakguard.lexing import compiles
from leakguard.semantic.places import Places

if TYPE_CHECKING:
    from collections.abc import Mapping

    from libcst.metadata import CodeRange

TESTS = Path(__file__).parent.parent
LIBRARY = Path(sysconfig.get_path("stdlib"))
AWKWARD = {
    "tabs": "if a:\n\tif b:\n\t\tc(d)\n\te(f)\n",
    "form feeds": "\f\na(b)\n\f\nclass C:\n    \f\n    def m(self):\n        return n(self)\n",
    "continued lines": "a = b + \\\n    c(d)\nif a and \\\n   b:\n    e(f, \\\n      g)\n",
    "other alphabets": "é = ü('🎉'); ñ = 'ß'.join(é)\n\nfor ö in ñ:\n    '''\n    🎉\n    '''; print(ö)\n",
    "decorators": "# c\n@a\n# d\n@ b(c)\n\n# e\ndef f():\n    # g\n    return h(i)\n",
    "decorated methods": "\n\n@a\nclass B:\n    @c\n    async def d(self):\n        await e\n",
    "semicolons": "a(b); c(d);\nif e: f(g); h(i)\nelse: j(k); l(m);\n",
    "chains": "if a:\n    b\nelif c(d):\n    e\n# f\nelif g: h(i)\nelse:\n    # j\n    k(l)\n",
    "attempts": "try:\n    a(b)\nexcept c as d:\n    e\nexcept (f, g): h\nelse:\n    i\nfinally:\n    j(k)\n",
    "matches": "match a(b):\n    case 1 if c(d):\n        e\n    case [f, *g]: h(i)\n",
    "nothing but comments behind": "def f():\n    a\n    # b\n# c\n    # d\n\ng(h)\n# i\n\n",
    "no last newline": "a\nif b:\n    c(d)",
    "blank lines with spaces": "a\n   \n\t\nif b:\n\n      c(d)\n   # e\n      f(g)\n",
    "strings over lines": "a = '''\nb\n''' % c(d)\ne(f'''{\ng\n}''')\n",
    "expressions that are named like blocks": "a = lambda: b\nc = d if e else f\n(g for h in i)\n",
}


@pytest.mark.parametrize("text", AWKWARD.values(), ids=AWKWARD)
def test_awkward_lines(text: str) -> None:
    assert not differing(text)


@pytest.mark.parametrize("path", sorted(TESTS.glob("*/*.md")), ids=lambda path: path.stem)
def test_literate_programs(path: Path) -> None:
    texts = [program.text for program in programs(path.read_text(encoding="utf-8"))]
    assert not any(differing(text) for text in texts if compiles(text))


@pytest.mark.parametrize("name", ["dataclasses.py", "asyncio/locks.py", "bdb.py", "argparse.py", "decimal.py"])
def test_large_files(name: str) -> None:
    assert not differing((LIBRARY / name).read_text(encoding="utf-8"))


@pytest.mark.parametrize("text", ["a\r\nb(c)\r\n", "a\rb(c)\r", "print(a)\x0c\n"])
def test_a_text_whose_lines_are_not_certain_is_written_out_as_a_whole(text: str) -> None:
    module = cst.parse_module(text)
    places, expected = Places(module, text), whole(module)
    assert all(places.find(node, around) == expected[node] for node, around in asked_for(module))


def test_a_wrong_statement_costs_time_alone() -> None:
    module = cst.parse_module("a(b)\nc(d)\n")
    first, last = module.body
    assert isinstance(first, cst.SimpleStatementLine)
    assert isinstance(last, cst.SimpleStatementLine)
    assert Places(module, "a(b)\nc(d)\n").find(last.body[0], first.body[0]) == (2, 1, 2, 5)


def test_a_node_of_another_file_stands_nowhere() -> None:
    module = cst.parse_module("a\n")
    assert Places(module, "a\n").find(cst.Name("a"), cst.Name("a")) is None


def differing(text: str) -> list[str]:
    """Return the nodes that don't stand where they do for the whole file, none of which may need the whole file."""
    module = cst.parse_module(text)
    places, expected = Places(module, text), whole(module)
    found = [module.code_for_node(node) for node, at in asked_for(module) if places.find(node, at) != expected[node]]
    return [*found, "written out as a whole"] if places._complete else found  # noqa: SLF001


def whole(module: cst.Module) -> dict[cst.CSTNode, tuple[int, int, int, int]]:
    """Return where every node stands, by the parser's own account."""
    provider = PositionProvider()
    provider._gen_impl(module)  # noqa: SLF001
    computed = cast("Mapping[cst.CSTNode, CodeRange]", provider._computed).items()  # noqa: SLF001
    return {node: (at.start.line, at.start.column + 1, at.end.line, at.end.column + 1) for node, at in computed}


def asked_for(module: cst.Module) -> list[tuple[cst.CSTNode, cst.CSTNode]]:
    """Return all nodes of which a finding may ask, each with the statement around it."""
    asker = Asker()
    module.visit(asker)
    return asker.found


class Asker(cst.CSTVisitor):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[cst.CSTNode, cst.CSTNode]] = []
        self._around: list[cst.CSTNode] = []

    def on_visit(self, node: cst.CSTNode) -> bool:
        if isinstance(node, cst.BaseSmallStatement | cst.BaseCompoundStatement):
            self._around.append(node)
        if isinstance(node, cst.BaseSmallStatement | cst.BaseCompoundStatement | cst.BaseExpression | cst.Arg):
            self.found.append((node, self._around[-1]))
        return True

    def on_leave(self, original_node: cst.CSTNode) -> None:
        if self._around and self._around[-1] is original_node:
            self._around.pop()
