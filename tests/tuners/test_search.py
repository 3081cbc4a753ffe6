"""What every tuner has from its base: scikit-learn's interface, and reasons to stop."""

from __future__ import annotations

import math
import pickle
import re
import subprocess
import sys
import time
from typing import Any

import joblib
import numpy as np
import pandas as pd
import pytest
import sklearn
from joblib import parallel_config
from searching import Stub, X, assert_same, y
from sklearn.base import clone
from sklearn.exceptions import FitFailedWarning
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, get_scorer
from sklearn.model_selection import GridSearchCV, GroupKFold, LeaveOneGroupOut, ShuffleSplit
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler, StandardScaler

from leakguard.tuners import (
    ASHASearchCV,
    BayesianSearchCV,
    CoarseThenBayesianSearchCV,
    CountedGridSearchCV,
    HalvingSearchCV,
    LogUniform,
    RandomSearchCV,
    Space,
    TunerSearchCV,
    Uniform,
    reference_tuners,
)
from leakguard.tuners.suggesting import Proposal

C = {"C": LogUniform(1e-3, 1e3)}


def logistic(**options: Any) -> RandomSearchCV:
    search = RandomSearchCV(LogisticRegression(), C, n_trials=4, random_state=0)
    return search.set_params(**options)  # type: ignore[no-any-return]  # scikit-learn has no annotations


def stub(**options: Any) -> RandomSearchCV:
    search = RandomSearchCV(Stub(), {"a": Uniform(0, 1)}, n_trials=30, random_state=0, cv=2)
    return search.set_params(**options)  # type: ignore[no-any-return]  # as above


def test_importing_the_package_is_cheap() -> None:
    code = "import sys, leakguard.tuners; print({'numpy', 'sklearn', 'scipy', 'libcst', 'optuna'} & set(sys.modules))"
    out = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout
    assert out == "set()\n"


@pytest.mark.parametrize("tuner", reference_tuners(), ids=lambda tuner: tuner.name)
def test_every_registered_class_loads(tuner: Any) -> None:
    import leakguard.tuners

    assert issubclass(tuner.cls, TunerSearchCV)
    assert getattr(leakguard.tuners, tuner.cls.__name__) is tuner.cls
    assert tuner.cls.__name__ in leakguard.tuners.__all__


def test_an_unknown_name_is_an_attribute_error() -> None:
    import leakguard.tuners

    with pytest.raises(AttributeError, match="has no attribute 'Nothing'"):
        _ = leakguard.tuners.Nothing


@pytest.mark.parametrize("scoring", [None, "accuracy", ["accuracy", "roc_auc"], {"a": "accuracy", "b": "f1"}])
@pytest.mark.parametrize("train", [False, True])
def test_a_grid_has_the_results_of_scikit_learns(scoring: Any, train: bool) -> None:  # noqa: FBT001 - a parameter of the test
    refit = True if scoring is None or isinstance(scoring, str) else next(iter(scoring))
    space = {"C": [0.01, 1, 100], "fit_intercept": [True, False]}
    options = {"scoring": scoring, "refit": refit, "return_train_score": train}
    theirs = GridSearchCV(LogisticRegression(), space, **options).fit(X, y)
    ours = CountedGridSearchCV(LogisticRegression(), space, announce=False, **options).fit(X, y)
    assert set(ours.cv_results_) - set(theirs.cv_results_) == {"budget", "bracket", "rung", "suggested_by"}
    for name, column in theirs.cv_results_.items():
        if "time" not in name:
            np.testing.assert_array_equal(ours.cv_results_[name], column, err_msg=name)
            assert np.asarray(ours.cv_results_[name]).dtype == np.asarray(column).dtype, name
    for name in ("best_index_", "best_params_", "best_score_", "n_splits_", "multimetric_"):
        assert getattr(ours, name) == getattr(theirs, name)
    assert ours.score(X, y) == theirs.score(X, y)
    np.testing.assert_array_equal(ours.predict_proba(X), theirs.predict_proba(X))


def test_several_scorers_need_one_that_decides() -> None:
    with pytest.raises(ValueError, match=r"refit=True with several scorers: name the one that decides, from \['acc"):
        logistic(scoring=["accuracy", "f1"]).fit(X, y)
    found = logistic(scoring=["accuracy", "f1"], refit=False).fit(X, y)
    assert not hasattr(found, "best_index_")


def test_a_scorer_that_is_a_function_can_give_several() -> None:
    def both(estimator: Any, X: Any, y: Any) -> dict[str, float]:
        right = accuracy_score(y, estimator.predict(X))
        return {"right": right, "wrong": -right}

    found = logistic(scoring=both, refit="wrong").fit(X, y)
    assert found.multimetric_
    assert found.best_score_ == found.cv_results_["mean_test_wrong"].max()


def test_refit_can_be_a_function_or_nothing() -> None:
    found = logistic(refit=lambda results: int(np.argmin(results["mean_test_score"]))).fit(X, y)
    assert found.best_index_ == np.argmin(found.cv_results_["mean_test_score"])
    assert not hasattr(found, "best_score_")
    assert not hasattr(logistic(refit=False).fit(X, y), "best_estimator_")
    with pytest.raises(TypeError, match="no row of cv_results_"):
        logistic(refit=lambda _: "first").fit(X, y)
    with pytest.raises(IndexError, match="cv_results_ has 4 rows"):
        logistic(refit=lambda _: 4).fit(X, y)


class Halves(TunerSearchCV):
    """Tries its best value at half the budget, and others at the full one."""

    def _run_search(self, evaluate: Any) -> None:
        evaluate([Proposal({"a": 0.3}, budget=0.5), Proposal({"a": 0.5}), Proposal({"a": 0.9}), Proposal({"a": 0.5})])


def test_only_the_full_budget_can_win() -> None:
    found = Halves(Stub(), {"a": Uniform(0, 1)}).fit(X, y)
    assert found.best_params_ == {"a": 0.5}
    assert list(found.cv_results_["rank_test_score"]) == [4, 1, 3, 1]
    with pytest.raises(ValueError, match=r"row 0, which had only 0\.5 of the full budget"):
        Halves(Stub(), {"a": Uniform(0, 1)}, refit=lambda _: 0).fit(X, y)


def test_groups_frames_and_pipelines() -> None:
    frame = pd.DataFrame(X, columns=list("abcd"))
    groups = np.repeat([0, 1, 2], 20)
    pipeline = make_pipeline(StandardScaler(), LogisticRegression())
    space = {"standardscaler": [StandardScaler(), MinMaxScaler()], "logisticregression__C": C["C"]}
    search = RandomSearchCV(pipeline, space, cv=LeaveOneGroupOut(), n_trials=5, random_state=0)
    search.fit(frame, pd.Series(y), groups=groups)
    assert search.n_splits_ == 3
    assert list(search.feature_names_in_) == list("abcd")
    assert search.predict(frame).shape == y.shape
    again = pickle.loads(pickle.dumps(search))  # noqa: S301 - its own
    np.testing.assert_array_equal(again.predict(frame), search.predict(frame))
    with pytest.raises(ValueError, match="'groups' parameter should not be None"):
        clone(search).fit(frame, y)


def test_sample_weights_reach_every_fit() -> None:
    weights = np.where(y == 1, 1e-9, 1.0)
    found = logistic().fit(X, y, sample_weight=weights)
    assert set(found.predict(X)) == {0}


@pytest.mark.parametrize("several", [False, True])
def test_metadata_goes_where_it_was_requested(several: bool) -> None:  # noqa: FBT001 - a parameter of the test
    with sklearn.config_context(enable_metadata_routing=True), joblib.parallel_config("threading", n_jobs=2):
        estimator = LogisticRegression().set_fit_request(sample_weight="weight")
        scorer = get_scorer("accuracy").set_score_request(sample_weight=False)
        scoring = {"right": scorer, "again": scorer} if several else scorer
        search = logistic(estimator=estimator, cv=GroupKFold(3), scoring=scoring, refit="right" if several else True)
        found = search.fit(X, y, weight=np.where(y == 1, 1e-9, 1.0), groups=np.repeat([0, 1, 2], 20))
    assert found.n_splits_ == 3
    assert set(found.predict(X)) == {0}


def test_all_trials_stand_on_the_same_folds() -> None:
    found = stub(estimator=LogisticRegression(), space={"C": [1.0], "tol": [1e-4, 1.1e-4]}, cv=ShuffleSplit(3))
    found.fit(X, y)
    for fold in range(3):
        assert len(set(found.cv_results_[f"split{fold}_test_score"])) == 1


class TestStopping:
    def test_patience(self) -> None:
        found = stub(patience=4).fit(X, y)
        scores = found.cv_results_["mean_test_score"]
        assert len(scores) < 30
        assert found.stopped_because_ == "no improvement of more than 0 in 4 trials"
        assert scores[-5] == scores.max() > scores[-4:].max()

    def test_patience_wants_a_large_improvement(self) -> None:
        few = stub(patience=4, min_improvement=1.0).fit(X, y)
        assert len(few.cv_results_["params"]) == 5

    def test_a_target(self) -> None:
        found = stub(target=-0.001).fit(X, y)
        scores = found.cv_results_["mean_test_score"]
        assert scores[-1] >= -0.001 > scores[:-1].max()
        assert "reached the target of -0.001" in str(found.stopped_because_)

    def test_the_trial_that_stops_it_is_the_same_for_any_workers(self) -> None:
        with joblib.parallel_config("threading"):
            assert_same(stub(target=-0.001).fit(X, y), stub(target=-0.001, n_jobs=3).fit(X, y))

    def test_a_time_budget(self) -> None:
        found = stub(time_budget=1e-9).fit(X, y)
        assert len(found.cv_results_["params"]) == 1
        assert "time budget" in str(found.stopped_because_)

    def test_no_trial_begins_after_the_time(self) -> None:
        class Waiting(Stub):
            def fit(self, X: Any, y: Any) -> Any:
                time.sleep(0.2)
                return super().fit(X, y)

        for jobs in (1, 2):
            with parallel_config(backend="threading"):
                found = RandomSearchCV(
                    Waiting(), {"a": Uniform(0, 1)}, n_trials=40, time_budget=0.5, n_jobs=jobs, cv=2, random_state=0
                ).fit(X, y)
            assert len(found.cv_results_["params"]) < 10
            assert "time budget" in str(found.stopped_because_)

    def test_an_expected_improvement_that_is_too_small(self) -> None:
        search = CoarseThenBayesianSearchCV(Stub(), {"a": Uniform(0, 1)}, n_coarse=8, random_state=0, cv=2)
        found = search.set_params(min_expected_improvement=1e-3).fit(X, y)
        assert 8 <= len(found.cv_results_["params"]) < 50
        assert re.fullmatch(r"the expected improvement of [\d.e-]+ is below 0\.001", str(found.stopped_because_))

    def test_a_search_that_ends_by_itself_has_no_reason(self) -> None:
        assert stub(patience=100).fit(X, y).stopped_because_ is None


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"n_trials": 0}, "n_trials=0: give an integer of at least 1"),
        ({"honest_calls": -1}, "honest_calls=-1: give an integer of at least 0"),
        ({"n_jobs": 1.5}, "n_jobs=1.5: give an integer"),
        ({"target": math.nan}, "target=nan: give a finite number"),
        ({"progress": "bar"}, "progress='bar': give a function"),
        ({"n_trials": None}, "n_trials=None: give an integer"),
        ({"patience": 2.5}, "patience=2.5: give an integer"),
        ({"n_jobs": 0}, "n_jobs=0: give the number of workers"),
        ({"time_budget": 0}, "time_budget=0: give seconds above zero"),
        ({"min_improvement": -1}, "min_improvement=-1: give a number of at least zero"),
        ({"error_score": "nan"}, "error_score='nan': give a number, or 'raise'"),
        ({"space": {}}, "The space is empty"),
        ({"cv": []}, "gives no folds"),
    ],
)
def test_settings_that_cannot_be_used_are_named(options: dict[str, Any], told: str) -> None:
    with pytest.raises(ValueError, match=told):
        stub(estimator=Stub(deed="raise"), **options).fit(X, y)


def test_progress_and_verbose_tell_each_trial(capsys: pytest.CaptureFixture[str]) -> None:
    told: list[int] = []
    stub(n_trials=3, verbose=1, progress=lambda trial: told.append(trial.number)).fit(X, y)
    assert told == [0, 1, 2]
    assert capsys.readouterr().err.count("trial ") == 3


def test_a_space_can_be_shared() -> None:
    space = Space({"a": Uniform(0, 1)})
    assert_same(stub(space=space).fit(X, y), stub().fit(X, y))


def test_what_was_found_is_kept_where_a_callback_fails() -> None:
    def fail(trial: Any) -> None:
        if trial.number == 3:
            raise RuntimeError("a full disk")

    search = stub(progress=fail)
    with pytest.raises(RuntimeError, match="a full disk"):
        search.fit(X, y)
    assert len(search.cv_results_["params"]) == 4


def test_a_trial_that_ends_its_program_has_failed() -> None:
    class Ending(Stub):
        def fit(self, X: Any, y: Any) -> Any:
            if self.a > 0.5:
                sys.exit("enough")
            return super().fit(X, y)

    with pytest.warns(FitFailedWarning, match="SystemExit: enough"):
        found = RandomSearchCV(Ending(), {"a": Uniform(0, 1)}, n_trials=8, random_state=0, cv=2).fit(X, y)
    assert found.best_params_["a"] <= 0.5


def test_neither_an_infinite_score_nor_a_failed_trial_wins() -> None:
    class Losing(Stub):
        def fit(self, X: Any, y: Any) -> Any:
            if self.a == 1:
                raise ValueError("no")
            return super().fit(X, y)

        def score(self, X: Any, y: Any) -> float:  # noqa: ARG002 - scikit-learn's signature
            return float("inf") if self.a == 2 else -float(self.a)

    with pytest.warns(FitFailedWarning):
        found = CountedGridSearchCV(Losing(), {"a": [1, 2, 3, 4]}, error_score=0, cv=2).fit(X, y)
    assert found.best_params_ == {"a": 3}
    assert list(found.cv_results_["rank_test_score"]).index(1) == 2


def test_refit_may_name_the_only_scorer() -> None:
    found = RandomSearchCV(
        LogisticRegression(),
        {"C": LogUniform(1e-3, 1)},
        scoring="accuracy",
        refit="accuracy",
        n_trials=3,
        random_state=0,
    ).fit(X, y)
    assert 0 <= found.best_score_ <= 1


@pytest.mark.parametrize(
    ("tuner", "options", "told"),
    [
        (BayesianSearchCV, {"acquisition": "foo"}, "acquisition='foo': choose from log_ei, ei, ucb, pi"),
        (BayesianSearchCV, {"batch": "foo"}, "batch='foo': choose from liar, qei"),
        (BayesianSearchCV, {"noise": math.nan}, "noise=nan: give a finite number"),
        (BayesianSearchCV, {"n_initial": 2.5}, "n_initial=2.5: give an integer of at least 1"),
        (HalvingSearchCV, {"eta": "3"}, "eta='3': give a finite number"),
        (HalvingSearchCV, {"n_candidates": 0}, "n_candidates=0: give an integer of at least 1"),
        (HalvingSearchCV, {"resource": None}, "resource=None: give a name"),
        (HalvingSearchCV, {"min_budget": 2.5}, "min_budget=2.5: give an integer"),
        (HalvingSearchCV, {"max_budget": math.nan}, "max_budget=nan: give an integer"),
        (ASHASearchCV, {"window": 0}, "window=0: give an integer of at least 1"),
        (ASHASearchCV, {"sampler": 3}, "sampler=3: give a name"),
    ],
)
def test_settings_of_each_tuner_are_checked_before_any_fit(tuner: Any, options: dict[str, Any], told: str) -> None:
    fits: list[Any] = []

    class Counting(Stub):
        def fit(self, X: Any, y: Any) -> Any:
            fits.append(X)
            return super().fit(X, y)

    with pytest.raises(ValueError, match=re.escape(told)):
        tuner(Counting(), {"a": Uniform(0, 1)}, random_state=0, cv=2, **options).fit(X, y)
    assert not fits
