"""SARIF 2.1.0, for code scanning: the findings with the paths of their leaks, and the rules that they break."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from leakguard import __version__
from leakguard.diagnostic import Applicability
from leakguard.fingerprint import fingerprints
from leakguard.remarks import INTERNAL_ERROR
from leakguard.reporters.located import Locator, uri
from leakguard.reporters.sarif_rules import descriptor

if TYPE_CHECKING:
    from leakguard.diagnostic import Diagnostic, Fix, Note, Place, Suppressed
    from leakguard.report import Report

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_TOP = "%SRCROOT%"
_FINGERPRINT = "leakguardStatement/v1"


def render(report: Report, documentation_url: str | None = None) -> str:
    """Return the report as one run of leakguard; failures of leakguard itself are notifications, not results."""
    driver: dict[str, Any] = {"name": "leakguard", "version": __version__, "semanticVersion": __version__}
    if documentation_url and "{" not in documentation_url:
        driver["informationUri"] = documentation_url
    run = _Run(report)
    driver["rules"] = [descriptor(code, run.results_of(code), documentation_url) for code in run.codes]
    document = {
        "$schema": _SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {"driver": driver},
                "invocations": [run.invocation()],
                "originalUriBaseIds": {_TOP: {"description": {"text": "The top folder of the checked project."}}},
                "columnKind": "unicodeCodePoints",
                "results": run.results(),
            }
        ],
    }
    return json.dumps(document, indent=2) + "\n"


class _Run:
    """The parts of a run that need to know one another."""

    def __init__(self, report: Report) -> None:
        self._report = report
        self._locate = Locator()
        self._shown = [one for one in report.diagnostics if one.name != INTERNAL_ERROR.name]
        self._all = [*self._shown, *(one.diagnostic for one in report.suppressed)]
        self._failures = [one for one in report.diagnostics if one.name == INTERNAL_ERROR.name]
        self.codes = sorted({one.code for one in self._all + self._failures})

    def results_of(self, code: str) -> list[Diagnostic]:
        return [one for one in self._all + self._failures if one.code == code]

    def results(self) -> list[dict[str, Any]]:
        marks = fingerprints(self._all, self._report.rows, self._locate.path)
        results = [self._result(one, mark) for one, mark in zip(self._all, marks, strict=True)]
        for result, one in zip(results[len(self._shown) :], self._report.suppressed, strict=True):
            result["suppressions"] = [_suppression(one)]
        return results

    def invocation(self) -> dict[str, Any]:
        invocation: dict[str, Any] = {"executionSuccessful": not self._failures}
        if self._failures:
            invocation["toolExecutionNotifications"] = [
                {
                    "descriptor": {"id": one.code, "index": self.codes.index(one.code)},
                    "level": "error",
                    "message": {"text": one.message},
                    "locations": [self._location(one.place)],
                }
                for one in self._failures
            ]
        return invocation

    def _result(self, one: Diagnostic, fingerprint: str) -> dict[str, Any]:
        properties: dict[str, Any] = {"name": one.name, "confidence": one.confidence.value}
        result: dict[str, Any] = {
            "ruleId": one.code,
            "ruleIndex": self.codes.index(one.code),
            "level": one.severity.value,
            "message": {"text": self._locate(one.place).told(one.message)},
            "locations": [self._location(one.place)],
            "partialFingerprints": {_FINGERPRINT: fingerprint},
        }
        if one.notes:
            result["codeFlows"] = [{"threadFlows": [{"locations": self._path(one)}]}]
            result["relatedLocations"] = [self._step(note, number) for number, note in enumerate(one.notes, 1)]
        if one.fix and one.fix.applicability != Applicability.DISPLAY and one.place.cell is None:
            result["fixes"] = [self._fix(one.fix)]
        return result | {"properties": properties}

    def _path(self, one: Diagnostic) -> list[dict[str, Any]]:
        """Return the steps of the leak in their order, and at the end the finding itself if they do not end there."""
        steps = [{"location": self._step(note)} for note in one.notes]
        if one.notes[-1].place != one.place:
            steps.append({"location": self._location(one.place) | {"message": {"text": one.message}}})
        return steps

    def _step(self, note: Note, number: int | None = None) -> dict[str, Any]:
        identity = {} if number is None else {"id": number}
        return identity | self._location(note.place) | {"message": {"text": note.message}}

    def _location(self, place: Place) -> dict[str, Any]:
        """Return a location; in a notebook the region counts rows of the file, the properties those of the cell."""
        physical: dict[str, Any] = {"artifactLocation": self._artifact(place)}
        if region := self._locate(place).region:
            physical["region"] = _region(region.row, region.column, region.end_row, region.end_column)
        if place.cell is None:
            return {"physicalLocation": physical}
        cell = {"cell": place.cell, **_region(place.row, place.column, place.end_row, place.end_column)}
        logical = {"name": f"cell {place.cell}", "kind": "cell"}
        return {"physicalLocation": physical, "logicalLocations": [logical], "properties": cell}

    def _artifact(self, place: Place) -> dict[str, Any]:
        path = self._locate.path(place.filename)
        found = uri(path)
        return {"uri": found} if found.startswith("file:") else {"uri": found, "uriBaseId": _TOP}

    def _fix(self, fix: Fix) -> dict[str, Any]:
        changes: dict[str, dict[str, Any]] = {}
        for edit in fix.edits:
            place = edit.place
            new = {"artifactLocation": self._artifact(place), "replacements": []}
            changes.setdefault(place.filename, new)["replacements"].append(
                {
                    "deletedRegion": _region(place.row, place.column, place.end_row, place.end_column),
                    "insertedContent": {"text": edit.text},
                }
            )
        return {
            "description": {"text": fix.title},
            "artifactChanges": list(changes.values()),
            "properties": {"applicability": fix.applicability.value},
        }


def _region(row: int, column: int | None, end_row: int, end_column: int | None) -> dict[str, int]:
    columns = {"startColumn": column, "endColumn": end_column}
    return {"startLine": row, "endLine": end_row} | {key: value for key, value in columns.items() if value is not None}


def _suppression(one: Suppressed) -> dict[str, str]:
    return {"kind": "inSource"} | ({"justification": one.reason} if one.reason else {})
