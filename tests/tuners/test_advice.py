"""Which strategy suits, by what a fit costs."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression, SGDClassifier
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
    with pytest.raises(ValueError, match="at least one worker"):
        advise(SVC(), X, y, SPACE, workers=0)
    sealed, _ = seal(X.copy())
    with pytest.raises(TypeError, match="X is sealed"):
        advise(SVC(), sealed, y, SPACE)
