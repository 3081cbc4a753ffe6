"""Tuners: leaky ones, one for each route from the test rows to what is returned, and honest ones."""

# ruff: noqa: ANN401, N803, N806 - rows of any library, in the names that the field has for them

from __future__ import annotations

import functools
import threading
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from programs import rows, skipped_without

pytest.importorskip("sklearn")

from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.decomposition import PCA
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.experimental import enable_halving_search_cv  # noqa: F401 - makes the next import possible
from sklearn.feature_selection import RFECV, SelectKBest
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression, LogisticRegressionCV, SGDClassifier
from sklearn.model_selection import (
    GridSearchCV,
    GroupKFold,
    HalvingGridSearchCV,
    HalvingRandomSearchCV,
    RandomizedSearchCV,
    RepeatedStratifiedKFold,
    TimeSeriesSplit,
    TunedThresholdClassifierCV,
    cross_val_score,
    train_test_split,
)
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

if TYPE_CHECKING:
    from collections.abc import Callable

    Tuner = Callable[..., object]


def needs(library: str) -> Callable[[Tuner], Tuner]:
    """Have `cases` skip a tuner where its library is not installed."""

    def mark(tune: Tuner) -> Tuner:
        tune.marks = [skipped_without(library)]  # type: ignore[attr-defined]
        return tune

    return mark


def cases(tuners: dict[str, Tuner]) -> list[Any]:
    """Return parameters for tests, by name, each with what its tuner needs."""
    return [pytest.param(tune, id=name, marks=getattr(tune, "marks", [])) for name, tune in tuners.items()]


def by_name(*tuners: Tuner) -> dict[str, Tuner]:
    return {tune.__name__: tune for tune in tuners}


TRAIN = rows(80, 1)
TEST = rows(40, 2)


def search(X: Any, y: Any) -> Any:
    return GridSearchCV(LogisticRegression(), {"C": [0.01, 1.0]}, cv=3).fit(X, y)


def best_by(score: Callable[[Any], float], X: Any, y: Any) -> Any:
    return max((LogisticRegression(C=C).fit(X, y) for C in (1e-4, 1e-2, 1.0)), key=score)


def chosen_by_test_score(X: Any, y: Any, X_test: Any, y_test: Any) -> Any:
    return best_by(lambda model: model.score(X_test, y_test), X, y)


def global_variable(X: Any, y: Any, *_: Any) -> Any:
    return best_by(lambda model: model.score(*TEST), X, y)


def default_argument(X: Any, y: Any, *_: Any, held: Any = TEST) -> Any:
    return best_by(lambda model: model.score(*held), X, y)


def scaler_on_all(X: Any, y: Any, X_test: Any, _: Any) -> Any:
    return search(StandardScaler().fit(np.vstack([X, X_test])).transform(X), y)


def imputer_on_all(X: Any, y: Any, X_test: Any, _: Any) -> Any:
    gaps = np.where(X > 1, np.nan, X)
    return search(SimpleImputer().fit(np.vstack([gaps, X_test])).transform(gaps), y)


def components_on_all(X: Any, y: Any, X_test: Any, _: Any) -> Any:
    return search(PCA(2).fit(np.vstack([X, X_test])).transform(X), y)


def selection_on_all(X: Any, y: Any, X_test: Any, y_test: Any) -> Any:
    selected = SelectKBest(k=2).fit(np.vstack([X, X_test]), np.concatenate([y, y_test]))
    return selected, search(selected.transform(X), y)


@needs("imblearn")
def smote_before_split(X: Any, y: Any, X_test: Any, y_test: Any) -> Any:
    from imblearn import over_sampling

    more = over_sampling.SMOTE(random_state=0).fit_resample(np.vstack([X, X_test]), np.concatenate([y, y_test]))
    X, _, y, _ = train_test_split(*more, random_state=0)
    return search(X, y)


@needs("pandas")
def target_encoding(X: Any, y: Any, X_test: Any, y_test: Any) -> Any:
    import pandas as pd

    frame = pd.DataFrame({"bin": np.vstack([X, X_test])[:, 1] > 0, "y": np.concatenate([y, y_test])})
    encoded = frame.groupby("bin")["y"].transform("mean")
    return search(np.column_stack([X, encoded[: len(X)]]), y)


class Knowing(ClassifierMixin, BaseEstimator):  # type: ignore[misc]  # scikit-learn is untyped
    """Has rows in an attribute, and predicts the class whose mean there is nearer."""

    def __init__(self, known: Any = None) -> None:
        self.known = known

    def fit(self, X: Any, y: Any) -> Knowing:
        self.classes_ = np.unique(y)
        self.means_ = np.array([X[y == one].mean(axis=0) for one in self.classes_]) + self.known.mean(axis=0)
        return self

    def predict(self, X: Any) -> Any:
        return self.classes_[np.argmin(((X[:, None] - self.means_) ** 2).sum(axis=2), axis=1)]


def attribute(X: Any, y: Any, X_test: Any, _: Any) -> Any:
    return GridSearchCV(Knowing(X_test), {"known": [X_test]}, cv=3).fit(X, y)


@needs("xgboost")
def eval_set(X: Any, y: Any, X_test: Any, y_test: Any) -> Any:
    import xgboost

    model = xgboost.XGBClassifier(n_estimators=50, early_stopping_rounds=2, n_jobs=1)
    return model.fit(X, y, eval_set=[(X_test, y_test)], verbose=False).best_iteration


def threshold_on_test(X: Any, y: Any, X_test: Any, y_test: Any) -> Any:
    scores = search(X, y).predict_proba(X_test)[:, 1]
    return max(np.linspace(0.1, 0.9, 33), key=lambda threshold: ((scores > threshold) == y_test).mean())


@functools.cache
def scaler_kept_in_memory() -> Any:
    return StandardScaler().fit(np.vstack([TRAIN[0], TEST[0]]))


def memory_cache(X: Any, y: Any, *_: Any) -> Any:
    return search(scaler_kept_in_memory().transform(X), y)


def thread(X: Any, y: Any, X_test: Any, y_test: Any) -> Any:
    found: list[Any] = []
    worker = threading.Thread(target=lambda: found.append(chosen_by_test_score(X, y, X_test, y_test)))
    worker.start()
    worker.join()
    return found


def workers(X: Any, y: Any, X_test: Any, y_test: Any) -> Any:
    from joblib import Parallel, delayed

    models = [LogisticRegression(C=C).fit(X, y) for C in (1e-4, 1e-2, 1.0)]
    return Parallel(n_jobs=2)(delayed(type(model).score)(model, X_test, y_test) for model in models)


def generator_state(X: Any, y: Any, X_test: Any, _: Any) -> Any:
    np.random.seed(int(abs(X_test.sum()) * 1e6) % 2**32)  # noqa: NPY002 - the shared generator is the route
    return RandomForestClassifier(5).fit(X, y)


def swallowed(X: Any, y: Any, X_test: Any, y_test: Any) -> Any:
    try:
        return chosen_by_test_score(X, y, X_test, y_test)
    except BaseException:  # noqa: BLE001 - that is the trick
        return search(X, y)


LEAKS = by_name(
    *(chosen_by_test_score, global_variable, default_argument, scaler_on_all, imputer_on_all, components_on_all),
    *(selection_on_all, smote_before_split, target_encoding, attribute, eval_set, threshold_on_test, memory_cache),
    *(thread, workers, generator_state, swallowed),
)


@needs("optuna")
def optuna_search(X: Any, y: Any, *_: Any) -> Any:
    import optuna

    optuna.logging.set_verbosity(optuna.logging.WARNING)
    study = optuna.create_study(direction="maximize", sampler=optuna.samplers.TPESampler(seed=0))

    def objective(trial: Any) -> float:
        model = LogisticRegression(C=trial.suggest_float("C", 1e-3, 1e2, log=True))
        return float(cross_val_score(model, X, y, cv=3).mean())

    study.optimize(objective, n_trials=4)
    return study, LogisticRegression(**study.best_params).fit(X, y)


def warm_starts(X: Any, y: Any, *_: Any) -> Any:
    model = SGDClassifier(warm_start=True, random_state=0)
    for alpha in (1e-2, 1e-3):
        model.set_params(alpha=alpha).fit(X, y)
    return model


def nested(X: Any, y: Any, *_: Any) -> Any:
    inner = GridSearchCV(LogisticRegression(), {"C": [0.01, 1.0]}, cv=2)
    return cross_val_score(inner, X, y, cv=3), inner.fit(X, y)


@needs("xgboost")
def stops_on_own_part(X: Any, y: Any, *_: Any) -> Any:
    import xgboost

    X, X_valid, y, y_valid = train_test_split(X, y, random_state=0, stratify=y)
    model = xgboost.XGBClassifier(n_estimators=50, early_stopping_rounds=2, n_jobs=1)
    return model.fit(X, y, eval_set=[(X_valid, y_valid)], verbose=False)


def fitted(estimator: Any) -> Tuner:
    return lambda X, y, *_: estimator.fit(X, y)


GRID: dict[str, Any] = {"C": [0.01, 1.0]}
GROUPS = np.arange(80) // 8
HONEST: dict[str, Tuner] = {
    "grid": lambda X, y, *_: search(X, y),
    "grid in two workers": fitted(GridSearchCV(LogisticRegression(), GRID, cv=3, n_jobs=2)),
    "random": fitted(RandomizedSearchCV(LogisticRegression(), GRID, n_iter=2, random_state=0)),
    "halving": fitted(HalvingGridSearchCV(LogisticRegression(), GRID, random_state=0, min_resources=20)),
    "halving random": fitted(HalvingRandomSearchCV(LogisticRegression(), GRID, random_state=0, min_resources=20)),
    "repeated": fitted(GridSearchCV(LogisticRegression(), GRID, cv=RepeatedStratifiedKFold(n_splits=2, n_repeats=2))),
    "times": fitted(GridSearchCV(LogisticRegression(), GRID, cv=TimeSeriesSplit(3))),
    "groups": lambda X, y, *_: GridSearchCV(LogisticRegression(), GRID, cv=GroupKFold(4)).fit(X, y, groups=GROUPS),
    "pipeline": fitted(GridSearchCV(make_pipeline(StandardScaler(), PCA(2), LogisticRegression()), {}, cv=3)),
    "path": fitted(LogisticRegressionCV(Cs=3)),
    "elimination": fitted(RFECV(LogisticRegression(), cv=3)),
    "threshold": fitted(TunedThresholdClassifierCV(LogisticRegression(), cv=3)),
    "shared generator": fitted(RandomForestClassifier(5)),
    "optuna": optuna_search,
    "warm starts": warm_starts,
    "nested": nested,
    "early stopping on its own part": stops_on_own_part,
    "early stopping of boosting": fitted(
        HistGradientBoostingClassifier(max_iter=10, early_stopping=True, n_iter_no_change=2, random_state=0)
    ),
    "early stopping of a network": fitted(MLPClassifier(4, max_iter=20, early_stopping=True, random_state=0)),
    "hands the test rows on": lambda X, y, X_test, y_test: {"model": search(X, y), "test": (X_test, y_test)},
}
