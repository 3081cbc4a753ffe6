"""Text on its way into the page: escaped, and with nothing in it that could hide or turn what is read."""

from __future__ import annotations

import re
from html import escape

from leakguard.reporters.terminal import visible

_CODE = re.compile(r"`([^`]+)`")


def plain(value: str) -> str:
    """Return a text for use between tags and in quoted attributes."""
    return escape(visible(value))


def prose(value: str) -> str:
    """Return a text in which backticks set off code."""
    return _CODE.sub(r"<code>\1</code>", plain(value))


def count(number: int, noun: str) -> str:
    """Return the number with its noun: `1 error`, `2,000 errors`."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
