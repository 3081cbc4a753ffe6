"""The exit codes as a table: 0 for nothing found, 1 for findings, 2 for wrong use and for defects of leakguard."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from conftest import LEAK

from leakguard.config import settings_from
from leakguard.engine import check_source
from leakguard.source import source_from_text

if TYPE_CHECKING:
    from conftest import Project

KNOWN = "known.json"
TABLE = [
    # situation, arguments, environment, exit code
    ("nothing found", "check clean.py", {}, 0),
    ("nothing found in a folder", "check clean", {}, 0),
    ("no file to check", "check empty", {}, 0),
    ("a notebook of another language", "check julia.ipynb", {}, 0),
    ("a finding in a script", "check leak.py", {}, 1),
    ("a finding in a notebook", "check nb.ipynb", {}, 1),
    ("a finding in a sweep", "check sweep.yaml", {}, 1),
    ("a finding beside clean files", "check clean.py leak.py clean", {}, 1),
    ("findings as JSON", "check --output-format json leak.py", {}, 1),
    ("findings in a line each", "check --output-format concise leak.py", {}, 1),
    ("a finding of a rule that is off", "check --ignore LG2 leak.py", {}, 0),
    ("a finding that a comment silences", "check silenced.py", {}, 0),
    ("a comment that silences nothing", "check idle.py", {}, 1),
    ("a finding that the baseline knows", f"check --baseline {KNOWN} leak.py", {}, 0),
    ("a finding that it does not know", f"check --baseline {KNOWN} nb.ipynb", {}, 1),
    ("a baseline that is written", "check --write-baseline new.json leak.py", {}, 0),
    ("a baseline that is written beside a syntax error", "check --write-baseline new.json broken.py", {}, 1),
    ("a baseline that is missing", "check --baseline nowhere.json", {}, 2),
    ("a baseline that is damaged", "check --baseline clean.py", {}, 2),
    ("a baseline that cannot be written", "check --write-baseline no/where.json leak.py", {}, 2),
    ("comments that are written", "check --add-ignore leak.py", {}, 0),
    ("comments that cannot be written", "check --add-ignore broken.py", {}, 1),
    ("comments into standard input", "check --add-ignore -", {}, 2),
    ("a file that is no Python", "check broken.py", {}, 1),
    ("a file that is no text", "check latin.py", {}, 1),
    ("a file that is no notebook", "check broken.ipynb", {}, 1),
    ("a path that is missing", "check nowhere.py", {}, 2),
    ("a path that is missing beside others", "check clean.py leak.py nowhere.py", {}, 2),
    ("an excluded file that is named", "check build/leak.py", {}, 1),
    ("an excluded file that is named and kept out", "check --force-exclude build/leak.py", {}, 0),
    ("files that are only shown", "check --show-files leak.py", {}, 0),
    ("an unknown rule", "check --select no-such-rule clean.py", {}, 2),
    ("an unknown option", "check --no-such-option", {}, 2),
    ("an unknown format", "check --output-format xml", {}, 2),
    ("an unknown confidence", "check --min-confidence sure", {}, 2),
    ("an unknown command", "chek", {}, 2),
    ("an unknown setting", "check wrong/clean.py", {}, 2),
    ("a configuration file that is missing", "check --config nowhere.toml", {}, 2),
    ("options that contradict each other", "check --isolated --config wrong/pyproject.toml", {}, 2),
    ("standard input beside paths", "check - clean.py", {}, 2),
    ("standard input that is empty", "check -", {}, 0),
    ("a wrong variable", "check clean.py", {"LEAKGUARD_OUTPUT_FORMAT": "xml"}, 2),
    ("a variable that names a known baseline", "check leak.py", {"LEAKGUARD_BASELINE": KNOWN}, 0),
    ("a rule that is explained", "rule LG201", {}, 0),
    ("a rule that there isn't", "rule LG999", {}, 2),
    ("settings that are shown", "config", {}, 0),
    ("settings of a missing path", "config nowhere", {}, 2),
    ("help", "check --help", {}, 0),
    ("the version", "--version", {}, 0),
    ("no command", "", {}, 2),
]


@pytest.fixture
def everything(project: Project) -> Project:
    """Return a project with all that the table names."""
    for name in ("leak.py", "build/leak.py"):
        project.write(name, LEAK)
    for name in ("clean.py", "clean/a.py", "wrong/clean.py"):
        project.write(name, "x = 1\n")
    project.write("empty/readme.txt")
    project.write("broken.py", f"{LEAK}def f(:\n")
    project.write("latin.py", b"x = '\xe4'\n")
    project.write("broken.ipynb", '{"cells": [')
    project.write("silenced.py", LEAK.replace('churn"))\n', 'churn"))  # leakguard: ignore[LG201]\n', 1))
    project.write("idle.py", "x = 1  # leakguard: ignore[LG201]\n")
    project.write("sweep.yaml", "method: bayes\nparameters:\n  learning_rate:\n    min: 0.00001\n    max: 0.1\n")
    project.write("wrong/pyproject.toml", "[tool.leakguard]\nno-such-key = 1\n")
    project.write_cells("nb.ipynb", LEAK)
    project.write_cells("julia.ipynb", "x = 1", language_info={"name": "julia"})
    [found] = check_source(source_from_text(LEAK, "leak.py"), settings_from({}))
    entry = {"file": "leak.py", "rule": "fit-before-split", "message": found.message, "count": 1}
    project.write(KNOWN, json.dumps({"version": 1, "findings": [entry]}))
    return project


@pytest.mark.parametrize(("arguments", "env", "code"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE])
def test_exit_code(everything: Project, arguments: str, env: dict[str, str], code: int) -> None:
    run = everything.run(*arguments.split(), env=env)
    assert run.code == code, run
    assert run.out + run.err or code == 0  # whatever is wrong is said


def test_the_table_has_every_code_and_each_situation_once() -> None:
    assert {row[3] for row in TABLE} == {0, 1, 2}
    assert len({row[0] for row in TABLE}) == len(TABLE)
