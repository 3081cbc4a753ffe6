"""Edits in the bytes of files: what lies outside of them stays, whatever the encoding, the newlines and the JSON."""

from __future__ import annotations

import codecs
import json
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leakguard.diagnostic import Edit, Place
from leakguard.editing import edited
from leakguard.source import make_source
from leakguard.textedits import EditError, edited_text

ROWS = ["import x\n", "# \u00fc\n", 'y = "\U0001f600\\n"\n', "z = y"]
Notebook = dict[str, Any]


def at(row: int, column: int, end_row: int, end_column: int, cell: int | None = None) -> Place:
    return Place("a", cell, row, column, end_row, end_column)


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", [b"", codecs.BOM_UTF8])
def test_newlines_and_mark_stay(newline: str, mark: bytes) -> None:
    data = mark + newline.join(["a = 1", "b = f(2)", "c = 3"]).encode()
    edits = [Edit(at(2, 8, 2, 8), ", log=True"), Edit(at(1, 6, 1, 6), "\nd = 4")]
    wanted = newline.join(["a = 1", "d = 4", "b = f(2, log=True)", "c = 3"])
    assert edited("a.py", data, edits) == mark + wanted.encode()


def test_a_declared_encoding_stays() -> None:
    data = "# coding: latin-1\nname = 'M\u00fcller'; f(1)\n".encode("latin-1")
    after = edited("a.py", data, [Edit(at(2, 20, 2, 21), "2")])
    assert after == "# coding: latin-1\nname = 'M\u00fcller'; f(2)\n".encode("latin-1")
    with pytest.raises(EditError):
        edited("a.py", data, [Edit(at(2, 20, 2, 21), "\u2192")])


def test_the_same_edit_twice_is_one() -> None:
    edit = Edit(at(1, 2, 1, 2), "b")
    assert edited_text("ac", [edit, edit]) == "abc"


def test_edits_that_overlap_are_refused() -> None:
    with pytest.raises(EditError):
        edited_text("abcdef", [Edit(at(1, 2, 1, 5), "x"), Edit(at(1, 4, 1, 6), "y")])
    with pytest.raises(EditError):
        edited_text("abc", [Edit(at(2, 1, 2, 2), "x")])


@given(st.text(st.sampled_from("ab \u00fc\U0001f600\n"), max_size=40), st.data())
def test_edits_of_any_text(text: str, data: st.DataObject) -> None:
    """Cut a text in pieces, replace every second one, and compare with putting the pieces together."""
    cuts = sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=6, unique=True)))
    bounds = [0, *cuts, len(text)]
    pieces = [text[start:end] for start, end in pairwise(bounds)]
    new = [data.draw(st.text("xy\n", max_size=4)) if number % 2 else piece for number, piece in enumerate(pieces)]
    edits = [Edit(_place(text, bounds[number], bounds[number + 1]), new[number]) for number in range(1, len(pieces), 2)]
    assert edited_text(text, edits) == "".join(new)
    assert edited("a.py", text.encode(), edits) == "".join(new).encode()
    for source in (text, text.splitlines(keepends=True) or [""]):
        notebook: Notebook = {"cells": [{"cell_type": "code", "source": source}], "nbformat": 4}
        for ascii_only in (True, False):
            raw = json.dumps(notebook, indent=1, ensure_ascii=ascii_only)
            cell_edits = [Edit(_place(text, *_span(edit, text), cell=1), edit.text) for edit in edits]
            after = json.loads(edited("a.ipynb", raw.encode(), cell_edits))
            found = after["cells"][0]["source"]
            assert type(found) is type(source)
            assert "".join(found) == "".join(new)


def _span(edit: Edit, text: str) -> tuple[int, int]:
    starts = [0, *(number + 1 for number, character in enumerate(text) if character == "\n")]
    place = edit.place
    return starts[place.row - 1] + place.column - 1, starts[place.end_row - 1] + place.end_column - 1


def _place(text: str, start: int, end: int, cell: int | None = None) -> Place:
    def position(offset: int) -> tuple[int, int]:
        before = text[:offset]
        return before.count("\n") + 1, offset - (before.rfind("\n") + 1) + 1

    return Place("a", cell, *position(start), *position(end))


def notebook_of(*cells: str | list[str]) -> Notebook:
    written: list[dict[str, Any]] = [
        {
            "cell_type": "code",
            "execution_count": 3,
            "id": f"id-{number}",
            "metadata": {"tags": ["\u00fc", {"source": ["no cell\n"], "cells": [1.5e-3]}]},
            "outputs": [{"output_type": "stream", "name": "stdout", "text": ["a\n", "\u2192"]}],
            "source": cell,
        }
        for number, cell in enumerate(cells)
    ]
    metadata = {"kernelspec": {"language": "python", "name": "python3"}, "x": {"cells": [{"source": "no cell"}]}}
    return {"cells": written, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}


@pytest.mark.parametrize("indent", [None, 1, 2, 4, "\t"])
@pytest.mark.parametrize("ascii_only", [True, False])
@pytest.mark.parametrize("end", ["", "\n", "\r\n\n"])
def test_notebooks_change_in_the_edited_rows_alone(indent: int | str | None, end: str, *, ascii_only: bool) -> None:
    """What comes out is what `json.dumps` writes of the changed notebook, in the same style."""

    def written(*cells: str | list[str]) -> bytes:
        return (json.dumps(notebook_of(*cells), indent=indent, ensure_ascii=ascii_only) + end).encode()

    before = written(ROWS, "a = 1\n\n", ["f(1)"])
    edits = [
        Edit(at(1, 9, 1, 9, 1), "\nimport \u00fc"),
        Edit(at(3, 5, 3, 10, 1), '"\t"'),
        Edit(at(1, 5, 1, 6, 2), "2\nb = 3"),
        Edit(at(1, 4, 1, 4, 3), ", 2"),
    ]
    rows = ["import x\n", "import \u00fc\n", "# \u00fc\n", 'y = "\t"\n', "z = y"]
    wanted = written(rows, "a = 2\nb = 3\n\n", ["f(1, 2)"])
    assert edited("a.ipynb", before, edits) == wanted


def test_rows_of_a_notebook_that_are_taken_out() -> None:
    before = json.dumps(notebook_of(ROWS), indent=1).encode()
    after = edited("a.ipynb", before, [Edit(at(2, 1, 3, 1, 1), "")])
    assert after == json.dumps(notebook_of([ROWS[0], *ROWS[2:]]), indent=1).encode()
    after = edited("a.ipynb", before, [Edit(at(2, 1, 4, 1, 1), "a\nb\n")])
    assert after == json.dumps(notebook_of([ROWS[0], "a\n", "b\n", ROWS[3]]), indent=1).encode()


def test_escapes_that_json_does_not_need_stay() -> None:
    raw = (
        '{"cells": [{"cell_type": "code", "source": ["a = \\"\\u0061\\/\\ud83d\\ude00\\"\\n", "f(1)"]}], "nbformat": 4}'
    )
    after = edited("a.ipynb", raw.encode(), [Edit(at(2, 4, 2, 4, 1), ", 2"), Edit(at(1, 9, 1, 9, 1), "b")])
    assert after.decode() == raw.replace("f(1", "f(1, 2").replace("ude00", "ude00b")


def test_old_notebooks_and_single_texts() -> None:
    old = {"worksheets": [{"cells": [{"cell_type": "code", "language": "python", "input": "f(1)"}]}], "nbformat": 3}
    after = edited("a.ipynb", json.dumps(old).encode(), [Edit(at(1, 3, 1, 4, 1), "2")])
    assert json.loads(after)["worksheets"][0]["cells"][0]["input"] == "f(2)"


def test_places_lead_back_through_magics_and_indentation() -> None:
    cell = "    %time x = f(1)\n    y = f(1)"
    data = json.dumps(notebook_of(cell)).encode()
    source = make_source("a.ipynb", data)
    row, second = source.text.split("\n")[:2]
    places = [source.place(1, row.index("1") + 1, 1, row.index("1") + 2)]
    places.append(source.place(2, second.index("1") + 1, 2, second.index("1") + 2))
    after = edited("a.ipynb", data, [Edit(place, "2") for place in places])
    assert json.loads(after)["cells"][0]["source"] == cell.replace("1", "2")
