"""Measures what going on from a smaller budget saves: the same halving, with every rung fitted anew and with resuming.

usage: python benchmarks/resuming.py [--repeats 5]

For each model, the same candidates climb the same rungs on the same folds, once each way in turn. The table to print is
in Markdown: what all trials cost in full trials, CPU seconds as the median of the repeats' ratios, and the best score
anew and resumed.
"""

from __future__ import annotations

import argparse
import time
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.datasets import load_digits
from sklearn.ensemble import GradientBoostingClassifier, HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.linear_model import SGDClassifier
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from leakguard.tuners import HalvingSearchCV, IntUniform, LogUniform

if TYPE_CHECKING:
    from collections.abc import Mapping

_ROWS = 1_500


@dataclass(frozen=True)
class Case:
    """A model that can go on, what it searches, and the budget that it goes on with."""

    name: str
    model: Any
    space: Mapping[str, Any]
    resource: str
    full: int


CASES = (
    Case(
        "MLP, passes",
        make_pipeline(StandardScaler(), MLPClassifier(n_iter_no_change=1_000, random_state=0)),
        {"mlpclassifier__alpha": LogUniform(1e-5, 1), "mlpclassifier__learning_rate_init": LogUniform(1e-4, 1e-1)},
        "mlpclassifier__max_iter",
        81,
    ),
    Case(
        "SGD, passes",
        make_pipeline(StandardScaler(), SGDClassifier(tol=None, random_state=0)),
        {"sgdclassifier__alpha": LogUniform(1e-6, 1)},
        "sgdclassifier__max_iter",
        162,
    ),
    Case(
        "gradient boosting, stages",
        GradientBoostingClassifier(max_features="sqrt", random_state=0),
        {"learning_rate": LogUniform(0.01, 1), "max_depth": IntUniform(1, 4)},
        "n_estimators",
        81,
    ),
    Case(
        "histogram gradient boosting, stages",
        HistGradientBoostingClassifier(early_stopping=False, random_state=0),
        {"learning_rate": LogUniform(0.01, 1), "max_leaf_nodes": IntUniform(3, 16)},
        "max_iter",
        54,
    ),
    Case(
        "random forest, trees",
        RandomForestClassifier(random_state=0),
        {"max_features": LogUniform(0.05, 1), "min_samples_leaf": IntUniform(1, 10)},
        "n_estimators",
        162,
    ),
)


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure what resuming saves.")
    parser.add_argument("--repeats", type=int, default=5)
    repeats = parser.parse_args().repeats
    warnings.simplefilter("ignore")
    print(
        "| model, budget | cost anew | cost resumed | resumed over anew | CPU seconds, resumed over anew | best score |"
    )
    print("|---|---|---|---|---|---|")
    for case in CASES:
        print(_row(case, repeats), flush=True)


def _row(case: Case, repeats: int) -> str:
    pairs = [[_run(case, seed, resume=resume) for resume in (False, True)] for seed in range(repeats)]
    ratios = [quick / slow for (_, slow), (_, quick) in pairs]
    (anew, _), (resumed, _) = pairs[-1]
    costs = f"{anew.cost_:.2f} | {resumed.cost_:.2f} | {resumed.cost_ / anew.cost_:.2f}"
    return f"| {case.name} | {costs} | {np.median(ratios):.2f} | {anew.best_score_:.4f}, {resumed.best_score_:.4f} |"


def _run(case: Case, seed: int, *, resume: bool) -> tuple[HalvingSearchCV, float]:
    rows, classes = load_digits(return_X_y=True)
    search = HalvingSearchCV(
        case.model, case.space, resource=case.resource, max_budget=case.full, resume=resume, cv=3, refit=False,
        random_state=seed,
    )  # fmt: skip
    started = time.process_time()
    search.fit(rows[:_ROWS], classes[:_ROWS])
    return search, time.process_time() - started


if __name__ == "__main__":
    main()
