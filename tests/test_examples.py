"""The shipped examples: each finding that a file's comments announce is made, with its path, and no other.

`# leak: rule` stands on the blamed line; a word in brackets after a line says which step of the path it is.
"""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
EXAMPLES = ROOT / "examples"
SCRIPTS = sorted(path for path in EXAMPLES.rglob("*.py") if "rules" not in path.parts)  # for these see their own test

# What a finding's note says, by the word that the examples use for such a step.
STEPS = {
    "split": r"split|cross-validated here",
    "learn": r"learned|looking at|selected features|computed over",
    "judge": r"judged here|the model is asked here",
    "choose": r"chosen here|chose here|steer the training here",
    "tune": r"tuning starts here",
    "open": r"opened here",
    "count": r"values of",
    "origin": r"test rows come from here",
}
COMMENT = re.compile(r"# (?:leak: (?P<rule>[\w-]+))? ?(?:\((?P<step>\w+)\))?$")

Line = tuple[str, int | None, int]


def run_leakguard(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "leakguard", "check", "--isolated", "--output-format", "json", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def lines_of_examples() -> list[tuple[Line, str]]:
    """Return every line with its file, its cell (counted from 1) and its row."""
    scripts = [(path, None, path.read_text(encoding="utf-8").splitlines()) for path in SCRIPTS]
    cells = [
        (path, number, "".join(cell["source"]).splitlines())
        for path in sorted(EXAMPLES.glob("*.ipynb"))
        for number, cell in enumerate(json.loads(path.read_text(encoding="utf-8"))["cells"], start=1)
    ]
    return [
        ((path.relative_to(ROOT).as_posix(), cell, row), line)
        for path, cell, lines in scripts + cells
        for row, line in enumerate(lines, start=1)
    ]


def announced() -> tuple[set[tuple[Line, str]], set[tuple[Line, str]]]:
    """Return the lines that rules blame, and the lines on which a path has a step."""
    comments = [(at, found) for at, line in lines_of_examples() if (found := COMMENT.search(line))]
    leaks = {(at, found["rule"]) for at, found in comments if found["rule"]}
    return leaks, {(at, found["step"]) for at, found in comments if found["step"]}


def step_of(message: str) -> str:
    return next((step for step, pattern in STEPS.items() if re.search(pattern, message)), message)


def test_examples_are_found_as_announced() -> None:
    done = run_leakguard("--extend-exclude", "examples/rules", "examples")
    assert (done.returncode, done.stderr) == (1, "")
    findings = json.loads(done.stdout)
    leaks, path = announced()
    found = {((one["filename"], one["cell"], one["location"]["row"]), one["name"]) for one in findings}
    assert found == leaks
    notes = [note for one in findings for note in one["notes"]]
    assert {((n["filename"], n["cell"], n["location"]["row"]), step_of(n["message"])) for n in notes} == path


def test_clean_examples_are_clean() -> None:
    clean = [path.relative_to(ROOT).as_posix() for path in SCRIPTS if path.name.startswith("clean_")]
    assert clean
    done = run_leakguard(*clean)
    assert (done.returncode, json.loads(done.stdout)) == (0, [])


def test_every_example_says_what_it_shows() -> None:
    leaks = {filename for (filename, _, _), _ in announced()[0]}
    for path in EXAMPLES.glob("*.py"):  # the projects in folders have a README
        leaky = path.relative_to(ROOT).as_posix() in leaks
        assert path.read_text(encoding="utf-8").startswith("# Leaks" if leaky else "# Clean: "), path.name


@pytest.mark.slow
@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.stem)
def test_example_runs(path: Path) -> None:
    for statement in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(statement, ast.ImportFrom) and statement.module:
            pytest.importorskip(statement.module.partition(".")[0])
        elif isinstance(statement, ast.Import):
            pytest.importorskip(statement.names[0].name)
    done = subprocess.run([sys.executable, path], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
