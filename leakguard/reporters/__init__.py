"""Ways to show a report: each module renders one output format as text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leakguard.reporters import concise, full, json

if TYPE_CHECKING:
    from leakguard.report import Report


def render(report: Report, output_format: str, *, color: bool) -> str:
    """Return the report in one of the formats, each line ended."""
    match output_format:
        case "json":
            return json.render(report)
        case "concise":
            return concise.render(report, color=color)
        case _:
            return full.render(report, color=color)
