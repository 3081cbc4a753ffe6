"""From coarse to fine: the estimator's own parameters, random draws over the whole space, then ever smaller regions."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any

import numpy as np

from leakguard.tuners.random_search import unseen
from leakguard.tuners.search import TunerSearchCV
from leakguard.tuners.suggesting import Proposal

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from leakguard.tuners.evaluating import Evaluation
    from leakguard.tuners.space import Space
    from leakguard.tuners.suggesting import Trial

    Array = NDArray[np.float64]

# Shares of the trials, and of the best among them: found on Branin, Hartmann 6 and three simpler functions with 60
# trials, where neighbouring values did about as well.
_COARSE = 0.4
_REFINE = 0.3
_TOP = 0.15
_STEPS = 3
_STEP_WIDTH = 0.15
_NARROWING = 0.6


@dataclass(eq=False, repr=False)
class CoarseToFineSearchCV(TunerSearchCV):
    """A baseline trial, coarse random draws, `rounds` zooms into the plateau's region, and refinement around the best.

    Each phase runs in parallel; phases follow one another.

    Args:
        n_trials: all trials, the baseline included.
        rounds: how often the region shrinks.
    """

    n_trials: int = 60
    rounds: int = 2

    def _run_search(self, evaluate: Evaluation) -> None:
        evaluate([Proposal(baseline(evaluate.space, evaluate.plan.estimator), "baseline")])
        coarse_to_fine(evaluate, evaluate.space, self.n_trials - 1, self.rounds)


def baseline(space: Space, estimator: Any) -> dict[str, Any]:
    """Return the estimator's own values of the space's parameters, without those that are then not in use."""
    own = estimator.get_params(deep=True)
    return space.active({name: own[name] for name in space.names if name in own})


def coarse_to_fine(
    evaluate: Evaluation, space: Space, n_trials: int, rounds: int, given: Mapping[str, Any] | None = None
) -> None:
    """Spend `n_trials` on `space`, with the other parameters as `given`."""
    given = given or {}
    # The best so far is a point of this space too, if the estimator's own values lie in it.
    history = [trial for trial in (evaluate.best,) if trial is not None and space.contains(trial.params)]
    region = Region.whole(space)
    for phase, count in _phases(n_trials, rounds):
        if phase.zoom:
            region = Region.around_plateau(space, history, phase.zoom)
        best = _best(space, history) if phase.step else None
        points = region.points(evaluate.rng, best, _STEP_WIDTH * _NARROWING ** (phase.step - 1))
        asked = islice(unseen(space, points, evaluate.rng, history), count)
        history += evaluate([Proposal({**given, **params}, phase.name) for params in asked])


@dataclass(frozen=True, slots=True)
class _Phase:
    """A batch of trials: coarse, or after the `zoom`th zoom, or the `step`th refinement."""

    name: str
    zoom: int = 0
    step: int = 0


def _phases(n_trials: int, rounds: int) -> Iterator[tuple[_Phase, int]]:
    """Yield each phase with its number of trials."""
    coarse = min(max(1, round(_COARSE * n_trials)), n_trials)
    refine = min(round(_REFINE * n_trials), n_trials - coarse)
    yield _Phase("coarse"), coarse
    for zoom, count in enumerate(_shared(n_trials - coarse - refine, rounds), 1):
        yield _Phase("zoom", zoom=zoom), count
    for step, count in enumerate(_shared(refine, _STEPS), 1):
        yield _Phase("refine", step=step), count


def _shared(whole: int, parts: int) -> list[int]:
    return [whole // parts + (part < whole % parts) for part in range(parts)]


@dataclass(frozen=True, slots=True)
class Region:
    """A box in the unit cube, with the options that each choice still has there.

    Attributes:
        low, high: its corners, of shape (names,).
        options: for each choice, by its place among the names, the quantiles of its options.
    """

    low: Array
    high: Array
    options: Mapping[int, Array]

    @classmethod
    def whole(cls, space: Space) -> Region:
        """Return the unit cube."""
        sizes = {place: kind.size or 1 for place, kind in enumerate(space.kinds) if kind.name == "categorical"}
        options = {place: (np.arange(size) + 0.5) / size for place, size in sizes.items()}
        return cls(np.zeros(len(space.names)), np.ones(len(space.names)), options)

    @classmethod
    def around_plateau(cls, space: Space, history: Sequence[Trial], zoom: int) -> Region:
        """Return the region of the trials that are best, or no worse than the best by more than its standard error."""
        top = _plateau(history, zoom)
        whole = cls.whole(space)
        if not top:
            return whole
        units = np.array([space.to_unit(trial.params) for trial in top])
        known = ~np.isnan(units).all(axis=0)  # the others were in use in none of them
        low, high = whole.low.copy(), whole.high.copy()
        low[known], high[known] = np.nanmin(units[:, known], axis=0), np.nanmax(units[:, known], axis=0)
        # What lies between the best and their neighbours, and never nothing.
        margin = (high - low) / (2 * max(len(top) - 1, 1)) + 0.5 ** (zoom + 3)
        options = {
            place: np.unique(units[~np.isnan(units[:, place]), place]) if known[place] else every
            for place, every in whole.options.items()
        }
        return cls(np.maximum(low - margin, 0), np.minimum(high + margin, 1), options)

    def points(self, rng: np.random.Generator, around: Array | None, step: float) -> Iterator[Array]:
        """Yield points of the region, of shape (names,); or around one point, with steps in widths of the region."""
        names = len(self.low)
        while True:
            if around is None:
                point = self.low + rng.random(names) * (self.high - self.low)
            else:
                moved = np.abs(around + rng.normal(size=names) * step * (self.high - self.low))
                point = np.clip(1 - np.abs(1 - moved), 0, 1)
            for place, units in self.options.items():
                point[place] = rng.choice(units)
            yield point


def _plateau(history: Sequence[Trial], zoom: int) -> list[Trial]:
    ranked = sorted((trial for trial in history if not trial.failed), key=lambda trial: -trial.score)
    if not ranked:
        return []
    least = max(2, round(len(ranked) * _TOP / zoom))
    threshold = ranked[0].score - _standard_error(ranked[0])
    equal = sum(trial.score >= threshold for trial in ranked)
    # Where much of the space is equal to the best, the region would not shrink at all.
    return ranked[: max(least, min(equal, 2 * least))]


def _standard_error(trial: Trial) -> float:
    scores = [next(iter(fold.test.values()), math.nan) for fold in trial.folds]
    return float(np.std(scores, ddof=1) / math.sqrt(len(scores))) if len(scores) > 1 else 0.0


def _best(space: Space, history: Sequence[Trial]) -> Array | None:
    """Return the quantiles of the best trial, of shape (names,), 0.5 where a parameter was not in use."""
    able = [trial for trial in history if not trial.failed]
    if not able:
        return None
    return np.nan_to_num(space.to_unit(max(able, key=lambda trial: trial.score).params), nan=0.5)
