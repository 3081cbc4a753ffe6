"""Programs that learn from rows they are judged on: the fit ledger names the fault, the estimator and the line."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from sklearn.base import BaseEstimator, TransformerMixin, clone
from sklearn.compose import ColumnTransformer
from sklearn.decomposition import PCA
from sklearn.feature_selection import SelectKBest
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression, SGDClassifier
from sklearn.model_selection import (
    GridSearchCV,
    GroupKFold,
    KFold,
    PredefinedSplit,
    RepeatedKFold,
    ShuffleSplit,
    StratifiedKFold,
    TimeSeriesSplit,
    cross_val_predict,
    cross_val_score,
    cross_validate,
    train_test_split,
)
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, MinMaxScaler, StandardScaler, TargetEncoder
from sklearn.svm import SVC

from leakguard.seal import Ruling, watch_fits
from leakguard.seal.causes import Cause
from leakguard.seal.ledger import VARIABLE

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

Table = Any  # an array in these tests, anything to scikit-learn

_random = np.random.default_rng(7)
X = _random.normal(size=(120, 6))
y = (X[:, 0] + _random.normal(size=120) > 0).astype(int)
X_TEST = _random.normal(size=(30, 6))
y_test = (X_TEST[:, 0] > 0).astype(int)
MODEL = LogisticRegression()

PROGRAMS: list[tuple[Callable[[], object], Cause, str]] = []


def leaks(cause: Cause, estimator: str) -> Callable[[Callable[[], object]], Callable[[], object]]:
    """Put a program into the table; the line marked `# here` is the one to be named."""

    def keep(program: Callable[[], object]) -> Callable[[], object]:
        PROGRAMS.append((program, cause, estimator))
        return program

    return keep


@pytest.fixture(autouse=True)
def _own_ledger(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, str(tmp_path / "ledger.jsonl"))


@leaks(Cause.FITTED_OUTSIDE_FOLDS, "StandardScaler")
def scaler_before_cross_validation() -> None:
    scaled = StandardScaler().fit_transform(X)  # here
    cross_val_score(MODEL, scaled, y, cv=4)


@leaks(Cause.FITTED_OUTSIDE_FOLDS, "StandardScaler")
def fit_and_transform_apart() -> None:
    scaler = StandardScaler()
    scaler.fit(X)  # here
    cross_validate(MODEL, scaler.transform(X), y, cv=4)


@leaks(Cause.FITTED_OUTSIDE_FOLDS, "PCA")
def pca_on_all_rows_then_search() -> None:
    projected = PCA(3).fit_transform(X)  # here
    GridSearchCV(SVC(), {"C": [1, 10]}, cv=3).fit(projected, y)


@leaks(Cause.FITTED_OUTSIDE_FOLDS, "SelectKBest")
def selection_before_cross_validation() -> None:
    chosen = SelectKBest(k=2).fit_transform(X, y)  # here
    cross_val_score(MODEL, chosen, y, cv=5)


@leaks(Cause.FITTED_OUTSIDE_FOLDS, "SelectKBest")
def selected_columns_taken_by_hand() -> None:
    selector = SelectKBest(k=3).fit(X, y)  # here
    cross_val_score(MODEL, X[:, selector.get_support()], y, cv=5)


@leaks(Cause.FITTED_OUTSIDE_FOLDS, "StandardScaler")
def two_steps_before_cross_validation() -> None:
    scaled = StandardScaler().fit_transform(X)  # here
    cross_val_score(MODEL, FunctionTransformer(np.tanh).fit_transform(scaled), y, cv=5)


@leaks(Cause.FITTED_OUTSIDE_FOLDS, "StandardScaler")
def scaled_beside_other_columns() -> None:
    scaled = StandardScaler().fit_transform(X[:, :3])  # here
    cross_val_score(MODEL, np.hstack([scaled, X[:, 3:]]), y, cv=5)


@leaks(Cause.FITTED_OUTSIDE_FOLDS, "StandardScaler")
def scaled_and_copied() -> None:
    scaled = StandardScaler().fit_transform(X)  # here
    cross_val_score(MODEL, scaled.astype(np.float32).copy(), y, cv=5)


@leaks(Cause.FITTED_OUTSIDE_FOLDS, "StandardScaler")
def scaled_and_shuffled() -> None:
    scaled = StandardScaler().fit_transform(X)  # here
    order = np.random.default_rng(1).permutation(len(X))
    cross_val_score(MODEL, scaled[order], y[order], cv=5)


@leaks(Cause.FITTED_OUTSIDE_FOLDS, "StandardScaler")
def some_rows_left_out() -> None:
    scaled = StandardScaler().fit_transform(X)  # here
    cross_val_score(MODEL, scaled[y[:].astype(bool) | (X[:, 1] > 0)], y[y.astype(bool) | (X[:, 1] > 0)], cv=3)


@leaks(Cause.FITTED_OUTSIDE_FOLDS, "Pipeline")
def pipeline_of_preparations() -> None:
    prepared = make_pipeline(StandardScaler(), PCA(2)).fit_transform(X)  # here
    cross_val_score(MODEL, prepared, y, cv=5)


@leaks(Cause.FITTED_OUTSIDE_FOLDS, "ColumnTransformer")
def column_transformer_before() -> None:
    prepared = ColumnTransformer([("a", StandardScaler(), [0, 1])], remainder="passthrough").fit_transform(X)  # here
    cross_val_score(MODEL, prepared, y, cv=5)


@leaks(Cause.FITTED_OUTSIDE_FOLDS, "TargetEncoder")
def target_encoder_before() -> None:
    kinds = np.round(X * 7).astype(int)
    encoded = TargetEncoder(cv=2).fit(kinds, y).transform(kinds)  # here
    cross_val_score(MODEL, encoded, y, cv=5)


@leaks(Cause.FITTED_OUTSIDE_FOLDS, "StandardScaler")
def in_the_loop() -> None:
    for train, test in KFold(4).split(X):
        scaler = StandardScaler().fit(X)  # here
        clone(MODEL).fit(scaler.transform(X[train]), y[train]).score(scaler.transform(X[test]), y[test])


@leaks(Cause.FITTED_OUTSIDE_FOLDS, "StandardScaler")
def in_the_loop_by_numbers_of_rows_only() -> None:
    for train, test in StratifiedKFold(4).split(np.zeros(len(y)), y):
        scaler = StandardScaler().fit(X)  # here
        clone(MODEL).fit(scaler.transform(X[train]), y[train]).score(scaler.transform(X[test]), y[test])


@leaks(Cause.FITTED_OUTSIDE_FOLDS, "StandardScaler")
def in_the_loop_train_and_test_put_together() -> None:
    for train, test in KFold(4).split(X):
        scaler = StandardScaler().fit(np.vstack([X[train], X[test]]))  # here
        clone(MODEL).fit(scaler.transform(X[train]), y[train])


@leaks(Cause.FITTED_OUTSIDE_FOLDS, "LogisticRegression")
def model_fitted_on_all_in_the_loop() -> None:
    for _train, test in KFold(4).split(X):
        clone(MODEL).fit(X, y).score(X[test], y[test])  # here


@leaks(Cause.FITTED_OUTSIDE_FOLDS, "LogisticRegression")
def a_few_validation_rows_in_the_loop() -> None:
    for train, test in KFold(4).split(X):
        rows = np.concatenate([train, test[:2]])
        clone(MODEL).fit(X[rows], y[rows]).score(X[test], y[test])  # here


@leaks(Cause.FITTED_ON_TEST, "StandardScaler")
def scaler_fitted_anew_on_the_validation_rows() -> None:
    for train, test in KFold(4).split(X):
        model = clone(MODEL).fit(StandardScaler().fit_transform(X[train]), y[train])
        model.score(StandardScaler().fit_transform(X[test]), y[test])  # here


@leaks(Cause.FITTED_OUTSIDE_FOLDS, "StandardScaler")
def first_fold_of_a_dropped_generator() -> None:
    train, test = next(KFold(4).split(X))
    scaler = StandardScaler().fit(X)  # here
    clone(MODEL).fit(scaler.transform(X[train]), y[train]).score(scaler.transform(X[test]), y[test])


@leaks(Cause.FITTED_OUTSIDE_FOLDS, "StandardScaler")
def folds_listed_first() -> None:
    folds = list(KFold(4).split(X))
    scaler = StandardScaler().fit(X)  # here
    for train, _test in folds:
        clone(MODEL).fit(scaler.transform(X[train]), y[train])


@leaks(Cause.FITTED_OUTSIDE_FOLDS, "MinMaxScaler")
def in_a_group_loop() -> None:
    groups = np.arange(len(X)) // 10
    scaled = MinMaxScaler().fit_transform(X)  # here
    for train, _test in GroupKFold(3).split(scaled, y, groups):
        clone(MODEL).fit(scaled[train], y[train])


@leaks(Cause.FITTED_OUTSIDE_FOLDS, "MinMaxScaler")
def before_a_split_by_time() -> None:
    scaled = MinMaxScaler().fit_transform(X)  # here
    cross_val_score(MODEL, scaled, y, cv=TimeSeriesSplit(3))


@leaks(Cause.FITTED_OUTSIDE_FOLDS, "MinMaxScaler")
def before_a_repeated_split() -> None:
    scaled = MinMaxScaler().fit_transform(X)  # here
    cross_val_score(MODEL, scaled, y, cv=RepeatedKFold(n_splits=3, n_repeats=2, random_state=0))


@leaks(Cause.FITTED_OUTSIDE_FOLDS, "MinMaxScaler")
def before_a_predefined_split() -> None:
    scaled = MinMaxScaler().fit_transform(X)  # here
    cross_val_predict(MODEL, scaled, y, cv=PredefinedSplit(np.arange(len(X)) % 3))


@leaks(Cause.FITTED_OUTSIDE_FOLDS, "MinMaxScaler")
def before_folds_given_as_pairs() -> None:
    scaled = MinMaxScaler().fit_transform(X)  # here
    pairs = [(np.arange(40, 120), np.arange(40)), (np.arange(80), np.arange(80, 120))]
    cross_val_score(MODEL, scaled, y, cv=pairs)


@leaks(Cause.FITTED_OUTSIDE_FOLDS, "MinMaxScaler")
def before_random_folds() -> None:
    scaled = MinMaxScaler().fit_transform(X)  # here
    cross_val_score(MODEL, scaled, y, cv=ShuffleSplit(3, random_state=0))


@leaks(Cause.FITTED_OUTSIDE_FOLDS, "StandardScaler")
def the_inner_folds_of_nested_validation() -> None:
    for train, test in KFold(3).split(X):
        scaler = StandardScaler().fit(X[train])  # here
        search = GridSearchCV(SVC(), {"C": [1, 10]}, cv=2).fit(scaler.transform(X[train]), y[train])
        search.score(scaler.transform(X[test]), y[test])


@leaks(Cause.FITTED_BEFORE_SPLIT, "StandardScaler")
def scaler_before_the_split() -> None:
    scaled = StandardScaler().fit_transform(X)  # here
    rows, test, targets, truth = train_test_split(scaled, y, random_state=0)
    clone(MODEL).fit(rows, targets).score(test, truth)


@leaks(Cause.FITTED_BEFORE_SPLIT, "StandardScaler")
def scaler_fitted_before_the_split_and_used_behind_it() -> None:
    scaler = StandardScaler().fit(X)  # here
    rows, test, targets, truth = train_test_split(X, y, stratify=y, random_state=0)
    clone(MODEL).fit(scaler.transform(rows), targets).score(scaler.transform(test), truth)


@leaks(Cause.FITTED_BEFORE_SPLIT, "StandardScaler")
def split_by_slices() -> None:
    scaled = StandardScaler().fit_transform(X)  # here
    clone(MODEL).fit(scaled[:90], y[:90]).score(scaled[90:], y[90:])


@leaks(Cause.FITTED_BEFORE_SPLIT, "StandardScaler")
def split_by_hand_in_random_order() -> None:
    order = np.random.default_rng(3).permutation(len(X))
    scaler = StandardScaler().fit(X)  # here
    model = clone(MODEL).fit(scaler.transform(X[order[:90]]), y[order[:90]])
    model.score(scaler.transform(X[order[90:]]), y[order[90:]])


@leaks(Cause.FITTED_ON_TEST, "StandardScaler")
def scaler_on_train_and_test() -> None:
    scaler = StandardScaler().fit(np.vstack([X, X_TEST]))  # here
    clone(MODEL).fit(scaler.transform(X), y)


@leaks(Cause.FITTED_ON_TEST, "StandardScaler")
def scaler_on_the_test_rows() -> None:
    clone(MODEL).fit(StandardScaler().fit_transform(X), y)
    StandardScaler().fit_transform(X_TEST)  # here


@leaks(Cause.FITTED_ON_TEST, "SGDClassifier")
def partial_fit_on_test_rows() -> None:
    SGDClassifier().partial_fit(X, y, classes=[0, 1]).partial_fit(X_TEST[:9], y_test[:9])  # here


@leaks(Cause.FITTED_ON_TEST, "LogisticRegression")
def model_judged_on_its_own_rows() -> None:
    _rows, test, _targets, truth = train_test_split(X, y, random_state=0)
    clone(MODEL).fit(X, y).score(test, truth)  # here


class MeansOfAll(TransformerMixin, BaseEstimator):  # type: ignore[misc]  # scikit-learn has no annotations
    """Fills and scales by what it finds in the global table, whatever rows it gets."""

    def fit(self, rows: Table, y: Table = None) -> MeansOfAll:
        del rows, y
        self.imputer_ = SimpleImputer().fit(X)  # inside
        return self

    def transform(self, rows: Table) -> Table:
        return self.imputer_.transform(rows)


@leaks(Cause.FITTED_OUTSIDE_FOLDS, "SimpleImputer")
def transformer_that_fits_on_a_global() -> None:
    cross_val_score(make_pipeline(MeansOfAll(), MODEL), X, y, cv=4)


class KeepsRows(TransformerMixin, BaseEstimator):  # type: ignore[misc]  # scikit-learn has no annotations
    """Keeps the rows of every table it sees, and fits on all that it ever saw."""

    kept: list[Any] = []  # noqa: RUF012 - shared on purpose

    def fit(self, rows: Table, y: Table = None) -> KeepsRows:
        del y
        self.kept.append(np.asarray(rows))
        self.scaler_ = StandardScaler().fit(np.vstack(self.kept))
        return self

    def transform(self, rows: Table) -> Table:
        self.kept.append(np.asarray(rows))
        return self.scaler_.transform(rows)


@leaks(Cause.FITTED_OUTSIDE_FOLDS, "StandardScaler")
def transformer_that_keeps_rows() -> None:
    KeepsRows.kept.clear()
    GridSearchCV(make_pipeline(KeepsRows(), MODEL), {"logisticregression__C": [1, 2]}, cv=3).fit(X, y)


FITTED: list[Any] = []


class UsesFitted(TransformerMixin, BaseEstimator):  # type: ignore[misc]  # scikit-learn has no annotations
    """Applies a scaler that was fitted before, elsewhere."""

    def fit(self, rows: Table, y: Table = None) -> UsesFitted:
        del y
        self.means_ = FITTED[-1].transform(rows).mean(axis=0)
        return self

    def transform(self, rows: Table) -> Table:
        return FITTED[-1].transform(rows) - self.means_


@leaks(Cause.FITTED_OUTSIDE_FOLDS, "StandardScaler")
def scaler_fitted_before_and_used_within() -> None:
    FITTED.append(StandardScaler().fit(X))  # here
    cross_val_score(make_pipeline(UsesFitted(), MODEL), X, y, cv=4)


@leaks(Cause.FITTED_OUTSIDE_FOLDS, "StandardScaler")
def swallowed_exception() -> None:
    for train, _test in KFold(4).split(X):
        try:
            StandardScaler().fit(X, sample_weight="none")  # here
        except (TypeError, ValueError):
            clone(MODEL).fit(X[train], y[train])


def _line(program: Callable[[], object]) -> int | None:
    lines, first = inspect.getsourcelines(program)
    return next((first + at for at, line in enumerate(lines) if line.rstrip().endswith("# here")), None)


@pytest.mark.parametrize(("program", "cause", "estimator"), PROGRAMS, ids=[each[0].__name__ for each in PROGRAMS])
def test_leak_is_named(program: Callable[[], object], cause: Cause, estimator: str) -> None:
    with watch_fits(X, y, sealed=X_TEST if "test" in program.__name__.split("_")[-3:] else None) as fits:
        program()
    evidence = fits.evidence()
    assert evidence.ruling is Ruling.VIOLATED, evidence
    assert {breach.cause for breach in evidence.breaches} == {cause}
    (breach,) = [one for one in evidence.breaches if one.message.startswith(f"{estimator}.")]
    assert breach.reader is not None
    assert breach.reader.file == __file__
    if (line := _line(program)) is not None:
        assert breach.reader.line == line
