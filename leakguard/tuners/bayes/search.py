"""Bayesian search on a Gaussian process."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from leakguard.tuners.bayes.suggester import GaussianProcessSuggester, initial_points
from leakguard.tuners.search import TunerSearchCV, follow

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from leakguard.tuners.bayes.model import AcquisitionName, BatchName
    from leakguard.tuners.evaluating import Evaluation
    from leakguard.tuners.suggesting import Trial


@dataclass(eq=False, repr=False)
class BayesianSearchCV(TunerSearchCV):
    """Tries `n_trials` points: random ones at once, then those where a Gaussian process expects most.

    Args:
        n_trials: how many points are tried.
        batch_size: how many are proposed at once, for parallel workers; the results depend on it, not on `n_jobs`.
        n_initial, acquisition, batch, noise, constraints: as `initial` and the others of GaussianProcessSuggester.
    """

    n_trials: int = 40
    batch_size: int = 1
    n_initial: int | None = None
    acquisition: AcquisitionName = "log_ei"
    batch: BatchName = "liar"
    noise: float | None = None
    constraints: Callable[[Trial], Sequence[float]] | None = None

    def _run_search(self, evaluate: Evaluation) -> None:
        initial = min(initial_points(evaluate.space) if self.n_initial is None else self.n_initial, self.n_trials)
        suggester = GaussianProcessSuggester(
            evaluate.space, initial, self.acquisition, self.batch, self.noise, self.constraints
        )
        follow(suggester, evaluate, initial, batch=max(initial, 1))
        follow(suggester, evaluate, self.n_trials - initial, batch=self.batch_size)
