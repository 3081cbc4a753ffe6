"""A Code Quality report for GitLab's merge requests."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from leakguard.diagnostic import Severity
from leakguard.fingerprint import fingerprints
from leakguard.reporters.located import Locator

if TYPE_CHECKING:
    from leakguard.diagnostic import Diagnostic
    from leakguard.report import Report

_SEVERITIES = {Severity.ERROR: "major", Severity.WARNING: "minor"}


def render(report: Report) -> str:
    """Return a list of issues as JSON, in ASCII."""
    locate = Locator("CI_PROJECT_DIR")
    marks = fingerprints(report.diagnostics, report.rows, locate.path)
    issues = [_issue(one, mark, locate) for one, mark in zip(report.diagnostics, marks, strict=True)]
    return json.dumps(issues, indent=2) + "\n"


def _issue(one: Diagnostic, fingerprint: str, locate: Locator) -> dict[str, Any]:
    found = locate(one.place)
    rows = (found.region.row, found.region.end_row) if found.region else (1, 1)
    return {
        "description": found.told(one.message),
        "check_name": one.name,
        "fingerprint": fingerprint,
        "severity": _SEVERITIES[one.severity],
        "location": {"path": found.path, "lines": {"begin": rows[0], "end": rows[1]}},
    }
