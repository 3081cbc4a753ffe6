"""What each classical strategy tries, in which order, and what it refuses."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from searching import Stub, X, assert_same, y
from sklearn.exceptions import FitFailedWarning

from leakguard.tuners import (
    CoarseThenBayesianSearchCV,
    CoarseToFineSearchCV,
    CountedGridSearchCV,
    IntUniform,
    LogUniform,
    RandomSearchCV,
    SpaceError,
    StagedSearchCV,
    Uniform,
)
from leakguard.tuners.random_search import RandomSuggester


def by(search: Any) -> list[str]:
    return list(search.cv_results_["suggested_by"])


def runs(names: list[str]) -> list[str]:
    """Return names without repeats in a row."""
    return [names[0], *(after for before, after in pairwise(names) if after != before)]


class TestGrid:
    def test_it_tells_what_it_will_take_before_it_starts(self, capsys: pytest.CaptureFixture[str]) -> None:
        order: list[str] = []
        search = CountedGridSearchCV(
            Stub(),
            {"a": Uniform(0, 1), "b": [0, 1]},
            points=3,
            progress=lambda _: order.append(capsys.readouterr().err),
        )
        search.fit(X, y)
        assert search.n_fits_ == 30
        assert len(search.cv_results_["params"]) == 6
        assert search.estimated_seconds_ > 0
        assert order[0] == "grid: 6 combinations on 5 folds, 30 fits\n"
        assert "on 1 worker, by its first combination" in order[1]

    def test_it_refuses_too_many(self) -> None:
        search = CountedGridSearchCV(Stub(deed="raise"), {"a": Uniform(0, 1), "b": list(range(300))}, announce=False)
        with pytest.raises(ValueError, match="1500 combinations and takes 7500 fits on 5 folds, above max_fits=1000"):
            search.fit(X, y)
        search.set_params(max_fits=None, points=1, estimator=Stub(), cv=2).fit(X, y)
        assert len(search.cv_results_["params"]) == 300


class TestRandom:
    @pytest.mark.parametrize("sobol", [False, True])
    def test_a_countable_space_is_never_tried_twice(self, sobol: bool) -> None:  # noqa: FBT001 - a parameter of the test
        space = {"a": [0.1, 0.2, 0.3], "b": IntUniform(1, 4)}
        search = RandomSearchCV(Stub(), space, n_trials=50, sobol=sobol, random_state=0, cv=2).fit(X, y)
        tried = [(params["a"], params["b"]) for params in search.cv_results_["params"]]
        assert len(tried) == len(set(tried)) == 12

    def test_sobol_points_cover_the_space_more_evenly(self) -> None:
        found = RandomSearchCV(Stub(), {"a": Uniform(0, 1)}, n_trials=64, sobol=True, random_state=0, cv=2).fit(X, y)
        values = np.array([params["a"] for params in found.cv_results_["params"]])
        assert (np.histogram(values, bins=64, range=(0, 1))[0] == 1).all()

    def test_more_trials_begin_with_the_same(self) -> None:
        short, long = (
            RandomSearchCV(Stub(), {"a": Uniform(0, 1)}, n_trials=n, random_state=4, cv=2).fit(X, y) for n in (5, 9)
        )
        assert short.cv_results_["params"] == long.cv_results_["params"][:5]


class TestCoarseToFine:
    def test_it_goes_from_the_baseline_through_smaller_regions(self) -> None:
        search = CoarseToFineSearchCV(Stub(), {"a": LogUniform(1e-4, 1)}, n_trials=40, random_state=0, cv=2).fit(X, y)
        names = by(search)
        assert runs(names) == ["baseline", "coarse", "zoom", "refine"]
        assert len(names) == 40
        assert search.cv_results_["params"][0] == {"a": 0.5}
        spread = {
            phase: np.ptp(
                [np.log(p["a"]) for p, n in zip(search.cv_results_["params"], names, strict=True) if n == phase]
            )
            for phase in ("coarse", "zoom", "refine")
        }
        assert spread["coarse"] > 2 * spread["zoom"] > 4 * spread["refine"]
        assert abs(search.best_params_["a"] - 0.3) < 0.005

    def test_options_that_never_do_well_are_dropped(self) -> None:
        space = {"a": Uniform(0, 1), "deed": ["fit", "raise"]}
        with pytest.warns(FitFailedWarning):
            search = CoarseToFineSearchCV(Stub(), space, n_trials=30, random_state=0, cv=2).fit(X, y)
        later = [p for p, n in zip(search.cv_results_["params"], by(search), strict=True) if n in {"zoom", "refine"}]
        assert {params["deed"] for params in later} == {"fit"}

    def test_it_goes_on_when_everything_but_the_baseline_fails(self) -> None:
        space = {"a": Uniform(0, 1), "deed": ["raise", "nan"]}
        with pytest.warns(FitFailedWarning, match="9 of 10 trials failed"):
            search = CoarseToFineSearchCV(Stub(), space, n_trials=10, random_state=0, cv=2).fit(X, y)
        assert search.best_params_ == {"a": 0.5, "deed": "fit"}

    @pytest.mark.parametrize("n_trials", range(1, 8))
    def test_it_spends_what_it_is_given(self, n_trials: int) -> None:
        search = CoarseToFineSearchCV(Stub(), {"a": Uniform(0, 1)}, n_trials=n_trials, random_state=0, cv=2).fit(X, y)
        assert len(by(search)) == n_trials


class TestCoarseThenBayesian:
    def test_sobol_points_at_once_and_then_a_model_one_by_one(self) -> None:
        search = CoarseThenBayesianSearchCV(
            Stub(), {"a": Uniform(0, 1)}, n_coarse=6, n_trials=12, random_state=0, cv=2
        ).fit(X, y)
        assert by(search) == ["sobol"] * 6 + ["gaussian-process"] * 6
        scores = search.cv_results_["mean_test_score"]
        assert scores[6:].max() > scores[:6].max()

    def test_any_suggester_can_follow(self) -> None:
        search = CoarseThenBayesianSearchCV(
            Stub(), {"a": Uniform(0, 1)}, n_coarse=2, n_trials=4, suggester=RandomSuggester, random_state=0, cv=2
        ).fit(X, y)
        assert by(search) == ["sobol", "sobol", "random", "random"]


class TestStaged:
    SPACE = {"b": [0, 1, 2], "a": Uniform(0, 1), "deed": ["fit"]}  # noqa: RUF012 - a constant

    def test_each_stage_keeps_what_the_ones_before_found(self) -> None:
        search = StagedSearchCV(
            Stub(), self.SPACE, stages=[["a"], ["b", "deed"]], n_trials=21, random_state=0, cv=2
        ).fit(X, y)
        params = search.cv_results_["params"]
        assert {p["b"] for p in params[:11]} == {0}
        best = min((p["a"] for p in params[:11]), key=lambda a: abs(a - 0.3))
        assert {p["a"] for p in params[11:]} == {best}
        assert {p["b"] for p in params[11:]} == {1, 2}

    def test_a_parameter_that_an_earlier_stage_rules_out_is_left_alone(self) -> None:
        space = {"deed": ["fit"], "b": IntUniform(1, 9, when={"deed": ["fit"]}), "a": Uniform(0, 1, when={"b": [20]})}
        search = StagedSearchCV(Stub(), space, stages=[["deed", "b"], ["a"]], n_trials=20, random_state=0, cv=2)
        search.fit(X, y)
        assert {p.get("a", 0.5) for p in search.cv_results_["params"]} == {0.5}

    @pytest.mark.parametrize(
        ("stages", "told"),
        [
            ([["a"], ["b"]], "no stage has deed"),
            ([["a", "b"], ["b", "deed"]], "'b' is named twice"),
            ([["a", "b", "dead"]], "Did you mean 'deed'"),
            ([["a", "b", "deed"], []], "1 to 4 parameters, not 0"),
        ],
    )
    def test_stages_that_do_not_fit_the_space_are_refused(self, stages: Any, told: str) -> None:
        with pytest.raises(SpaceError, match=told):
            StagedSearchCV(Stub(), self.SPACE, stages=stages).fit(X, y)

    def test_a_stage_before_one_that_it_depends_on_is_refused(self) -> None:
        space = {"b": [1, 2], "a": Uniform(0, 1, when={"b": [1]})}
        with pytest.raises(SpaceError, match="'a' depends on 'b', which a later stage tunes"):
            StagedSearchCV(Stub(), space, stages=[["a"], ["b"]]).fit(X, y)

    def test_without_stages_it_takes_four_at_a_time(self) -> None:
        one, two = (
            StagedSearchCV(Stub(), self.SPACE, stages=stages, n_trials=12, random_state=0, cv=2).fit(X, y)
            for stages in (None, [["b", "a", "deed"]])
        )
        assert_same(one, two)
