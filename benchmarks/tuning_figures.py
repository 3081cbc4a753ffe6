"""The figures of the tuners' comparison, as Markdown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from tuning_peers import CONTENDERS, LIAR, OURS, QEI, RANDOM

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray
    from tuning_tasks import Task

_WARM = 15  # trials after which every tuner's model is at work
_NEAR = 0.05  # the regret that counts as near the best
_GRID = 1000


@dataclass(frozen=True)
class Outcome:
    """A finished run: the regret of each trial, and the CPU seconds of its suggestion."""

    tuner: str
    task: str
    seed: int
    regrets: list[float]
    seconds: list[float]

    def trials_to(self, regret: float, cap: int) -> int:
        """Return the number of trials to a regret, and one more than the cap where it was not reached."""
        reached = np.flatnonzero(np.array(self.regrets[:cap]) <= regret)
        return int(reached[0]) + 1 if len(reached) else cap + 1

    def best(self, trials: int) -> float:
        """Return the least regret in so many trials."""
        return min(self.regrets[:trials])


def tables(outcomes: Sequence[Outcome], tasks: Sequence[Task], cap: int) -> str:
    """Return everything that is to be told."""
    figures = _Figures(outcomes, tasks, cap)
    parts = (figures.trials, figures.seconds, figures.batches, figures.random, figures.savings)
    return "\n\n".join(part() for part in parts)


@dataclass(frozen=True)
class _Figures:
    outcomes: Sequence[Outcome]
    tasks: Sequence[Task]
    cap: int

    @property
    def tuners(self) -> list[str]:
        return [one.name for one in CONTENDERS if any(outcome.tuner == one.name for outcome in self.outcomes)]

    def runs(self, tuner: str, task: Task) -> list[Outcome]:
        return [one for one in self.outcomes if one.tuner == tuner and one.task == task.name]

    def needed(self, tuner: str, task: Task, seeds: int | None = None) -> float:
        """Return the median of the trials to the task's target over the first seeds, an unreached one as cap + 1."""
        return float(np.median([one.trials_to(task.target, self.cap) for one in self.runs(tuner, task)][:seeds]))

    def reach(self, tuner: str, task: Task) -> float:
        return float(np.mean([one.trials_to(task.target, self.cap) <= self.cap for one in self.runs(tuner, task)]))

    def share(self, tuner: str, other: str) -> float:
        """Return the geometric mean over the tasks of one's trials over the other's, on the seeds that both ran."""
        ratios = []
        for task in self.tasks:
            seeds = min(len(self.runs(tuner, task)), len(self.runs(other, task)))
            ratios.append(self.needed(tuner, task, seeds) / self.needed(other, task, seeds))
        return _geometric_mean(ratios)

    def trials(self) -> str:
        lines = [
            f"| {task.name} ({task.dimensions}), {task.target:.2g} | "
            + " | ".join(
                f"{_capped(self.needed(one, task), self.cap)} ({self.reach(one, task):.2f})" for one in self.tuners
            )
            + " |"
            for task in self.tasks
        ]
        shares = " | ".join(f"{self.share(OURS, one):.2f}" for one in self.tuners)
        seeds = " | ".join(str(len(self.runs(one, self.tasks[0]))) for one in self.tuners)
        first = head("task (dimensions), regret to reach", *self.tuners)
        return "\n".join([first, *lines, f"| {OURS} over it, geometric mean | {shares} |", f"| seeds | {seeds} |"])

    def seconds(self) -> str:
        lines = [head("tuner", "CPU ms a suggestion", f"{OURS} over it")]
        for tuner in self.tuners:
            cells = [np.median(times) for task in self.tasks for times in self._cells(tuner, task).values()]
            if cells:
                ratio = self._seconds_share(tuner)
                lines.append(f"| {tuner} | {1e3 * float(np.median(cells)):.2g} | {ratio:.3g} |")
        return "\n".join(lines)

    def _cells(self, tuner: str, task: Task) -> dict[int, list[float]]:
        """Return the CPU seconds of each trial's suggestion by its number, after the start-up."""
        cells: dict[int, list[float]] = {}
        for run in self.runs(tuner, task):
            for number, seconds in enumerate(run.seconds[_WARM:]):
                cells.setdefault(number, []).append(seconds)
        return cells

    def _seconds_share(self, tuner: str) -> float:
        """Return the geometric mean of ours over its seconds, at equal tasks and numbers of trials before."""
        ratios = []
        for task in self.tasks:
            ours, theirs = self._cells(OURS, task), self._cells(tuner, task)
            ratios += [float(np.median(ours[at]) / np.median(theirs[at])) for at in ours.keys() & theirs.keys()]
        return _geometric_mean(ratios)

    def batches(self) -> str:
        lines = [head("four at once", "trials over one at a time", "rounds over one at a time")]
        for tuner in (LIAR, QEI):
            if tuner in self.tuners:
                trials = self.share(tuner, OURS)
                rounds = [np.ceil(self.needed(tuner, task) / 4) / self.needed(OURS, task) for task in self.tasks]
                lines.append(f"| {tuner} | {trials:.2f} | {_geometric_mean(rounds):.2f} |")
        return "\n".join(lines)

    def random(self) -> str:
        """Return what random trials reach, and 60 samples of a grid of about 1,000 points."""
        lines = [head("task (dimensions)", "random, 30", "random, 60", "whole grid", "60 of the grid", "points")]
        for task in self.tasks:
            drawn = [np.median([one.best(trials) for one in self.runs(RANDOM, task)]) for trials in (30, 60)]
            whole, sampled, points = _grid(task)
            found = " | ".join(f"{value:.3f}" for value in (*drawn, whole, sampled))
            lines.append(f"| {task.name} ({task.dimensions}) | {found} | {points} |")
        return "\n".join(lines)

    def savings(self) -> str:
        """Return how many fewer trials the process needs for what random search has after 30 and 60."""
        lines = [head("task (dimensions)", "fewer than 30", "fewer than 60", "regret at 30, GP over random", "at 60")]
        for task in self.tasks:
            saved = [f"{self._saved(task, trials):.0%}" for trials in (30, 60)]
            left = [f"{self._left(task, trials):.2f}" for trials in (30, 60)]
            lines.append(f"| {task.name} ({task.dimensions}) | {' | '.join(saved + left)} |")
        return "\n".join(lines)

    def _saved(self, task: Task, trials: int) -> float:
        pairs = zip(self.runs(OURS, task), self.runs(RANDOM, task), strict=True)
        return float(np.median([1 - ours.trials_to(random.best(trials), self.cap) / trials for ours, random in pairs]))

    def _left(self, task: Task, trials: int) -> float:
        ours, random = (np.median([one.best(trials) for one in self.runs(name, task)]) for name in (OURS, RANDOM))
        return float(ours / random)


def _grid(task: Task) -> tuple[float, float, int]:
    """Return the regret of a whole grid, the median of that of 60 of its points, and how many it has."""
    steps = round(_GRID ** (1 / task.dimensions))
    points = grid(task, steps)
    regrets = np.array([task.regret(task.loss(point)) for point in points])
    rng = np.random.default_rng(0)
    sampled = [regrets[rng.choice(len(points), 60, replace=False)].min() for _ in range(200)]
    return float(regrets.min()), float(np.median(sampled)), len(points)


def grid(task: Task, steps: int) -> NDArray[np.float64]:
    """Return the points of a grid over the cube with so many steps in each dimension."""
    axes = np.meshgrid(*[np.linspace(0, 1, steps)] * task.dimensions, indexing="ij")
    return np.column_stack([axis.ravel() for axis in axes])


def _geometric_mean(ratios: Sequence[float]) -> float:
    return float(np.exp(np.mean(np.log(ratios)))) if ratios else float("nan")


def _capped(trials: float, cap: int) -> str:
    return f"> {cap}" if trials > cap else f"{trials:g}"


def head(*names: str) -> str:
    """Return the first rows of a table in Markdown."""
    return f"| {' | '.join(names)} |\n|{'---|' * len(names)}"
