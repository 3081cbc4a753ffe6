"""What is read of a text before it is parsed."""

from __future__ import annotations

import pytest

from leakguard.prefilter import imports


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("import a.b as c, d\n", [("a.b", 0), ("d", 0)]),
        ("import a  # and more, of it\n", [("a", 0)]),
        ("if x:\n    from .a import b as c, d\n", [("a", 1), ("a.b", 1), ("a.d", 1)]),
        ("from .. import a; b = 1\n", [("", 2), ("a", 2)]),
        ("from a import (\n    b,\n    c as d,\n)\n", [("a", 0), ("a.b", 0), ("a.c", 0)]),
        ("from a import *\n", [("a", 0)]),
        ("important = 1\nfrom_a = b\n", []),
    ],
)
def test_imports_show_without_parsing(text: str, named: list[tuple[str, int]]) -> None:
    assert list(imports(text)) == named
