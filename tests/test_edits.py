"""Edits in the bytes of a file: what they change, and that they change nothing else."""

from __future__ import annotations

import codecs
import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leakguard.diagnostic import Edit, Place
from leakguard.editing import edited
from leakguard.source import make_source
from leakguard.textedits import EditError

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

    assert edited("a.py", written(text), edits(text, spans)) == written(changed(text, spans))
    assert edited("a.py", written(text), []) == written(text)


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
    after = edited("nb.ipynb", before.encode(), wanted).decode()
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

    def after(edit: Edit, *rows: str) -> bytes:
        return edited("nb.ipynb", notebook(*rows), [edit])

    def at(*numbers: int) -> Place:
        return Place("nb.ipynb", 1, *numbers)

    assert after(Edit(at(1, 2, 1, 2), "!"), "a\n", "b") == notebook("a!\n", "b")
    assert after(Edit(at(2, 1, 2, 1), "n\nm\n"), "a\n", "b") == notebook("a\n", "n\n", "m\n", "b")
    assert after(Edit(at(1, 2, 1, 2), "\nn"), "a") == notebook("a\n", "n")
    assert after(Edit(at(1, 1, 2, 1), ""), "a\n", "b\n", "c") == notebook("b\n", "c")
    assert after(Edit(at(1, 2, 3, 1), "+"), "a\n", "b\n", "c") == notebook("a+c")


def test_old_notebooks_keep_their_cells_in_worksheets() -> None:
    sheets = [
        {"cells": [{"cell_type": "code", "input": one, "language": "python"}]} for one in ("a = 1", ["b = 2\n", "c"])
    ]
    data = json.dumps({"worksheets": sheets, "nbformat": 3}).encode()
    after = edited("nb.ipynb", data, [Edit(Place("nb.ipynb", 2, 2, 2, 2, 2), "  # x")])
    assert after == data.replace(b'"c"', b'"c  # x"')


def test_texts_put_in_at_one_place_keep_their_order() -> None:
    at = Place("a.py", None, 1, 2, 1, 2)
    assert edited("a.py", b"ab", [Edit(at, "1"), Edit(at, "2"), Edit(at, "3")]) == b"a123b"


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
        edited(name, data, [Edit(Place(name, None, *at), text) for *at, text in wanted])


def test_an_edit_in_a_cell_that_is_missing_or_empty_is_told() -> None:
    data = b'{"cells": [{"cell_type": "code", "source": []}]}'
    for cell in (0, 1, 2):
        with pytest.raises(EditError, match=f"no cell {cell}"):
            edited("a.ipynb", data, [Edit(Place("a.ipynb", cell, 1, 1, 1, 1), "x")])


def test_places_are_those_that_a_source_shows() -> None:
    data = '\ufeffx = 1\r\ny = "é"\r\n'.encode()
    source = make_source("a.py", data)
    row = source.rows(None)[1]
    at = source.place(2, row.index("é") + 1, 2, row.index("é") + 2)
    assert edited("a.py", data, [Edit(at, "è")]) == data.replace("é".encode(), "è".encode())


layouts = st.fixed_dictionaries(
    {
        "indent": st.sampled_from([None, 1, 2, 4]),
        "ensure_ascii": st.booleans(),
        "separators": st.sampled_from([(",", ":"), (", ", ": ")]),
    }
)
words = st.text('ab\n"\\\U0001f600\u2028é', max_size=20)


def rows_of(text: str, newline: str) -> list[str]:
    """Cut a text with plain newlines into rows that end otherwise."""
    *rows, last = text.split("\n")
    return [*(row + newline for row in rows), *([last] if last else [])]


@given(
    st.data(),
    st.lists(st.tuples(words, st.booleans()), max_size=3),
    layouts,
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.sampled_from(["", "\n", "\r\n"]),
)
def test_cells_of_the_first_formats_keep_rows_and_their_ends(
    data: st.DataObject, written: list[tuple[str, bool]], style: dict[str, Any], newline: str, end: str
) -> None:
    def notebook(sources: list[object]) -> dict[str, object]:
        cells: list[dict[str, object]] = [
            {"cell_type": "code", "language": "python", "input": one, "outputs": [{"text": "é"}]} for one in sources
        ]
        heading: dict[str, object] = {"cell_type": "heading", "level": 1, "source": []}
        sheets = [{"cells": [heading, *cells[:1]]}, {"cells": cells[1:], "metadata": {"cells": [{"input": "no"}]}}]
        return {"metadata": {"worksheets": [{"cells": ["no"]}]}, "worksheets": sheets, "nbformat": 3}

    def source(text: str, *, cut: bool) -> object:
        return rows_of(text, newline) if cut else text.replace("\n", newline)

    before = json.dumps(notebook([source(text, cut=cut) for text, cut in written]), **style) + end
    wanted, after, joined = [], [], []
    for number, (text, _) in enumerate(written, 2):
        new = st.text('xy\n"\\é' if "\n" in text else "xy", max_size=5)  # new rows end as the first one does
        spans = data.draw(spans_in(text, new)) if text else []
        wanted += edits(text, spans, "nb.ipynb", number)
        after.append(changed(text, spans))
        joined.append(any("\n" in text[start:stop] for start, stop, _ in spans))
    result = edited("nb.ipynb", before.encode(), wanted).decode()
    assert result.endswith("}" + end)
    sheets = json.loads(result)["worksheets"]
    found = [cell["input"] for cell in [*sheets[0]["cells"][1:], *sheets[1]["cells"]]]
    assert ["".join(one) for one in found] == [text.replace("\n", newline) for text in after]
    for one, text, is_joined, (_, cut) in zip(found, after, joined, written, strict=True):
        assert isinstance(one, list if cut else str)
        if cut and not is_joined:  # which leaves two rows in one piece
            assert list(filter(None, one)) == rows_of(text, newline)
    if not wanted:
        assert result == before


def test_rows_put_in_behind_the_last_newline_are_pieces_too() -> None:
    def notebook(*rows: str) -> bytes:
        return json.dumps({"cells": [{"cell_type": "code", "source": list(rows)}]}, indent=1).encode()

    for new, rows in (("c\nd", ["c\n", "d"]), ("c\n", ["c\n"]), ("c", ["c"])):
        edit = Edit(Place("nb.ipynb", 1, 3, 1, 3, 1), new)
        assert edited("nb.ipynb", notebook("a\n", "b\n"), [edit]) == notebook("a\n", "b\n", *rows)
    edit = Edit(Place("nb.ipynb", 1, 1, 2, 1, 2), "\nb")
    assert edited("nb.ipynb", notebook("a\r\n", "c"), [edit]) == notebook("a\r\n", "b\r\n", "c")


def test_cells_are_counted_as_the_reader_counts_them() -> None:
    """What is no object counts too, and a text goes before a list, whatever it is called."""
    cells = [1, {"cell_type": "code", "source": ["no"], "input": "x = 1"}]
    data = json.dumps({"worksheets": [{"cells": [{"source": "no"}]}], "cells": cells}).encode()
    source = make_source("nb.ipynb", data)
    assert source.text == "x = 1\n"
    after = edited("nb.ipynb", data, [Edit(source.place(1, 5, 1, 6), "2")])
    assert after == data.replace(b"x = 1", b"x = 2")


@pytest.mark.parametrize("data", [b"", b"{", b'{"cells": [{"source": "a', b"[" * 100_000, b"\xff\xfe{"])
def test_what_is_no_notebook_is_told(data: bytes) -> None:
    with pytest.raises(EditError, match=r"^nb\.ipynb: "):
        edited("nb.ipynb", data, [Edit(Place("nb.ipynb", 1, 1, 1, 1, 1), "x")])
