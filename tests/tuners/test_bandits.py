"""Halving, Hyperband, ASHA and BOHB: who gets how much, and that only a full trial wins."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from searching import Stub, assert_same
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.datasets import load_breast_cancer
from sklearn.ensemble import GradientBoostingClassifier, RandomForestClassifier
from sklearn.linear_model import LogisticRegression, SGDClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from leakguard.tuners import (
    ASHASearchCV,
    BOHBSearchCV,
    HalvingSearchCV,
    HyperbandSearchCV,
    IntUniform,
    LogUniform,
    Uniform,
)
from leakguard.tuners.bandits.asha import START, ReplayError
from leakguard.tuners.bandits.proxy import MisleadingBudgetWarning
from leakguard.tuners.budgets import BudgetError, check_that_one_is_full
from leakguard.tuners.suggesting import Trial

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Self

X, y = load_breast_cancer(return_X_y=True)
FOREST = {"max_depth": IntUniform(1, 8), "max_features": Uniform(0.1, 1.0)}
# A search that is small on purpose may rank by luck, which other tests are about.
pytestmark = pytest.mark.filterwarnings("ignore::leakguard.tuners.bandits.proxy.MisleadingBudgetWarning")


GIVEN: dict[str, Any] = {"resource": "n_estimators", "min_budget": 2, "max_budget": 18, "cv": 2, "random_state": 0}


def halving(**options: Any) -> HalvingSearchCV:
    return HalvingSearchCV(RandomForestClassifier(random_state=0), FOREST, **GIVEN | options)


def rungs(search: Any) -> dict[float, int]:
    return dict(Counter(np.round(search.cv_results_["budget"], 3).tolist()))


def test_one_in_eta_gets_eta_times_more() -> None:
    search = halving().fit(X, y)
    assert rungs(search) == {0.111: 9, 0.333: 3, 1.0: 1}
    assert search.cv_results_["budget"][search.best_index_] == 1
    assert search.best_score_ == search.cv_results_["mean_test_score"][search.best_index_]


def test_the_winner_has_the_full_budget_even_where_a_smaller_one_scored_more() -> None:
    class Worse(Stub):
        def __init__(self, a: float = 0.5, rounds: int = 27) -> None:
            self.a, self.rounds = a, rounds
            self.deed = "fit"

        def score(self, X: Any, y: Any) -> float:  # noqa: ARG002 - scikit-learn's signature
            return -float(self.rounds)

    search = HalvingSearchCV(Worse(), {"a": Uniform(0, 1)}, resource="rounds", cv=2, random_state=0, refit=True)
    search.fit(X[:40], y[:40])
    assert search.best_score_ == -27
    assert search.best_estimator_.rounds == 27


@pytest.mark.parametrize(
    ("estimator", "space", "resource"),
    [
        (RandomForestClassifier(random_state=0), FOREST, "n_estimators"),
        (
            GradientBoostingClassifier(random_state=0, subsample=0.8),
            {"learning_rate": LogUniform(0.01, 1)},
            "n_estimators",
        ),
    ],
)
def test_going_on_gives_the_scores_of_fitting_anew_for_less(estimator: Any, space: Any, resource: str) -> None:
    options = GIVEN | {"resource": resource}
    resumed, anew = (
        HalvingSearchCV(estimator, space, resume=resume, **options).fit(X[:150], y[:150]) for resume in (True, False)
    )
    assert_same(resumed, anew)
    assert resumed.budget_.growth is not None
    assert resumed.cost_ == pytest.approx(9 * 2 / 18 + 3 * 4 / 18 + 12 / 18)
    assert anew.cost_ == pytest.approx(3.0)


def test_passes_over_the_rows_are_a_budget_also_inside_a_pipeline() -> None:
    search = HalvingSearchCV(
        make_pipeline(StandardScaler(), SGDClassifier(random_state=0)),
        {"sgdclassifier__alpha": LogUniform(1e-6, 1)},
        resource="sgdclassifier__max_iter",
        max_budget=9,
        min_budget=1,
        cv=2,
        random_state=0,
    ).fit(X, y)
    model = search.best_estimator_[-1]
    assert model.t_ == 9 * len(X) + 1
    assert search.cost_ < 3


def test_rows_come_in_nested_parts_with_two_of_each_class() -> None:
    seen: dict[int, list[set[int]]] = {}

    class Spy(ClassifierMixin, BaseEstimator):  # type: ignore[misc]  # scikit-learn has no annotations
        def __init__(self, a: float = 0.0) -> None:
            self.a = a

        def fit(self, X: Any, y: Any) -> Self:
            self.classes_, counts = np.unique(y, return_counts=True)
            assert len(self.classes_) == 3
            assert counts.min() >= 2
            seen.setdefault(len(X), []).append(set(X[:, 0].astype(int).tolist()))
            return self

        def predict(self, X: Any) -> Any:
            return np.repeat(self.classes_[0], len(X))

    rows = np.arange(300, dtype=float)[:, None]
    labels = np.array([0] * 200 + [1] * 92 + [2] * 8)
    HalvingSearchCV(Spy(), {"a": Uniform(0, 1)}, min_budget=16, cv=2, random_state=0, refit=False).fit(rows, labels)
    sizes = sorted(seen)
    assert len(sizes) == 3
    for small, large in pairwise(sizes):
        assert all(any(part <= whole for whole in seen[large]) for part in seen[small])


def test_features_are_a_budget() -> None:
    search = HalvingSearchCV(
        LogisticRegression(max_iter=5000), {"C": LogUniform(0.01, 10)}, resource="features", cv=2, random_state=0
    )
    search.fit(StandardScaler().fit_transform(X), y)
    assert search.budget_.full == 30
    assert search.best_estimator_.n_features_in_ == 30


def test_hyperband_runs_brackets_of_falling_width() -> None:
    search = HyperbandSearchCV(
        RandomForestClassifier(random_state=0),
        FOREST,
        resource="n_estimators",
        min_budget=2,
        max_budget=18,
        cv=2,
        random_state=0,
    ).fit(X, y)
    bracket, rung = search.cv_results_["bracket"], search.cv_results_["rung"]
    assert [int(np.sum((bracket == number) & (rung == 0))) for number in range(3)] == [9, 5, 3]
    assert np.all(search.cv_results_["budget"][bracket == 2] == 1)


def asha(**options: Any) -> ASHASearchCV:
    return ASHASearchCV(RandomForestClassifier(random_state=0), FOREST, **GIVEN | {"n_trials": 9} | options)


def test_an_asynchronous_search_can_be_replayed() -> None:
    first = asha(n_jobs=2).fit(X[:200], y[:200])
    assert first.order_.count(START) == len(first.cv_results_["params"])
    for n_jobs in (1, 2):
        again = asha(n_jobs=n_jobs, replay=first.order_).fit(X[:200], y[:200])
        assert again.order_ == first.order_
        assert_same(first, again)


def test_a_synchronous_search_needs_no_replay() -> None:
    one, two = (asha(n_jobs=n, asynchronous=False, window=3).fit(X[:200], y[:200]) for n in (1, 2))
    assert_same(one, two)


@pytest.mark.parametrize("order", [[START] * 50, [7]])
def test_an_order_of_another_search_is_refused(order: list[int]) -> None:
    with pytest.raises(ReplayError, match="Replay its own"):
        asha(replay=order).fit(X[:200], y[:200])


def test_a_killed_asynchronous_search_goes_on_from_its_journal(tmp_path: Path) -> None:
    whole = asha(n_jobs=2, journal=tmp_path / "whole").fit(X[:200], y[:200])
    lines = (tmp_path / "whole").read_bytes().splitlines(keepends=True)
    for kept in (2, 5, len(lines)):
        path = tmp_path / f"first-{kept}"
        path.write_bytes(b"".join(lines[:kept]))
        resumed = asha(n_jobs=1, journal=path).fit(X[:200], y[:200])
        done = kept - 1
        ends = [number for number in whole.order_ if number != START]
        assert [number for number in resumed.order_ if number != START][:done] == ends[:done]
    assert_same(whole, resumed)


def test_a_killed_halving_goes_on_from_its_journal(tmp_path: Path) -> None:
    whole = halving(journal=tmp_path / "whole").fit(X[:200], y[:200])
    lines = (tmp_path / "whole").read_bytes().splitlines(keepends=True)
    path = tmp_path / "first"
    path.write_bytes(b"".join(lines[:11]))  # the first rung, and one trial of the second
    assert_same(whole, halving(journal=path).fit(X[:200], y[:200]))


def test_a_budget_that_ranks_backwards_is_warned_of() -> None:
    class Crossing(Stub):
        """The better with little, the worse with much."""

        def __init__(self, a: float = 0.5, rounds: int = 27) -> None:
            self.a, self.rounds = a, rounds
            self.deed = "fit"

        def score(self, X: Any, y: Any) -> float:  # noqa: ARG002 - scikit-learn's signature
            return self.a * (1 if self.rounds in (1, 9) else -1)

    search = HalvingSearchCV(Crossing(), {"a": Uniform(0, 1)}, resource="rounds", cv=2, random_state=0)
    with pytest.warns(MisleadingBudgetWarning, match="says little"):
        search.fit(X[:40], y[:40])
    assert search.rung_correlation_ == -1


def test_failed_trials_do_not_climb() -> None:
    search = HalvingSearchCV(
        Stub(), {"a": Uniform(0, 1), "deed": ["fit", "raise"]}, cv=2, random_state=0, n_candidates=9, min_budget=10
    )
    with pytest.warns(match="trials failed"):
        search.fit(X, y)
    assert set(search.cv_results_["param_deed"][search.cv_results_["rung"] > 0]) == {"fit"}


@pytest.mark.parametrize(
    ("options", "match"),
    [
        ({"resource": "n_estimator"}, "Did you mean 'n_estimators'"),
        ({"resource": "max_depth"}, "is in the space and is the budget"),
        ({"resource": "criterion", "max_budget": None}, "say what the full budget is with max_budget"),
        ({"min_budget": 0}, "at least 1"),
        ({"min_budget": 20}, "smaller than the first rung of 20"),
        ({"eta": 1.0}, "Choose 2 to 4"),
        ({"resource": "rows", "max_budget": 10_000}, "the smallest fold has 100 rows"),
        ({"sampler": "tree"}, "choose 'random', 'gp' or 'tpe'"),
    ],
)
def test_a_budget_that_cannot_be_is_refused_before_the_first_fit(options: dict[str, Any], match: str) -> None:
    with pytest.raises((BudgetError, ValueError), match=match):
        halving(**options).fit(X[:200], y[:200])


def test_a_search_that_stops_before_any_full_trial_calls_none_best() -> None:
    with pytest.raises(BudgetError, match="none may be called best"):
        halving(time_budget=1e-9).fit(X[:200], y[:200])


@pytest.mark.parametrize("sampler", ["gp", "tpe"])
@pytest.mark.parametrize("tuner", [BOHBSearchCV, ASHASearchCV])
def test_a_model_is_asked_once_it_knows_enough(tuner: Any, sampler: str) -> None:
    if sampler == "tpe":
        pytest.importorskip("optuna")
    space = {"a": Uniform(0, 1), "b": [0, 1]}
    options = {"n_trials": 20, "asynchronous": False} if tuner is ASHASearchCV else {}
    searches = [
        tuner(Stub(), space, sampler=sampler, min_budget=4, cv=2, random_state=0, n_jobs=n, **options).fit(X, y)
        for n in (1, 2)
    ]
    assert_same(*searches)
    assert set(searches[0].cv_results_["suggested_by"]) == {sampler}
    assert abs(searches[0].best_params_["a"] - 0.3) < 0.1


def test_an_order_that_is_not_its_own_is_refused_at_once() -> None:
    for order in ([0], [-1, 5], [-1, 0, 0], ["a"], [-1, -1, 1, 1]):
        with pytest.raises(ReplayError, match="Replay its own"):
            asha(replay=order).fit(X[:200], y[:200])


def test_a_search_that_stops_before_any_full_trial_keeps_what_it_found() -> None:
    search = halving(time_budget=1e-9)
    with pytest.raises(BudgetError, match="none may be called best"):
        search.fit(X[:200], y[:200])
    assert len(search.cv_results_["params"]) >= 1


def test_a_failed_trial_does_not_let_a_part_of_the_budget_win() -> None:
    done = Trial(0, {"a": 1}, 0.9, budget=0.3)
    failed = Trial(1, {"a": 2}, float("nan"), budget=0.3, failed=True)
    with pytest.raises(BudgetError, match="None of the 2 trials succeeded with the full budget"):
        check_that_one_is_full([done, failed])
    check_that_one_is_full([failed])


def test_candidates_that_begin_higher_end_as_if_fitted_at_once() -> None:
    boosting = GradientBoostingClassifier(n_estimators=27, random_state=0)
    space = {"learning_rate": LogUniform(0.01, 1)}
    settings: dict[str, Any] = {"resource": "n_estimators", "n_trials": 12, "brackets": 4, "cv": 3, "random_state": 0}
    anew, resumed = (
        ASHASearchCV(boosting, space, asynchronous=False, resume=resume, **settings).fit(X[:200], y[:200])
        for resume in (False, True)
    )
    np.testing.assert_array_equal(resumed.cv_results_["mean_test_score"], anew.cv_results_["mean_test_score"])
    assert set(resumed.cv_results_["bracket"]) == {0, 1, 2, 3}
    assert resumed.cost_ < anew.cost_


def test_no_brackets_are_an_error() -> None:
    with pytest.raises(ValueError, match="begin somewhere"):
        asha(brackets=0).fit(X[:200], y[:200])


def test_a_synchronous_asha_goes_on_from_its_journal(tmp_path: Path) -> None:
    options = {"asynchronous": False, "window": 4}
    whole = asha(**options).fit(X[:200], y[:200])
    path = tmp_path / "journal"
    asha(journal=path, **options).fit(X[:200], y[:200])
    lines = path.read_bytes().splitlines(keepends=True)
    for kept in (1, 2, 5, len(lines) // 2, len(lines) - 1):
        path.write_bytes(b"".join(lines[:kept]))
        again = asha(journal=path, **options).fit(X[:200], y[:200])
        assert_same(whole, again)
        assert again.order_ == whole.order_
