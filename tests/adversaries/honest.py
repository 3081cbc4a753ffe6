"""Honest programs, some of which look odd: no witness may find fault with them."""

from __future__ import annotations

import os
from importlib import import_module
from typing import Any

import numpy as np
from adversary import World, honest
from sklearn.base import clone
from sklearn.calibration import CalibratedClassifierCV
from sklearn.decomposition import PCA
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier, StackingClassifier
from sklearn.experimental import enable_halving_search_cv  # noqa: F401 - makes the next import possible
from sklearn.feature_selection import RFECV, SelectKBest
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression, LogisticRegressionCV, SGDClassifier
from sklearn.model_selection import (
    GridSearchCV,
    GroupKFold,
    HalvingGridSearchCV,
    KFold,
    RandomizedSearchCV,
    RepeatedStratifiedKFold,
    ShuffleSplit,
    StratifiedKFold,
    TimeSeriesSplit,
    TunedThresholdClassifierCV,
    cross_val_score,
    train_test_split,
)
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler, TargetEncoder

GRID = {"C": [0.01, 1.0]}


def search(world: World, **options: Any) -> Any:
    return GridSearchCV(LogisticRegression(), GRID, **{"cv": 3, **options}).fit(world.X, world.y)


@honest()
def stratified_folds(world: World) -> object:
    return search(world, cv=StratifiedKFold(4, shuffle=True, random_state=0))


@honest()
def groups(world: World) -> object:
    parts = np.arange(len(world.X)) // 8
    return GridSearchCV(LogisticRegression(), GRID, cv=GroupKFold(4)).fit(world.X, world.y, groups=parts)


@honest()
def times(world: World) -> object:
    return search(world, cv=TimeSeriesSplit(3))


@honest()
def repeated_folds(world: World) -> object:
    return search(world, cv=RepeatedStratifiedKFold(n_splits=2, n_repeats=2, random_state=0))


@honest()
def drawn_folds(world: World) -> object:
    return search(world, cv=ShuffleSplit(3, random_state=0))


@honest()
def nested_folds(world: World) -> object:
    inner = GridSearchCV(LogisticRegression(), GRID, cv=2)
    return cross_val_score(inner, world.X, world.y, cv=3), inner.fit(world.X, world.y)


@honest()
def everything_in_pipeline(world: World) -> object:
    steps = make_pipeline(SimpleImputer(), StandardScaler(), PCA(3), SelectKBest(k=2), LogisticRegression())
    return GridSearchCV(steps, {"logisticregression__C": [0.1, 1.0]}, cv=4).fit(world.X, world.y)


@honest()
def target_encoder_in_pipeline(world: World) -> object:
    steps = make_pipeline(TargetEncoder(random_state=0), LogisticRegression())
    return cross_val_score(steps, (world.X > 0).astype(int), world.y, cv=3)


@honest("imblearn")
def smote_in_pipeline(world: World) -> object:
    from imblearn.over_sampling import SMOTE
    from imblearn.pipeline import make_pipeline as make_sampling_pipeline

    steps = make_sampling_pipeline(SMOTE(random_state=0, k_neighbors=2), LogisticRegression())
    return GridSearchCV(steps, {"logisticregression__C": [0.1, 1.0]}, cv=3).fit(world.X, world.y)


@honest()
def random_search(world: World) -> object:
    return RandomizedSearchCV(LogisticRegression(), GRID, n_iter=2, random_state=0).fit(world.X, world.y)


@honest()
def halving(world: World) -> object:
    return HalvingGridSearchCV(LogisticRegression(), GRID, random_state=0, min_resources=20).fit(world.X, world.y)


@honest("optuna")
def optuna_study(world: World) -> object:
    import optuna

    optuna.logging.set_verbosity(optuna.logging.WARNING)

    def objective(trial: Any) -> float:
        model = LogisticRegression(C=trial.suggest_float("C", 1e-3, 1e2, log=True))
        return float(cross_val_score(model, world.X, world.y, cv=3).mean())

    study = optuna.create_study(direction="maximize", sampler=optuna.samplers.RandomSampler(seed=0))
    study.optimize(objective, n_trials=3)
    return study


@honest()
def two_workers(world: World) -> object:
    return search(world, n_jobs=2)


@honest()
def two_threads(world: World) -> object:
    from joblib import parallel_config

    with parallel_config(backend="threading", n_jobs=2):
        return search(world)


@honest("distributed")
def dask_workers(world: World) -> object:
    distributed: Any = import_module("distributed")
    from joblib import parallel_config

    with (
        distributed.LocalCluster(1, threads_per_worker=1, processes=False, dashboard_address=None) as cluster,
        distributed.Client(cluster),
        parallel_config(backend="dask"),
    ):
        return search(world)


@honest("xgboost")
def boosting_stops_on_own_part(world: World) -> object:
    from xgboost import XGBClassifier

    X, X_valid, y, y_valid = train_test_split(world.X, world.y, random_state=0, stratify=world.y)
    model = XGBClassifier(n_estimators=40, early_stopping_rounds=2, n_jobs=1)
    return model.fit(X, y, eval_set=[(X_valid, y_valid)], verbose=False)


@honest("lightgbm")
def other_boosting_stops_inside_fold(world: World) -> object:
    import lightgbm

    scores = []
    for train, valid in StratifiedKFold(3).split(world.X, world.y):
        own, stop = train_test_split(train, random_state=0)
        model = lightgbm.LGBMClassifier(n_estimators=20, min_child_samples=2, num_threads=1, verbose=-1)
        stopping = lightgbm.early_stopping(2, verbose=False)
        model.fit(world.X[own], world.y[own], eval_set=[(world.X[stop], world.y[stop])], callbacks=[stopping])
        scores.append(model.score(world.X[valid], world.y[valid]))
    return scores


@honest()
def histogram_boosting_stops_by_itself(world: World) -> object:
    model = HistGradientBoostingClassifier(max_iter=10, early_stopping=True, n_iter_no_change=2, random_state=0)
    return model.fit(world.X, world.y)


@honest()
def network_stops_by_itself(world: World) -> object:
    return MLPClassifier(4, max_iter=10, early_stopping=True, random_state=0).fit(world.X, world.y)


@honest()
def warm_starts(world: World) -> object:
    model = SGDClassifier(warm_start=True, random_state=0)
    return [model.set_params(alpha=alpha).fit(world.X, world.y).coef_.copy() for alpha in (1e-2, 1e-3)]


@honest()
def regularisation_path(world: World) -> object:
    return LogisticRegressionCV(Cs=3, cv=3).fit(world.X, world.y)


@honest()
def elimination_by_folds(world: World) -> object:
    return RFECV(LogisticRegression(), cv=3).fit(world.X, world.y)


@honest()
def threshold_by_folds(world: World) -> object:
    return TunedThresholdClassifierCV(LogisticRegression(), cv=3).fit(world.X, world.y)


@honest()
def calibrated(world: World) -> object:
    return CalibratedClassifierCV(LogisticRegression(), cv=3).fit(world.X, world.y)


@honest()
def stacked(world: World) -> object:
    models = [("forest", RandomForestClassifier(3, random_state=0)), ("linear", LogisticRegression())]
    return StackingClassifier(models, cv=3).fit(world.X, world.y)


@honest()
def loop_over_folds(world: World) -> object:
    scores = []
    for train, valid in KFold(4).split(world.X):
        scaler = StandardScaler().fit(world.X[train])
        model = LogisticRegression().fit(scaler.transform(world.X[train]), world.y[train])
        scores.append(model.score(scaler.transform(world.X[valid]), world.y[valid]))
    return scores, LogisticRegression().fit(StandardScaler().fit_transform(world.X), world.y)


@honest()
def refit_after_the_folds(world: World) -> object:
    """The scaler of the final model learns from all training rows, among them all validation rows: after the search."""
    found = search(world)
    return StandardScaler().fit(world.X), found.best_params_


@honest()
def passes_test_rows_on(world: World) -> object:
    """Looks at nothing but shapes, keeps the rows in objects, selects from them, and hands them back."""
    kept = {"test": (world.X_test, world.y_test), "first": world.X_test[:5]}
    assert len(world.X_test) == 40
    assert world.X_test.shape == (40, world.X.shape[1])
    return search(world).best_params_, sorted(kept)


@honest()
def clones_with_test_rows(world: World) -> object:
    from sklearn.dummy import DummyClassifier

    return clone(DummyClassifier(constant=world.y_test), safe=False).get_params()["strategy"], search(world)


@honest()
def looks_at_the_folder(world: World) -> object:
    size = os.path.getsize(world.file)
    train = np.loadtxt(world.folder / "train.csv", delimiter=",")
    return sorted(os.listdir(world.folder)), size > 0, train.shape, search(world)


@honest()
def natural_twins(world: World) -> object:
    """Draws training rows again, within each fold's training part alone."""
    scores = []
    rng = np.random.default_rng(0)
    for train, valid in StratifiedKFold(3).split(world.X, world.y):
        drawn = rng.choice(train, size=len(train))
        model = LogisticRegression().fit(world.X[drawn], world.y[drawn])
        scores.append(model.score(world.X[valid], world.y[valid]))
    return scores
