"""Where the time of a run went, for `--verbose`."""

from __future__ import annotations

import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

_SLOWEST = 10  # files that are named


class Spent(NamedTuple):
    """Seconds that the analysis of one file took: its parsing, following what it does, and the rules' judging."""

    parsing: float = 0.0
    following: float = 0.0
    judging: float = 0.0


@dataclass(slots=True)
class Timing:
    """Seconds by phase in their order, what the analysed files took, and how many were known or passed over.

    The phases follow one another; several processes analyse at once, so that files may take more than their phase.
    """

    phases: dict[str, float] = field(default_factory=dict)
    files: dict[str, Spent] = field(default_factory=dict)
    known: int = 0
    passed_over: int = 0

    @contextmanager
    def phase(self, name: str) -> Iterator[None]:
        """Count what happens inside as this phase's."""
        start = time.perf_counter()
        try:
            yield
        finally:
            self.phases[name] = self.phases.get(name, 0.0) + time.perf_counter() - start

    def rows(self) -> Iterator[str]:
        """Yield what is to be told, a row each."""
        analysed = len(self.files)
        yield f"{self.known:,} files known from the cache, {self.passed_over:,} passed over, {analysed:,} analysed"
        for name, seconds in self.phases.items():
            yield f"{seconds:8.2f} s  {name}"
        for number, name in enumerate(Spent._fields):
            yield f"{sum(spent[number] for spent in self.files.values()):8.2f} s  of all files' analysis: {name}"
        for name, spent in sorted(self.files.items(), key=lambda one: -sum(one[1]))[:_SLOWEST]:
            yield f"{sum(spent):8.2f} s  {name}"
