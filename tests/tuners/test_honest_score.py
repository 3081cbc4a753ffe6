"""What the winner's score is worth."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from searching import SPACE_SLOW, Slow, Stub, X, y
from sklearn.datasets import make_classification
from sklearn.exceptions import FitFailedWarning
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.metrics import f1_score, fbeta_score, get_scorer, make_scorer
from sklearn.model_selection import GroupKFold, RepeatedStratifiedKFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

from leakguard.tuners import FamilySearchCV, HalvingSearchCV, LogUniform, RandomSearchCV, Uniform, nested_score
from leakguard.tuners.honesty import bootstrap, folds_alone, ranks
from leakguard.tuners.honesty.by_scorer import weighted
from leakguard.tuners.honesty.measures import measure_of
from leakguard.tuners.honesty.responses import Recorder, answers_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SPACE = {"C": LogUniform(1e-3, 1e3)}
ROWS, CLASSES = make_classification(120, 6, flip_y=0.3, random_state=0)
NUMBERS = ROWS[:, 0] + np.random.default_rng(0).normal(size=120)
OF_CLASSES = (
    "accuracy balanced_accuracy average_precision roc_auc f1 f1_macro f1_micro f1_weighted precision precision_macro "
    "recall recall_weighted matthews_corrcoef neg_log_loss neg_brier_score"
).split()
OF_NUMBERS = "r2 neg_mean_squared_error neg_root_mean_squared_error neg_mean_absolute_error".split()


def search(**given: Any) -> RandomSearchCV:
    return RandomSearchCV(
        **{"estimator": LogisticRegression(), "space": SPACE, "n_trials": 12, "random_state": 0} | given
    )


@pytest.mark.parametrize("name", [*OF_CLASSES, *OF_NUMBERS])
@settings(max_examples=15)
@given(seed=st.integers(0, 2**32 - 1))
def test_a_measure_of_weights_is_the_score_of_repeated_rows(name: str, seed: int) -> None:
    rng = np.random.default_rng(seed)
    rows = rng.integers(5, 40)
    scorer = get_scorer(name)
    model = (Ridge() if name in OF_NUMBERS else LogisticRegression()).fit(
        ROWS, NUMBERS if name in OF_NUMBERS else CLASSES
    )
    places = rng.choice(120, rows, replace=False)
    truth = (NUMBERS if name in OF_NUMBERS else CLASSES)[places]
    assume(len(np.unique(truth)) > 1)
    recorder = Recorder(scorer)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        recorder(model, ROWS[places], truth)
        assert recorder.kept is not None
        measure = measure_of(scorer, classifies=name in OF_CLASSES)
        assert measure is not None
        weights = rng.integers(0, 3, size=(3, rows)).astype(float)
        drawn = [np.repeat(np.arange(rows), row.astype(int)) for row in weights]
        usable = [at for at, row in enumerate(drawn) if len(np.unique(truth[row])) > 1]
        expected = [scorer(model, ROWS[places][drawn[at]], truth[drawn[at]]) for at in usable]
        found = measure(truth, recorder.kept)(weights)[usable]
        again = weighted(scorer, truth, recorder.kept, model)(weights)[usable]
    np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(again, expected, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("name", ["roc_auc", "average_precision"])
def test_many_rows_are_scored_without_a_matrix(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    model = LogisticRegression().fit(ROWS, CLASSES)
    recorder = Recorder(get_scorer(name))
    recorder(model, np.round(ROWS), CLASSES)
    measure = measure_of(recorder.scorer, classifies=True)
    assert measure is not None
    assert recorder.kept is not None
    weights = np.random.default_rng(0).integers(0, 3, size=(9, 120)).astype(float)
    few = measure(CLASSES, recorder.kept)(weights)
    monkeypatch.setattr(ranks, "_LARGEST", 0)
    np.testing.assert_allclose(measure(CLASSES, recorder.kept)(weights), few, rtol=1e-12)


THREE = np.digitize(ROWS[:, 0] + np.random.default_rng(1).normal(size=120), [-0.7, 0.7])
_OF_THREE = [
    get_scorer("roc_auc_ovr"),
    get_scorer("roc_auc_ovr_weighted"),
    make_scorer(fbeta_score, beta=2, average="macro"),
    make_scorer(fbeta_score, beta=0.5, average="weighted"),
    make_scorer(f1_score, average="micro"),
]


@pytest.mark.parametrize("scorer", _OF_THREE, ids=str)
@settings(max_examples=15)
@given(seed=st.integers(0, 2**32 - 1))
def test_a_measure_of_several_classes_is_the_score_of_repeated_rows(scorer: Any, seed: int) -> None:
    rng = np.random.default_rng(seed)
    places = rng.permutation(120)[: rng.integers(20, 100)]
    assume(len(np.unique(THREE[places])) == 3)
    recorder = Recorder(scorer)
    recorder(LogisticRegression().fit(ROWS, THREE), ROWS[places], THREE[places])
    assert recorder.kept is not None
    measure = measure_of(scorer, classifies=True)
    assert measure is not None
    weights = rng.integers(0, 3, size=(3, len(places))).astype(float)
    found = measure(THREE[places], recorder.kept)(weights)
    expected = weighted(scorer, THREE[places], recorder.kept, LogisticRegression())(weights)
    with_all = ~np.isnan(expected)
    np.testing.assert_allclose(found[with_all], expected[with_all], rtol=1e-9, atol=1e-12)


def test_defaults_that_are_written_out_make_no_other_scorer() -> None:
    model = LogisticRegression().fit(ROWS, CLASSES)
    for scorer in (make_scorer(fbeta_score, beta=2), make_scorer(f1_score), make_scorer(f1_score, pos_label=1)):
        recorder = Recorder(scorer)
        recorder(model, ROWS, CLASSES)
        measure = measure_of(scorer, classifies=True)
        assert measure is not None
        assert recorder.kept is not None
        assert measure(CLASSES, recorder.kept)(np.ones((1, 120)))[0] == pytest.approx(scorer(model, ROWS, CLASSES))
    assert measure_of(make_scorer(f1_score, zero_division=1), classifies=True) is None
    assert measure_of(make_scorer(f1_score, labels=np.array([0, 1])), classifies=True) is None


def test_a_function_of_the_same_name_is_not_taken_for_scikit_learns() -> None:
    def accuracy_score(true: Any, found: Any) -> float:
        return float((true == found).mean())

    assert measure_of(make_scorer(accuracy_score), classifies=True) is None


def test_folds_that_share_rows_do_not_make_the_interval_narrower() -> None:
    rng = np.random.default_rng(4)
    rows, coins = rng.normal(size=(60, 5)), rng.integers(0, 2, 60)
    widths = {}
    for repeats in (1, 8):
        folds = RepeatedStratifiedKFold(n_splits=5, n_repeats=repeats, random_state=0)
        low, high = search(n_trials=4, cv=folds).fit(rows, coins).honest_interval_
        widths[repeats] = high - low
    assert widths[8] > 0.6 * widths[1]  # drawn within each fold it would be 0.35 times as wide


def test_no_error_on_few_rows_is_no_certainty() -> None:
    rng = np.random.default_rng(0)
    classes = np.arange(40) % 2
    rows = rng.normal(size=(40, 2)) + 20 * classes[:, None]
    for scoring in ("accuracy", "roc_auc", "f1"):
        found = search(scoring=scoring, n_trials=3).fit(rows, classes)
        low, high = found.honest_interval_
        assert (found.best_score_, found.honest_score_, high) == pytest.approx((1, 1, 1))
        assert 0.7 < low < 0.92


def test_folds_given_as_masks() -> None:
    half = np.arange(120) < 60
    masks = [(~half, half), (half, ~half)]
    places = [(np.flatnonzero(train), np.flatnonzero(test)) for train, test in masks]
    assert search(cv=masks).fit(ROWS, CLASSES).honest_score_ == search(cv=places).fit(ROWS, CLASSES).honest_score_


def test_nested_score_of_a_search_without_a_journal() -> None:
    search_of_families = FamilySearchCV(["logistic"], n_trials_each=2, n_trials_deep=0, cv=3, random_state=0)
    assert 0.4 < nested_score(search_of_families, ROWS, CLASSES, cv=3).score < 1


@pytest.mark.parametrize(
    "scoring", [None, "f1", "roc_auc", make_scorer(lambda true, found: float((true == found).mean()))]
)
def test_choosing_among_noise_is_seen_through(scoring: Any) -> None:
    rng = np.random.default_rng(3)
    rows, coins = rng.normal(size=(90, 15)), rng.integers(0, 2, 90)
    found = search(estimator=SVC(), space=SPACE | {"gamma": LogUniform(1e-3, 10)}, n_trials=20, scoring=scoring)
    found.fit(rows, coins)
    low, high = found.honest_interval_
    assert found.honest_method_ == "BBC-CV"
    assert low < found.honest_score_ < high
    assert found.best_score_ - found.honest_score_ > 0.02
    if scoring != "f1":
        assert low < 0.5 < high


@given(right=st.lists(st.lists(st.booleans(), min_size=6, max_size=6), min_size=1, max_size=5), seed=st.integers(0, 99))
def test_the_interval_stays_within_what_a_score_can_be(right: list[list[bool]], seed: int) -> None:
    def shares(row: list[bool]) -> Callable[[Any], Any]:
        return lambda weights: weights @ np.array(row) / weights.sum(axis=1)

    candidates = [shares(row) for row in right]
    found = bootstrap.corrected([bootstrap.Fold(np.arange(6), 6, 0, candidates)], seed, draws=30)
    assert found is None or 0 <= found.low <= found.high <= 1


def test_the_same_for_any_number_of_workers_and_after_a_restart(tmp_path: Path) -> None:
    first = search(journal=tmp_path / "search.jsonl").fit(X, y)
    again = search(journal=tmp_path / "search.jsonl").fit(X, y)
    parallel = search(n_jobs=2).fit(X, y)
    assert first.honest_method_ == "BBC-CV"
    for other in (again, parallel):
        assert other.honest_score_ == first.honest_score_
        assert other.honest_interval_ == first.honest_interval_


def test_the_estimator_is_left_as_it_was() -> None:
    model = LogisticRegression().fit(X, y)
    before = dict(vars(model))
    with answers_of(model) as found:
        model.score(X, y)
    assert "predict" in found
    assert vars(model).keys() == before.keys()


def test_a_pipeline_that_scores_by_its_last_step_is_listened_to() -> None:
    model = make_pipeline(StandardScaler(), LogisticRegression())
    found = search(estimator=model, space={"logisticregression__C": LogUniform(1e-3, 1e3)}).fit(X, y)
    assert found.honest_method_ == "BBC-CV"
    assert "predict" not in vars(found.best_estimator_)


def test_steps_may_be_a_number_of_an_estimators_own() -> None:
    class Counts(LogisticRegression):  # type: ignore[misc]
        steps = 7

    assert search(estimator=Counts()).fit(X, y).honest_method_ == "BBC-CV"


def test_only_the_first_rows_are_kept() -> None:
    recorder = Recorder(get_scorer("accuracy"))
    model = LogisticRegression().fit(X, y)
    recorder(model, X[:7], y[:7])
    recorder(model, X, y)
    assert recorder.kept is not None
    assert len(recorder.kept.by_method["predict"]) == 7


def test_groups_are_drawn_whole() -> None:
    groups = np.repeat(np.arange(6), 20)
    twins = np.repeat(ROWS[:6], 20, axis=0), np.repeat([0, 1, 0, 1, 0, 1], 20)
    by_group = search(cv=GroupKFold(3)).fit(*twins, groups=groups)
    low, high = by_group.honest_interval_
    by_row = search(cv=[(np.arange(40, 120), np.arange(40)), (np.arange(80), np.arange(80, 120))]).fit(*twins)
    assert high - low > by_row.honest_interval_[1] - by_row.honest_interval_[0]


def test_scores_of_folds_alone() -> None:
    scores = np.array([[0.5, 0.7, 0.6], [0.8, 0.4, 0.5], [np.nan, 1.0, 1.0]])
    found = folds_alone.tibshirani(scores)
    assert found is not None
    assert found.score == pytest.approx(0.6 - (0.3 + 0.0 + 0.0) / 3)
    assert found.low < found.score < found.high
    assert folds_alone.tibshirani(np.full((2, 3), np.nan)) is None


def test_a_choice_without_the_fold_that_scores_it() -> None:
    scores = np.array([[1.0, 0.2, 0.6], [0.8, 0.9, 0.1], [0.5, 0.4, 0.5], [0.8, 0.4, 0.1]])
    found = folds_alone.left_out(scores)
    assert found is not None
    assert found.score == pytest.approx((0.8 + 0.2 + 0.1) / 3)  # best on the others: second, first, second
    assert folds_alone.left_out(scores[:, :1]) is None


def test_a_scorer_of_the_users_own_with_many_candidates_is_not_called_too_often() -> None:
    calls = []

    def share(true: Any, found: Any) -> float:
        calls.append(1)
        return float((true == found).mean())

    rng = np.random.default_rng(3)
    rows, coins = rng.normal(size=(90, 15)), rng.integers(0, 2, 90)
    found = search(
        estimator=SVC(), space=SPACE | {"gamma": LogUniform(1e-3, 10)}, n_trials=60, scoring=make_scorer(share)
    ).fit(rows, coins)
    assert len(calls) == 60 * 5
    assert found.honest_method_ == "choice without the fold"
    assert found.honest_score_ < found.best_score_


def test_an_estimator_whose_score_predicts_nothing_is_corrected_by_its_folds() -> None:
    found = RandomSearchCV(Stub(), {"a": Uniform(0, 1)}, n_trials=6, random_state=0).fit(X, y)
    assert found.honest_method_ == "Tibshirani"
    assert found.honest_score_ == found.best_score_  # the same candidate is best on every fold


def test_only_candidates_with_the_full_budget_take_part() -> None:
    found = HalvingSearchCV(LogisticRegression(), SPACE, n_candidates=6, random_state=0, cv=3).fit(ROWS, CLASSES)
    assert found.honest_method_ == "BBC-CV"
    assert abs(found.honest_score_ - found.best_score_) < 0.1


def test_a_choice_by_a_function_has_no_honest_score() -> None:
    found = search(refit=lambda results: int(results["mean_test_score"].argmin())).fit(X, y)
    assert not hasattr(found, "honest_score_")


def test_several_scorers_and_failed_trials() -> None:
    found = search(scoring=["accuracy", "roc_auc"], refit="roc_auc").fit(ROWS, CLASSES)
    assert found.honest_score_ < found.best_score_ + 0.05
    with pytest.warns(FitFailedWarning, match="failed"):
        partly = RandomSearchCV(Stub(), {"deed": ["fit", "raise"], "a": Uniform(0, 1)}, n_trials=8, random_state=0).fit(
            X, y
        )
    assert np.isfinite(partly.honest_score_)


def test_verbose_says_both_scores(capsys: pytest.CaptureFixture[str]) -> None:
    search(verbose=1).fit(X, y)
    assert "; honest score 0." in capsys.readouterr().err


def test_nested() -> None:
    found = nested_score(search(n_trials=4, cv=3), ROWS, CLASSES, cv=3)
    assert found.method == "nested cross-validation"
    assert found.low < found.score < found.high
    grouped = nested_score(
        search(n_trials=4, cv=GroupKFold(2)), ROWS, CLASSES, cv=GroupKFold(3), groups=np.arange(120) // 4
    )
    assert 0 < grouped.score < 1


def test_slow_estimators_are_asked_once() -> None:
    class Counted(Slow):
        asked = 0

        def predict(self, rows: Any) -> Any:
            type(self).asked += 1
            return super().predict(rows)

        def fit(self, rows: Any, labels: Any) -> Any:
            return Stub.fit(self, rows, labels)

    RandomSearchCV(Counted(), SPACE_SLOW, n_trials=3, cv=2, scoring="accuracy", random_state=0).fit(X, y)
    assert Counted.asked == 6
