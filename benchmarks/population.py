"""Measures where population-based training gains: its members against as many random trials of the same length.

usage: python benchmarks/population.py [--seeds 24]

Both search the same space on the same folds at the same cost, and the winners are scored on rows that neither has seen.
The table to print is in Markdown: the mean error on those rows, and the mean of the paired differences with its 95 %
interval by bootstrap over the seeds.
"""

from __future__ import annotations

import argparse
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.datasets import load_digits, make_classification
from sklearn.ensemble import GradientBoostingClassifier
from sklearn.linear_model import SGDClassifier
from sklearn.model_selection import train_test_split
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from leakguard.tuners import LogUniform, PopulationSearchCV, RandomSearchCV

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    Rows = tuple[NDArray[np.float64], NDArray[np.int64]]

_MEMBERS = 12
_TRAINING = 600


@dataclass(frozen=True)
class Case:
    """A model, what is searched, the parameter that counts its iterations, and how many there are."""

    name: str
    model: Any
    space: Mapping[str, Any]
    resource: str
    full: int
    rows: Callable[[], Rows]


def _digits() -> Rows:
    rows, classes = load_digits(return_X_y=True)
    return rows, classes


def _noisy() -> Rows:
    rows, classes = make_classification(
        3_000, 40, n_informative=6, n_redundant=4, flip_y=0.2, class_sep=0.7, random_state=0
    )
    return rows, classes


_SGD = {"sgdclassifier__eta0": LogUniform(1e-4, 10), "sgdclassifier__alpha": LogUniform(1e-6, 1)}
_MLP = {"mlpclassifier__learning_rate_init": LogUniform(1e-4, 1), "mlpclassifier__alpha": LogUniform(1e-5, 10)}
_CONSTANT = make_pipeline(StandardScaler(), SGDClassifier("log_loss", learning_rate="constant", eta0=1, random_state=0))
_ADAM = make_pipeline(StandardScaler(), MLPClassifier((32,), random_state=0))
_MOMENTUM = make_pipeline(StandardScaler(), MLPClassifier((32,), solver="sgd", random_state=0))
CASES = (
    Case("SGD of constant rate, digits", _CONSTANT, _SGD, "sgdclassifier__max_iter", 32, _digits),
    Case("SGD of constant rate, noisy labels", _CONSTANT, _SGD, "sgdclassifier__max_iter", 32, _noisy),
    Case("MLP by Adam, digits", _ADAM, _MLP, "mlpclassifier__max_iter", 32, _digits),
    Case("MLP by momentum, noisy labels", _MOMENTUM, _MLP, "mlpclassifier__max_iter", 32, _noisy),
    Case(
        "gradient boosting, noisy labels",
        GradientBoostingClassifier(max_depth=3, max_features="sqrt", random_state=0),
        {"learning_rate": LogUniform(0.01, 1), "subsample": LogUniform(0.2, 1)},
        "n_estimators",
        64,
        _noisy,
    ),
)


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure population-based training.")
    parser.add_argument("--seeds", type=int, default=24)
    seeds = parser.parse_args().seeds
    warnings.simplefilter("ignore")
    print("| model | random | population | population - random |\n|---|---|---|---|")
    for case in CASES:
        errors = np.array([_errors(case, seed) for seed in range(seeds)])
        gains = errors[:, 1] - errors[:, 0]
        drawn = np.random.default_rng(0).choice(gains, (2_000, seeds)).mean(axis=1)
        low, high = np.quantile(drawn, (0.025, 0.975))
        means = " | ".join(f"{mean:.4f}" for mean in errors.mean(axis=0))
        print(f"| {case.name} | {means} | {gains.mean():+.4f} ({low:+.4f} to {high:+.4f}) |", flush=True)


def _errors(case: Case, seed: int) -> tuple[float, float]:
    """Return the errors of both winners on fresh rows."""
    rows, classes = case.rows()
    train, fresh, of_train, of_fresh = train_test_split(
        rows, classes, train_size=_TRAINING, stratify=classes, random_state=seed
    )
    given: dict[str, Any] = {"cv": 3, "random_state": seed}
    model = case.model.set_params(**{case.resource: case.full})
    random = RandomSearchCV(model, case.space, n_trials=_MEMBERS, **given)
    population = PopulationSearchCV(model, case.space, resource=case.resource, population=_MEMBERS, **given)
    one, two = (1 - search.fit(train, of_train).score(fresh, of_fresh) for search in (random, population))
    return one, two


if __name__ == "__main__":
    main()
