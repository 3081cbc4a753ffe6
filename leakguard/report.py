"""What came out of a run, for the reporters and the exit code."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from leakguard.remarks import INTERNAL_ERROR

if TYPE_CHECKING:
    from collections import Counter

    from leakguard.diagnostic import Applicability, Diagnostic, Place, Suppressed
    from leakguard.source import Source


@dataclass(slots=True)
class Report:
    """All diagnostics of a run; `sources` holds the files that they show rows of.

    `suppressed` are the findings that comments silence: they count for nothing, and are not forgotten.
    `known` counts findings that a baseline has taken out.
    """

    checked: int = 0
    diagnostics: list[Diagnostic] = field(default_factory=list)
    sources: dict[str, Source] = field(default_factory=dict)
    suppressed: list[Suppressed] = field(default_factory=list)
    known: int = 0
    fixed: dict[str, Counter[str]] = field(default_factory=dict)  # by file and rule: how many findings were fixed
    only_read: int = 0  # of the checked ones: hold nothing that a finding needs, and may have syntax errors

    def rows(self, place: Place) -> list[str]:
        """Return the rows of the cell or file that a place is in; none if the file could not be read."""
        source = self.sources.get(place.filename)
        return source.rows(place.cell) if source else []

    def fixed_count(self) -> int:
        """Return how many findings were fixed."""
        return sum(counts.total() for counts in self.fixed.values())

    def fixable(self, applicability: Applicability) -> int:
        """Return how many of the findings have a fix that may be trusted so far."""
        return sum(one.fix is not None and one.fix.applicability is applicability for one in self.diagnostics)

    def exit_code(self) -> int:
        """Return 0 for nothing found, 1 for findings, 2 if leakguard itself failed on a file."""
        if any(one.name == INTERNAL_ERROR.name for one in self.diagnostics):
            return 2
        return 1 if self.diagnostics else 0
