"""How often each rule found something, instead of the findings."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from leakguard.diagnostic import Applicability
from leakguard.reporters.full import summary
from leakguard.reporters.terminal import painter

if TYPE_CHECKING:
    from leakguard.diagnostic import Diagnostic
    from leakguard.report import Report

_LEGEND = "[*] all of them can be fixed, [-] some of them"


@dataclass(frozen=True, slots=True)
class _Row:
    """The findings of one rule, counted."""

    code: str
    name: str
    count: int
    fixable: int
    suppressed: int

    @property
    def mark(self) -> str:
        if not self.fixable:
            return ""
        return "[*]" if self.fixable == self.count else "[-]"


def render(report: Report, *, color: bool) -> str:
    """Return a row for each rule, the most frequent first, and the line that sums up."""
    paint = painter(color=color)
    rows = [row for row in _rows(report) if row.count]
    width = max((len(f"{row.count:,}") for row in rows), default=0)
    marked = 3 if any(row.mark for row in rows) else 0
    text = "".join(
        f"{row.count:>{width},}  {paint(row.code, 'place')}  {row.mark:{marked}}{'  ' if marked else ''}{row.name}\n"
        for row in rows
    )
    legend = f"{_LEGEND}\n" if marked else ""
    return text + legend + ("\n" if rows else "") + summary(report, paint)


def render_json(report: Report) -> str:
    """Return the counts as JSON, rules whose findings are all suppressed among them."""
    objects = [
        {
            "code": row.code,
            "name": row.name,
            "count": row.count,
            "fixable": row.fixable,
            "suppressed": row.suppressed,
        }
        for row in _rows(report)
    ]
    return json.dumps(objects, indent=2) + "\n"


def _rows(report: Report) -> list[_Row]:
    found = Counter((one.code, one.name) for one in report.diagnostics)
    fixable = Counter((one.code, one.name) for one in report.diagnostics if _is_fixable(one))
    suppressed = Counter((one.diagnostic.code, one.diagnostic.name) for one in report.suppressed)
    rows = [_Row(*key, found[key], fixable[key], suppressed[key]) for key in found.keys() | suppressed.keys()]
    return sorted(rows, key=lambda row: (-row.count, row.code))


def _is_fixable(one: Diagnostic) -> bool:
    return one.fix is not None and one.fix.applicability != Applicability.DISPLAY
