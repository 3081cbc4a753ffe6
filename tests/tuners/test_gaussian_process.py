"""The Gaussian process beside scikit-learn's, and its gradients beside finite differences."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from scipy.optimize import approx_fprime
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import ConstantKernel, Matern, WhiteKernel

from leakguard.tuners.bayes.gaussian_process import Hyperparameters, Prior, _Loss, condition, fit

if TYPE_CHECKING:
    from numpy.typing import NDArray


def _seen(rows: int = 25, columns: int = 3, seed: int = 0) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    features = np.random.default_rng(seed).random((rows, columns))
    values = np.sin(6 * features[:, 0]) + features[:, 1] ** 2
    return features, (values - values.mean()) / values.std()


def test_posterior_is_scikit_learns() -> None:
    features, values = _seen()
    scales, variance, noise = np.array([0.5, 1.0, 3.0]), 1.7, 1e-3
    ours = condition(features, values[:, None], Hyperparameters(scales, variance, noise))
    kernel = ConstantKernel(variance) * Matern(scales, nu=2.5) + WhiteKernel(variance * noise)
    theirs = GaussianProcessRegressor(kernel, alpha=0.0, optimizer=None).fit(features, values - ours.mean)
    points = np.random.default_rng(1).random((40, 3))
    mean, deviation = ours.predict(points)
    expected, noisy = theirs.predict(points, return_std=True)
    np.testing.assert_allclose(mean[:, 0], expected + ours.mean, atol=1e-8)
    np.testing.assert_allclose(deviation**2 + variance * noise, noisy**2, atol=1e-8)


def test_mean_is_that_of_generalised_least_squares() -> None:
    features, values = _seen()
    found = Hyperparameters(np.array([0.5, 1.0, 3.0]), 1.7, 1e-3)
    covariance = Matern(found.scales, nu=2.5)(features) + found.noise * np.eye(len(values))
    ones = np.linalg.solve(covariance, np.ones(len(values)))
    assert condition(features, values[:, None], found).mean[0] == pytest.approx(ones @ values / ones.sum())


def test_several_columns_are_several_processes() -> None:
    features, values = _seen()
    found = fit(features, values, np.arange(3), Prior(), None)
    both = condition(features, np.column_stack([values, -2 * values]), found)
    mean, _ = both.predict(features[:5] + 0.01)
    np.testing.assert_allclose(mean[:, 1], -2 * mean[:, 0], atol=1e-8)


@pytest.mark.parametrize("noise", [None, 1e-4])
def test_the_loss_has_the_gradient_that_it_says(noise: float | None) -> None:
    features, values = _seen()
    loss = _Loss.of(features, values, np.array([0, 1, 1]), Prior(), noise)
    point = np.array([-0.3, 0.4, -5.0])[: 3 if noise is None else 2]
    np.testing.assert_allclose(loss(point)[1], approx_fprime(point, lambda at: loss(at)[0], 1e-6), rtol=1e-3, atol=1e-4)


def test_the_posterior_takes_gradients_back_to_the_features() -> None:
    features, values = _seen()
    posterior = condition(features, values[:, None], fit(features, values, np.arange(3), Prior(), None))
    point = np.array([0.2, 0.7, 0.4])

    def total(at: NDArray[np.float64]) -> float:
        mean, deviation = posterior.predict(at[None])
        return float(2.0 * mean[0, 0] - 3.0 * deviation[0])

    _, _, pull_back = posterior.at(point[None])
    gradient = pull_back(np.array([[2.0]]), np.array([-3.0]))[0]
    np.testing.assert_allclose(gradient, approx_fprime(point, total, 1e-6), rtol=1e-3, atol=1e-4)


def test_the_fit_sees_which_columns_matter() -> None:
    features, values = _seen(rows=40)
    scales = fit(features, values, np.arange(3), Prior(), None).scales
    assert scales[2] > 3 * scales[0]


def test_noise_is_learned_where_there_is_some() -> None:
    features, values = _seen(rows=80)
    noisy = values + 0.3 * np.random.default_rng(3).standard_normal(len(values))
    groups = np.arange(3)
    quiet, loud = (fit(features, one, groups, Prior(), None) for one in (values, noisy))
    assert quiet.noise < 1e-3
    assert loud.noise * loud.variance == pytest.approx(0.09, rel=0.5)
    assert fit(features, values, groups, Prior(), 0.0).noise == pytest.approx(1e-6)


def test_constant_values_and_repeated_points_can_be_fitted() -> None:
    features = np.repeat(np.array([[0.2], [0.8]]), 5, axis=0)
    posterior = condition(features, np.zeros((10, 1)), fit(features, np.zeros(10), np.array([0]), Prior(), 1e-6))
    mean, deviation = posterior.predict(np.array([[0.5]]))
    assert mean[0, 0] == 0
    assert deviation[0] > 0
