"""Random search: the base's promises on the simplest strategy."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.datasets import load_iris
from sklearn.svm import SVC

from leakguard.tuners import LogUniform, RandomSearchCV, reference_tuners

SPACE = {
    "C": LogUniform(0.01, 100),
    "kernel": ["rbf", "linear"],
    "gamma": LogUniform(1e-3, 1, when={"kernel": ["rbf"]}),
}


def test_a_search_has_scikit_learns_columns_and_ours() -> None:
    X, y = load_iris(return_X_y=True)
    search = RandomSearchCV(SVC(), SPACE, n_trials=5, random_state=0).fit(X, y)
    assert {"budget", "bracket", "rung", "suggested_by", "param_gamma", "std_test_score"} <= set(search.cv_results_)
    assert search.best_score_ == search.cv_results_["mean_test_score"].max()
    assert search.predict(X).shape == y.shape


def test_results_are_the_same_for_any_number_of_workers() -> None:
    X, y = load_iris(return_X_y=True)
    one, two = (RandomSearchCV(SVC(), SPACE, n_trials=6, n_jobs=n, random_state=1).fit(X, y) for n in (1, 2))
    for name in one.cv_results_:
        if "time" not in name:
            np.testing.assert_array_equal(one.cv_results_[name], two.cv_results_[name])


@pytest.mark.parametrize("tuner", reference_tuners(), ids=lambda tuner: tuner.name)
def test_every_registered_class_loads(tuner: object) -> None:
    assert isinstance(tuner.cls, type)  # type: ignore[attr-defined]  # parametrize has no types
