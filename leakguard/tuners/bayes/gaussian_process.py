"""A Gaussian process with a constant mean, its hyperparameters at the maximum a posteriori.

Mean and signal variance have closed forms given the length scales and the noise (Santner, Williams and Notz 2018,
section 3.3), so only the latter are searched for, by L-BFGS with analytic gradients. The length scales have a
log-normal prior whose median grows with the root of the number of dimensions, as distances in a unit cube do
(Hvarfner, Hellsten and Nardi 2024, "Vanilla Bayesian optimization performs great in high dimensions").
"""

from __future__ import annotations

from dataclasses import dataclass
from math import log
from typing import TYPE_CHECKING

import numpy as np
from scipy.linalg import lapack
from scipy.optimize import minimize

from leakguard.tuners.bayes.matern import correlation, squared_distances

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Pullback = Callable[[NDArray[np.float64], NDArray[np.float64]], NDArray[np.float64]]
    Array = NDArray[np.float64]

NOISE_FLOOR = 1e-6  # of the signal's variance; keeps the factorisation stable
_LEAST_LEFT = 1e-12  # of the variance at a point already measured
_SCALES = (log(1e-2), log(1e3))
_UNLIKELY = 1e25  # the loss where the factorisation fails


@dataclass(frozen=True)
class Prior:
    """What is believed before any value is seen.

    The logarithm of a length scale is normal around `location + log(d) / 2`, that of the noise's share of the signal's
    variance around `noise_location`; the signal's variance is scaled inverse chi-square around 1, worth
    `variance_weight` values.
    """

    location: float = -0.5
    spread: float = 1.0
    noise_location: float = log(1e-4)
    noise_spread: float = 3.0
    variance_weight: float = 2.0


@dataclass(frozen=True)
class Hyperparameters:
    """One length scale a column of the features (d,), the signal's variance, and the noise's share of it."""

    scales: Array
    variance: float
    noise: float


@dataclass(frozen=True)
class Posterior:
    """A process given values at points: the features over their `scales`, and what predictions need."""

    scaled: Array  # (n, d)
    scales: Array  # (d,)
    mean: Array  # (s,): the constant of each column of values
    variance: float  # of the signal
    weights: Array  # (n, s)
    inverse_factor: Array  # (n, n): of the lower Cholesky factor of the correlations

    def predict(self, features: Array) -> tuple[Array, Array]:
        """Return mean (m, s) and standard deviation (m,) of the noiseless function at `features` (m, d)."""
        return self.at(features)[:2]

    def at(self, features: Array) -> tuple[Array, Array, Pullback]:
        """Return what `predict` does, and how to take a gradient over both back to the features."""
        scaled = features / self.scales
        near, slope = correlation(squared_distances(scaled, self.scaled))
        explained = near @ self.inverse_factor.T
        left = 1.0 - np.einsum("ij,ij->i", explained, explained)
        deviation = np.sqrt(self.variance * np.maximum(left, _LEAST_LEFT))

        def pull_back(over_mean: Array, over_deviation: Array) -> Array:
            shrinks = (self.variance * over_deviation / deviation)[:, None] * (explained @ self.inverse_factor)
            over_near = slope * (shrinks - over_mean @ self.weights.T)
            over_scaled: Array = over_near.sum(axis=1)[:, None] * scaled - over_near @ self.scaled
            return over_scaled / self.scales

        return self.mean + near @ self.weights, deviation, pull_back


def fit(features: Array, values: Array, groups: NDArray[np.intp], prior: Prior, noise: float | None) -> Hyperparameters:
    """Return the hyperparameters at the maximum a posteriori.

    `features` (n, d) lie in the unit cube, `values` (n,) are standardised; `groups` (d,) numbers the length scales that
    the columns share from 0. A `noise` of None is learned, with `NOISE_FLOOR` below it.
    """
    loss = _Loss.of(features, values, groups, prior, noise)
    start = np.full(loss.size, loss.location)
    if noise is None:
        start = np.append(start, prior.noise_location)
    bounds = [_SCALES] * loss.size + [(log(NOISE_FLOOR), 0.0)] * (noise is None)
    found = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds, options={"maxiter": 50}).x
    return Hyperparameters(np.exp(found[: loss.size])[groups], loss.variance_at(found), loss.noise_at(found))


def condition(features: Array, values: Array, found: Hyperparameters) -> Posterior:
    """Return the process given `values` (n, s) at `features` (n, d): one posterior mean a column of values."""
    scaled = features / found.scales
    correlations, _ = correlation(squared_distances(scaled, scaled))
    correlations[np.diag_indices_from(correlations)] = 1.0 + found.noise
    factor, _ = lapack.dpotrf(correlations, lower=1)
    inverse_factor = np.tril(lapack.dtrtri(factor, lower=1)[0])
    mean, weights = _solved(inverse_factor.T @ inverse_factor, values)
    return Posterior(scaled, found.scales, mean, found.variance, weights, inverse_factor)


def _solved(inverse: Array, values: Array) -> tuple[Array, Array]:
    """Return the mean by generalised least squares, and the inverse times what is left of the values."""
    ones = inverse.sum(axis=0)
    mean = (ones @ values) / ones.sum()
    return mean, inverse @ (values - mean)


@dataclass(frozen=True)
class _Solved:
    shrinkage: Array
    slope: Array
    inverse: Array
    weights: Array
    quadratic: float
    half_log_determinant: float


@dataclass(frozen=True)
class _Loss:
    """Minus the log posterior of the logarithms of the hyperparameters, mean and signal variance maximised out."""

    distances: Array  # (g, n * n): squared, of each group
    values: Array
    prior: Prior
    noise: float | None
    location: float
    size: int

    @classmethod
    def of(cls, features: Array, values: Array, groups: NDArray[np.intp], prior: Prior, noise: float | None) -> _Loss:
        size = int(groups.max()) + 1
        distances = np.zeros((size, len(values), len(values)))
        for column, group in zip(features.T, groups, strict=True):
            distances[group] += (column[:, None] - column) ** 2
        return cls(distances.reshape(size, -1), values, prior, noise, prior.location + 0.5 * log(size), size)

    def noise_at(self, point: Array) -> float:
        return float(np.exp(point[self.size])) if self.noise is None else max(self.noise, NOISE_FLOOR)

    def variance_at(self, point: Array) -> float:
        found = self._solve(point)
        return 1.0 if found is None else found.quadratic / self.degrees

    @property
    def degrees(self) -> float:
        return len(self.values) + self.prior.variance_weight

    def __call__(self, point: Array) -> tuple[float, Array]:
        found = self._solve(point)
        if found is None:
            return _UNLIKELY, np.zeros_like(point)
        loss = 0.5 * self.degrees * log(found.quadratic) + found.half_log_determinant
        over = 0.5 * (
            found.inverse - (self.degrees / found.quadratic) * np.multiply.outer(found.weights, found.weights)
        )
        gradient = found.shrinkage * (self.distances @ (over * found.slope).ravel())
        if self.noise is None:
            gradient = np.append(gradient, np.trace(over) * self.noise_at(point))
        believed, pull = self._prior(point)
        return loss + believed, gradient + pull

    def _solve(self, point: Array) -> _Solved | None:
        """Return what loss and gradient are made of, or None where the correlations cannot be factorised."""
        count = len(self.values)
        shrinkage = np.exp(-2.0 * point[: self.size])
        correlations, slope = correlation((shrinkage @ self.distances).reshape(count, count))
        correlations[np.diag_indices(count)] = 1.0 + self.noise_at(point)
        factor, failed = lapack.dpotrf(correlations, lower=1)
        if failed:
            return None
        inverse = _symmetric(lapack.dpotri(factor, lower=1)[0])
        mean, weights = _solved(inverse, self.values)
        quadratic = float((self.values - mean) @ weights) + self.prior.variance_weight
        return _Solved(shrinkage, slope, inverse, weights, quadratic, float(np.log(np.diag(factor)).sum()))

    def _prior(self, point: Array) -> tuple[float, Array]:
        centre, spread = np.full(len(point), self.location), np.full(len(point), self.prior.spread)
        centre[self.size :], spread[self.size :] = self.prior.noise_location, self.prior.noise_spread
        away = (point - centre) / spread
        return 0.5 * float(away @ away), away / spread


def _symmetric(lower: Array) -> Array:
    below = np.tril(lower)
    return below + np.tril(below, -1).T
