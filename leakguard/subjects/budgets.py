"""How much a tuner is run with: few trials on few rows show a leak as well as many."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from leakguard.tuners.space import Space

if TYPE_CHECKING:
    from collections.abc import Mapping

    from leakguard.subjects.subject import Subject
    from leakguard.tuners import ReferenceTuner


@dataclass(frozen=True, slots=True)
class Budget:
    """How many trials a tuner has at most, and how many rows; None for all."""

    trials: int
    rows: int | None


BUDGETS: Mapping[str, Budget] = {
    "small": Budget(trials=6, rows=150),
    "normal": Budget(trials=20, rows=600),
    "full": Budget(trials=60, rows=None),
}


def settings(tuner: ReferenceTuner, budget: Budget, subject: Subject) -> dict[str, Any]:
    """Return the arguments with which a tuner keeps within a budget, and gives the same in every run."""
    space, trials = Space.of(subject.space), budget.trials
    match tuner.name:
        case "grid":
            return {"points": grid_points(space, trials), "max_fits": None, "announce": False}
        case "coarse-then-bayesian":
            return {"n_coarse": max(1, trials // 2), "n_trials": trials}
        case "bayesian":
            return {"n_initial": max(1, trials // 2), "n_trials": trials}
        case "halving":
            return {"resource": subject.resource, "n_candidates": trials, **_least(subject)}
        case "hyperband" | "bohb":
            return {"resource": subject.resource, **_least(subject)}
        case "asha":
            return {"resource": subject.resource, "n_trials": trials, "asynchronous": False, **_least(subject)}
        case "population":
            generations = 2 if trials < BUDGETS["normal"].trials else 4
            return {"resource": subject.resource, "population": max(2, trials // 2), "n_generations": generations}
        case _:
            return {"n_trials": trials}


def _least(subject: Subject) -> dict[str, Any]:
    """Return two rungs of any resource but the rows, whose own first rung keeps classes apart."""
    if subject.resource in {"rows", "features"}:
        return {}
    full = subject.estimator.get_params().get(subject.resource)
    return {"min_budget": max(1, full // 3)} if isinstance(full, int) and not isinstance(full, bool) else {}


def grid_points(space: Space, most: int) -> dict[str, int]:
    """Return how many values each parameter gets, so that a grid has about `most` points: more, one after another."""
    points = dict.fromkeys(space.names, 1)
    for count in range(2, most + 1):
        for name in space.names:
            more = points | {name: count}
            if space.grid_size(more) <= most:
                points = more
    return points
