"""Verdicts for people and programs: text for a terminal, JSON, HTML.

What is said is what was shown, with the names and codes that the linter has for the same thing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from leakguard.seal.rendering.document import as_data, from_data
    from leakguard.seal.rendering.page import as_fragment, as_page
    from leakguard.seal.rendering.text import as_text

_HOMES = {"as_data": "document", "as_fragment": "page", "as_page": "page", "as_text": "text", "from_data": "document"}

__all__ = ["as_data", "as_fragment", "as_page", "as_text", "from_data"]


def __getattr__(name: str) -> object:
    """Import a way of rendering once it is asked for."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
