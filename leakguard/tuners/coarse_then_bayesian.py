"""Parallel coarse, then sequential Bayesian: many points at once, and then each from all before it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from leakguard.tuners.random_search import RandomSuggester
from leakguard.tuners.search import TunerSearchCV, follow

if TYPE_CHECKING:
    from collections.abc import Callable

    from leakguard.tuners.evaluating import Evaluation
    from leakguard.tuners.space import Space
    from leakguard.tuners.suggesting import Suggester


@dataclass(eq=False, repr=False)
class CoarseThenBayesianSearchCV(TunerSearchCV):
    """Sobol points, all in parallel, then a Bayesian suggester's one by one.

    Args:
        n_coarse: Sobol points at first.
        n_trials: all trials.
        suggester: makes the sequential part for a space; None for the Gaussian process.
        batch_size: how many points it is asked for at once.
    """

    n_coarse: int = 20
    n_trials: int = 50
    suggester: Callable[[Space], Suggester] | None = None
    batch_size: int = 1

    def _run_search(self, evaluate: Evaluation) -> None:
        n_coarse = min(self.n_coarse, self.n_trials)
        follow(RandomSuggester(evaluate.space, sobol=True), evaluate, n_coarse, batch=n_coarse)
        make = self.suggester or _gaussian_process
        follow(make(evaluate.space), evaluate, self.n_trials - n_coarse, batch=self.batch_size)


def _gaussian_process(space: Space) -> Suggester:
    from leakguard.tuners.bayes.suggester import GaussianProcessSuggester

    return GaussianProcessSuggester(space, initial=1)
