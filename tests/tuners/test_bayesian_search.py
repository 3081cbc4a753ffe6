"""Bayesian searches as scikit-learn estimators: the Gaussian process, and Optuna's samplers."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from sklearn.datasets import load_iris
from sklearn.exceptions import FitFailedWarning
from sklearn.svm import SVC

from leakguard.tuners import IntUniform, LogUniform, Space, reference_tuners
from leakguard.tuners.bayes.search import BayesianSearchCV
from leakguard.tuners.suggesting import Trial

if TYPE_CHECKING:
    from leakguard.tuners.search import TunerSearchCV

SPACE = {
    "C": LogUniform(0.01, 100),
    "kernel": ["rbf", "linear", "poly"],
    "degree": IntUniform(2, 4, when={"kernel": ["poly"]}),
    "gamma": LogUniform(1e-3, 1, when={"kernel": ["rbf", "poly"]}),
}


@pytest.fixture(params=["bayesian", "tpe", "cma-es"])
def tuner(request: pytest.FixtureRequest) -> type[TunerSearchCV]:
    found = next(tuner for tuner in reference_tuners() if tuner.name == request.param)
    for package in found.needs:
        pytest.importorskip(package)
    return found.cls


def _results(tuner: type[TunerSearchCV], **options: Any) -> dict[str, Any]:
    X, y = load_iris(return_X_y=True)
    search = tuner(SVC(), SPACE, **{"n_trials": 11, "batch_size": 3, "cv": 3, "random_state": 5, **options}).fit(X, y)
    return {name: column for name, column in search.cv_results_.items() if "time" not in name}


def test_results_are_the_same_for_any_number_of_workers(tuner: type[TunerSearchCV]) -> None:
    one, again, two = (_results(tuner, n_jobs=workers) for workers in (1, 1, 2))
    for name, column in one.items():
        np.testing.assert_array_equal(column, two[name])
        np.testing.assert_array_equal(column, again[name])


def test_every_trial_is_made(tuner: type[TunerSearchCV]) -> None:
    results = _results(tuner)
    assert len(results["params"]) == 11
    assert set(results["suggested_by"]) <= {"gaussian-process", "tpe", "cma-es"}
    assert results["mean_test_score"].max() > 0.95


def test_failed_trials_are_recorded_and_the_search_goes_on(tuner: type[TunerSearchCV]) -> None:
    X, y = load_iris(return_X_y=True)
    space = {"C": LogUniform(0.01, 100), "gamma": LogUniform(1e-3, 1), "kernel": ["rbf", "unknown"]}
    with pytest.warns(FitFailedWarning, match="trials failed"):
        search = tuner(SVC(), space, n_trials=16, random_state=0, cv=3).fit(X, y)
    failed = np.isnan(search.cv_results_["mean_test_score"])
    assert 0 < failed.sum() < 10
    assert search.best_params_["kernel"] == "rbf"


def test_the_process_leaves_a_choice_that_always_fails() -> None:
    X, y = load_iris(return_X_y=True)
    space = {"C": LogUniform(0.01, 100), "kernel": ["rbf", "unknown"]}
    with pytest.warns(FitFailedWarning):
        search = BayesianSearchCV(SVC(), space, n_trials=20, n_initial=6, random_state=0, cv=3).fit(X, y)
    later = search.cv_results_["param_kernel"][8:]
    assert (later == "unknown").sum() <= 1


def test_optunas_log_and_its_settings_are_left_alone(caplog: pytest.LogCaptureFixture) -> None:
    optuna = pytest.importorskip("optuna")
    from leakguard.tuners.bayes.optuna_samplers import TPESearchCV

    before = optuna.logging.get_verbosity()
    optuna.logging.enable_propagation()
    try:
        with caplog.at_level(logging.DEBUG):
            _results(TPESearchCV)
    finally:
        optuna.logging.disable_propagation()
    assert not caplog.records
    assert optuna.logging.get_verbosity() == before


def test_a_sampler_refuses_a_trial_that_it_never_proposed() -> None:
    pytest.importorskip("optuna")
    from leakguard.tuners.bayes.optuna_samplers import OptunaSuggester, tpe_sampler

    suggester = OptunaSuggester(Space.of(SPACE), tpe_sampler, "tpe")
    suggester.ask(1, np.random.default_rng(0), [])
    with pytest.raises(ValueError, match="which it never proposed"):
        suggester.tell([Trial(0, {"C": 1.0, "kernel": "linear"}, 0.5)])
