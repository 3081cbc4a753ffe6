"""Edits in the bytes of a file: what they change, and that they change nothing else."""

from __future__ import annotations

import codecs
import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leakguard.diagnostic import Edit, Place
from leakguard.edits import EditError, apply_to_bytes
from leakguard.source import make_source

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Span = tuple[int, int, str]  # from, to, and what comes there, in the text with plain newlines


def place(text: str, start: int, end: int, name: str = "a.py", cell: int | None = None) -> Place:
    """Return where a stretch of a text with plain newlines stands."""
    row, end_row = (text.count("\n", 0, offset) + 1 for offset in (start, end))
    column, end_column = (offset - text.rfind("\n", 0, offset) for offset in (start, end))
    return Place(name, cell, row, column, end_row, end_column)


def edits(text: str, spans: Sequence[Span], name: str = "a.py", cell: int | None = None) -> list[Edit]:
    return [Edit(place(text, start, end, name, cell), new) for start, end, new in spans]


def changed(text: str, spans: Sequence[Span]) -> str:
    """Return the text with all changes made, from the last one back."""
    for start, end, new in sorted(spans, key=lambda span: span[:2], reverse=True):
        text = text[:start] + new + text[end:]
    return text


def spans_in(text: str, new: st.SearchStrategy[str]) -> st.SearchStrategy[list[Span]]:
    """Return stretches of a text that don't touch."""
    offsets = st.lists(st.integers(0, len(text)), unique=True, max_size=6).map(sorted)

    def filled(numbers: list[int], words: Callable[[], str]) -> list[Span]:
        return [(start, end, words()) for start, end in zip(numbers[::2], numbers[1::2], strict=False)]

    return st.builds(
        lambda numbers, words: filled(numbers, iter(words).__next__),
        offsets,
        st.lists(new, min_size=3, max_size=3),
    )


plain = st.text(st.characters(codec="utf-8", exclude_characters="\r\x0c"), max_size=30)
latin = st.text(st.characters(codec="latin-1", exclude_characters="\r\x0c"), max_size=30)


@given(st.data(), st.sampled_from(["\n", "\r\n", "\r"]), st.sampled_from(["", "bom", "latin-1"]))
def test_a_script_keeps_encoding_newlines_and_all_other_bytes(data: st.DataObject, newline: str, kind: str) -> None:
    letters = latin if kind == "latin-1" else plain
    head = "# coding: latin-1\n" if kind == "latin-1" else "#\n"
    text = head + data.draw(letters)
    spans = [span for span in data.draw(spans_in(text, letters)) if span[0] >= len(head)]

    def written(content: str) -> bytes:
        mark = codecs.BOM_UTF8 if kind == "bom" else b""
        return mark + content.replace("\n", newline).encode("latin-1" if kind == "latin-1" else "utf-8")

    assert apply_to_bytes("a.py", written(text), edits(text, spans)) == written(changed(text, spans))
    assert apply_to_bytes("a.py", written(text), []) == written(text)


def as_source(text: str, kind: str) -> object:
    return text if kind == "text" else text.splitlines(keepends=True)


sources = st.tuples(st.text('ab\n"\\\U0001f600\u2028é\t', max_size=20), st.sampled_from(["text", "list"]))
json_styles = st.fixed_dictionaries(
    {"indent": st.sampled_from([None, 1, 4, "\t"]), "ensure_ascii": st.booleans()},
)


@given(
    st.data(),
    st.lists(
        st.tuples(st.text('ab\n"\\\U0001f600\u2028é\t', max_size=20), st.sampled_from(["text", "list"])), max_size=4
    ),
    json_styles,
)
def test_a_notebook_keeps_the_rest_of_its_json(
    data: st.DataObject, written: list[tuple[str, str]], style: dict[str, Any]
) -> None:
    def notebook(sources: list[object]) -> dict[str, object]:
        cells: list[object] = [
            {"cell_type": "markdown", "source": ["# a"], "metadata": {"source": "no", "cells": [1, {"a": None}]}},
            *({"cell_type": "code", "outputs": [{"text": ["x", "\u00e9"]}], "source": one} for one in sources),
        ]
        return {"metadata": {"cells": "no"}, "cells": cells, "nbformat": 4}

    before = json.dumps(notebook([as_source(*one) for one in written]), **style)
    wanted = []
    texts_after: list[str] = []
    for number, (text, _) in enumerate(written, 2):
        spans = data.draw(spans_in(text, st.text('xy\n"\\é', max_size=5))) if text else []
        wanted += edits(text, spans, "nb.ipynb", number)
        texts_after.append(changed(text, spans))
    after = apply_to_bytes("nb.ipynb", before.encode(), wanted).decode()
    found = json.loads(after)
    texts = ["".join(cell["source"]) for cell in found["cells"][1:]]
    assert texts == texts_after
    for cell, (_, kind) in zip(found["cells"][1:], written, strict=True):
        assert isinstance(cell["source"], str if kind == "text" else list)
        cell["source"] = ""
    assert found == notebook([""] * len(written))
    if not wanted:
        assert after == before


@pytest.mark.parametrize("indent", [None, 1])
def test_rows_of_a_notebook_stay_json_texts_of_their_own(indent: int | None) -> None:
    def notebook(*rows: str) -> bytes:
        return json.dumps({"cells": [{"cell_type": "code", "source": list(rows)}]}, indent=indent).encode()

    def edited(edit: Edit, *rows: str) -> bytes:
        return apply_to_bytes("nb.ipynb", notebook(*rows), [edit])

    def at(*numbers: int) -> Place:
        return Place("nb.ipynb", 1, *numbers)

    assert edited(Edit(at(1, 2, 1, 2), "!"), "a\n", "b") == notebook("a!\n", "b")
    assert edited(Edit(at(2, 1, 2, 1), "n\nm\n"), "a\n", "b") == notebook("a\n", "n\n", "m\n", "b")
    assert edited(Edit(at(1, 2, 1, 2), "\nn"), "a") == notebook("a\n", "n")
    assert edited(Edit(at(1, 1, 2, 1), ""), "a\n", "b\n", "c") == notebook("b\n", "c")
    assert edited(Edit(at(1, 2, 3, 1), "+"), "a\n", "b\n", "c") == notebook("a+c")


def test_old_notebooks_keep_their_cells_in_worksheets() -> None:
    sheets = [
        {"cells": [{"cell_type": "code", "input": one, "language": "python"}]} for one in ("a = 1", ["b = 2\n", "c"])
    ]
    data = json.dumps({"worksheets": sheets, "nbformat": 3}).encode()
    after = apply_to_bytes("nb.ipynb", data, [Edit(Place("nb.ipynb", 2, 2, 2, 2, 2), "  # x")])
    assert after == data.replace(b'"c"', b'"c  # x"')


def test_texts_put_in_at_one_place_keep_their_order() -> None:
    at = Place("a.py", None, 1, 2, 1, 2)
    assert apply_to_bytes("a.py", b"ab", [Edit(at, "1"), Edit(at, "2"), Edit(at, "3")]) == b"a123b"


@pytest.mark.parametrize(
    ("name", "data", "wanted", "words"),
    [
        ("a.py", b"abc", [(1, 1, 1, 3, ""), (1, 2, 1, 4, "")], "two edits change the same text"),
        ("a.py", b"abc", [(2, 1, 2, 1, "")], "no row 2, column 1"),
        ("a.py", b"abc", [(1, 5, 1, 5, "")], "no row 1, column 5"),
        ("a.py", b"abc", [(0, 1, 1, 1, "")], "no row 0, column 1"),
        ("a.py", b"abc", [(1, 3, 1, 1, "")], "ends before it begins"),
        ("a.py", b"# coding: latin-1\n", [(2, 1, 2, 1, "\u2014")], "has no '\u2014'"),
        ("a.py", b"# coding: utf-7\n+AGE-\n", [(1, 1, 1, 1, "x")], "without changing other parts"),
        ("a.ipynb", b'{"cells": []}', [(1, 1, 1, 1, "x")], "no cell None"),
    ],
)
def test_what_cannot_be_done_is_told(
    name: str, data: bytes, wanted: list[tuple[int, int, int, int, str]], words: str
) -> None:
    with pytest.raises(EditError, match=words):
        apply_to_bytes(name, data, [Edit(Place(name, None, *at), text) for *at, text in wanted])


def test_an_edit_in_a_cell_that_is_missing_or_empty_is_told() -> None:
    data = b'{"cells": [{"cell_type": "code", "source": []}]}'
    for cell in (0, 1, 2):
        with pytest.raises(EditError, match=f"no cell {cell}"):
            apply_to_bytes("a.ipynb", data, [Edit(Place("a.ipynb", cell, 1, 1, 1, 1), "x")])


def test_places_are_those_that_a_source_shows() -> None:
    data = '\ufeffx = 1\r\ny = "é"\r\n'.encode()
    source = make_source("a.py", data)
    row = source.rows(None)[1]
    at = source.place(2, row.index("é") + 1, 2, row.index("é") + 2)
    assert apply_to_bytes("a.py", data, [Edit(at, "è")]) == data.replace("é".encode(), "è".encode())
