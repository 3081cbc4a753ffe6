"""leakguard against other linters and against what it cannot do without, side by side on the same trees.

usage: python benchmarks/lint.py --trees FOLDER [--tools FOLDER] [--only PROJECT,...] [--rounds 5] [--slow-rounds 1]
                                 [--without NAME,...] [--json FILE] [--plot FILE]

Fetches source distributions into the folder of trees unless they lie there. Takes ruff, flake8, pylint and Fixit from
the folder of tools (a virtual environment's `bin`) or the path; one that is missing is left out. Within each round the
contenders take turns. Prints medians with ratios, and writes all figures as JSON and, with matplotlib, a plot.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import floor
from growth import by_file_size, by_number, one_changed, relevant_files
from running import Contender, Taken, as_plain, take_turns
from trees import PROJECTS, tree

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trees import Tree

_CHECK = (sys.executable, "-m", "leakguard", "check", "--isolated", "--exit-zero", "--output-format", "concise")
_FOUND = frozenset(range(64))  # linters end so with findings
# With the defaults of each: no configuration of the tree is read where the tool can be told so.
_TOOLS = {
    "ruff": (["check", "--no-cache", "--isolated", "--exit-zero", "--quiet"], False),
    "flake8": (["--isolated", "--exit-zero"], True),
    "pylint": (["--rcfile", os.devnull, "--recursive=y", "--exit-zero", "--score=n"], True),
    "fixit": (["--quiet", "lint"], True),
}
_GROWTH = "scikit-learn"  # has the most files that are analysed
_LARGE = "homeassistant"


def main() -> None:
    """Measure what the command line asks for."""
    asked = _arguments()
    report: dict[str, Any] = {
        "date": datetime.now(UTC).date().isoformat(),
        "python": platform.python_version(),
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "rounds": asked.rounds,
        "trees": {},
    }
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        report["start-up"] = _start_up(folder, asked.rounds)
        _save(asked, report)
        for project in asked.only:
            report["trees"][project] = _measured(tree(project, asked.trees), folder, asked)
            _save(asked, report)
        if "growth" not in asked.without:
            report["growth"] = _grown(asked, folder)
            _save(asked, report)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--trees", type=Path, required=True)
    parser.add_argument("--tools", type=Path)
    parser.add_argument("--only", type=_words, default=PROJECTS)
    parser.add_argument("--without", type=_words, default=())
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--slow-rounds", type=int, default=1)
    parser.add_argument("--json", type=Path, default=Path("benchmark.json"))
    parser.add_argument("--plot", type=Path, default=Path("benchmark.svg"))
    return parser.parse_args()


def _words(text: str) -> tuple[str, ...]:
    return tuple(filter(None, text.split(",")))


def _save(asked: argparse.Namespace, report: dict[str, Any]) -> None:
    asked.json.write_text(json.dumps(report, indent=2) + "\n", "utf-8")
    if "growth" in report:
        from plots import draw

        draw(report, asked.plot)


def _start_up(folder: Path, rounds: int) -> dict[str, Any]:
    """Measure one clean file that is known, against the imports that any such command line needs."""
    file = folder / "clean.py"
    file.write_text("def double(number):\n    return 2 * number\n", "utf-8")
    check = [*_CHECK, "--cache-dir", str(folder / "cache"), str(file)]
    imports = [sys.executable, "-c", "import click, tomllib"]
    take_turns([Contender("first", check), Contender("imports", imports)], 2, 0)
    once = [Contender("one clean file", check), Contender("import click, tomllib", imports)]
    taken = take_turns(once, 4 * rounds, 0)
    print("start-up")
    _show(taken, {"import": taken["import click, tomllib"]})
    return as_plain(taken)


def _measured(tree: Tree, folder: Path, asked: argparse.Namespace) -> dict[str, Any]:
    relevant = relevant_files(tree)
    listed = folder / "relevant.txt"
    listed.write_text("\n".join(relevant), "utf-8")
    everything = folder / "all.txt"
    everything.write_text("\n".join(tree.files), "utf-8")
    print(
        f"\n{tree.path.name}: {len(tree.files)} files, {tree.lines} lines, {len(relevant)} files relevant", flush=True
    )
    contenders = [
        one
        for one in (*_own(tree, folder), *_floors(tree, listed, everything), *_others(tree, asked.tools))
        if one.name not in asked.without
    ]
    warm = [one for one in contenders if one.name == "warm"]
    take_turns(warm, 1, 0)
    taken = take_turns(contenders, asked.rounds, asked.slow_rounds)
    _show(taken, {name: taken[name] for name in ("hash", "ruff", "parse relevant") if name in taken})
    return {
        "version": tree.path.name.rpartition("-")[2],
        "files": len(tree.files),
        "lines": tree.lines,
        "relevant": len(relevant),
        "taken": as_plain(taken),
    }


def _own(tree: Tree, folder: Path) -> Iterator[Contender]:
    path = str(tree.path)
    yield Contender("cold", [*_CHECK, "--no-cache", path])
    yield Contender("warm", [*_CHECK, "--cache-dir", str(folder / "cache"), path])
    yield Contender("no prefilter", [*_CHECK, "--no-cache", "--no-prefilter", path], slow=True)


def _floors(tree: Tree, relevant: Path, everything: Path) -> Iterator[Contender]:
    yield Contender("hash", [sys.executable, floor.__file__, "hash", str(tree.path)])
    yield Contender("parse relevant", [sys.executable, floor.__file__, "parse", str(relevant)])
    yield Contender("parse all", [sys.executable, floor.__file__, "parse", str(everything)], slow=True)


def _others(tree: Tree, tools: Path | None) -> Iterator[Contender]:
    for name, (options, slow) in _TOOLS.items():
        program = shutil.which(name, path=tools and str(tools))
        if program is None:
            print(f"{name}: not installed, left out")
        else:
            yield Contender(name, [program, *options, str(tree.path)], slow=slow, sound=_FOUND)


def _grown(asked: argparse.Namespace, folder: Path) -> dict[str, Any]:
    learn, large = tree(_GROWTH, asked.trees), tree(_LARGE, asked.trees)
    report = {
        "file size": by_file_size(_CHECK, folder, asked.rounds),
        "number of files": by_number(_CHECK, learn, 1),
        "one changed": one_changed(_CHECK, learn, folder, asked.rounds),
        "memory": by_number([*_CHECK, "--jobs", "1"], large, 1),
    }
    print(json.dumps(report, indent=2))
    return report


def _show(taken: dict[str, Taken], by: dict[str, Taken]) -> None:
    """Print the medians, each with how many times that takes of what others must do."""
    print(f"{'':22}{'wall s':>9}{'CPU s':>9}{'MB':>7}", *(f"{f'wall/{name}':>20}{'CPU':>7}" for name in by))
    for name, one in taken.items():
        ratios = (f"{one.wall / other.wall:20.2f}{one.cpu / other.cpu:7.2f}" for other in by.values())
        print(f"{name:22}{one.wall:9.2f}{one.cpu:9.2f}{one.peak / 1e6:7.0f}", *ratios)
    sys.stdout.flush()


if __name__ == "__main__":
    main()
