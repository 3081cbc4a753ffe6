"""Tables of scores by budget, which the bandits are compared on: each cell of a grid of hyperparameters, step by step.

A table holds the validation error of a real model after each step of its budget, and is interpolated linearly between
the cells. Tables are made on first use, and kept in the folder for temporary files.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass, field
from functools import partial
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.interpolate import RegularGridInterpolator
from sklearn.datasets import load_digits, make_classification
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC
from tuning_tasks import kept

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

_SEED = 0
_DRAWN = 1 << 14  # points of the cube, for its quantiles
_RARE = 1 / 100  # of the points are as good as the target
_TRAINING, _VALIDATION = 600, 1_197


@dataclass(frozen=True)
class BanditTask:
    """A loss on the unit cube that depends on the budget, and how good a full trial has to be.

    Attributes:
        steps: the budgets that were measured, rising; the last is the full one.
        resumable: whether a trial can go on from a smaller budget, or starts anew.
        target: the full-budget loss of one point in a hundred.
    """

    name: str
    dimensions: int
    steps: tuple[int, ...]
    resumable: bool
    target: float
    best: float
    median: float
    _look: tuple[RegularGridInterpolator, ...] = field(repr=False)

    def __deepcopy__(self, memo: object) -> BanditTask:
        """Return itself, as nothing can change it and a search copies what its estimator holds."""
        return self

    def loss(self, point: NDArray[np.float64], step: int) -> float:
        """Return the loss at a point of the cube after so many steps."""
        return float(self._look[self.steps.index(step)](point)[0])

    def regret(self, loss: float) -> float:
        """Return a loss as 0 at the best full trial and 1 at the median one."""
        return (loss - self.best) / (self.median - self.best)


@dataclass(frozen=True)
class _Table:
    name: str
    axes: Mapping[str, NDArray[Any]]
    steps: tuple[int, ...]
    resumable: bool
    errors: Callable[[Mapping[str, Any], tuple[int, ...]], list[float]]


def _digits() -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    rows, classes = load_digits(return_X_y=True)
    order = np.random.default_rng(_SEED).permutation(len(rows))
    return rows[order], classes[order]


def _synthetic() -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    rows, classes = make_classification(
        _TRAINING + _VALIDATION, 20, n_informative=8, n_redundant=4, n_clusters_per_class=3, flip_y=0.05,
        random_state=_SEED,
    )  # fmt: skip
    return rows, classes


def _by_epochs(params: Mapping[str, Any], steps: tuple[int, ...]) -> list[float]:
    rows, classes = _digits()
    rows = StandardScaler().fit(rows[:_TRAINING]).transform(rows)
    model = MLPClassifier(random_state=_SEED, **params)
    errors = []
    for epoch in range(1, steps[-1] + 1):
        model.partial_fit(rows[:_TRAINING], classes[:_TRAINING], classes=np.unique(classes))
        if epoch in steps:
            errors.append(1 - model.score(rows[_TRAINING:], classes[_TRAINING:]))
    return errors


def _by_iterations(params: Mapping[str, Any], steps: tuple[int, ...]) -> list[float]:
    rows, classes = _synthetic()
    model = HistGradientBoostingClassifier(max_iter=steps[-1], early_stopping=False, random_state=_SEED, **params)
    model.fit(rows[:_TRAINING], classes[:_TRAINING])
    staged = enumerate(model.staged_predict(rows[_TRAINING:]), start=1)
    return [float(np.mean(guess != classes[_TRAINING:])) for done, guess in staged if done in steps]


def _by_rows(params: Mapping[str, Any], steps: tuple[int, ...]) -> list[float]:
    rows, classes = _digits()
    errors = []
    for count in steps:
        model = make_pipeline(StandardScaler(), SVC(**params)).fit(rows[:count], classes[:count])
        errors.append(1 - model.score(rows[-_TRAINING:], classes[-_TRAINING:]))
    return errors


_ITERATIONS = (3, 9, 27, 81)
_TABLES = (
    _Table(
        "MLP by epochs",
        {
            "learning_rate_init": np.logspace(-4.5, -0.5, 9),
            "alpha": np.logspace(-5, 1, 5),
            "hidden_layer_sizes": np.array([4, 8, 16, 32, 64]),
        },
        _ITERATIONS,
        resumable=True,
        errors=_by_epochs,
    ),
    _Table(
        "boosting by iterations",
        {
            "learning_rate": np.logspace(-2.5, 0, 7),
            "max_leaf_nodes": np.array([2, 4, 8, 16, 32]),
            "min_samples_leaf": np.array([1, 4, 16, 64, 128]),
            "l2_regularization": np.logspace(-3, 3, 5),
        },
        _ITERATIONS,
        resumable=True,
        errors=_by_iterations,
    ),
    _Table(
        "SVC by rows",
        {"C": np.logspace(-3, 4, 15), "gamma": np.logspace(-6, 1, 15)},
        (43, 129, 387, 1_161),
        resumable=False,
        errors=_by_rows,
    ),
)


def bandit_tasks() -> list[BanditTask]:
    """Return the tables as tasks, made first where they are not there."""
    return [_task(table) for table in _TABLES]


def _task(table: _Table) -> BanditTask:
    errors = kept(table.name, partial(_measured, table))
    axes = [np.linspace(0, 1, size) for size in errors.shape[:-1]]
    look = tuple(RegularGridInterpolator(axes, errors[..., at]) for at in range(len(table.steps)))
    drawn = look[-1](np.random.default_rng(_SEED).random((_DRAWN, len(axes))))
    target, best, median = float(np.quantile(drawn, _RARE)), float(errors[..., -1].min()), float(np.median(drawn))
    return BanditTask(table.name, len(axes), table.steps, table.resumable, target, best, median, look)


def _measured(table: _Table) -> NDArray[np.float64]:
    cells = product(*(axis.tolist() for axis in table.axes.values()))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        errors = [table.errors(dict(zip(table.axes, cell, strict=True)), table.steps) for cell in cells]
    return np.reshape(errors, (*(len(axis) for axis in table.axes.values()), len(table.steps)))
