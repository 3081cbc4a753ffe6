"""What a terminal needs: text without control characters, columns as wide as they are drawn, and colours."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from leakguard.diagnostic import Place

_TAB = 4
_BRACKET = "\N{FULLWIDTH LEFT SQUARE BRACKET}"
_UNKNOWN = "\N{REPLACEMENT CHARACTER}"
_STYLES = {"error": "1;31", "warning": "1;33", "note": "1;34", "place": "1", "frame": "34", "good": "1;32"}


def painter(*, color: bool) -> Callable[[str, str], str]:
    """Return a function that paints a text in a named style, or leaves it alone."""
    if not color:
        return lambda text, _: text
    return lambda text, style: f"\033[{_STYLES[style]}m{text}\033[0m" if text else text


def location(place: Place) -> str:
    """Return `path:row:column`, or `path:cell n:row:column` in a notebook."""
    cell = "" if place.cell is None else f"cell {place.cell}:"
    return f"{shown_name(place.filename)}:{cell}{place.row}:{place.column}"


def shown_name(filename: str) -> str:
    """Return a file's name for the beginning of a line, where runners of workflows look for commands (`::error`)."""
    name = visible(filename)
    return f"./{name}" if name.lstrip().startswith("::") else name


def visible(text: str) -> str:
    """Return a text on one line in which nothing can move the cursor, colour the terminal or turn the direction."""
    return _no_command("".join(map(_visible_character, text)))


def visible_rows(text: str) -> str:
    """Return rows of text likewise; tabs stay."""
    return "\n".join("\t".join(map(visible, row.split("\t"))) for row in text.split("\n"))


def drawn(row: str) -> list[str]:
    """Return for each character of a row what is drawn for it: tabs as spaces, controls as signs."""
    width = 0
    pieces: list[str] = []
    for character in row:
        piece = " " * (_TAB - width % _TAB) if character == "\t" else _visible_character(character)
        if piece == "[" and pieces[-2:] == ["#", "#"]:
            piece = _BRACKET
        width += width_of(piece)
        pieces.append(piece)
    return pieces


def width_of(text: str) -> int:
    """Return how many columns a text without control characters takes."""
    return sum(_width_of_character(character) for character in text)


def _no_command(text: str) -> str:
    """Return a text without what runners of workflows take for a command anywhere in a line: `##[error]`."""
    return text.replace("##[", f"##{_BRACKET}")


def _width_of_character(character: str) -> int:
    if unicodedata.category(character) in {"Mn", "Me"}:
        return 0
    return 2 if unicodedata.east_asian_width(character) in {"W", "F"} else 1


def _visible_character(character: str) -> str:
    if character.isprintable():
        return character
    match ord(character):
        case code if code < 0x20:  # the pictures of the control characters, in their order
            return chr(0x2400 + code)
        case 0x7F:
            return "\N{SYMBOL FOR DELETE}"
        case 0xA0:
            return " "
        case _:
            return _UNKNOWN
