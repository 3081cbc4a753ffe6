"""The nine defects of the nearest linter that works on the same syntax trees: none of them is one of leakguard.

Six are tested here. The three that concern fixes and suppressed findings have their tests where those are tested:
a count of fixes that lies, exit code 0 for a syntax error while fixing, and suppressed findings that vanish.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from conftest import LEAK, LEAK_ROW

if TYPE_CHECKING:
    from conftest import Project


def test_findings_that_are_left_are_no_success(project: Project) -> None:
    project.write("a.py", "x = 1\n")
    project.write("leak.py", LEAK)
    for options in ([], ["--output-format", "json"], ["--output-format", "concise"]):
        assert project.run("check", *options).code == 1


def test_a_missing_path_is_no_success(project: Project) -> None:
    project.write("clean.py", "x = 1\n")
    run = project.run("check", "clean.py", "src/nowhere.py")
    assert (run.code, run.out) == (2, "")
    assert "no such file or folder: src/nowhere.py" in run.err


@pytest.mark.parametrize("where", ["--select", "--ignore", "pyproject.toml"])
def test_an_unknown_rule_is_no_success(project: Project, where: str) -> None:
    project.write("clean.py", "x = 1\n")
    options = [where, "fit-befor-split"]
    if where == "pyproject.toml":
        project.write(where, "[tool.leakguard]\nselect = ['fit-befor-split']\n")
        options = []
    run = project.run("check", *options)
    assert (run.code, run.out) == (2, "")
    assert "unknown rule `fit-befor-split`; did you mean `fit-before-split`?" in run.err


def test_nested_gitignore_files_count(project: Project) -> None:
    project.write(".gitignore", "*.tmp.py\n")
    project.write("pkg/.gitignore", "/made.py\n!kept.tmp.py\n")
    for name in ("a.tmp.py", "made.py", "pkg/made.py", "pkg/kept.tmp.py", "pkg/deep/made.py"):
        project.write(name, LEAK)
    assert [place[0] for place in project.places()] == ["made.py", "pkg/kept.tmp.py", "pkg/deep/made.py"]


@pytest.mark.parametrize("text", ["def f(:\n", "x = (\n", "if x:\n", "'''", "\x00", "print 'a'\n"])
def test_a_syntax_error_is_a_finding_and_no_traceback(project: Project, text: str) -> None:
    project.write("broken.py", text)
    project.write("leak.py", LEAK)
    run = project.run("check", "--output-format", "json")
    assert (run.code, run.err) == (1, "")
    found = [(one["filename"], one["name"]) for one in json.loads(run.out)]
    assert found == [("broken.py", "syntax-error"), ("leak.py", "fit-before-split")]


def test_there_are_formats_for_machines(project: Project) -> None:
    project.write("leak.py", LEAK)
    [found] = json.loads(project.run("check", "--output-format", "json").out)
    assert (found["filename"], found["location"]["row"], found["code"]) == ("leak.py", LEAK_ROW, "LG201")
    [line] = project.run("check", "--output-format", "concise").out.splitlines()
    assert line.startswith(f"leak.py:{LEAK_ROW}:5: LG201 ")
