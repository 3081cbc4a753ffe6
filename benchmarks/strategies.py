"""Measures what is commonly said of search strategies: coarse to fine, coarse then Bayesian, and grids of five levels.

usage: python benchmarks/strategies.py [--seeds 24] [--tasks Branin,SVC]

The seven tasks of `tuners.py`, each strategy as it is used: a search over an estimator whose score the task looks up.
The tables to print are in Markdown: median normalised regrets, 0 at the best and 1 at the median of the space.
"""

from __future__ import annotations

import argparse
import sys
import warnings
from typing import TYPE_CHECKING, Any

import numpy as np
from bandit_peers import ROWS, SPLIT, Lookup
from tuning_figures import grid, head
from tuning_tasks import tasks

from leakguard.tuners import (
    BayesianSearchCV,
    CoarseThenBayesianSearchCV,
    CoarseToFineSearchCV,
    RandomSearchCV,
    Uniform,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray
    from tuning_tasks import Task

    Strategy = Callable[..., Any]

_TRIALS = (30, 60)
_LEVELS = 5
_STRATEGIES: dict[str, Strategy] = {
    "random": RandomSearchCV,
    "coarse to fine": CoarseToFineSearchCV,
    "20 Sobol points, then Bayesian": CoarseThenBayesianSearchCV,
    "Bayesian": BayesianSearchCV,
}


def main() -> None:
    parser = argparse.ArgumentParser(description="Compare strategies.")
    parser.add_argument("--seeds", type=int, default=24)
    parser.add_argument("--tasks", default="", help="only those whose names have one of these parts")
    options = parser.parse_args()
    chosen = [task for task in tasks() if any(part in task.name for part in options.tasks.split(","))]
    warnings.simplefilter("ignore")
    print(head("task (dimensions)", *(f"{name}, {trials}" for trials in _TRIALS for name in _STRATEGIES)))
    for task in chosen:
        print(_row(task, options.seeds), flush=True)
    print("\n" + head("task (dimensions)", "points of five levels each", "the grid", "as many random", "60 random"))
    for task in chosen:
        print(_grid_row(task, options.seeds), flush=True)


def _row(task: Task, seeds: int) -> str:
    cells = []
    for trials in _TRIALS:
        for name, strategy in _STRATEGIES.items():
            cells.append(f"{np.median([_regret(task, strategy, trials, seed) for seed in range(seeds)]):.3f}")
            print(task.name, name, trials, cells[-1], file=sys.stderr, flush=True)
    return f"| {task.name} ({task.dimensions}) | {' | '.join(cells)} |"


def _regret(task: Task, strategy: Strategy, trials: int, seed: int) -> float:
    """Return the regret of the best of so many trials."""
    space = {f"x{at}": Uniform(0, 1) for at in range(task.dimensions)}
    start = np.random.default_rng([seed, task.dimensions]).random(task.dimensions)  # a coarse search tries it first
    lookup = Lookup(_Full(task), 1, **dict(zip(space, start.tolist(), strict=True)))
    search = strategy(lookup, space, n_trials=trials, cv=SPLIT, refit=False, random_state=seed).fit(ROWS)
    return task.regret(-search.best_score_)


def _grid_row(task: Task, seeds: int) -> str:
    points = grid(task, _LEVELS)
    whole = min(task.loss(point) for point in points)
    drawn = [[task.loss(point) for point in _points(task, len(points), seed)] for seed in range(seeds)]
    as_many, sixty = (np.median([min(losses[:count]) for losses in drawn]) for count in (None, 60))
    regrets = " | ".join(f"{task.regret(loss):.3f}" for loss in (whole, float(as_many), float(sixty)))
    return f"| {task.name} ({task.dimensions}) | {len(points)} | {regrets} |"


def _points(task: Task, count: int, seed: int) -> Sequence[Any]:
    return list(np.random.default_rng(seed).random((max(count, 60), task.dimensions)))


class _Full:
    """A task as the lookup asks for it, with one budget only."""

    def __init__(self, task: Task) -> None:
        self.dimensions, self._loss = task.dimensions, task.loss

    def __deepcopy__(self, memo: object) -> _Full:
        return self

    def loss(self, point: NDArray[np.float64], step: int) -> float:  # noqa: ARG002 - one budget only
        return self._loss(point)


if __name__ == "__main__":
    main()
