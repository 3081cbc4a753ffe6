"""Measures the bandits side by side: what each takes, in full trials, until a full trial is as good as the target.

usage: python benchmarks/bandits.py [--seeds 24] [--limit 300] [--tasks MLP,SVC] [--without BOHB] [--json FILE]

Each seed is taken by every bandit that is installed, on one table after the other. The target is what one point in a
hundred reaches with the full budget. All bandits climb the same four rungs, a factor of 3 apart. The tables to print
are in Markdown; with --json what each run took is kept, and `--read FILE` prints them again.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import numpy as np
from bandit_peers import ASHA, ASHA_GP, BANDITS, OPTUNA_HYPERBAND, OPTUNA_TPE_HYPERBAND, RANDOM
from bandit_tables import bandit_tasks
from tuning_figures import head

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bandit_tables import BanditTask

_DRAWN = 2_000  # medians of seeds drawn again, for an interval


@dataclass(frozen=True)
class Cost:
    """What a bandit took on one table with one seed, in full trials; None where the limit came first."""

    bandit: str
    task: str
    seed: int
    cost: float | None


def main() -> None:
    options = _options()
    chosen = [task for task in bandit_tasks() if any(part in task.name for part in options.tasks.split(","))]
    if options.read:
        with open(options.read, encoding="utf-8") as stream:
            costs = [Cost(**cost) for cost in json.load(stream)]
    else:
        costs = _measured(chosen, options)
    print("\n\n".join((_costs(costs, chosen, options.limit), _comparison(costs, chosen))))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Compare bandits.")
    parser.add_argument("--seeds", type=int, default=24, help="runs of each bandit on each table")
    parser.add_argument("--first-seed", type=int, default=0)
    parser.add_argument("--limit", type=float, default=300, help="full trials after which a run is given up")
    parser.add_argument("--tasks", default="", help="only those whose names have one of these parts")
    parser.add_argument("--without", default="", help="no bandit whose name has one of these parts")
    parser.add_argument("--json", help="keep what each run took in this file")
    parser.add_argument("--read", help="print the tables of such a file")
    return parser.parse_args()


def _measured(chosen: Sequence[BanditTask], options: argparse.Namespace) -> list[Cost]:
    without = [part for part in options.without.split(",") if part]
    present = [one for one in BANDITS if one.present and not any(part in one.name for part in without)]
    costs: list[Cost] = []
    for seed in range(options.first_seed, options.first_seed + options.seeds):
        for task in chosen:
            costs += [Cost(one.name, task.name, seed, one.cost_to_target(task, seed, options.limit)) for one in present]
        print(f"seed {seed}, {len(costs)} runs", file=sys.stderr, flush=True)
        if options.json:
            with open(options.json, "w", encoding="utf-8") as stream:
                json.dump([asdict(cost) for cost in costs], stream)
    return costs


def _costs(costs: Sequence[Cost], tasks: Sequence[BanditTask], limit: float) -> str:
    """Return the median cost of each bandit on each table, with its interval and the share of seeds that got there."""
    lines = [head("bandit", *(f"{task.name}, {task.regret(task.target):.2g}" for task in tasks))]
    for name in _bandits(costs):
        cells = [_cell(_taken(costs, name, task), limit) for task in tasks]
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _comparison(costs: Sequence[Cost], tasks: Sequence[BanditTask]) -> str:
    """Return each bandit's saving: the median cost of random search over its own."""
    lines = [head("saving over random search", *(task.name for task in tasks))]
    known = _bandits(costs) if RANDOM in _bandits(costs) else []
    lines += [_row(name, [_saving(costs, name, RANDOM, task) for task in tasks]) for name in known]
    for ours, theirs in ((ASHA, OPTUNA_HYPERBAND), (ASHA_GP, OPTUNA_TPE_HYPERBAND)):
        if {ours, theirs} <= set(_bandits(costs)):
            lines.append(_row(f"{ours} over {theirs}", [_saving(costs, ours, theirs, task) for task in tasks]))
    return "\n".join(lines)


def _row(name: str, savings: Sequence[float]) -> str:
    return f"| {name} | {' | '.join(f'{saving:.2f}' for saving in savings)} |"


def _bandits(costs: Sequence[Cost]) -> list[str]:
    return [one.name for one in BANDITS if any(cost.bandit == one.name for cost in costs)]


def _taken(costs: Sequence[Cost], bandit: str, task: BanditTask) -> list[float]:
    runs = [cost for cost in costs if cost.bandit == bandit and cost.task == task.name]
    return [math.inf if run.cost is None else run.cost for run in runs]


def _saving(costs: Sequence[Cost], ours: str, theirs: str, task: BanditTask) -> float:
    return _median(_taken(costs, theirs, task)) / _median(_taken(costs, ours, task))


def _median(taken: Sequence[float]) -> float:
    """Return the upper one of the two in the middle, as the mean of a cost and none is none."""
    return sorted(taken)[len(taken) // 2]


def _cell(taken: Sequence[float], limit: float) -> str:
    drawn = np.random.default_rng(0).choice(len(taken), (_DRAWN, len(taken)))
    medians = sorted(_median([taken[at] for at in row]) for row in drawn)
    low, high = (medians[round(share * (_DRAWN - 1))] for share in (0.025, 0.975))
    reached = np.mean(np.isfinite(taken))
    shown = [f"> {limit:g}" if math.isinf(cost) else f"{cost:.1f}" for cost in (_median(taken), low, high)]
    return f"{shown[0]} ({shown[1]} to {shown[2]}; {reached:.2f})"


if __name__ == "__main__":
    main()
