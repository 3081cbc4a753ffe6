"""Whether the advised strategy is the right one: every strategy on a simulated clock, to the same score.

    python benchmarks/advice.py [--seeds 12]

The losses are those of `tuning_tasks.py`; what a fit takes is set, and the clock adds up fits of five folds on so many
workers, the proposals of the Gaussian process, and the waiting at the end of each batch and rung. Where a model learns
step by step, its loss falls with the iterations, of some candidates sooner than of others. Prints the median time to
the target over the seeds, relative to that of the best strategy; writes `advice.json`.
"""

from __future__ import annotations

import argparse
import heapq
import json
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.base import BaseEstimator
from tuning_tasks import TABLES, Task, table_task

from leakguard.tuners import Uniform, advise, reference_tuners

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

FOLDS = 5
WHOLE = 81  # iterations of a fit
PROPOSAL = 0.01  # seconds of one by the Gaussian process, as measured by `tuners.py`
ONE_IN = 50  # random points that reach the target
SPLIT = [(np.arange(4), np.arange(4, 8))]  # one fold stands for five: the losses are of all of them


@dataclass(frozen=True)
class Learner:
    """What is tuned: a loss, the seconds that one fit takes, and whether it learns step by step."""

    name: str
    task: Task
    seconds: float
    steps: bool = False


class Stepwise(BaseEstimator):  # type: ignore[misc]  # scikit-learn has no annotations
    """An estimator whose score is minus the loss at its point, after so many iterations."""

    learner: Learner

    def __init__(
        self, x0: float = 0.5, x1: float = 0.5, x2: float = 0.5, x3: float = 0.5, n_estimators: int = WHOLE
    ) -> None:
        self.x0, self.x1, self.x2, self.x3, self.n_estimators = x0, x1, x2, x3, n_estimators

    def fit(self, *_: object) -> Stepwise:
        """Learn nothing: the loss is known."""
        return self

    def score(self, *_: object) -> float:
        """Return minus the loss."""
        point = np.array([self.x0, self.x1, self.x2, self.x3])[: self.learner.task.dimensions]
        task = self.learner.task
        pace = 2 + 6 * float((7 * point.sum()) % 1)
        left = 0.5 * (task.median - task.best) * np.exp(-pace * self.n_estimators / WHOLE)
        return -task.loss(point) - (left if self.learner.steps else 0.0)


@dataclass(frozen=True)
class Step:
    """One trial: what its fits cost in full fits, what it waits for, and its loss if it had the full budget."""

    cost: float
    round: int
    loss: float | None


def estimator_of(learner: Learner) -> Stepwise:
    """Return the estimator of one learner; those that go on by steps have a warm start."""
    body = {"learner": learner, **({"step": lambda *_: None} if learner.steps else {})}
    made: Stepwise = type("Clocked", (Stepwise,), body)()
    return made


def space_of(learner: Learner) -> dict[str, Uniform]:
    return {f"x{number}": Uniform(0, 1) for number in range(learner.task.dimensions)}


def settings_of(strategy: str, workers: int) -> dict[str, Any]:
    """Return how a strategy is set up, long enough to reach the target."""
    match strategy:
        case "random":
            return {"n_trials": 400, "sobol": True}
        case "bayesian":
            return {"n_trials": 100, "batch_size": max(1, round(workers / FOLDS))}
        case "halving":
            return {"resource": "n_estimators", "n_candidates": 81, "resume": False}
        case _:
            return {"resource": "n_estimators", "n_trials": 243, "asynchronous": False, "resume": False}


def steps_of(learner: Learner, strategy: str, settings: Mapping[str, Any], seed: int) -> list[Step]:
    """Run a strategy, and return its trials in order."""
    if strategy == "grid":
        return _grid(learner)
    tuner = next(one for one in reference_tuners() if one.name == strategy)
    search = tuner.cls(estimator_of(learner), space_of(learner), random_state=seed, cv=SPLIT, refit=False, **settings)
    search.fit(np.zeros((8, 1)), np.zeros(8))
    return list(_read(search.cv_results_, strategy, settings.get("batch_size", 1)))


def _grid(learner: Learner) -> list[Step]:
    """Return the trials of a grid of about 400 points, in its own order."""
    side = round(400 ** (1 / learner.task.dimensions))
    axes = [np.linspace(0, 1, side)] * learner.task.dimensions
    points = np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1).reshape(-1, learner.task.dimensions)
    return [Step(1.0, 0, learner.task.loss(point)) for point in points]


def _read(found: Mapping[str, Any], strategy: str, batch: int) -> Iterator[Step]:
    """Return what each trial added to what its candidate had had."""
    reached: dict[tuple[Any, ...], float] = {}
    for number, (params, score) in enumerate(zip(found["params"], found["mean_test_score"], strict=True)):
        share = float(found["budget"][number])
        key = tuple(value for name, value in sorted(params.items()) if name != "n_estimators")
        cost = share - reached.get(key, 0.0)
        reached[key] = share
        rounds = {"bayesian": number // batch, "halving": int(found["rung"][number])}
        yield Step(cost, rounds.get(strategy, 0), -score if share == 1.0 else None)


def time_to(learner: Learner, steps: Sequence[Step], workers: int, strategy: str, target: float) -> float:
    """Return when the first trial ends that is good enough, on a clock with so many workers; infinite if none is."""
    free = [0.0] * workers
    now, end = 0, 0.0
    for step in steps:
        if step.round != now:
            now, free = step.round, [max(free)] * workers
        asked = PROPOSAL if strategy == "bayesian" else 0.0
        ends = []
        for _ in range(FOLDS):
            start = heapq.heappop(free) + asked / FOLDS
            ends.append(start + step.cost * learner.seconds)
            heapq.heappush(free, ends[-1])
        end = max(ends)
        if step.loss is not None and step.loss <= target:
            return end
    return float("inf")


def target_of(learner: Learner) -> float:
    """Return the loss that one random point in 50 reaches."""
    model, rng = estimator_of(learner), np.random.default_rng(0)
    losses = []
    for _ in range(4000):
        model.set_params(**{name: rng.random() for name in space_of(learner)})
        losses.append(-model.score())
    return float(np.quantile(losses, 1 / ONE_IN))


def compared(learner: Learner, workers: int, seeds: int) -> dict[str, Any]:
    """Return the median seconds to the target of each strategy, and of what is advised, with its own settings."""
    target = target_of(learner)

    def median(strategy: str, settings: Mapping[str, Any]) -> float:
        runs = (steps_of(learner, strategy, settings, seed) for seed in range(seeds))
        return float(np.median([time_to(learner, steps, workers, strategy, target) for steps in runs]))

    strategies = ["grid", "random", "bayesian", *(["halving", "asha"] if learner.steps else [])]
    taken = {one: median(one, settings_of(one, workers)) for one in strategies}
    advice = advise(
        estimator_of(learner),
        np.zeros((8, 1)),
        np.zeros(8),
        space_of(learner),
        workers=workers,
        resource="n_estimators" if learner.steps else None,
        seconds_per_fit=learner.seconds,
    )
    own = {**advice.settings, **({"asynchronous": False, "resume": False} if advice.strategy == "asha" else {})}
    taken["advised"] = median(advice.strategy, own)
    best = min(taken.values())
    ratios = {name: seconds / best for name, seconds in taken.items()}
    return {"learner": learner.name, "workers": workers, "strategy": advice.strategy, "ratios": ratios}


def learners() -> list[Learner]:
    """Return fast, slow and stepwise ones, on the tables of real models."""
    cancer, sgd, boosting = (table_task(TABLES[number]) for number in (1, 2, 3))
    return [
        Learner("fast, 2 parameters", cancer, 0.001),
        Learner("fast, 3 parameters", sgd, 0.001),
        Learner("middling, 3 parameters", sgd, 0.05),
        Learner("slow, 2 parameters", cancer, 10.0),
        Learner("slow, 4 parameters", boosting, 10.0),
        Learner("slow by steps, 3 parameters", sgd, 10.0, steps=True),
        Learner("slow by steps, 4 parameters", boosting, 10.0, steps=True),
    ]


def main() -> None:
    """Measure, print and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=12)
    seeds = parser.parse_args().seeds
    warnings.simplefilter("ignore")
    found = []
    for learner in learners():
        for workers in (1, 4, 20):
            found.append(compared(learner, workers, seeds))
            ratios = {name: round(ratio, 2) for name, ratio in found[-1]["ratios"].items()}
            print(f"{learner.name}, {workers} workers: {found[-1]['strategy']} advised, {ratios}", flush=True)
    Path("advice.json").write_text(json.dumps(found, indent=2), "utf-8")


if __name__ == "__main__":
    main()
