"""How fixes are told: which were applied, and which could be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leakguard.diagnostic import Applicability
from leakguard.reporters.terminal import visible

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leakguard.diagnostic import Fix
    from leakguard.report import Report

_MARKS = {Applicability.SAFE: "", Applicability.UNSAFE: " (unsafe)", Applicability.DISPLAY: " (display-only)"}


def title(fix: Fix) -> str:
    """Return what a fix does, and how far it may be trusted."""
    return f"{visible(fix.title)}{_MARKS[fix.applicability]}"


def fixed_list(report: Report) -> str:
    """Return which rules' findings were fixed in which file, and how many."""
    return "".join(f"{line}\n" for line in (*_fixed(report), "")) if report.fixed_count() else ""


def _fixed(report: Report) -> Iterator[str]:
    count = report.fixed_count()
    yield f"Fixed {count} problem{'' if count == 1 else 's'}:"
    for filename, rules in sorted(report.fixed.items()):
        yield f"- {visible(filename)}:"
        yield from (f"    {number} x {rule}" for rule, number in sorted(rules.items()))


def fixable(report: Report) -> str:
    """Return how many findings could be fixed, as a line; empty if none could."""
    safe, unsafe = report.fixable(Applicability.SAFE), report.fixable(Applicability.UNSAFE)
    match safe, unsafe:
        case 0, 0:
            return ""
        case 0, _:
            return f"{unsafe:,} fixable with --fix --unsafe-fixes.\n"
        case _, 0:
            return f"{safe:,} fixable with --fix.\n"
        case _:
            return f"{safe:,} fixable with --fix ({unsafe:,} more with --unsafe-fixes).\n"
