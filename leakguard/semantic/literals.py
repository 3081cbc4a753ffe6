r"""What a literal is worth: the text of a number or a string, as written, turned into its value.

The standard library's `literal_eval` would compile each one: several times slower, and it warns on the user's
terminal about escapes such as `"\d"` that are none of our business.
"""

from __future__ import annotations

import re
import unicodedata

_OPENING = re.compile(r"""([A-Za-z]*)(\"""|'''|"|')""")
_NEWLINE = re.compile(r"\r\n?")
_BYTES_ESCAPE = re.compile(
    r"\\(?:(?P<newline>\n)|(?P<octal>[0-7]{1,3})|x(?P<x>[0-9A-Fa-f]{2})|(?P<letter>.))",
    re.DOTALL,
)
_ESCAPE = re.compile(
    r"\\(?:(?P<newline>\n)|(?P<octal>[0-7]{1,3})|x(?P<x>[0-9A-Fa-f]{2})|u(?P<u>[0-9A-Fa-f]{4})"
    r"|U(?P<U>[0-9A-Fa-f]{8})|N\{(?P<name>[^}]+)\}|(?P<letter>.))",
    re.DOTALL,
)
_LETTERS = {
    "\\": "\\",
    "'": "'",
    '"': '"',
    "a": "\a",
    "b": "\b",
    "f": "\f",
    "n": "\n",
    "r": "\r",
    "t": "\t",
    "v": "\v",
}


def number(text: str) -> complex:
    """Return the value of a number as written; infinity for an integer with more digits than Python reads."""
    if text[-1] in "jJ":
        return complex(text)
    try:
        return int(text, 0)
    except ValueError:
        return float(text)


def string(text: str) -> str | bytes:
    """Return the value of one string or bytes literal, given with its prefix and quotes; else raise a `ValueError`."""
    opening = _OPENING.match(text)
    if opening is None:
        message = f"not a string literal: {text}"
        raise ValueError(message)
    prefix, quote = opening.groups()
    body = text[opening.end() : -len(quote)]
    if not prefix:
        return characters(body)
    prefix = prefix.lower()
    if "b" in prefix:
        return _bytes(body, raw="r" in prefix)
    return body if "r" in prefix and "\r" not in body else characters(body, raw="r" in prefix)


def characters(body: str, *, raw: bool = False) -> str:
    """Return what the text between a string's quotes stands for."""
    if "\r" in body:
        body = _NEWLINE.sub("\n", body)
    return body if raw or "\\" not in body else _ESCAPE.sub(_unescape, body)


def _bytes(body: str, *, raw: bool) -> bytes:
    body = _NEWLINE.sub("\n", body)
    text = body if raw else _BYTES_ESCAPE.sub(_unescape, body)
    return text.encode("latin-1", "replace")


def _unescape(match: re.Match[str]) -> str:
    kind, written = match.lastgroup or "letter", match[0]
    value = match[kind]
    match kind:
        case "newline":
            return ""
        case "octal":
            return chr(int(value, 8))
        case "letter":
            return _LETTERS.get(value, written)
        case "name":
            return _named(value, written)
        case _:
            return _numbered(int(value, 16), written)


def _numbered(point: int, written: str) -> str:
    # Python refuses a file with a number beyond Unicode; here it only costs this one character.
    try:
        return chr(point)
    except ValueError:
        return written


def _named(name: str, written: str) -> str:
    try:
        return unicodedata.lookup(name)
    except KeyError:
        return written
