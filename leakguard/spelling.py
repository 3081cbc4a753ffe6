"""The known word that somebody most likely meant."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


def nearest(word: str, known: Iterable[str]) -> str:
    """Return the word of `known` that looks most like `word`; `known` must not be empty."""
    import difflib

    return difflib.get_close_matches(word.lower(), sorted(known), n=1, cutoff=0.0)[0]
