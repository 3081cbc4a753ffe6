"""When a search has seen enough."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from leakguard.tuners.suggesting import Trial


class StopSearch(Exception):  # noqa: N818 - as StopIteration: an end, and no error
    """Ends a search early; its text is the reason, for `stopped_because_`."""


@dataclass
class Stopping:
    """Counts what the rules ask for, trial by trial in their order.

    Attributes:
        patience: stop after this many full trials in a row without an improvement of more than `min_improvement`.
        target: stop at a score at least this good.
        time_budget: start no trial after this many seconds.
        min_expected_improvement: stop where the strategy expects less than this from its next trial.
    """

    patience: int | None = None
    min_improvement: float = 0.0
    target: float | None = None
    time_budget: float | None = None
    min_expected_improvement: float | None = None
    _best: float = -float("inf")
    _waited: int = 0
    _started: float = field(default_factory=time.monotonic)

    def after(self, trial: Trial) -> None:
        """Look at one finished trial.

        Raises:
            StopSearch: a rule is met.
        """
        if trial.full:
            self._count(trial)
        if self.target is not None and trial.full and not trial.failed and trial.score >= self.target:
            raise StopSearch(f"trial {trial.number} reached the target of {self.target:g} with {trial.score:g}")
        if self.patience is not None and self._waited >= self.patience:
            raise StopSearch(f"no improvement of more than {self.min_improvement:g} in {self._waited} trials")
        if self.out_of_time:
            self.end_of_time()

    @property
    def out_of_time(self) -> bool:
        """Whether no further trial may start."""
        return self.time_budget is not None and time.monotonic() - self._started >= self.time_budget

    def end_of_time(self) -> NoReturn:
        """Raise StopSearch."""
        raise StopSearch(f"the time budget of {self.time_budget:g} s is used up")

    def expecting(self, improvement: float | None) -> None:
        """Look at what the strategy expects of its next trial.

        Raises:
            StopSearch: that is too little.
        """
        least = self.min_expected_improvement
        if least is not None and improvement is not None and improvement < least:
            raise StopSearch(f"the expected improvement of {improvement:g} is below {least:g}")

    def _count(self, trial: Trial) -> None:
        if not trial.failed and trial.score > self._best + self.min_improvement:
            self._best, self._waited = trial.score, 0
        else:
            self._waited += 1
