"""What the trials so far say about the rest of the cube: a process of the scores, and one of each constraint."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, TypeAlias

import numpy as np

from leakguard.tuners.bayes import acquisition as worths
from leakguard.tuners.bayes.gaussian_process import Hyperparameters, Posterior, Prior, condition, fit

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from leakguard.tuners.bayes.encoding import Encoding

    Array = NDArray[np.float64]

AcquisitionName: TypeAlias = Literal["log_ei", "ei", "ucb", "pi"]
BatchName: TypeAlias = Literal["liar", "qei"]

_PRIOR = Prior()
_MEDIAN, _VIOLATED = np.zeros(1), np.ones(1)  # in the units of scores and of constraints
_FANTASIES = 32  # drawn for each point that is under way
_HAIR = 0.01  # of the scores' deviation
_BEND = 0.3  # of the way from the median to the best


@dataclass(frozen=True)
class Observations:
    """Points (n, d) of the cube, their scores (n,), NaN where a trial failed, and constraints (n, c), met up to 0."""

    points: Array
    scores: Array
    constraints: Array

    @property
    def feasible(self) -> NDArray[np.bool_]:
        met: NDArray[np.bool_] = np.all(self.constraints <= 0, axis=1)
        return np.isfinite(self.scores) & met

    def incumbents(self, count: int) -> Array:
        """Return the best feasible points, best first."""
        at = np.flatnonzero(self.feasible)
        return self.points[at[np.argsort(-self.scores[at], kind="stable")][:count]]


@dataclass(frozen=True)
class Surrogate:
    """A process of values (n, s) at features (n, f), which more points can be put into."""

    features: Array
    values: Array
    found: Hyperparameters
    posterior: Posterior

    @classmethod
    def fitted(cls, features: Array, values: Array, encoding: Encoding, noise: float | None) -> Surrogate:
        found = fit(features, values, encoding.groups, _PRIOR, noise)
        return cls(features, values[:, None], found, condition(features, values[:, None], found))

    def extended(self, feature: Array, values: Array) -> Surrogate:
        """Return the process with one more point, of values (s,), its hyperparameters as they were."""
        features = np.vstack([self.features, feature])
        whole = np.vstack([np.broadcast_to(self.values, (len(self.values), len(values))), values])
        return replace(self, features=features, values=whole, posterior=condition(features, whole, self.found))


@dataclass(frozen=True)
class Model:
    """A process of the scores, with the best of them in its units, and those of the constraints.

    Trials that failed are one constraint, and to the scores they are put as middling ones once the hyperparameters are
    found: else what a good neighbour promises would outweigh any probability of failure.
    `best` is None until a trial is feasible; until then only feasibility counts.
    """

    encoding: Encoding
    objective: Surrogate
    constraints: tuple[Surrogate, ...]
    best: Array | None  # (s,)
    scale: float  # of the process' units in scores, near the best

    @classmethod
    def of(cls, seen: Observations, encoding: Encoding, noise: float | None) -> Model:
        """Return the model of what is seen, at least one trial of which has not failed."""
        features, done = encoding.features(seen.points), np.isfinite(seen.scores)
        limits = tuple(
            Surrogate.fitted(features[known], limit[known], encoding, None) for limit, known in _limits(seen)
        )
        values, scale = standardised(seen.scores[done])
        objective = Surrogate.fitted(features[done], values, encoding, noise)
        for failed in features[~done]:
            objective = objective.extended(failed[None], _MEDIAN)
        feasible = seen.feasible[done]
        if not feasible.any():
            return cls(encoding, objective, limits, None, scale)
        reached = objective.posterior.predict(features[done][feasible])[0] if noise is None else values[feasible]
        return cls(encoding, objective, limits, np.atleast_1d(reached.max()), scale)

    def worth(self, name: AcquisitionName) -> Callable[[Array], tuple[Array, Callable[[], Array]]]:
        """Return the acquisition as a function of features (m, f), higher where a trial is worth more.

        Constraints multiply an improvement by the probability that they are met (Gardner et al. 2014); to a confidence
        bound the logarithm of that probability is added.
        """

        def acquisition(features: Array) -> tuple[Array, Callable[[], Array]]:
            total, pulls = np.zeros(len(features)), []
            if self.best is not None:
                mean, deviation, pull = self.objective.posterior.at(features)
                value, over_mean, over_deviation = _scored(name, mean, deviation, self.best)
                total = total + value
                pulls.append((pull, over_mean, over_deviation))
            for limit in self.constraints:
                mean, deviation, pull = limit.posterior.at(features)
                value, over_mean, over_deviation = worths.log_probability_below_zero(mean, deviation)
                total = total + value
                pulls.append((pull, over_mean, over_deviation))

            def slopes() -> Array:
                gradient = sum((pull(mean, deviation) for pull, mean, deviation in pulls), np.zeros_like(features))
                return gradient * np.exp(total)[:, None] if name == "ei" else gradient

            return np.exp(total) if name == "ei" else total, slopes

        return acquisition

    def expected_improvement(self, points: Array) -> float | None:
        """Return what the best of these points is expected to add to the best score, before any of them is run."""
        if self.best is None:
            return None
        mean, deviation = self.objective.posterior.predict(self.encoding.features(points))
        return float(np.exp(_scored("log_ei", mean, deviation, self.best)[0].max())) * self.scale

    def pretending(self, point: Array, batch: BatchName, rng: np.random.Generator) -> Model:
        """Return the model as if a point (d,) under way had a result.

        The constant liar says that it equals the best so far (Ginsbourger, Le Riche and Carraro 2010); q-EI draws
        what it could be, and averages (Snoek, Larochelle and Adams 2012). Before anything is feasible it is taken to
        be infeasible.
        """
        feature = self.encoding.features(point[None])
        if self.best is None:
            return replace(self, constraints=tuple(limit.extended(feature, _VIOLATED) for limit in self.constraints))
        if batch == "liar":
            return replace(self, objective=self.objective.extended(feature, self.best))
        mean, deviation = self.objective.posterior.predict(feature)
        drawn = mean[0] + deviation[0] * rng.standard_normal(_FANTASIES)
        return replace(self, objective=self.objective.extended(feature, drawn), best=np.maximum(self.best, drawn))


def standardised(scores: Array) -> tuple[Array, float]:
    """Return scores of mean 0 and deviation 1 with their bad half drawn together, and the unit near the best.

    Below the median their distance to it grows only with its logarithm, as in the bilog transform of Eriksson and
    Poloczek (2021): how bad a bad score is says little about where the best is, but would set the process' scale.
    """
    median = float(np.median(scores))
    bend = _BEND * (float(scores.max()) - median)
    if bend <= 0:
        bend = float(np.std(scores)) or 1.0
    away = (scores - median) / bend
    bent = np.where(away < 0, -np.log1p(np.maximum(-away, 0.0)), away)
    spread = float(np.std(bent)) or 1.0
    return (bent - bent.mean()) / spread, spread * bend


def _limits(seen: Observations) -> list[tuple[Array, NDArray[np.bool_]]]:
    """Return the columns to be below 0, scaled, and where each is known; whether a trial failed is one of them."""
    failed = ~np.isfinite(seen.scores)
    columns = list(seen.constraints.T)
    if failed.any():
        columns.append(np.where(failed, 1.0, -1.0))
    found = []
    for column in columns:
        known = np.isfinite(column)
        if known.any():
            found.append((column / (float(np.std(column[known])) or 1.0), known))
    return found


def _enough_improvement(mean: Array, deviation: Array, best: Array) -> worths.Worth:
    """Return the probability of more than a hair's improvement, which is likeliest right beside the best."""
    return worths.log_probability_of_improvement(mean, deviation, best + _HAIR)


_IMPROVEMENTS = {
    "log_ei": worths.log_expected_improvement,
    "ei": worths.log_expected_improvement,
    "pi": _enough_improvement,
}


def _scored(name: AcquisitionName, mean: Array, deviation: Array, best: Array) -> worths.Worth:
    """Return the logarithm of an improvement, or a confidence bound, averaged over the columns of the mean."""
    if name == "ucb":
        return worths.averaged(worths.upper_confidence_bound(mean, deviation))
    return worths.averaged_logarithms(_IMPROVEMENTS[name](mean, deviation, best))
