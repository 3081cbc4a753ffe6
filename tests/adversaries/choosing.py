"""Leaky programs that choose by the test rows, by every route from a program to rows."""

from __future__ import annotations

import asyncio
import copy
import ctypes
import functools
import gc
import os
import pickle
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import adversary as the
import numpy as np
from adversary import HANDLES, TEST_NOISE, World, seen_by
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.cluster import KMeans
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression, SGDClassifier
from sklearn.metrics import silhouette_score
from sklearn.model_selection import GridSearchCV, ParameterGrid, PredefinedSplit
from sklearn.neighbors import KNeighborsClassifier

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

CHOOSES = "test-set-in-tuning"
STRENGTHS = (1e-4, 1e-2, 1.0)


def best_by(score: Callable[[Any], float], world: World) -> Any:
    return max((LogisticRegression(C=C).fit(world.X, world.y) for C in STRENGTHS), key=score)


def searched(world: World) -> Any:
    return GridSearchCV(LogisticRegression(), {"C": [0.01, 1.0]}, cv=3).fit(world.X, world.y)


@seen_by(HANDLES, TEST_NOISE, rule=CHOOSES)
def by_test_score(world: World) -> object:
    return best_by(lambda model: model.score(world.X_test, world.y_test), world)


@seen_by(HANDLES, TEST_NOISE, rule=CHOOSES)
def by_global_rows(world: World) -> object:
    return best_by(lambda model: model.score(*the.held), world)


@seen_by(HANDLES, TEST_NOISE, rule=CHOOSES)
def by_default_argument(world: World) -> object:
    def score(model: Any, rows: Any = (world.X_test, world.y_test)) -> float:
        return float(model.score(*rows))

    return best_by(score, world)


@seen_by(HANDLES, TEST_NOISE, rule=CHOOSES)
def by_partial(world: World) -> object:
    return best_by(functools.partial(LogisticRegression.score, X=world.X_test, y=world.y_test), world)


@seen_by(HANDLES, TEST_NOISE, rule=CHOOSES, needs=("optuna",))
def by_closure_in_objective(world: World) -> object:
    import optuna

    optuna.logging.set_verbosity(optuna.logging.WARNING)

    def objective(trial: Any) -> float:
        model = LogisticRegression(C=trial.suggest_float("C", 1e-4, 1e2, log=True)).fit(world.X, world.y)
        return float(model.score(world.X_test, world.y_test))

    study = optuna.create_study(direction="maximize", sampler=optuna.samplers.RandomSampler(seed=0))
    study.optimize(objective, n_trials=4)
    return study


class Shifted(ClassifierMixin, BaseEstimator):  # type: ignore[misc]  # scikit-learn is untyped
    """Keeps rows as a parameter, and shifts by their mean what it learns."""

    def __init__(self, known: Any = None) -> None:
        self.known = known

    def fit(self, X: Any, y: Any) -> Shifted:
        self.model_ = LogisticRegression().fit(X - np.asarray(self.known).mean(axis=0), y)
        self.classes_ = self.model_.classes_
        return self

    def predict(self, X: Any) -> Any:
        return self.model_.predict(X)


@seen_by(HANDLES, TEST_NOISE, rule=CHOOSES)
def by_attribute_of_estimator(world: World) -> object:
    return Shifted(world.X_test).fit(world.X, world.y)


@seen_by(HANDLES, TEST_NOISE, rule=CHOOSES)
def by_scorer_with_rows(world: World) -> object:
    def scorer(model: Any, _X: Any, _y: Any) -> float:
        return float(model.score(world.X_test, world.y_test))

    return GridSearchCV(LogisticRegression(), {"C": [1e-4, 1.0]}, cv=2, scoring=scorer).fit(world.X, world.y)


@seen_by(HANDLES, TEST_NOISE, rule=CHOOSES)
def by_predefined_split(world: World) -> object:
    X = np.vstack([world.X, world.X_test])
    y = np.concatenate([world.y, world.y_test])
    cv = PredefinedSplit([-1] * len(world.X) + [0] * (len(X) - len(world.X)))
    return GridSearchCV(LogisticRegression(), {"C": STRENGTHS}, cv=cv).fit(X, y)


@seen_by(HANDLES, TEST_NOISE, rule=CHOOSES)
def threshold(world: World) -> object:
    scores = searched(world).predict_proba(world.X_test)[:, 1]
    return max(np.linspace(0.1, 0.9, 33), key=lambda bar: np.mean((scores > bar) == world.y_test))


@seen_by(HANDLES, TEST_NOISE, rule=CHOOSES)
def seed(world: World) -> object:
    forests = [RandomForestClassifier(3, random_state=seed).fit(world.X, world.y) for seed in range(6)]
    return max(forests, key=lambda forest: forest.score(world.X_test, world.y_test))


@seen_by(HANDLES, TEST_NOISE, rule=CHOOSES)
def family(world: World) -> object:
    models = [LogisticRegression(), KNeighborsClassifier(3), RandomForestClassifier(3, random_state=0)]
    scores = [model.fit(world.X, world.y).score(world.X_test, world.y_test) for model in models]
    return scores, models[int(np.argmax(scores))]


@seen_by(HANDLES, TEST_NOISE, rule=CHOOSES)
def features(world: World) -> object:
    def score(columns: list[int]) -> float:
        model = LogisticRegression().fit(world.X[:, columns], world.y)
        return float(model.score(world.X_test[:, columns], world.y_test))

    return max(([0, 1], [1, 2], [2, 3], [0, 3]), key=score), score([0, 1])


@seen_by(HANDLES, TEST_NOISE, rule=CHOOSES)
def until_good_enough(world: World) -> object:
    tried = []
    for setting in ParameterGrid({"alpha": [1e-1, 1e-2, 1e-3, 1e-4]}):
        model = SGDClassifier(random_state=0, **setting).fit(world.X, world.y)
        tried.append(setting)
        if model.score(world.X_test, world.y_test) > 0.99:
            break
    return tried, model.score(world.X_test, world.y_test)


@seen_by(HANDLES, TEST_NOISE, rule=CHOOSES)
def weights_of_ensemble(world: World) -> object:
    forests = [RandomForestClassifier(3, random_state=seed).fit(world.X, world.y) for seed in range(3)]
    return np.array([forest.score(world.X_test, world.y_test) for forest in forests])


@seen_by(HANDLES, TEST_NOISE, rule=CHOOSES)
def number_of_clusters(world: World) -> object:
    def score(k: int) -> float:
        found = KMeans(k, n_init=1, random_state=0).fit(world.X)
        return float(silhouette_score(np.asarray(world.X_test), found.predict(np.asarray(world.X_test))))

    return {k: score(k) for k in (2, 3, 4)}


@seen_by(HANDLES, TEST_NOISE, rule=CHOOSES)
def with_swallowed_error(world: World) -> object:
    try:
        return by_test_score(world)
    except BaseException:  # noqa: BLE001 - that is the trick
        return searched(world)


@seen_by(HANDLES, TEST_NOISE, rule=CHOOSES)
def in_finally(world: World) -> object:
    found: list[object] = []
    try:
        found.append(searched(world).best_params_)
    finally:
        found.append(by_test_score(world))
    return found


@seen_by(HANDLES, TEST_NOISE, rule=CHOOSES)
def in_finaliser(world: World) -> object:
    found: list[object] = []

    class Late:
        def __del__(self) -> None:
            found.append(float(np.sum(world.X_test)))

    late = Late()
    del late
    gc.collect()
    return found


@seen_by(HANDLES, TEST_NOISE, rule=CHOOSES)
def in_thread(world: World) -> object:
    found: list[object] = []
    thread = threading.Thread(target=_quietly, args=(lambda: found.append(by_test_score(world)),))
    thread.start()
    thread.join()
    return found


@seen_by(HANDLES, TEST_NOISE, rule=CHOOSES)
def in_timer(world: World) -> object:
    """Reads only some time after the tuning, when nobody looks any more."""
    found: list[object] = []
    timer = threading.Timer(0.05, _quietly, (lambda: found.append(by_test_score(world)),))
    timer.start()
    timer.join()
    return found


def _quietly(work: Callable[[], object]) -> None:
    with suppress(BaseException):  # so that the thread says nothing
        work()


@seen_by(HANDLES, TEST_NOISE, rule=CHOOSES)
def in_workers(world: World) -> object:
    from joblib import Parallel, delayed

    models = [LogisticRegression(C=C).fit(world.X, world.y) for C in STRENGTHS]
    calls = (delayed(LogisticRegression.score)(model, world.X_test, world.y_test) for model in models)
    return Parallel(n_jobs=2)(calls)


@seen_by(HANDLES, rule=CHOOSES)
def in_fork(world: World) -> object:
    child = os.fork()
    if child == 0:
        try:
            float(np.sum(world.X_test))
        finally:
            os._exit(0)
    os.waitpid(child, 0)
    return searched(world)


@seen_by(HANDLES, TEST_NOISE, rule=CHOOSES)
def in_coroutine(world: World) -> object:
    async def scored() -> object:
        await asyncio.sleep(0)
        return by_test_score(world)

    loop = asyncio.new_event_loop()
    try:
        return loop.run_until_complete(scored())
    finally:
        loop.close()


@seen_by(HANDLES, TEST_NOISE, rule=CHOOSES)
def in_generator_kept_alive(world: World) -> object:
    def batches() -> Iterator[Any]:
        yield from (world.X_test[start : start + 10] for start in range(0, 40, 10))

    kept = batches()
    found = [searched(world).best_params_, next(kept).shape]
    return [*found, float(np.asarray(next(kept)).sum())]


@seen_by(HANDLES, TEST_NOISE, rule=CHOOSES)
def by_class_attribute(world: World) -> object:
    class Settings:
        rows = world.X_test

    return np.quantile(Settings.rows, [0.1, 0.9])


@seen_by(HANDLES, TEST_NOISE, rule=CHOOSES)
def seeds_by_test_rows(world: World) -> object:
    number = int(abs(float(np.sum(world.X_test))) * 1e6) % 2**32
    return RandomForestClassifier(3, random_state=number).fit(world.X, world.y)


@seen_by(HANDLES, TEST_NOISE, rule=CHOOSES)
def by_copy(world: World) -> object:
    return float(np.mean(copy.deepcopy(world.X_test)))


@seen_by(HANDLES, rule=CHOOSES)
def by_pickle(world: World) -> object:
    return float(np.mean(pickle.loads(pickle.dumps(world.X_test)))), searched(world)  # noqa: S301 - its own


@seen_by(TEST_NOISE)  # before Python 3.12 an object cannot be asked for its buffer: nothing is read, and nobody told
def by_memoryview(world: World) -> object:
    return bytes(memoryview(world.X_test))[:8], searched(world)


@seen_by(HANDLES, TEST_NOISE, rule=CHOOSES)
def by_base(world: World) -> object:
    view = world.X_test[:10]
    return float(np.asarray(getattr(view, "base", view)).sum())


@seen_by(HANDLES, TEST_NOISE, rule=CHOOSES)
def by_address(world: World) -> object:
    address = world.X_test.ctypes.data
    return ctypes.cast(address, ctypes.POINTER(ctypes.c_double))[0]


@seen_by(HANDLES, TEST_NOISE, rule=CHOOSES, needs=("pandas",))
def by_frame_over_it(world: World) -> object:
    import pandas as pd

    return pd.DataFrame(world.X_test).mean().to_numpy()


@seen_by(HANDLES, TEST_NOISE, rule=CHOOSES, needs=("torch",))
def by_tensor_over_it(world: World) -> object:
    import torch

    return float(torch.as_tensor(world.X_test).sum())


@seen_by(HANDLES, TEST_NOISE, rule=CHOOSES)
def by_one_value(world: World) -> object:
    return SGDClassifier(alpha=abs(float(world.X_test[3, 1])) + 1e-6, random_state=0).fit(world.X, world.y)


@seen_by(HANDLES, TEST_NOISE, rule=CHOOSES)
def by_iterating(world: World) -> object:
    return sum(label for label in world.y_test), searched(world)


@seen_by(HANDLES, TEST_NOISE, rule=CHOOSES)
def by_comparing(world: World) -> object:
    return bool((world.y_test == 1).sum() > 20), np.array_equal(world.X[:40], world.X_test), world.y_test.sum()


@seen_by(HANDLES, TEST_NOISE, rule=CHOOSES)
def by_bytes(world: World) -> object:
    return world.X_test.tobytes()


@seen_by(HANDLES, TEST_NOISE, rule=CHOOSES)
def by_operator(world: World) -> object:
    return np.linalg.norm(world.X - world.X_test.mean(axis=0)), (world.X_test @ np.ones(4))[:3]
