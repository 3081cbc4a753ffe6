"""Runs a command and measures it: wall time, CPU time with that of its processes, and the largest one's memory."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

_KIB = 1 if sys.platform == "darwin" else 1024  # what the peak is counted in
_NO_BYTECODE = "PYTHONDONTWRITEBYTECODE"  # installed programs have theirs


@dataclass(frozen=True, slots=True)
class Taken:
    """Seconds and bytes that one run took, and how it ended."""

    wall: float
    cpu: float
    peak: int
    code: int = 0


@dataclass(frozen=True, slots=True)
class Contender:
    """A command that takes part in every round, or in the first few if it is `slow`; `before` prepares each run."""

    name: str
    command: Sequence[str]
    slow: bool = False
    before: Callable[[], None] = lambda: None
    sound: frozenset[int] = frozenset({0})  # how it may end


def run(command: Sequence[str]) -> Taken:
    """Run a command to its end, its output thrown away."""
    start = time.perf_counter()
    environment = {name: value for name, value in os.environ.items() if name != _NO_BYTECODE}
    nowhere = subprocess.DEVNULL
    with subprocess.Popen(command, stdout=nowhere, stderr=nowhere, env=environment) as process:  # noqa: S603
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
    return Taken(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * _KIB, process.returncode)


def take_turns(contenders: Sequence[Contender], rounds: int, slow_rounds: int) -> dict[str, Taken]:
    """Return the medians of each contender; within a round each runs once, so that all see the same weather."""
    taken: dict[str, list[Taken]] = {one.name: [] for one in contenders}
    for number in range(max(rounds, slow_rounds)):
        for one in contenders:
            if number < (slow_rounds if one.slow else rounds):
                one.before()
                result = run(one.command)
                if result.code not in one.sound:
                    print(f"{one.name} ended with {result.code}: {' '.join(one.command)[:200]}", file=sys.stderr)
                taken[one.name].append(result)
    return {name: _medians(results) for name, results in taken.items() if results}


def _medians(taken: Sequence[Taken]) -> Taken:
    return Taken(
        median(one.wall for one in taken),
        median(one.cpu for one in taken),
        max(one.peak for one in taken),
        max(one.code for one in taken),
    )


def as_plain(taken: Mapping[str, Taken]) -> dict[str, dict[str, float]]:
    """Return medians as JSON has them."""
    return {
        name: {"wall": round(one.wall, 4), "cpu": round(one.cpu, 4), "peak_mb": round(one.peak / 1e6, 1)}
        for name, one in taken.items()
    }
