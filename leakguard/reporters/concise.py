"""One line a finding, for editors and `grep`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leakguard.reporters.terminal import location, painter, visible

if TYPE_CHECKING:
    from collections.abc import Callable

    from leakguard.diagnostic import Diagnostic
    from leakguard.report import Report


def render(report: Report, *, color: bool, suppressed: bool = False) -> str:
    """Return `path:row:column: code name message` for each diagnostic."""
    paint = painter(color=color)
    lines = "".join(f"{_line(one, paint)} {visible(one.message)}\n" for one in report.diagnostics)
    return lines + (suppressed_lines(report, color=color) if suppressed else "")


def suppressed_lines(report: Report, *, color: bool) -> str:
    """Return a line for each diagnostic that a comment silences, with the comment's reason."""
    paint = painter(color=color)
    return "".join(
        f"{_line(one.diagnostic, paint)} suppressed: {visible(one.reason) or '(no reason given)'}\n"
        for one in report.suppressed
    )


def _line(one: Diagnostic, paint: Callable[[str, str], str]) -> str:
    return f"{paint(location(one.place), 'place')}: {paint(one.code, one.severity)} {one.name}"
