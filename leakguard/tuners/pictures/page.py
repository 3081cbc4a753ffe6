"""A page of headings, text and pictures that needs nothing beside itself."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from importlib.resources import files
from math import isnan
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"


@dataclass(frozen=True, slots=True)
class Section:
    """A heading, a sentence below it, and HTML that is made here."""

    heading: str
    text: str = ""
    html: str = ""


def page(title: str, sections: Iterable[Section]) -> str:
    """Return the page; it follows the reader's light or dark mode."""
    style = files(__package__).joinpath("page.css").read_text("utf-8")
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>\n{style}</style>\n</head>\n<body>\n<main>\n"
        f"<h1>{escape(title)}</h1>\n{''.join(map(_section, sections))}</main>\n</body>\n</html>\n"
    )


def _section(one: Section) -> str:
    text = f"<p>{escape(one.text)}</p>\n" if one.text else ""
    return f"<section>\n<h2>{escape(one.heading)}</h2>\n{text}{one.html}\n</section>\n"


def figure(svg: str, caption: str) -> str:
    """Return a picture with a caption, which says it to those who do not see it."""
    return f'<figure role="img" aria-label="{escape(caption)}">{svg}</figure>'


def table(rows: Iterable[Mapping[str, Any]]) -> str:
    """Return a table whose columns are the keys of the first row."""
    listed = list(rows)
    if not listed:
        return "<p>nothing</p>"
    head = "".join(f"<th>{escape(str(name))}</th>" for name in listed[0])
    body = "".join(f"<tr>{''.join(f'<td>{escape(shown(cell))}</td>' for cell in row.values())}</tr>" for row in listed)
    return f'<div class="wide"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'


def shown(value: Any) -> str:
    """Return a value as it stands in text: numbers with four digits that count, nothing for NaN."""
    if isinstance(value, float):
        return "" if isnan(value) else f"{value:.4g}"
    return str(value)
