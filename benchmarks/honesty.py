"""What `best_score_`, `honest_score_` and nested cross-validation say of a winner, against what fresh rows say.

    python benchmarks/honesty.py [--repetitions 200] [--first-seed 0] [--jobs 2] [--nested 10]

Prints for each task the mean bias of both scores, how often the 95 % interval holds the truth, and the share of the
search's CPU time that the correction takes; writes `honesty.json` with each repetition. The truth is the score of the
refitted winner on fresh rows; `smaller` is how much the winner's parameters lose with a fold's train rows instead,
which is no part of the choice's bias and which no correction for the choice takes away.
"""

from __future__ import annotations

import argparse
import json
import time
import warnings
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from joblib import Parallel, delayed
from sklearn.base import clone, is_classifier
from sklearn.ensemble import RandomForestClassifier
from sklearn.kernel_approximation import RBFSampler
from sklearn.linear_model import LogisticRegression, Ridge, RidgeClassifier
from sklearn.metrics import get_scorer
from sklearn.model_selection import check_cv, cross_val_score
from sklearn.pipeline import make_pipeline

from leakguard.tuners import IntUniform, LogUniform, RandomSearchCV

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from leakguard.tuners.planning import Plan
    from leakguard.tuners.suggesting import Trial

    Rows = tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]

FRESH = 20_000


@dataclass(frozen=True)
class Task:
    """A search on made-up rows: how many, how they are made, what is tuned, and how it is scored."""

    name: str
    rows: int
    make: Callable[[int, np.random.Generator], Rows]
    estimator: Any
    space: Mapping[str, Any]
    trials: int
    scoring: str
    folds: int = 5


def weak_classes(count: int, rng: np.random.Generator) -> Rows:
    """Return 20 features, of which 3 say a little about the class."""
    X = rng.normal(size=(count, 20))  # noqa: N806 - the field's name
    signal = X[:, :3] @ np.array([0.5, 0.35, 0.25])
    return X, (signal + rng.normal(size=count) > 0).astype(int)


def rare_class(count: int, rng: np.random.Generator) -> Rows:
    """Return the same with a class of about a fifth of the rows."""
    X, _ = weak_classes(count, rng)  # noqa: N806 - as above
    return X, (X[:, 0] + 0.5 * X[:, 1] * X[:, 2] + rng.normal(size=count) > 1.2).astype(int)


def numbers(count: int, rng: np.random.Generator) -> Rows:
    """Return 20 features and a number that hangs on 5 of them."""
    X = rng.normal(size=(count, 20))  # noqa: N806 - as above
    return X, X[:, :5].sum(axis=1) + rng.normal(scale=3, size=count)


_FEATURES = {
    "rbfsampler__gamma": LogUniform(1e-3, 3),
    "rbfsampler__n_components": IntUniform(8, 256),
    "rbfsampler__random_state": IntUniform(0, 1000),
}
TASKS = (
    Task(
        "random features, accuracy",
        100,
        weak_classes,
        make_pipeline(RBFSampler(), RidgeClassifier()),
        _FEATURES | {"ridgeclassifier__alpha": LogUniform(1e-3, 1e3)},
        100,
        "accuracy",
    ),
    Task(
        "forest, area under the curve",
        120,
        rare_class,
        RandomForestClassifier(n_estimators=10),
        {"max_depth": IntUniform(1, 10), "max_features": IntUniform(1, 20), "random_state": IntUniform(0, 1000)},
        40,
        "roc_auc",
    ),
    Task(
        "logistic regression, F1",
        150,
        rare_class,
        LogisticRegression(class_weight="balanced", max_iter=500),
        {"C": LogUniform(1e-4, 1e2)},
        30,
        "f1",
    ),
    Task(
        "random features, error",
        80,
        numbers,
        make_pipeline(RBFSampler(), Ridge()),
        _FEATURES | {"ridge__alpha": LogUniform(1e-3, 1e3)},
        100,
        "neg_mean_absolute_error",
    ),
)


class TimedSearchCV(RandomSearchCV):
    """A random search that keeps how many CPU seconds its correction took."""

    def _correct(self, plan: Plan, trials: list[Trial], metric: str) -> None:
        start = time.process_time()
        super()._correct(plan, trials, metric)
        self.taken_ = time.process_time() - start


def repetition(task: Task, seed: int, *, nested: bool) -> dict[str, float]:
    """Search on new rows, and return what each score said, what is true, and what the correction took."""
    warnings.simplefilter("ignore")
    rng = np.random.default_rng([seed, task.rows])
    X, y = task.make(task.rows, rng)  # noqa: N806 - as above
    search = TimedSearchCV(
        task.estimator, task.space, n_trials=task.trials, scoring=task.scoring, random_state=seed, cv=task.folds
    )
    start = time.process_time()
    search.fit(X, y)
    whole = time.process_time() - start
    fresh = task.make(FRESH, rng)
    truth = get_scorer(task.scoring)(search.best_estimator_, *fresh)
    low, high = search.honest_interval_
    found = {
        "best": search.best_score_ - truth,
        "honest": search.honest_score_ - truth,
        "smaller": with_fewer_rows(search, (X, y), fresh, task) - truth,
        "covered": float(low <= truth <= high),
        "below": low - search.honest_score_,
        "above": high - search.honest_score_,
        "width": high - low,
        "share": search.taken_ / (whole - search.taken_),
    }
    if nested:
        start = time.process_time()
        found["nested"] = float(cross_val_score(search, X, y, cv=5, scoring=task.scoring).mean()) - truth
        found["nested share"] = (time.process_time() - start) / (whole - search.taken_)
    return found


def with_fewer_rows(search: RandomSearchCV, rows: Rows, fresh: Rows, task: Task) -> float:
    """Return the mean score on fresh rows of the winner's parameters, fitted on each fold's train rows."""
    X, y = rows  # noqa: N806 - as above
    folds = check_cv(task.folds, y, classifier=is_classifier(task.estimator)).split(X, y)
    models = (clone(task.estimator).set_params(**search.best_params_).fit(X[train], y[train]) for train, _ in folds)
    return float(np.mean([get_scorer(task.scoring)(model, *fresh) for model in models]))


def summary(task: Task, found: list[dict[str, float]]) -> dict[str, Any]:
    """Return the means over all repetitions; of nested cross-validation, over those that had it."""
    names = list(dict.fromkeys(name for one in found for name in one))
    means = {name: float(np.mean([one[name] for one in found if name in one])) for name in names}
    return {"task": task.name, "repetitions": len(found), **means, "ratio": means["honest"] / means["best"]}


def main() -> None:
    """Measure, print and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repetitions", type=int, default=200)
    parser.add_argument("--first-seed", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--nested", type=int, default=10)
    given = parser.parse_args()
    results = []
    for task in TASKS:
        run = delayed(partial(repetition, task))
        seeds = range(given.first_seed, given.first_seed + given.repetitions)
        calls = (run(seed, nested=place < given.nested) for place, seed in enumerate(seeds))
        found = Parallel(n_jobs=given.jobs)(calls)
        means = summary(task, found)
        results.append(means | {"first seed": given.first_seed, "each": found})
        print({name: round(value, 4) if isinstance(value, float) else value for name, value in means.items()})
    Path("honesty.json").write_text(json.dumps(results, indent=2), "utf-8")


if __name__ == "__main__":
    main()
