"""Draws what `lint.py` has measured.

usage: python benchmarks/plots.py RESULTS.json PLOT.svg
"""

from __future__ import annotations

import json
import sys
from importlib import import_module
from pathlib import Path
from typing import Any


def draw(report: dict[str, Any], file: Path) -> None:
    """Draw bars for the trees and lines for the growth; without matplotlib, say so."""
    try:
        pyplot = import_module("matplotlib.pyplot")
    except ImportError:
        print("matplotlib: not installed, no plot", file=sys.stderr)
        return
    figure, (times, sizes, numbers) = pyplot.subplots(1, 3, figsize=(15, 5))
    _bars(times, report["trees"])
    _line(sizes, report["growth"]["file size"]["lines"], "lines of one file", "cpu")
    _line(numbers, report["growth"]["number of files"]["files"], "files", "cpu")
    figure.tight_layout()
    figure.savefig(file)


def _bars(axes: Any, trees: dict[str, Any]) -> None:  # noqa: ANN401 - matplotlib is no requirement
    names = list(dict.fromkeys(name for tree in trees.values() for name in tree["taken"]))
    width = 0.8 / max(len(names), 1)
    for place, name in enumerate(names):
        walls = [tree["taken"].get(name, {}).get("wall", 0) for tree in trees.values()]
        axes.bar([at + place * width for at in range(len(trees))], walls, width, label=name)
    axes.set_yscale("log")
    axes.set_ylabel("seconds")
    axes.set_xticks(range(len(trees)), list(trees), rotation=20)
    axes.legend(fontsize="small")


def _line(axes: Any, taken: dict[str, dict[str, float]], unit: str, what: str) -> None:  # noqa: ANN401 - as above
    axes.plot([int(size) for size in taken], [one[what] for one in taken.values()], marker="o")
    axes.set_xlim(0)
    axes.set_ylim(0)
    axes.set_xlabel(unit)
    axes.set_ylabel("CPU seconds")


if __name__ == "__main__":
    draw(json.loads(Path(sys.argv[1]).read_text("utf-8")), Path(sys.argv[2]))
