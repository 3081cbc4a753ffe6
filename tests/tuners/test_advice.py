"""Which strategy suits, by what a fit costs."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression, SGDClassifier
from sklearn.model_selection import RepeatedKFold
from sklearn.svm import SVC

from leakguard.seal import seal
from leakguard.tuners import LogUniform, SpaceError, advise

RNG = np.random.default_rng(0)
X = RNG.normal(size=(60, 3))
y = X[:, 0] > 0
SPACE = {"C": LogUniform(1e-3, 1e3), "gamma": LogUniform(1e-4, 10)}


@pytest.mark.parametrize(
    ("seconds", "workers", "strategy"),
    [(0.001, 1, "random"), (0.001, 8, "random"), (5.0, 1, "bayesian"), (5.0, 8, "bayesian")],
)
def test_what_a_fit_costs_decides(seconds: float, workers: int, strategy: str) -> None:
    found = advise(SVC(), X, y, SPACE, workers=workers, seconds_per_fit=seconds)
    assert found.strategy == strategy
    assert found.seconds_per_fit == seconds


def test_dear_learners_that_go_step_by_step_get_a_bandit() -> None:
    model, space = SGDClassifier(max_iter=300), {"alpha": LogUniform(1e-6, 1)}
    alone = advise(model, X, y, space, seconds_per_fit=10.0, resource="max_iter")
    several = advise(model, X, y, space, seconds_per_fit=10.0, resource="max_iter", workers=4)
    assert alone.strategy == several.strategy == "asha"
    assert "step by step" in alone.why
    assert advise(SVC(max_iter=100), X, y, SPACE, seconds_per_fit=10.0, resource="max_iter").strategy == "bayesian"


def test_few_points_are_all_tried() -> None:
    found = advise(SVC(), X, y, {"kernel": ["linear", "rbf"], "C": [0.1, 1, 10]}, seconds_per_fit=9.0)
    assert (found.strategy, found.n_trials) == ("grid", 6)


def test_a_bandit_may_leave_bad_ones_of_few_points_early() -> None:
    space = {"alpha": [1e-4, 1e-3, 1e-2, 1e-1], "l1_ratio": [0.1, 0.2, 0.3, 0.4, 0.5, 0.6]}
    dear = advise(SGDClassifier(), X, y, space, seconds_per_fit=3600.0, resource="max_iter")
    assert (dear.strategy, dear.n_trials) == ("asha", 24)
    assert advise(SGDClassifier(), X, y, space, seconds_per_fit=0.01, resource="max_iter").strategy == "grid"


def test_folds_may_be_a_splitter() -> None:
    by_splitter = advise(SVC(), X, y, SPACE, seconds_per_fit=5.0, cv=RepeatedKFold(n_splits=2, n_repeats=3))
    assert by_splitter == advise(SVC(), X, y, SPACE, seconds_per_fit=5.0, cv=6)


def test_rows_that_lack_a_class_are_not_timed() -> None:
    rare = np.arange(60) == 7
    for seed in range(12):
        assert advise(SVC(), X, rare, SPACE, random_state=seed).seconds_per_fit > 0


def test_a_dear_trial_may_run_beside_others_that_the_model_waits_for() -> None:
    found = advise(SVC(), X, y, SPACE, workers=20, seconds_per_fit=5.0)
    assert found.settings["batch_size"] == 4
    assert "4 at once" in found.why


@pytest.mark.parametrize("seconds", [None, 3.0])
def test_the_search_that_is_advised_can_be_run(seconds: float | None) -> None:
    found = advise(LogisticRegression(), X, y, {"C": LogUniform(1e-3, 1e3)}, seconds_per_fit=seconds)
    settings: dict[str, Any] = {"n_trials": 4, "cv": 2, "random_state": 0}
    assert found.search(LogisticRegression(), {"C": LogUniform(1e-3, 1e3)}, **settings).fit(X, y).best_score_ > 0.5
    assert found.strategy in str(found)


def test_what_is_wrong_is_said() -> None:
    with pytest.raises(SpaceError):
        advise(SVC(), X, y, {})
    with pytest.raises(SpaceError, match="SVC has no parameter 'Q'"):
        advise(SVC(), X, y, {"Q": LogUniform(0.1, 1)}, seconds_per_fit=1.0)
    for workers in (0, -1, 2.5, True):
        with pytest.raises(ValueError, match="at least one worker"):
            advise(SVC(), X, y, SPACE, workers)  # type: ignore[arg-type]
    for seconds in (0, -1, float("nan"), float("inf"), "3"):
        with pytest.raises(ValueError, match="seconds above zero"):
            advise(SVC(), X, y, SPACE, seconds_per_fit=seconds)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="resource='max_itr': SGDClassifier has no such parameter; 'max_iter'"):
        advise(SGDClassifier(), X, y, {"alpha": LogUniform(1e-5, 1)}, resource="max_itr")
    with pytest.raises(ValueError, match="inconsistent numbers of samples"):
        advise(SVC(), X, y[:50], SPACE)
    with pytest.raises(ValueError, match="at least two folds"):
        advise(SVC(), X, y, SPACE, cv=1)
    sealed, _ = seal(X.copy())
    with pytest.raises(TypeError, match="X is sealed"):
        advise(SVC(), sealed, y, SPACE)
