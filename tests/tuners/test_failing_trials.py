"""Trials that raise, give NaN, take too long or kill their worker: recorded, and the search goes on."""

from __future__ import annotations

import sys
from typing import Any

import numpy as np
import pytest
from searching import Stub, X, y
from sklearn.datasets import make_classification
from sklearn.exceptions import FitFailedWarning
from sklearn.linear_model import LogisticRegression

from leakguard.tuners import LogUniform, RandomSearchCV, Uniform

unix = pytest.mark.skipif(sys.platform == "win32", reason="it has no signals")


def search(deed: str, **options: Any) -> RandomSearchCV:
    """Search for `a`, with one misdeed among four ways to fit."""
    space = {"a": Uniform(0, 1), "deed": ["fit", deed, "fit", "fit", "fit"]}
    return RandomSearchCV(Stub(), space, n_trials=5, random_state=5, cv=2, **options)


def failed_rows(found: RandomSearchCV) -> list[bool]:
    return [bool(np.isnan(score)) for score in found.cv_results_["mean_test_score"]]


@pytest.mark.parametrize("deed", ["raise", "nan"])
def test_a_trial_that_fails_is_recorded(deed: str) -> None:
    with pytest.warns(FitFailedWarning, match="it broke" if deed == "raise" else "its score is nan"):
        found = search(deed).fit(X, y)
    assert failed_rows(found) == [params["deed"] == deed for params in found.cv_results_["params"]]
    assert found.best_params_["deed"] == "fit"


@unix
@pytest.mark.parametrize(
    ("deed", "options", "told"),
    [
        ("kill", {}, "it ended its worker"),
        ("sleep", {"trial_timeout": 0.5}, "took longer than trial_timeout=0.5 s"),
        pytest.param("hang", {"trial_timeout": 0.5}, "could not be interrupted", marks=pytest.mark.slow),
    ],
)
@pytest.mark.filterwarnings("ignore:A worker stopped while some jobs:UserWarning")
def test_a_worker_that_dies_or_hangs_costs_its_own_trial_only(deed: str, options: Any, told: str) -> None:
    with pytest.warns(FitFailedWarning, match=told):
        found = search(deed, n_jobs=2, **options).fit(X, y)
    assert failed_rows(found) == [params["deed"] == deed for params in found.cv_results_["params"]]
    assert len(set(failed_rows(found))) == 2


def test_a_number_stands_in_for_the_score_of_a_failed_fit() -> None:
    with pytest.warns(FitFailedWarning):
        found = search("raise", error_score=-7).fit(X, y)
    assert found.cv_results_["mean_test_score"].min() == -7
    assert found.cv_results_["split1_test_score"].min() == -7


def test_the_first_error_can_end_the_search() -> None:
    with pytest.raises(RuntimeError, match="it broke"):
        search("raise", error_score="raise").fit(X, y)


def test_a_search_of_nothing_but_failures_says_why() -> None:
    with pytest.raises(ValueError, match=r"All the 3 trials failed.\n3 of them: RuntimeError: it broke"):
        RandomSearchCV(Stub(deed="raise"), {"a": Uniform(0, 1)}, n_trials=3, random_state=0).fit(X, y)


def test_one_class_in_a_fold_fails_the_trial() -> None:
    folds = [(np.arange(30), np.arange(30, 60)), (np.arange(5, 60), np.arange(5))]
    with pytest.raises(ValueError, match=r"(?s)All the 2 trials failed.*at least 2 classes"):
        RandomSearchCV(LogisticRegression(), {"C": LogUniform(0.1, 1)}, n_trials=2, cv=folds, random_state=0).fit(
            X, np.repeat([0, 1], 30)
        )


def test_fewer_rows_than_folds_is_told_before_any_fit() -> None:
    with pytest.raises(ValueError, match="Cannot have number of splits n_splits=5 greater than"):
        RandomSearchCV(Stub(deed="raise"), {"a": Uniform(0, 1)}).fit(X[:4], y[:4])


def test_constant_features_do_no_harm() -> None:
    rows, target = make_classification(40, 5, random_state=0)
    rows[:, 2] = 1.0
    found = RandomSearchCV(LogisticRegression(), {"C": LogUniform(0.1, 1)}, n_trials=2, random_state=0)
    assert np.isfinite(found.fit(rows, target).best_score_)
