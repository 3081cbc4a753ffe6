"""One line a finding, for editors and `grep`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leakguard.reporters.terminal import location, painter, visible

if TYPE_CHECKING:
    from leakguard.report import Report


def render(report: Report, *, color: bool) -> str:
    """Return `path:row:column: code name message` for each diagnostic."""
    paint = painter(color=color)
    return "".join(
        f"{paint(location(one.place), 'place')}: {paint(one.code, one.severity)} {one.name} {visible(one.message)}\n"
        for one in report.diagnostics
    )
