"""The acquisitions beside what they stand for, and their gradients beside finite differences."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import ndtr

from leakguard.tuners.bayes import acquisition

if TYPE_CHECKING:
    from collections.abc import Callable

mpmath = pytest.importorskip("mpmath")

MEAN, DEVIATION, BEST = np.array([[0.3, -1.0], [2.0, 0.1]]), np.array([0.7, 0.2]), np.array([0.5, 0.0])


def test_expected_improvement_is_the_mean_of_improvements() -> None:
    worth, _, _ = acquisition.log_expected_improvement(MEAN, DEVIATION, BEST)
    drawn = MEAN + DEVIATION[:, None] * np.random.default_rng(0).standard_normal((400_000, 1, 1))
    improved = np.maximum(drawn - BEST, 0)
    error = 4 * improved.std(axis=0) / np.sqrt(len(drawn)) + 1e-12
    assert (np.abs(np.exp(worth) - improved.mean(axis=0)) < error).all()


def test_probability_of_improvement_is_that_of_a_normal_value() -> None:
    worth, _, _ = acquisition.log_probability_of_improvement(MEAN, DEVIATION, BEST)
    np.testing.assert_allclose(np.exp(worth), ndtr((MEAN - BEST) / DEVIATION[:, None]))


@given(st.floats(-1e5, 30))
def test_log_h_is_exact_far_from_the_best(z: float) -> None:
    with mpmath.workdps(60):
        exact = float(mpmath.log(mpmath.npdf(z) + z * mpmath.ncdf(z)))
    assert acquisition.log_h(np.array([z]))[0] == pytest.approx(exact, rel=1e-9, abs=1e-9)


def _ei(mean: np.ndarray, deviation: np.ndarray) -> acquisition.Worth:
    return acquisition.averaged_logarithms(acquisition.log_expected_improvement(mean, deviation, BEST))


def _pi(mean: np.ndarray, deviation: np.ndarray) -> acquisition.Worth:
    return acquisition.averaged_logarithms(acquisition.log_probability_of_improvement(mean, deviation, BEST))


def _ucb(mean: np.ndarray, deviation: np.ndarray) -> acquisition.Worth:
    return acquisition.averaged(acquisition.upper_confidence_bound(mean, deviation))


def _below(mean: np.ndarray, deviation: np.ndarray) -> acquisition.Worth:
    return acquisition.log_probability_below_zero(mean[:, :1], deviation)


@pytest.mark.parametrize("worth", [_ei, _pi, _ucb, _below])
@pytest.mark.parametrize("away", [0.0, 5.0, 500.0])
def test_slopes_are_those_of_the_values(
    worth: Callable[[np.ndarray, np.ndarray], acquisition.Worth], away: float
) -> None:
    mean = MEAN - away
    _, over_mean, over_deviation = worth(mean, DEVIATION)
    for column in range(over_mean.shape[1]):
        step = 1e-5 * (np.arange(2) == column)
        change = (worth(mean + step, DEVIATION)[0] - worth(mean - step, DEVIATION)[0]) / 2e-5
        np.testing.assert_allclose(over_mean[:, column], change, rtol=1e-4, atol=1e-5)
    change = (worth(mean, DEVIATION + 1e-6)[0] - worth(mean, DEVIATION - 1e-6)[0]) / 2e-6
    np.testing.assert_allclose(over_deviation, change, rtol=1e-3, atol=1e-4)
