"""Literals are worth what Python says they are."""

from __future__ import annotations

import ast
import warnings

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leakguard.semantic import literals

# Pieces from which every kind of escape can arise, whole or broken off
PIECES = [
    "\\",
    "n",
    "x4",
    "1",
    "0",
    "7",
    "u00e9",
    "U0001F600",
    "N{BULLET}",
    "N{NO SUCH}",
    "'",
    '"',
    "é",
    "a",
    "\n",
    "\r\n",
]
BODIES = st.lists(st.sampled_from(PIECES), max_size=8).map("".join)
PREFIXES = st.sampled_from(["", "r", "R", "u", "b", "B", "Rb", "bR"])


def evaluated(text: str) -> object:
    """Return what Python reads there, or None if it reads nothing."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return ast.literal_eval(text)
        except (SyntaxError, ValueError):
            return None


@given(prefix=PREFIXES, body=BODIES, quote=st.sampled_from(["'", '"', "'''", '"""']))
def test_strings_are_what_python_reads(prefix: str, body: str, quote: str) -> None:
    text = f"{prefix}{quote}{body}{quote}"
    value = evaluated(text)
    two = body.startswith(quote[0] * 2) or body.endswith(quote[0] * 2)  # `""` and `"..."`
    if value is not None and is_one_literal(text) and not two:
        assert literals.string(text) == value


def is_one_literal(text: str) -> bool:
    """Say whether the text is not several literals in a row, such as `'a''b'`."""
    quote = text.lstrip("rRuUbB")[:3]
    quote = quote if quote in {"'''", '"""'} else quote[:1]
    inner = text[text.index(quote) + len(quote) : -len(quote)].replace("\\\\", "").replace(f"\\{quote[0]}", "")
    return quote not in inner


@given(st.text())
def test_any_text_survives_being_written_down(value: str) -> None:
    assert literals.string(repr(value)) == value
    assert literals.string(ascii(value)) == value


@given(st.binary())
def test_any_bytes_survive_being_written_down(value: bytes) -> None:
    assert literals.string(repr(value)) == value


@given(st.one_of(st.integers(min_value=0), st.floats(min_value=0, allow_infinity=False)))
def test_any_number_survives_being_written_down(value: float) -> None:
    assert repr(literals.number(repr(value))) == repr(value)


@pytest.mark.parametrize(
    "text", ["0xFF_FF", "0B1_0", "0o17", "1_000", "000", "1E5", "1_0e1_0", "1.", ".5j", "10J", "1_0j"]
)
def test_numbers_are_what_python_reads(text: str) -> None:
    assert repr(literals.number(text)) == repr(evaluated(text))


@pytest.mark.parametrize("text", [r"'\U00110000'", r"'\N{no such character}'"])
def test_escapes_that_python_refuses_stay_as_written(text: str) -> None:
    assert literals.string(text) == text[1:-1]


def test_what_is_no_string_is_refused() -> None:
    with pytest.raises(ValueError, match="not a string literal: 12"):
        literals.string("12")
