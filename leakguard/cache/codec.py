"""Outcomes as JSON and back: data alone, so that reading a cache runs nothing that somebody else has written."""

from __future__ import annotations

import json
from typing import Any

from leakguard.diagnostic import Applicability, Confidence, Diagnostic, Edit, Fix, Note, Place, Severity
from leakguard.outcome import Import, Outcome


def encoded(outcome: Outcome) -> str:
    """Return the text of an outcome."""
    flags = outcome.blanked, outcome.relevant, outcome.analysed, outcome.compiled, outcome.marked
    document = [
        outcome.digest,
        [_diagnostic(one) for one in outcome.found],
        sorted(outcome.entered),
        flags,
        dict(outcome.contents),
        [[one.importer, one.module, one.level, one.path] for one in outcome.imports],
    ]
    return json.dumps(document, separators=(",", ":"))


def decoded(text: str) -> Outcome:
    """Return the outcome in a text; raises ValueError, TypeError or KeyError if there is none."""
    digest, found, entered, flags, contents, imports = json.loads(text)
    blanked, relevant, analysed, compiled, marked = flags
    return Outcome(
        digest,
        tuple(map(_read_diagnostic, found)),
        frozenset(entered),
        blanked=blanked,
        relevant=relevant,
        analysed=analysed,
        compiled=compiled,
        marked=marked,
        contents=contents,
        imports=tuple(Import(*one) for one in imports),
    )


def _diagnostic(one: Diagnostic) -> list[Any]:
    return [
        one.code,
        one.name,
        one.message,
        _place(one.place),
        one.severity.value,
        one.confidence.value,
        [[_place(note.place), note.message] for note in one.notes],
        one.url,
        one.statement_rows,
        sorted(one.entries),
        one.fix and _fix(one.fix),
    ]


def _read_diagnostic(kept: list[Any]) -> Diagnostic:
    code, name, message, place, severity, confidence, notes, url, rows, entries, fix = kept
    return Diagnostic(
        code,
        name,
        message,
        Place(*place),
        Severity(severity),
        Confidence(confidence),
        tuple(Note(Place(*where), what) for where, what in notes),
        url,
        rows and tuple(rows),
        frozenset(entries),
        fix and _read_fix(fix),
    )


def _place(place: Place) -> list[Any]:
    return [place.filename, place.cell, place.row, place.column, place.end_row, place.end_column]


def _fix(fix: Fix) -> list[Any]:
    return [fix.title, fix.applicability.value, [[_place(edit.place), edit.text] for edit in fix.edits]]


def _read_fix(kept: list[Any]) -> Fix:
    title, applicability, edits = kept
    return Fix(title, Applicability(applicability), tuple(Edit(Place(*place), text) for place, text in edits))
