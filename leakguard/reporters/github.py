"""Commands that GitHub Actions turns into annotations of the changed files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leakguard.reporters.located import Locator
from leakguard.reporters.terminal import location

if TYPE_CHECKING:
    from leakguard.diagnostic import Diagnostic
    from leakguard.report import Report


def render(report: Report) -> str:
    """Return one command for each diagnostic."""
    locate = Locator("GITHUB_WORKSPACE")
    return "".join(_command(one, locate) for one in report.diagnostics)


def _command(one: Diagnostic, locate: Locator) -> str:
    found = locate(one.place)
    properties: dict[str, object] = {"file": found.path}
    if region := found.region:
        properties |= {"line": region.row, "col": region.column, "endLine": region.end_row}
        properties["endColumn"] = region.end_column
    properties["title"] = f"{one.name} ({one.code})"
    shown = ",".join(f"{key}={_property(str(value))}" for key, value in properties.items() if value is not None)
    steps = (f"{location(note.place)}: {note.message}" for note in one.notes)
    message = "\n".join((found.told(one.message), *steps))
    return f"::{one.severity.value} {shown}::{_data(message)}\n"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
