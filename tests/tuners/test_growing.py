"""Going on with a fit gives what one long fit would have given."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest
from sklearn.base import BaseEstimator, ClassifierMixin, clone
from sklearn.datasets import load_breast_cancer
from sklearn.ensemble import (
    AdaBoostClassifier,
    BaggingClassifier,
    ExtraTreesClassifier,
    GradientBoostingClassifier,
    HistGradientBoostingClassifier,
    RandomForestClassifier,
)
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression, SGDClassifier
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler, TargetEncoder

from leakguard.tuners.growing import Growth, Way, find_growth, grow, grown_from_scratch, with_params

X, y = load_breast_cancer(return_X_y=True)
X, y = X[:200], y[:200]

STAGED = [
    RandomForestClassifier(n_estimators=12, random_state=0),
    ExtraTreesClassifier(n_estimators=12, random_state=0),
    BaggingClassifier(n_estimators=12, random_state=0),
    GradientBoostingClassifier(n_estimators=12, subsample=0.7, random_state=0),
    HistGradientBoostingClassifier(max_iter=12, early_stopping=False, random_state=0),
]


def _resource(estimator: Any) -> str:
    return "max_iter" if "max_iter" in estimator.get_params() else "n_estimators"


@pytest.mark.parametrize("estimator", STAGED, ids=lambda estimator: type(estimator).__name__)
def test_a_warm_start_in_steps_equals_one_fit(estimator: Any) -> None:
    name = _resource(estimator)
    growth = find_growth(estimator, name)
    assert growth == Growth(name, Way.WARM_START)
    stepped = grown_from_scratch(growth, clone(estimator), (3, 7, 12), (X, y), {})
    np.testing.assert_array_equal(stepped.predict_proba(X), clone(estimator).fit(X, y).predict_proba(X))


@pytest.mark.parametrize("estimator", [SGDClassifier(random_state=0), MLPClassifier(random_state=0)])
def test_passes_add_up(estimator: Any) -> None:
    pipeline = make_pipeline(StandardScaler(), estimator)
    growth = find_growth(pipeline, f"{type(estimator).__name__.lower()}__max_iter")
    assert growth is not None
    assert growth.way is Way.PARTIAL_FIT
    stepped = grown_from_scratch(growth, clone(pipeline), (2, 5), (X, y), {})
    whole = grown_from_scratch(growth, clone(pipeline), (5,), (X, y), {})
    np.testing.assert_array_equal(stepped.predict(X), whole.predict(X))
    assert stepped[-1].t_ == 5 * len(X) + isinstance(estimator, SGDClassifier)


def test_a_step_before_the_model_learns_once() -> None:
    pipeline = make_pipeline(StandardScaler(), SGDClassifier(random_state=0))
    growth = Growth("sgdclassifier__max_iter", Way.PARTIAL_FIT)
    begun = grow(growth, clone(pipeline), (2,), (X, y), {})
    scaler = begun[0]
    mean = scaler.mean_
    assert grow(growth, begun, (2, 4), (X + 100, y), {})[0] is scaler
    assert scaler.mean_ is mean


class Remembering(SGDClassifier):  # type: ignore[misc]  # scikit-learn has no annotations
    def partial_fit(self, X: Any, y: Any, **fit: Any) -> Any:
        self.seen_ = [*getattr(self, "seen_", []), np.array(X)]
        return super().partial_fit(X, y, **fit)


def test_a_target_encoder_tells_no_row_its_own_target() -> None:
    rng = np.random.default_rng(0)
    places, coins = rng.permutation(60)[:, None].astype(str), rng.integers(0, 2, 60)  # each row is a place of its own
    pipeline = make_pipeline(TargetEncoder(smooth=1e-9), Remembering(random_state=0))
    grown = grown_from_scratch(
        Growth("remembering__max_iter", Way.PARTIAL_FIT), clone(pipeline), (1, 3), (places, coins), {}
    )
    assert len(grown[-1].seen_) == 3
    for seen in grown[-1].seen_:
        assert abs(np.corrcoef(seen[:, 0], coins)[0, 1]) < 0.6  # by `transform` it would be 1


def test_what_belongs_to_a_step_goes_to_that_step() -> None:
    pipeline = make_pipeline(StandardScaler(), SGDClassifier(random_state=0))
    growth, weights = Growth("sgdclassifier__max_iter", Way.PARTIAL_FIT), np.arange(200) % 7 + 1.0
    fit = {"standardscaler__sample_weight": weights, "sgdclassifier__sample_weight": weights}
    grown = grown_from_scratch(growth, clone(pipeline), (1, 3), (X, y), fit)
    scaler = StandardScaler().fit(X, sample_weight=weights)
    np.testing.assert_allclose(grown[0].mean_, scaler.mean_)
    last = SGDClassifier(random_state=0)
    for _ in range(3):
        last.partial_fit(scaler.transform(X), y, classes=[0, 1], sample_weight=weights)
    np.testing.assert_allclose(grown[-1].coef_, last.coef_)


@pytest.mark.parametrize(
    "estimator",
    [
        SGDClassifier(class_weight="balanced", random_state=0),
        SGDClassifier(early_stopping=True, random_state=0),
        MLPClassifier((4,), early_stopping=True, random_state=0),
    ],
)
def test_what_cannot_learn_in_parts_is_fitted_anew(estimator: Any) -> None:
    growth = Growth("max_iter", Way.PARTIAL_FIT)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        grown = grown_from_scratch(growth, clone(estimator), (2, 6), (X, y), {})
        whole = clone(estimator).set_params(max_iter=6).fit(X, y)
    np.testing.assert_array_equal(grown.predict(X), whole.predict(X))


@pytest.mark.parametrize(
    ("estimator", "name"),
    [
        (LogisticRegression(), "max_iter"),
        (AdaBoostClassifier(), "n_estimators"),
        (make_pipeline(StandardScaler(), RandomForestClassifier()), "n_estimators"),
        (RandomForestClassifier(), "max_depth"),
    ],
)
def test_what_cannot_go_on_is_known(estimator: Any, name: str) -> None:
    assert find_growth(estimator, name) is None


def test_an_mlp_that_goes_on_with_another_learning_rate_uses_it() -> None:
    growth = Growth("max_iter", Way.PARTIAL_FIT)
    begun = grow(growth, MLPClassifier(random_state=0), (1,), (X, y), {})
    still = grow(growth, with_params(begun, {"learning_rate_init": 0.0}), (1, 3), (X, y), {})
    np.testing.assert_array_equal(still.coefs_[0], begun.coefs_[0])


class Counter(ClassifierMixin, BaseEstimator):  # type: ignore[misc]  # scikit-learn has no annotations
    """A learner of one's own: it counts its iterations."""

    def __init__(self, rate: float = 1.0, rounds: int = 10) -> None:
        self.rate = rate
        self.rounds = rounds

    def step(self, X: Any, y: Any, n: int) -> None:
        self.classes_ = np.unique(y)
        self.steps_ = [*getattr(self, "steps_", []), n]
        self.n_features_in_ = np.shape(X)[1]


def test_an_object_of_ones_own_goes_on_by_its_steps() -> None:
    growth = find_growth(Counter(), "rounds")
    assert growth == Growth("rounds", Way.STEP)
    assert grown_from_scratch(growth, Counter(), (2, 5, 10), (X, y), {}).steps_ == [2, 3, 5]
