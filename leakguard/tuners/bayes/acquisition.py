"""What a point is worth trying, from the mean and the standard deviation that are predicted there; more is better.

Each returns values (m, s), and their slopes over mean and deviation, for means (m, s), deviations (m,) and the best
score so far (s,). Improvements are given as logarithms, which neither vanish nor lose their slope far from the best
(Ament et al. 2023, "Unexpected improvements to expected improvement for Bayesian optimization").
"""

from __future__ import annotations

from math import log, pi, sqrt
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import erfcx, log_ndtr

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]
    Worth = tuple[Array, Array, Array]

_HALF_LOG_TAU = 0.5 * log(2.0 * pi)
_FAR = -1e3  # the series' error is below 1e-11 from here


def log_h(z: Array) -> Array:
    """Return log(phi(z) + z Phi(z)), phi and Phi the standard normal density and distribution, for any z."""
    density = -0.5 * z * z - _HALF_LOG_TAU
    worth = np.empty_like(z)
    near, far = z > -1.0, z < _FAR
    middle = ~(near | far)
    worth[near] = np.log(np.exp(density[near]) + z[near] * np.exp(log_ndtr(z[near])))
    worth[far] = density[far] - 2.0 * np.log(-z[far]) + np.log1p(-3.0 / z[far] ** 2)
    tail = sqrt(pi / 2.0) * -z[middle] * erfcx(-z[middle] / sqrt(2.0))
    worth[middle] = density[middle] + np.log1p(-tail)
    return worth


def log_expected_improvement(mean: Array, deviation: Array, best: Array) -> Worth:
    """Return the logarithm of the expected improvement over the best."""
    spread = deviation[:, None]
    z = (mean - best) / spread
    worth = log_h(z)
    over_mean = np.exp(log_ndtr(z) - worth) / spread
    over_deviation = np.exp(-0.5 * z * z - _HALF_LOG_TAU - worth) / spread
    return worth + np.log(spread), over_mean, over_deviation


def log_probability_of_improvement(mean: Array, deviation: Array, best: Array) -> Worth:
    """Return the logarithm of the probability of any improvement over the best."""
    spread = deviation[:, None]
    z = (mean - best) / spread
    worth = log_ndtr(z)
    over_mean = np.exp(-0.5 * z * z - _HALF_LOG_TAU - worth) / spread
    return worth, over_mean, -z * over_mean


def upper_confidence_bound(mean: Array, deviation: Array, width: float = 2.0) -> Worth:
    """Return the mean plus `width` deviations."""
    over = np.ones_like(mean)
    return mean + width * deviation[:, None], over, width * over


def log_probability_below_zero(mean: Array, deviation: Array) -> Worth:
    """Return the logarithm of the probability that a value is below zero, of one column: (m,), (m, 1) and (m,)."""
    worth, over_mean, over_deviation = log_probability_of_improvement(-mean, deviation, np.zeros(1))
    return worth[:, 0], -over_mean, over_deviation[:, 0]


def averaged(worth: Worth) -> Worth:
    """Return the mean over the columns (m,), and its slopes over mean (m, s) and deviation (m,)."""
    values, over_mean, over_deviation = worth
    columns = values.shape[1]
    return values.mean(axis=1), over_mean / columns, over_deviation.mean(axis=1)


def averaged_logarithms(worth: Worth) -> Worth:
    """Return the logarithm of the mean over the columns of what the values are logarithms of, and its slopes."""
    values, over_mean, over_deviation = worth
    highest = values.max(axis=1)
    share = np.exp(values - highest[:, None])  # SciPy's logsumexp takes ten times as long on so few columns
    total = share.sum(axis=1)
    share /= total[:, None]
    return highest + np.log(total / values.shape[1]), share * over_mean, (share * over_deviation).sum(axis=1)
