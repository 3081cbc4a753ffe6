"""Resampling and early stopping in the libraries beside scikit-learn."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import polars as pl
import pytest
import torch
from scipy import sparse
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, KFold, LeaveOneOut, StratifiedKFold, cross_val_score, train_test_split
from sklearn.preprocessing import StandardScaler

from leakguard.seal import Ruling, watch_fits
from leakguard.seal.causes import Cause
from leakguard.seal.ledger import VARIABLE

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from leakguard.seal import Evidence

_random = np.random.default_rng(5)
X = _random.normal(size=(160, 5))
y = (X[:, 0] + _random.normal(size=160) > 0.8).astype(int)
X_TEST = _random.normal(size=(40, 5))
y_test = (X_TEST[:, 0] > 0.8).astype(int)


@pytest.fixture(autouse=True)
def _own_ledger(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, str(tmp_path / "ledger.jsonl"))


def _watched(program: Callable[[], object], *, sealed: bool = False) -> Evidence:
    with watch_fits(X, y, sealed=X_TEST if sealed else None) as fits:
        program()
    return fits.evidence()


def _causes(evidence: Evidence) -> dict[Cause, str]:
    return {breach.cause: breach.message for breach in evidence.breaches}


@pytest.mark.parametrize("name", ["RandomOverSampler", "SMOTE", "RandomUnderSampler"])
def test_resampled_before_cross_validation(name: str) -> None:
    sampler = getattr(pytest.importorskip("imblearn"), "over_sampling" if "Under" not in name else "under_sampling")
    evidence = _watched(
        lambda: cross_val_score(LogisticRegression(), *getattr(sampler, name)(random_state=0).fit_resample(X, y), cv=4)
    )
    ((cause, message),) = _causes(evidence).items()
    assert cause is Cause.RESAMPLED_BEFORE_SPLIT
    assert message.startswith(f"{name}.fit_resample saw ")


def test_resampled_before_the_split() -> None:
    sampling = pytest.importorskip("imblearn.over_sampling")

    def program() -> None:
        rows, targets = sampling.SMOTE(random_state=0).fit_resample(X, y)
        train, test, known, truth = train_test_split(rows, targets, random_state=0)
        LogisticRegression().fit(train, known).score(test, truth)

    assert set(_causes(_watched(program))) == {Cause.RESAMPLED_BEFORE_SPLIT}


def test_resampled_within_the_fold() -> None:
    sampling, pipeline = pytest.importorskip("imblearn.over_sampling"), pytest.importorskip("imblearn.pipeline")

    def program() -> None:
        model = pipeline.make_pipeline(StandardScaler(), sampling.SMOTE(random_state=0), LogisticRegression())
        GridSearchCV(model, {"logisticregression__C": [1, 9]}, cv=3).fit(X, y)
        for train, test in StratifiedKFold(3).split(X, y):
            rows, targets = sampling.SMOTE(random_state=0).fit_resample(X[train], y[train])
            LogisticRegression().fit(rows, targets).score(X[test], y[test])

    evidence = _watched(program)
    assert evidence.ruling is Ruling.HELD, evidence


def _xgboost() -> tuple[Any, dict[str, Any]]:
    model = pytest.importorskip("xgboost").XGBClassifier(n_estimators=8, early_stopping_rounds=2, n_jobs=1)
    return model, {"verbose": False}


def _lightgbm() -> tuple[Any, dict[str, Any]]:
    library = pytest.importorskip("lightgbm")
    model = library.LGBMClassifier(n_estimators=8, verbose=-1, n_jobs=1, min_child_samples=5)
    return model, {"callbacks": [library.early_stopping(2, verbose=False)]}


def _catboost() -> tuple[Any, dict[str, Any]]:
    library = pytest.importorskip("catboost")
    return library.CatBoostClassifier(iterations=8, verbose=0, thread_count=1, allow_writing_files=False), {}


boosting = pytest.mark.parametrize("make", [_xgboost, _lightgbm, _catboost])
pytestmark = pytest.mark.filterwarnings("ignore:X does not have valid feature names", "ignore::FutureWarning")


@boosting
def test_stopped_by_rows_that_the_fold_is_scored_on(make: Callable[[], Any]) -> None:
    model, options = make()

    def program() -> None:
        for train, test in KFold(3).split(X):
            model.fit(X[train], y[train], eval_set=[(X[test], y[test])], **options)
            model.predict(X[test])

    evidence = _watched(program)
    assert set(_causes(evidence)) == {Cause.TEST_ROWS_STOP}
    assert f"{type(model).__name__}.fit stopped early by 54 of 54 validation rows" in evidence.breaches[0].message
    assert evidence.breaches[0].reader is not None
    assert evidence.breaches[0].reader.file == __file__


@boosting
def test_stopped_by_rows_of_a_search(make: Callable[[], Any]) -> None:
    model, options = make()
    options |= {"eval_set": [(X[:20], y[:20])]}
    assert set(_causes(_watched(lambda: cross_val_score(model, X, y, cv=2, params=options)))) <= {Cause.TEST_ROWS_STOP}


@boosting
def test_stopped_by_sealed_rows(make: Callable[[], Any]) -> None:
    model, options = make()
    evidence = _watched(lambda: model.fit(X, y, eval_set=[(X_TEST, y_test)], **options), sealed=True)
    assert set(_causes(evidence)) == {Cause.TEST_ROWS_STOP}


@boosting
def test_stopped_by_a_part_of_the_training_rows(make: Callable[[], Any]) -> None:
    model, options = make()

    def program() -> None:
        for train, test in KFold(3).split(X):
            rows, part, targets, known = train_test_split(X[train], y[train], random_state=0)
            model.fit(rows, targets, eval_set=[(part, known)], **options)
            model.score(part, known)
            model.score(X[test], y[test])

    evidence = _watched(program)
    assert evidence.ruling is Ruling.HELD, evidence


@boosting
def test_stopped_by_a_split_off_part_while_others_are_sealed(make: Callable[[], Any]) -> None:
    model, options = make()

    def program() -> None:
        rows, part, targets, known = train_test_split(X, y, random_state=0)
        model.fit(rows, targets, eval_set=[(part, known)], **options)
        model.score(part, known)

    assert _watched(program, sealed=True).ruling is Ruling.HELD


def test_rows_that_are_only_watched_stop_nothing() -> None:
    model = pytest.importorskip("xgboost").XGBClassifier(n_estimators=3, n_jobs=1)

    def program() -> None:
        for train, test in KFold(3).split(X):
            model.fit(X[train], y[train], eval_set=[(X[test], y[test])], verbose=False)
            model.predict(X[test])

    assert _watched(program).ruling is Ruling.HELD


class Network:
    """An estimator in the manner of Keras: `x`, `validation_data`, `callbacks`."""

    def fit(self, x: Any = None, y: Any = None, validation_data: Any = None, callbacks: Any = None) -> Network:  # noqa: ANN401
        del x, y, validation_data, callbacks
        return self

    def predict(self, x: Any) -> Any:  # noqa: ANN401
        return x[:, 0]


def test_own_classes_in_the_manner_of_keras() -> None:
    def program() -> None:
        for train, test in KFold(3).split(X):
            network = Network().fit(x=X[train], y=y[train], validation_data=(X[test], y[test]), callbacks=["stop"])
            network.predict(X[test])

    assert set(_causes(_watched(program))) == {Cause.TEST_ROWS_STOP}


def test_frames_by_column_name_and_with_rows_in_another_order() -> None:
    frame = pytest.importorskip("pandas").DataFrame(X, columns=list("abcde"))

    def program() -> None:
        scaled = StandardScaler().set_output(transform="pandas").fit_transform(frame)
        some = scaled.assign(f=1.0)[["f", "e", "a", "b", "c", "d"]].sample(frac=1, random_state=0)
        cross_val_score(LogisticRegression(), some, y[some.index], cv=4)

    with watch_fits(frame, y) as fits:
        program()
    assert set(_causes(fits.evidence())) == {Cause.FITTED_OUTSIDE_FOLDS}


def test_polars_frames() -> None:
    polars = pytest.importorskip("polars")
    frame = polars.DataFrame(X, schema=list("abcde"))

    def program() -> None:
        scaled = StandardScaler().set_output(transform="polars").fit_transform(frame)
        cross_val_score(LogisticRegression(), scaled, y, cv=4)

    with watch_fits(frame, y) as fits:
        program()
    assert set(_causes(fits.evidence())) == {Cause.FITTED_OUTSIDE_FOLDS}


def test_sparse_rows_of_words() -> None:
    from sklearn.feature_extraction.text import HashingVectorizer, TfidfVectorizer

    texts = [f"word{n % 13} word{n} word{n * 7 % 31}" for n in range(120)]
    target = np.arange(120) % 2

    def words(vectorizer: Any) -> Callable[[], object]:  # noqa: ANN401
        return lambda: cross_val_score(LogisticRegression(), vectorizer.fit_transform(texts), target, cv=3)

    with watch_fits(texts, target) as fits:
        words(TfidfVectorizer())()
    assert set(_causes(fits.evidence())) == {Cause.FITTED_OUTSIDE_FOLDS}
    with watch_fits(texts, target) as fits:
        words(HashingVectorizer(n_features=64))()
    assert fits.evidence().ruling is Ruling.HELD, fits.evidence()


def _tables() -> dict[str, Any]:
    rows = np.random.default_rng(1).normal(size=(30, 3))
    frame = pd.DataFrame(rows, columns=["a", "b", "c"])
    return {
        "pandas": frame,
        "text": frame.assign(d=list("xyz") * 10),
        "categories": frame.assign(d=pd.Categorical(list("xyz") * 10), e=pd.array([None, 1, 2] * 10, dtype="Int64")),
        "dates": frame.assign(d=pd.date_range("2026", periods=30), e=pd.NA),
        "nested": pd.DataFrame({"a": [[1], [2, 3]] * 15}),
        "no columns": frame[[]],
        "one row": frame[:1],
        "same names": frame.set_axis(["a", "a", "b"], axis=1),
        "polars": pl.DataFrame(rows).with_columns(d=pl.Series(list("xyz") * 10)),
        "csr": sparse.csr_matrix(rows > 0, dtype=float),
        "csc array": sparse.csc_array(rows > 0, dtype=float),
        "coo": sparse.coo_matrix(rows),
        "tensor": torch.tensor(rows, requires_grad=True),
        "objects": np.array([[None, "a"], [1, b"b"]] * 15, dtype=object),
        "three dimensions": np.zeros((30, 2, 2)),
        "complex": rows * 1j,
        "records": np.zeros(30, dtype=[("a", "f8"), ("b", "i4")]),
        "lists": rows.tolist(),
        "texts": ["a", "b", "c"] * 10,
    }


@pytest.mark.parametrize("name", sorted(_tables()))
def test_a_split_of_any_table_goes_on_as_without_the_watch(name: str) -> None:
    table = _tables()[name]
    rows = 1 if name == "one row" else 30
    folds = KFold(3) if rows > 1 else LeaveOneOut()
    with watch_fits(X, y) as fits, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # lists and tensors of any kind are not what splitters are made for
        for target in (None, np.arange(rows) % 2):
            if rows > 1:
                assert [len(test) for _, test in folds.split(table, target)] == [10, 10, 10]
            else:
                with pytest.raises(ValueError, match="n_samples=1"):
                    list(folds.split(table, target))
    assert fits.evidence().ruling is not Ruling.VIOLATED
