"""Most tests run the command line in forked processes: these say and do what fresh ones do."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

import pytest
from conftest import LEAK
from processes import CAN_FORK, forked, fresh, shows_when_forked

if TYPE_CHECKING:
    from conftest import Project

ARGUMENTS = (
    *("", "--version", "--help", "chek", "rule LG201", "rule --all", "config", "clean", "check", "check clean.py"),
    *("check leak.py --select LG2 --output-format json", "check -", "check nowhere.py", "check --no-such-option"),
    *("check --diff .", "check --fix bad.py", "check --add-ignore leak.py", "check --report page.html"),
    "check --watch nowhere.py",
)


@pytest.mark.skipif(not CAN_FORK, reason="processes cannot be forked here")
@pytest.mark.parametrize("arguments", ARGUMENTS)
def test_a_forked_process_is_like_a_fresh_one(project: Project, arguments: str) -> None:
    folder = project.folder / "here"
    env = {"LEAKGUARD_CACHE_DIR": str(folder / ".cache"), "FORCE_COLOR": "1"}
    left = []
    for run in (fresh, forked):
        for name, text in {"leak.py": LEAK, "clean.py": "x = 1\n", "bad.py": "def f(:\n"}.items():
            project.write(f"here/{name}", text)
        done = run(arguments.split(), LEAK.encode(), env, folder)
        left.append((done, {one.name: one.read_bytes() for one in folder.iterdir() if one.is_file()}))
        shutil.rmtree(folder)
    assert left[0] == left[1]


@pytest.mark.skipif(not CAN_FORK, reason="processes cannot be forked here")
def test_a_forked_process_leaves_nothing_behind_but_files(project: Project) -> None:
    project.write("leak.py", LEAK)
    before = dict(os.environ), os.getcwd()
    env = {"LEAKGUARD_OUTPUT_FORMAT": "json"}
    assert forked(["check"], b"", env, project.folder).out.startswith("[")
    assert forked(["check"], b"", {}, project.folder).out.startswith("leak.py:7:5: ")
    assert (dict(os.environ), os.getcwd()) == before


def test_what_python_itself_heeds_takes_a_fresh_process() -> None:
    assert shows_when_forked({}) is CAN_FORK
    assert shows_when_forked({"LEAKGUARD_CACHE_DIR": "", "NO_COLOR": "1"}) is CAN_FORK
    assert not any(shows_when_forked({name: "1"}) for name in ("PYTHONPATH", "PYTHONIOENCODING", "LC_ALL", "LANG"))
