"""What was found, in the words of the protocol: places as ranges in documents, diagnostics with their leak's steps."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lsprotocol import types
from pygls.uris import from_fs_path

from leakguard.diagnostic import Severity
from leakguard.remarks import UNUSED_SUPPRESSION
from leakguard.server.positions import units

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from leakguard.diagnostic import Diagnostic, Edit, Fix, Place
    from leakguard.server.checking import Checked
    from leakguard.source import Source

SOURCE = "leakguard"
_SEVERITIES = {
    Severity.ERROR: types.DiagnosticSeverity.Error,
    Severity.WARNING: types.DiagnosticSeverity.Warning,
}


@dataclass(frozen=True, slots=True)
class Locator:
    """Finds the document and the range that a place stands for."""

    documents: Mapping[tuple[str, int | None], str]  # addresses of what is open, by file and cell
    sources: Mapping[str, Source]
    encoding: str

    def location(self, place: Place) -> types.Location:
        return types.Location(self.uri(place), self.range(place))

    def uri(self, place: Place) -> str:
        opened = self.documents.get((place.filename, place.cell))
        return opened or from_fs_path(os.path.abspath(place.filename)) or place.filename

    def range(self, place: Place) -> types.Range:
        start = self._position(place, place.row, place.column)
        return types.Range(start, max(start, self._position(place, place.end_row, place.end_column)))

    def _position(self, place: Place, row: int, column: int) -> types.Position:
        source = self.sources.get(place.filename)
        rows = source.rows(place.cell) if source else []
        before = rows[row - 1][: column - 1] if 0 < row <= len(rows) else ""
        return types.Position(row - 1, units(before, self.encoding))


@dataclass(frozen=True, slots=True)
class Reported:
    """A finding, and what the editor was told of it."""

    diagnostic: Diagnostic
    told: types.Diagnostic


@dataclass(frozen=True, slots=True)
class Reports:
    """What was last told about a program, by the addresses of its texts, and the state that it was in."""

    checked: Checked
    locator: Locator
    texts: Mapping[str, tuple[Reported, ...]]


def report(checked: Checked, texts: Mapping[int | None, str], locator: Locator, *, related: bool) -> Reports:
    """Say to which text of a program each finding belongs; `related`: the editor shows the steps of a leak."""
    found: dict[str, list[Reported]] = {uri: [] for uri in texts.values()}
    for one in checked.diagnostics:
        uri = texts.get(one.place.cell) or texts.get(None)
        if uri is not None:
            found[uri].append(Reported(one, _diagnostic(one, locator, related=related)))
    return Reports(checked, locator, {uri: tuple(reported) for uri, reported in found.items()})


def _diagnostic(one: Diagnostic, locator: Locator, *, related: bool) -> types.Diagnostic:
    return types.Diagnostic(
        locator.range(one.place),
        one.message,
        severity=_SEVERITIES[one.severity],
        code=one.name,
        code_description=types.CodeDescription(one.url) if one.url else None,
        source=SOURCE,
        tags=[types.DiagnosticTag.Unnecessary] if one.name == UNUSED_SUPPRESSION.name else None,
        related_information=[
            types.DiagnosticRelatedInformation(locator.location(note.place), note.message) for note in one.notes
        ]
        if related and one.notes
        else None,
        data={"fix": _fix(one.fix, locator)} if one.fix else None,
    )


def _fix(fix: Fix, locator: Locator) -> dict[str, Any]:
    edits = [{"uri": locator.uri(edit.place), "newText": edit.text} | _span(edit, locator) for edit in fix.edits]
    return {"title": fix.title, "applicability": fix.applicability.value, "edits": edits}


def _span(edit: Edit, locator: Locator) -> dict[str, Any]:
    span = locator.range(edit.place)
    return {
        "range": {
            "start": {"line": span.start.line, "character": span.start.character},
            "end": {"line": span.end.line, "character": span.end.character},
        }
    }


def overlap(one: types.Range, other: types.Range) -> bool:
    """Say whether ranges have a character in common or touch."""
    return one.start <= other.end and other.start <= one.end


def told(reported: Iterable[Reported]) -> list[types.Diagnostic]:
    return [one.told for one in reported]
