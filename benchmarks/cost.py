"""Where the time of an analysis goes: parsing against everything after it, over all relevant files of a tree.

usage: python benchmarks/cost.py FOLDER

Prints CPU seconds, taken side by side in one run that follows imports as `leakguard check` does: libcst's parsing,
the lowering, the interpreter, the rules, the positions in files with findings. Then the files that took longest.
"""

from __future__ import annotations

import sys
import time
from collections import defaultdict
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import libcst as cst

import leakguard.engine
from leakguard.config import settings_from
from leakguard.engine import analyse
from leakguard.prefilter import imports, is_relevant
from leakguard.room import in_worker
from leakguard.semantic import interpreter, lower, places
from leakguard.source import SkippedError, UnreadableError, read_source
from leakguard.workspace import Workspace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_STEPS = ("parsing", "lowering", "interpreter", "rules", "positions")
_SHOWN = 5


class Clock:
    """CPU seconds by step; while an inner step runs, the clock of the outer one stands still."""

    def __init__(self) -> None:
        self.spent: defaultdict[str, float] = defaultdict(float)
        self._under_way: list[str] = []
        self._since = time.process_time()

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Let the time until the end of the block count for a step."""
        self._book()
        self._under_way.append(name)
        try:
            yield
        finally:
            self._book()
            self._under_way.pop()

    def _book(self) -> None:
        now = time.process_time()
        if self._under_way:
            self.spent[self._under_way[-1]] += now - self._since
        self._since = now

    def timed(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """Return the function, its time counting for a step."""

        def run(*arguments: Any, **named: Any) -> Any:  # noqa: ANN401 - whatever the function takes and gives
            with self.step(name):
                return function(*arguments, **named)

        return run


def watch(clock: Clock) -> None:
    """Put the clock around the steps of the analysis."""
    cst.parse_module = clock.timed("parsing", cst.parse_module)
    lower.lower = clock.timed("lowering", lower.lower)
    interpreter.run = clock.timed("interpreter", interpreter.run)
    leakguard.engine._judge = clock.timed("rules", leakguard.engine._judge)  # noqa: SLF001 - what the engine asks
    places.Places.find = clock.timed("positions", places.Places.find)  # type: ignore[method-assign]


def measure(files: list[Path], clock: Clock) -> list[tuple[float, int, str]]:
    """Analyse the relevant files; returns seconds after parsing, lines and name of each."""
    workspace, settings = Workspace(), settings_from({})
    taken = []
    for path in files:
        try:
            source = read_source(str(path), path)
        except (UnreadableError, SkippedError):
            continue
        if is_relevant(source.text, settings.analysis, imports(source.text)):
            before = _after_parsing(clock.spent)
            analyse(source, settings, workspace)
            taken.append((_after_parsing(clock.spent) - before, source.text.count("\n"), str(path)))
    return taken


def _after_parsing(spent: dict[str, float]) -> float:
    return sum(spent.values()) - spent["parsing"]


def main() -> None:
    """Measure the tree that the command line names."""
    clock = Clock()
    watch(clock)
    taken: list[tuple[float, int, str]] = []
    in_worker(lambda: taken.extend(measure(sorted(Path(sys.argv[1]).rglob("*.py")), clock)))
    spent, lines = clock.spent, sum(count for _, count, _ in taken)
    print(f"{len(taken)} relevant files, {lines} lines")
    for step in _STEPS:
        print(f"{step:12} {spent[step]:8.2f} s  {spent[step] / spent['parsing']:5.2f} of parsing")
    after = _after_parsing(spent)
    for_400_lines = 400_000 * after / max(lines, 1)
    print(f"after parsing {after / spent['parsing']:.2f} of parsing, {for_400_lines:.1f} ms for 400 lines")
    for seconds, count, name in sorted(taken, reverse=True)[:_SHOWN]:
        print(f"{1000 * seconds:8.0f} ms after parsing, {count:6} lines, {name}")


if __name__ == "__main__":
    main()
