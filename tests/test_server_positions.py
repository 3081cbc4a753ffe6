"""Positions in the units of an encoding, held against the bytes of that encoding."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lsprotocol.types import Position, Range, TextDocumentContentChangePartial, TextDocumentContentChangeWholeDocument

from leakguard.server.positions import characters, edited, units

CODECS = {"utf-8": ("utf-8", 1), "utf-16": ("utf-16-le", 2), "utf-32": ("utf-32-le", 4)}
ROWS = st.text(st.sampled_from("a\N{LATIN SMALL LETTER E WITH ACUTE}\N{EURO SIGN}\N{SNAKE}\t\f\x1c\u2028"), max_size=6)
ENDS = st.sampled_from(["\n", "\r\n", "\r"])


@st.composite
def texts(draw: st.DrawFn) -> list[str]:
    """Rows with their ends, all of one kind; the last row has none."""
    end = draw(ENDS)
    rows = [draw(ROWS) + end for _ in range(draw(st.integers(0, 4)))]
    return [*rows, draw(ROWS)]


@st.composite
def places(draw: st.DrawFn, rows: list[str]) -> tuple[int, int]:
    row = draw(st.integers(0, len(rows) - 1))
    return row, draw(st.integers(0, len(re.sub(r"[\r\n]", "", rows[row]))))


@given(texts(), st.sampled_from(list(CODECS)), st.data())
def test_a_range_is_replaced_whatever_the_units(rows: list[str], encoding: str, data: st.DataObject) -> None:
    start, end = sorted((data.draw(places(rows)), data.draw(places(rows))))
    codec, size = CODECS[encoding]
    positions = [Position(row, len(rows[row][:column].encode(codec)) // size) for row, column in (start, end)]
    before, after = "".join(rows[: start[0]]) + rows[start[0]][: start[1]], "".join([rows[end[0]], *rows[end[0] + 1 :]])
    change = TextDocumentContentChangePartial(Range(*positions), "new\N{SNAKE}\n")
    assert edited("".join(rows), [change], encoding) == f"{before}new\N{SNAKE}\n{after[end[1] :]}"


@given(ROWS, st.sampled_from(list(CODECS)))
def test_units_and_characters_are_each_others_inverse(row: str, encoding: str) -> None:
    codec, size = CODECS[encoding]
    for column in range(len(row) + 1):
        assert units(row[:column], encoding) == len(row[:column].encode(codec)) // size
        assert characters(row, units(row[:column], encoding), encoding) == column


@pytest.mark.parametrize("position", [Position(0, 99), Position(9, 0), Position(1, 1)])
def test_a_position_behind_an_end_is_that_end(position: Position) -> None:
    change = TextDocumentContentChangePartial(Range(position, position), "!")
    assert edited("a\nb", [change], "utf-16") in {"a!\nb", "a\nb!"}


def test_changes_see_what_the_ones_before_have_made() -> None:
    at = Range(Position(0, 1), Position(0, 2))
    whole, part = TextDocumentContentChangeWholeDocument("abc"), TextDocumentContentChangePartial(at, "")
    assert edited("old", [whole, part, part], "utf-16") == "a"
