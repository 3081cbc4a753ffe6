"""A JSON list of findings, for other programs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from leakguard.address import rule_address

if TYPE_CHECKING:
    from leakguard.diagnostic import Diagnostic, Fix, Note, Place
    from leakguard.report import Report


def render(report: Report, documentation_url: str | None = None, *, suppressed: bool = False) -> str:
    """Return the diagnostics as JSON, in ASCII; suppressed ones, told by their reason, only if they are asked for."""
    found = [_diagnostic(one, documentation_url) for one in report.diagnostics]
    if suppressed:
        found = [one | {"suppressed": None} for one in found]
        found += [
            _diagnostic(one.diagnostic, documentation_url) | {"suppressed": one.reason} for one in report.suppressed
        ]
    return json.dumps(found, indent=2) + "\n"


def _diagnostic(one: Diagnostic, documentation_url: str | None) -> dict[str, Any]:
    place = one.place
    return {
        "filename": place.filename,
        "code": one.code,
        "name": one.name,
        "message": one.message,
        "cell": place.cell,
        "location": _start(place),
        "end_location": _end(place),
        "severity": one.severity.value,
        "confidence": one.confidence.value,
        "notes": [_note(note) for note in one.notes],
        "fix": one.fix and _fix(one.fix),
        "url": one.url or rule_address(one.code, one.name, documentation_url),
    }


def _note(note: Note) -> dict[str, Any]:
    place = note.place
    return {"filename": place.filename, "cell": place.cell, "location": _start(place), "message": note.message}


def _fix(fix: Fix) -> dict[str, Any]:
    edits = [
        {
            "filename": edit.place.filename,
            "cell": edit.place.cell,
            "location": _start(edit.place),
            "end_location": _end(edit.place),
            "content": edit.text,
        }
        for edit in fix.edits
    ]
    return {"message": fix.title, "applicability": fix.applicability.value, "edits": edits}


def _start(place: Place) -> dict[str, int]:
    return {"row": place.row, "column": place.column}


def _end(place: Place) -> dict[str, int]:
    return {"row": place.end_row, "column": place.end_column}
