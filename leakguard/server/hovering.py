"""What the editor shows under the pointer: the text of the rule that found something there, or that a comment names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from leakguard.lexing import comments
from leakguard.selection import canonical_name, documented
from leakguard.server.positions import characters, units
from leakguard.server.reports import overlap
from leakguard.suppression import DIRECTIVE, NAME

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from leakguard.server.reports import Reported


def hover(
    text: str, position: types.Position, reported: Iterable[Reported], encoding: str, *, markdown: bool
) -> types.Hover | None:
    """Return the documentation of the rules that a position of a text is about."""
    here = types.Range(position, position)
    found = dict.fromkeys(one.diagnostic.name for one in reported if overlap(one.told.range, here))
    ranges = [one.told.range for one in reported if one.diagnostic.name in found and overlap(one.told.range, here)]
    for name, span in _named(text, position, encoding):
        found[name] = None
        ranges.append(span)
    if not found:
        return None
    kind = types.MarkupKind.Markdown if markdown else types.MarkupKind.PlainText
    return types.Hover(types.MarkupContent(kind, "\n\n---\n\n".join(map(_documentation, found))), ranges[0])


def _documentation(name: str) -> str:
    rule = documented()[name]
    return f"# {rule.name} ({rule.code})\n\n{rule.documentation}"


def _named(text: str, position: types.Position, encoding: str) -> Iterator[tuple[str, types.Range]]:
    """Yield the rule whose name in a comment stands at the position, and where the name stands."""
    row = position.line + 1
    comment = next((one for one in comments(_plain(text)) if one.row == row), None)
    if comment is None:
        return
    line = _plain(text).split("\n")[row - 1]
    index = characters(line, position.character, encoding) - comment.column + 1
    for directive in DIRECTIVE.finditer(comment.text):
        for word in NAME.finditer(comment.text, *directive.span("names")) if directive["names"] else ():
            if word.start() <= index <= word.end() and (name := canonical_name(word.group())):
                start, end = (units(line[: comment.column - 1 + at], encoding) for at in word.span())
                yield name, types.Range(types.Position(row - 1, start), types.Position(row - 1, end))


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")
