"""Grid search that says beforehand what it will cost."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from statistics import fmean
from typing import TYPE_CHECKING

from leakguard.tuners.saying import duration, say
from leakguard.tuners.search import TunerSearchCV
from leakguard.tuners.suggesting import Proposal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from leakguard.tuners.evaluating import Evaluation
    from leakguard.tuners.suggesting import Trial


@dataclass(eq=False, repr=False)
class CountedGridSearchCV(TunerSearchCV):
    """Tries every combination, after telling on standard error how many fits that takes, and how long.

    Args:
        points: how many values a numeric parameter gets, evenly over its prior with both ends; or a mapping from
            names to numbers, where a parameter that is not named gets one. Choices always have all their options.
        max_fits: refuse a grid of more fits; None for any.
        announce: say what it will take.

    Attributes:
        n_fits_: fits on folds, without the refit.
        estimated_seconds_: what all of them take, by the time of the first combination's.

    Raises:
        ValueError: the grid has more than `max_fits` fits.
    """

    points: int | Mapping[str, int] = 5
    max_fits: int | None = 1000
    announce: bool = True

    def _run_search(self, evaluate: Evaluation) -> None:
        candidates = evaluate.space.grid_size(self.points)
        folds = len(evaluate.plan.data.splits)
        self.n_fits_ = candidates * folds
        if self.max_fits is not None and self.n_fits_ > self.max_fits:
            raise ValueError(
                f"The grid has {candidates} combinations and takes {self.n_fits_} fits on {folds} folds, above "
                f"max_fits={self.max_fits}. Use fewer points or parameters, set max_fits, or try RandomSearchCV."
            )
        self._say(f"grid: {candidates} combinations on {folds} folds, {self.n_fits_} fits")
        proposals = (Proposal(params, "grid") for params in evaluate.space.grid(self.points))
        self._estimate(evaluate(list(islice(proposals, 1)))[0], evaluate.workers.slots)
        evaluate(list(proposals))

    def _estimate(self, first: Trial, workers: int) -> None:
        """Tell the time that the grid takes if every fit is as long as the first combination's."""
        each = fmean(fold.fit_time + fold.score_time for fold in first.folds)
        self.estimated_seconds_ = each * self.n_fits_ / workers
        told = f"{workers} worker{'s' if workers > 1 else ''}"
        self._say(f"grid: about {duration(self.estimated_seconds_)} on {told}, by its first combination")

    def _say(self, text: str) -> None:
        if self.announce:
            say(text)
