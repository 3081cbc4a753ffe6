"""Bayesian optimisation as a part of a strategy: proposals from a Gaussian process over the space's unit cube."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Any, get_args

import numpy as np

from leakguard.tuners.bayes.cube import Cube
from leakguard.tuners.bayes.model import AcquisitionName, BatchName, Model, Observations
from leakguard.tuners.bayes.proposing import ranked_points

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from numpy.typing import NDArray

    from leakguard.tuners.space import Space
    from leakguard.tuners.suggesting import Trial

    Array = NDArray[np.float64]

_INCUMBENTS = 5  # candidates are put around each
_LISTED = 10_000  # points of a countable space that are looked through for one that is left


@dataclass
class GaussianProcessSuggester:
    """Proposes where a Gaussian process expects most, after random points; those go on until a trial succeeds.

    Args:
        space: what is searched.
        initial: random points before the first that the model proposes; None for `initial_points` of the space.
        acquisition: "log_ei" and "ei" (expected improvement, its logarithm or itself), "ucb" (mean plus two
            deviations) or "pi" (probability of improvement).
        batch: how points asked for together keep apart, "liar" (constant liar) or "qei".
        noise: the variance of a score's error, as a share of that of the scores; None to learn it.
        constraints: what must be at most 0 for a trial to count, such as `lambda trial: [seconds(trial) - 10]`; NaN
            where it is not known.
    """

    space: Space
    initial: int | None = None
    acquisition: AcquisitionName = "log_ei"
    batch: BatchName = "liar"
    noise: float | None = None
    constraints: Callable[[Trial], Sequence[float]] | None = None
    name: str = "gaussian-process"
    expected_improvement: float | None = field(default=None, init=False)
    _cube: Cube = field(init=False, repr=False)

    def __post_init__(self) -> None:
        for name, known in (("acquisition", get_args(AcquisitionName)), ("batch", get_args(BatchName))):
            if getattr(self, name) not in known:
                raise ValueError(f"{name}={getattr(self, name)!r}: choose from {', '.join(known)}.")
        self._cube = Cube(self.space)

    def ask(self, n: int, rng: np.random.Generator, history: Sequence[Trial]) -> list[dict[str, Any]]:
        """Propose `n` points that no trial of the history has had, fewer where the space has no more."""
        self.expected_improvement = None
        seen = {self.space.key(trial.params) for trial in history}
        enough = initial_points(self.space) if self.initial is None else self.initial
        trials = _of_highest_budget(history, enough)
        if len(history) < enough or all(trial.failed for trial in trials):
            return list(islice(self._unseen(self._random(rng), seen), n))
        return self._modelled(n, rng, self._observations(trials), seen)

    def tell(self, trials: Sequence[Trial]) -> None:
        """Nothing to keep: each model is made of the whole history."""

    def _modelled(
        self, n: int, rng: np.random.Generator, observed: Observations, seen: set[Any]
    ) -> list[dict[str, Any]]:
        start = model = Model.of(observed, self._cube.encoding, self.noise)
        incumbents = observed.incumbents(_INCUMBENTS)
        asked: list[dict[str, Any]] = []
        while len(asked) < n:
            ranked = ranked_points(model.worth(self.acquisition), self._cube, incumbents, rng)
            found = next(self._unseen(ranked, seen), None)
            if found is None:
                break
            asked.append(found)
            model = model.pretending(self.space.to_unit(found), self.batch, rng)
        if asked:
            self.expected_improvement = start.expected_improvement(self._cube.points(asked))
        return asked

    def _observations(self, trials: Sequence[Trial]) -> Observations:
        scores = [np.nan if trial.failed else trial.score for trial in trials]
        limits = [[] if self.constraints is None else self.constraints(trial) for trial in trials]
        constraints = np.array(limits, dtype=np.float64).reshape(len(trials), -1)
        return Observations(self._cube.points([trial.params for trial in trials]), np.array(scores), constraints)

    def _random(self, rng: np.random.Generator) -> Iterator[Array]:
        for _ in range(_LISTED):
            yield rng.random(len(self.space.names))

    def _unseen(self, points: Iterator[Array], seen: set[Any]) -> Iterator[dict[str, Any]]:
        """Yield the parameters of points that are new, and note them as seen; at last, any that the space has left."""
        for point in points:
            params = self.space.from_unit(np.nan_to_num(point, nan=0.5))
            yield from self._if_new(params, seen)
        size = self.space.size
        if size is not None and len(seen) < size:
            levels = {name: kind.size or 1 for name, kind in zip(self.space.names, self.space.kinds, strict=True)}
            for params in islice(self.space.grid(levels), _LISTED):
                yield from self._if_new(params, seen)

    def _if_new(self, params: dict[str, Any], seen: set[Any]) -> Iterator[dict[str, Any]]:
        key = self.space.key(params)
        if key not in seen:
            seen.add(key)
            yield params


def initial_points(space: Space) -> int:
    """Return how many random points come before the first model, by the number of dimensions."""
    return max(4, len(space.names) + 1)


def _of_highest_budget(history: Sequence[Trial], enough: int) -> list[Trial]:
    """Return the trials of the highest budget that has had enough of them, as scores at others are not comparable.

    Where none has enough, those of the budget that has most.
    """
    budgets = sorted({trial.budget for trial in history}, reverse=True)
    groups = [[trial for trial in history if trial.budget == budget] for budget in budgets]
    return next((group for group in groups if len(group) >= enough), max(groups, key=len, default=[]))
