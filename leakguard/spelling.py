"""How settings are spelled in messages, and the known word that somebody most likely meant."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


def nearest(word: str, known: Iterable[str]) -> str:
    """Return the word of `known` that looks most like `word`; `known` must not be empty."""
    import difflib

    return difflib.get_close_matches(word.lower(), sorted(known), n=1, cutoff=0.0)[0]


def kind_of(value: object) -> str:
    """Name a TOML value for a message: its kind, and the value itself where it is short."""
    match value:
        case bool():
            return f"`{str(value).lower()}`"
        case str() | int() | float():
            return f"`{value!r}`"
        case list():
            if not value:
                return "an empty list"
            if "" in value:
                return "a list with an empty text"
            return "a list" if all(isinstance(item, str) for item in value) else "a list of other things"
        case dict():
            return "a table"
        case _:
            return "a date or time"
