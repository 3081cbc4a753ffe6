"""A JSON list of findings, for other programs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from leakguard.diagnostic import Diagnostic, Note
    from leakguard.report import Report


def render(report: Report) -> str:
    """Return the diagnostics as JSON, in ASCII."""
    return json.dumps([_diagnostic(one) for one in report.diagnostics], indent=2) + "\n"


def _diagnostic(one: Diagnostic) -> dict[str, Any]:
    place = one.place
    return {
        "filename": place.filename,
        "code": one.code,
        "name": one.name,
        "message": one.message,
        "cell": place.cell,
        "location": {"row": place.row, "column": place.column},
        "end_location": {"row": place.end_row, "column": place.end_column},
        "severity": one.severity.value,
        "confidence": one.confidence.value,
        "notes": [_note(note) for note in one.notes],
        "fix": None,
        "url": one.url,
    }


def _note(note: Note) -> dict[str, Any]:
    return {
        "filename": note.place.filename,
        "cell": note.place.cell,
        "location": {"row": note.place.row, "column": note.place.column},
        "message": note.message,
    }
