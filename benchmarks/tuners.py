"""Measures the tuners side by side: trials to a regret, CPU time a suggestion, and what is commonly claimed of them.

usage: python benchmarks/tuners.py [--seeds 24] [--slow-seeds 8] [--tasks Branin,SVC] [--without SMAC] [--json FILE]

Each seed is taken by every tuner that is installed, on one task after the other, so that all see the same load, and a
run that is ended early is a whole one of fewer seeds. The tables to print are in Markdown; with --json what each
run gave is kept, and `--read FILE` prints them again.
"""

from __future__ import annotations

import argparse
import json
import sys
import warnings

from tuning_figures import Outcome, tables
from tuning_peers import CONTENDERS, Contender, Run
from tuning_tasks import Task, tasks

TRIALS = 100  # of each run, unless it reaches the target before
WHOLE = 60  # of those that are compared after a number of trials, whether they reach it or not


def main() -> None:
    options = _options()
    chosen = [task for task in tasks() if any(part in task.name for part in options.tasks.split(","))]
    if options.read:
        with open(options.read, encoding="utf-8") as stream:
            outcomes = [Outcome(**outcome) for outcome in json.load(stream)]
    else:
        outcomes = _measured(chosen, options)
    print(tables(outcomes, chosen, TRIALS))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Compare tuners.")
    parser.add_argument("--seeds", type=int, default=24, help="runs of each tuner on each task")
    parser.add_argument("--slow-seeds", type=int, default=8, help="as many of the slowest tuners")
    parser.add_argument("--first-seed", type=int, default=0)
    parser.add_argument("--tasks", default="", help="only those whose names have one of these parts")
    parser.add_argument("--without", default="", help="no tuner whose name has one of these parts")
    parser.add_argument("--json", help="keep what each run gave in this file")
    parser.add_argument("--read", help="print the tables of such a file")
    return parser.parse_args()


def _measured(chosen: list[Task], options: argparse.Namespace) -> list[Outcome]:
    without = [part for part in options.without.split(",") if part]
    present = [one for one in CONTENDERS if one.present and not any(part in one.name for part in without)]
    outcomes: list[Outcome] = []
    for seed in range(options.seeds):
        taking_part = [one for one in present if seed < options.slow_seeds or not one.slow]
        for task in chosen:
            outcomes += [_outcome(one, task, options.first_seed + seed) for one in taking_part]
        print(f"{seed + 1} of {options.seeds} seeds", file=sys.stderr, flush=True)
        if options.json:
            with open(options.json, "w", encoding="utf-8") as stream:
                json.dump([vars(outcome) for outcome in outcomes], stream)
    return outcomes


def _outcome(one: Contender, task: Task, seed: int) -> Outcome:
    run = Run(task, seed, TRIALS, task.target, at_least=WHOLE if one.whole else 0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        one.tuner(run)
    return Outcome(one.name, task.name, seed, run.regrets, run.seconds)


if __name__ == "__main__":
    main()
