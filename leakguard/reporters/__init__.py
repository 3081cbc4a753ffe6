"""Ways to show a report: each module renders one output format as text, and is imported once it is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leakguard.errors import UserError

if TYPE_CHECKING:
    from leakguard.report import Report

_COUNTED = ("full", "concise", "json")


def check_statistics(output_format: str) -> None:
    """Raise UserError if a format has no place for statistics."""
    if output_format not in _COUNTED:
        *first, last = _COUNTED
        raise UserError(f"--statistics goes with the output formats {', '.join(first)} and {last}, not {output_format}")


def render(
    report: Report,
    output_format: str,
    *,
    color: bool,
    statistics: bool = False,
    suppressed: bool = False,
    documentation_url: str | None = None,
) -> str:
    """Return the report in one of the formats, each line ended.

    `statistics` counts the findings instead of listing them; `suppressed` lists those that comments silence as well.
    """
    match output_format:
        case "sarif":
            from leakguard.reporters import sarif

            return sarif.render(report, documentation_url)
        case "github":
            from leakguard.reporters import github

            return github.render(report)
        case "gitlab":
            from leakguard.reporters import gitlab

            return gitlab.render(report)
        case "junit":
            from leakguard.reporters import junit

            return junit.render(report)
        case _ if statistics:
            from leakguard.reporters import statistics as counts

            return counts.render_json(report) if output_format == "json" else counts.render(report, color=color)
        case "json":
            from leakguard.reporters import json

            return json.render(report, documentation_url, suppressed=suppressed)
        case "concise":
            from leakguard.reporters import concise

            return concise.render(report, color=color, suppressed=suppressed)
        case _:
            from leakguard.reporters import full

            return full.render(report, color=color, suppressed=suppressed)
