"""What the tuners are compared on: functions whose minimum is known, and tables of scores of real models.

Every task is a loss on the unit cube. A table holds the cross-validated error of a model on a regular grid of
hyperparameters and is interpolated linearly between them, so that its minimum is that of its cells and an evaluation
costs microseconds. Tables are made on first use, and kept in the folder for temporary files.
"""

from __future__ import annotations

import os
import tempfile
import warnings
from dataclasses import dataclass
from functools import partial
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.interpolate import RegularGridInterpolator
from sklearn.datasets import load_breast_cancer, load_digits, make_classification
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import SGDClassifier
from sklearn.model_selection import StratifiedKFold, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

_VERSION = 1  # of the tables; a new one makes them anew
_SEED = 0
_SAMPLED = 1 << 14  # points of the cube, for its quantiles
_RARE = 1 / 500
_BRANIN_MINIMUM = 0.397887357729738
_HARTMANN_MINIMUM = -3.322368011391339


@dataclass(frozen=True)
class Task:
    """A loss on the unit cube of so many dimensions, with its minimum and its median over the cube.

    A normalised regret is 0 at the minimum and 1 at the median.
    """

    name: str
    dimensions: int
    loss: Callable[[NDArray[np.float64]], float]
    best: float
    median: float
    target: float  # the normalised regret to reach

    def regret(self, loss: float) -> float:
        """Return a loss as a normalised regret."""
        return (loss - self.best) / (self.median - self.best)


@dataclass(frozen=True)
class Table:
    """A model, the axes of its grid (the values from low to high), and the rows and classes that it is scored on."""

    name: str
    build: Callable[..., Any]
    axes: Mapping[str, NDArray[Any]]
    data: Callable[[], tuple[NDArray[np.float64], NDArray[np.int64]]]


def branin(point: NDArray[np.float64]) -> float:
    """Return Branin's function of the first two coordinates (Surjanovic and Bingham, Virtual Library)."""
    x, y = 15 * point[0] - 5, 15 * point[1]
    bowl = y - 5.1 / (4 * np.pi**2) * x**2 + 5 / np.pi * x - 6
    return float(bowl**2 + 10 * (1 - 1 / (8 * np.pi)) * np.cos(x) + 10)


_HARTMANN_WEIGHTS = np.array([1.0, 1.2, 3.0, 3.2])
_HARTMANN_SCALES = np.array(
    [[10, 3, 17, 3.5, 1.7, 8], [0.05, 10, 17, 0.1, 8, 14], [3, 3.5, 1.7, 10, 17, 8], [17, 8, 0.05, 10, 0.1, 14]]
)
_HARTMANN_CENTRES = 1e-4 * np.array(
    [
        [1312, 1696, 5569, 124, 8283, 5886],
        [2329, 4135, 8307, 3736, 1004, 9991],
        [2348, 1451, 3522, 2883, 3047, 6650],
        [4047, 8828, 8732, 5743, 1091, 381],
    ]
)


def hartmann(point: NDArray[np.float64]) -> float:
    """Return Hartmann's function of six coordinates (Surjanovic and Bingham, Virtual Library)."""
    far = np.sum(_HARTMANN_SCALES * (point[:6] - _HARTMANN_CENTRES) ** 2, axis=1)
    return -float(_HARTMANN_WEIGHTS @ np.exp(-far))


def _digits() -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    rows, classes = load_digits(return_X_y=True)
    chosen = np.random.default_rng(_SEED).permutation(len(rows))[:600]
    return rows[chosen], classes[chosen]


def _cancer() -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    rows, classes = load_breast_cancer(return_X_y=True)
    return rows, classes


def _synthetic() -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    rows, classes = make_classification(
        600, 20, n_informative=8, n_redundant=4, n_clusters_per_class=3, flip_y=0.05, random_state=_SEED
    )
    return rows, classes


def _scaled_svc(**params: Any) -> Any:
    return make_pipeline(StandardScaler(), SVC(**params))


def _scaled_sgd(**params: Any) -> Any:
    model = SGDClassifier("log_loss", penalty="elasticnet", learning_rate="invscaling", max_iter=10, tol=None)
    return make_pipeline(StandardScaler(), model.set_params(power_t=0.25, random_state=_SEED, **params))


def _boosting(**params: Any) -> Any:
    return HistGradientBoostingClassifier(max_iter=30, early_stopping=False, random_state=_SEED, **params)


TABLES = (
    Table("SVC on digits", _scaled_svc, {"C": np.logspace(-3, 4, 22), "gamma": np.logspace(-6, 1, 22)}, _digits),
    Table("SVC on breast cancer", _scaled_svc, {"C": np.logspace(-3, 4, 22), "gamma": np.logspace(-6, 1, 22)}, _cancer),
    Table(
        "SGD, 3 parameters",
        _scaled_sgd,
        {"alpha": np.logspace(-6, 0, 13), "eta0": np.logspace(-4, 1, 11), "l1_ratio": np.linspace(0, 1, 6)},
        _digits,
    ),
    Table(
        "Boosting, 4 parameters",
        _boosting,
        {
            "learning_rate": np.logspace(-2.5, 0, 7),
            "max_leaf_nodes": np.array([2, 4, 8, 16, 32]),
            "min_samples_leaf": np.array([1, 4, 16, 64, 128]),
            "l2_regularization": np.logspace(-3, 3, 5),
        },
        _synthetic,
    ),
)


def _measured(table: Table) -> NDArray[np.float64]:
    """Return the error of each cell, over three folds."""
    rows, classes = table.data()
    folds = StratifiedKFold(3, shuffle=True, random_state=_SEED)
    cells = product(*(axis.tolist() for axis in table.axes.values()))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        errors = [
            1 - cross_val_score(table.build(**dict(zip(table.axes, cell, strict=True))), rows, classes, cv=folds).mean()
            for cell in cells
        ]
    return np.reshape(errors, [len(axis) for axis in table.axes.values()])


def kept(name: str, measure: Callable[[], NDArray[np.float64]]) -> NDArray[np.float64]:
    """Return a table of this name, measured once and kept in the folder for temporary files."""
    folder = os.path.join(tempfile.gettempdir(), "leakguard-tables")
    file = os.path.join(folder, f"{name.replace(' ', '-').replace(',', '')}-{_VERSION}.npy")
    if not os.path.exists(file):
        os.makedirs(folder, exist_ok=True)
        np.save(file, measure())
    return np.asarray(np.load(file), dtype=np.float64)


def _function(
    name: str,
    loss: Callable[[NDArray[np.float64]], float],
    dimensions: int,
    best: float,
    target: float | None = None,
) -> Task:
    """Return the task, its target by default what one random point in 500 reaches."""
    points = np.random.default_rng(_SEED).random((_SAMPLED, dimensions))
    losses = np.array([loss(point) for point in points])
    median = float(np.median(losses))
    reached = (float(np.quantile(losses, _RARE)) - best) / (median - best)
    return Task(name, dimensions, loss, best, median, reached if target is None else target)


def table_task(table: Table) -> Task:
    """Return a table as a task, made first if it is not there."""
    errors = kept(table.name, partial(_measured, table))
    look = RegularGridInterpolator([np.linspace(0, 1, size) for size in errors.shape], errors)

    def loss(point: NDArray[np.float64]) -> float:
        return float(look(point)[0])

    return _function(table.name, loss, errors.ndim, float(errors.min()))


def tasks() -> list[Task]:
    """Return the seven tasks at full budget."""
    functions = [
        _function("Branin", branin, 2, _BRANIN_MINIMUM),
        _function("Branin, 3 irrelevant", branin, 5, _BRANIN_MINIMUM),
        _function("Hartmann 6", hartmann, 6, _HARTMANN_MINIMUM, target=0.01),
    ]
    return functions + [table_task(table) for table in TABLES]
