"""Non-interference of folds: what leaks into a fold is seen in what it fits, by whatever loop."""

# ruff: noqa: ANN401, N803 - rows of any library, in the names that the field has for them

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from interfering import GRID, GROUPS, HONEST, TRAIN, by_name, cases, needs, search

from leakguard.seal import Ruling, TunerError, check_folds_sealed

pytest.importorskip("sklearn")

from sklearn.decomposition import PCA
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.feature_selection import SelectKBest
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression, SGDClassifier
from sklearn.model_selection import (
    GridSearchCV,
    GroupKFold,
    KFold,
    StratifiedKFold,
    cross_val_predict,
    cross_val_score,
    train_test_split,
)
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

if TYPE_CHECKING:
    from collections.abc import Callable

    Tuner = Callable[..., object]

pytestmark = pytest.mark.filterwarnings("ignore")


def scaler_before(X: Any, y: Any) -> Any:
    return search(StandardScaler().fit_transform(X), y)


def components_before(X: Any, y: Any) -> Any:
    return cross_val_score(LogisticRegression(), PCA(2).fit_transform(X), y, cv=4)


def imputer_before(X: Any, y: Any) -> Any:
    return search(SimpleImputer().fit_transform(np.where(X > 1, np.nan, X)), y)


def selection_before(X: Any, y: Any) -> Any:
    wide = np.column_stack([X, np.random.default_rng(0).normal(size=(len(X), 100))])
    return search(SelectKBest(k=5).fit_transform(wide, y), y)


@needs("pandas")
def target_encoding_before(X: Any, y: Any) -> Any:
    import pandas as pd

    frame = pd.DataFrame({"bin": X[:, 1] > 0, "y": y})
    return search(np.column_stack([X, frame.groupby("bin")["y"].transform("mean")]), y)


def scaler_in_loop_on_all(X: Any, y: Any) -> Any:
    scores = []
    for train, valid in StratifiedKFold(4).split(X, y):
        scaled = StandardScaler().fit_transform(X)
        scores.append(LogisticRegression().fit(scaled[train], y[train]).score(scaled[valid], y[valid]))
    return scores


def listed_folds(X: Any, y: Any) -> Any:
    folds = list(KFold(4).split(X))
    mean = X.mean(axis=0)
    scaled = []
    for train, valid in folds:
        scaler = StandardScaler().fit(X[train])
        model = LogisticRegression().fit(scaler.transform(X[train]) - mean, y[train])
        scaled.append(model.score(scaler.transform(X[valid]), y[valid]))
    return scaled


def dropped_generator(X: Any, y: Any) -> Any:
    train, valid = next(KFold(4).split(X))
    model = LogisticRegression().fit(X[train], y[train])
    model.fit(np.vstack([X[train], X[valid]])[: len(train)] - X.mean(axis=0), y[train])
    return model


@needs("xgboost")
def stops_on_scored_rows(X: Any, y: Any) -> Any:
    import xgboost

    scores = []
    for train, valid in StratifiedKFold(4).split(X, y):
        model = xgboost.XGBClassifier(n_estimators=50, early_stopping_rounds=2, n_jobs=1)
        model.fit(X[train], y[train], eval_set=[(X[valid], y[valid])], verbose=False)
        scores.append(model.score(X[valid], y[valid]))
    return scores


def weights_from_fold_to_fold(X: Any, y: Any) -> Any:
    model = SGDClassifier(warm_start=True, random_state=0)
    return [model.fit(X[train], y[train]).score(X[valid], y[valid]) for train, valid in KFold(4).split(X)]


LEAKS = by_name(
    *(scaler_before, components_before, imputer_before, selection_before, target_encoding_before),
    *(scaler_in_loop_on_all, listed_folds, dropped_generator, stops_on_scored_rows, weights_from_fold_to_fold),
)


@pytest.mark.parametrize("tune", cases(LEAKS))
def test_leaks_into_folds_are_seen(tune: Tuner) -> None:
    verdict = check_folds_sealed(tune, TRAIN)
    assert verdict.ruling is Ruling.VIOLATED, verdict
    rule = verdict.breaches[0].cause.rule
    assert rule == ("test-set-early-stopping" if tune is stops_on_scored_rows else "fit-outside-folds")
    assert verdict.breaches[0].reader is not None
    assert verdict.breaches[0].reader.file.startswith(__file__.rsplit("/", 1)[0])


def pipeline(X: Any, y: Any, *_: Any) -> Any:
    steps = make_pipeline(StandardScaler(), SelectKBest(k=2), LogisticRegression())
    return GridSearchCV(steps, {"logisticregression__C": [0.1, 1.0]}, cv=4).fit(X, y)


def loop(X: Any, y: Any, *_: Any) -> Any:
    """Refits on all rows while the generator of the folds is alive."""
    folds = StratifiedKFold(4, shuffle=True).split(X, y)
    for train, valid in folds:
        scaler = StandardScaler().fit(X[train])
        model = LogisticRegression().fit(scaler.transform(X[train]), y[train])
        if model.score(scaler.transform(X[valid]), y[valid]) > 0:
            break
    return model.fit(StandardScaler().fit_transform(X), y)


def listed_loop(X: Any, y: Any, *_: Any) -> Any:
    folds = list(KFold(4).split(X))
    for train, _valid in folds:
        scaler = StandardScaler().fit(X[train])
        LogisticRegression().fit(scaler.transform(X[train]), y[train])
    return LogisticRegression().fit(StandardScaler().fit_transform(X), y)


@needs("xgboost")
def stops_inside_fold(X: Any, y: Any, *_: Any) -> Any:
    import xgboost

    scores = []
    for train, valid in StratifiedKFold(4).split(X, y):
        own, stop = train_test_split(train, random_state=0)
        model = xgboost.XGBClassifier(n_estimators=50, early_stopping_rounds=2, n_jobs=1)
        model.fit(X[own], y[own], eval_set=[(X[stop], y[stop])], verbose=False)
        scores.append(model.score(X[valid], y[valid]))
    return scores


def nested_loop(X: Any, y: Any, *_: Any) -> Any:
    scores = []
    for train, valid in StratifiedKFold(4).split(X, y):
        inner = GridSearchCV(LogisticRegression(), GRID, cv=3).fit(X[train], y[train])
        scores.append(inner.score(X[valid], y[valid]))
    return scores


def predicted(X: Any, y: Any, *_: Any) -> Any:
    return cross_val_predict(make_pipeline(StandardScaler(), RandomForestClassifier(3)), X, y, cv=4)


def network(X: Any, y: Any, *_: Any) -> Any:
    model = MLPClassifier(4, max_iter=10, early_stopping=True)
    return GridSearchCV(model, {"alpha": [0.1, 1.0]}, cv=3).fit(X, y)


def boosting(X: Any, y: Any, *_: Any) -> Any:
    return cross_val_score(HistGradientBoostingClassifier(max_iter=8, early_stopping=True), X, y, cv=3)


def grouped(X: Any, y: Any, *_: Any) -> Any:
    return GridSearchCV(LogisticRegression(), GRID, cv=GroupKFold(4)).fit(X, y, groups=GROUPS)


NAMES = ("grid", "grid in two workers", "random", "repeated", "times", "pipeline", "optuna", "nested")
PROVEN: dict[str, Tuner] = {name: HONEST[name] for name in NAMES} | {
    tune.__name__: tune
    for tune in (pipeline, loop, listed_loop, stops_inside_fold, nested_loop, predicted, network, boosting, grouped)
}
NOT_PROVEN = {name: HONEST[name] for name in ("halving", "halving random", "warm starts", "path")}


@pytest.mark.parametrize("tune", cases(PROVEN))
def test_honest_folds_hold(tune: Tuner) -> None:
    verdict = check_folds_sealed(tune, TRAIN)
    assert verdict.ruling is Ruling.HELD, verdict
    assert "changed nothing in" in verdict.evidence[0].shown


@pytest.mark.parametrize("tune", cases(NOT_PROVEN))
def test_folds_that_are_not_seen_are_not_proven(tune: Tuner) -> None:
    assert check_folds_sealed(tune, TRAIN).ruling is Ruling.NOT_PROVEN


def test_other_libraries_frames_and_all_folds() -> None:
    pd = pytest.importorskip("pandas")
    frame = pd.DataFrame(TRAIN[0], columns=list("abcd"), index=[f"r{at}" for at in range(80)])
    labels = pd.Series(TRAIN[1], index=frame.index, dtype="category")
    assert check_folds_sealed(pipeline, (frame, labels), folds="all").ruling is Ruling.HELD
    assert check_folds_sealed(scaler_before, (frame, labels)).ruling is Ruling.VIOLATED


def test_in_one_process_everything_is_put_back() -> None:
    split, fit = KFold.split, LogisticRegression.fit
    before = [part.copy() for part in TRAIN]
    assert check_folds_sealed(scaler_before, TRAIN, apart=False).ruling is Ruling.VIOLATED
    assert (KFold.split, LogisticRegression.fit) == (split, fit)
    assert all((part == kept).all() for part, kept in zip(TRAIN, before, strict=True))


def test_chance_in_a_fold_is_never_called_a_leak() -> None:
    def tune(X: Any, y: Any) -> Any:
        forest = RandomForestClassifier(3, random_state=np.random.default_rng().integers(2**30))
        return cross_val_score(forest.set_params(random_state=None), X + np.random.default_rng().normal(), y, cv=3)

    verdict = check_folds_sealed(tune, TRAIN)
    assert verdict.ruling is Ruling.NOT_PROVEN
    assert "two runs with the same rows" in verdict.evidence[0].shown


def test_a_tuner_that_fails_anyway() -> None:
    with pytest.raises(TunerError, match="ZeroDivisionError"):
        check_folds_sealed(lambda *_: 1 / 0, TRAIN)
