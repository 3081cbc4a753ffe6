"""The distribution: what it brings, what it loads, and how its layers lie."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from conftest import LEAK, plain_environment

if TYPE_CHECKING:
    from conftest import Project

ROOT = Path(__file__).parents[1]
HEAVY = ("libcst", "sklearn", "numpy", "pandas")


def loaded_by(project: Project, *arguments: str) -> set[str]:
    """Return the top-level packages that a Python process imports."""
    run = subprocess.run(
        [sys.executable, "-X", "importtime", *arguments],
        cwd=project.folder,
        env=plain_environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode in {0, 1}, run.stderr
    return {line.rpartition("|")[2].strip().partition(".")[0] for line in run.stderr.splitlines()}


def test_the_parser_is_loaded_only_for_files_that_need_it(project: Project) -> None:
    project.write("plain.py", "import os\n\nprint(os.name)\n")
    project.write_cells("plain.ipynb", "%matplotlib inline", "x = 1")
    project.write("leak.py", LEAK)
    assert loaded_by(project, "-c", "import leakguard, leakguard.cli").isdisjoint(HEAVY)
    assert loaded_by(project, "-m", "leakguard", "check", "plain.py", "plain.ipynb").isdisjoint(HEAVY)
    assert loaded_by(project, "-m", "leakguard", "rule", "--all").isdisjoint(HEAVY)
    assert "libcst" in loaded_by(project, "-m", "leakguard", "check", "leak.py")


def test_checking_loads_no_library_of_the_checked_code(project: Project) -> None:
    project.write("leak.py", LEAK)
    assert loaded_by(project, "-m", "leakguard", "check", "leak.py").isdisjoint(
        {"sklearn", "numpy", "pandas", "optuna"}
    )


def test_the_pytest_plugin_loads_nothing_heavy(project: Project) -> None:
    assert loaded_by(project, "-c", "import pytest_leakguard").isdisjoint({"leakguard", "sklearn", "libcst", "numpy"})


def test_the_three_dependencies_and_the_command() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert [line.partition(">")[0] for line in project["dependencies"]] == ["libcst", "click", "pathspec"]
    assert project["scripts"] == {"leakguard": "leakguard.cli:main"}
    assert project["name"] == "leakguard-hpo"


def test_the_readme_shows_what_its_first_command_prints() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    install, tests = re.findall(r"^```sh\n(.*)\n```$", readme, re.MULTILINE)
    [shown] = re.findall(r"^```text\n(.*?)^```$", readme, re.MULTILINE | re.DOTALL)
    command = install.removeprefix("pip install . && leakguard ").split()
    run = subprocess.run(
        [sys.executable, "-m", "leakguard", *command], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert shown == run.stdout
    assert tests.endswith("pytest -q")
    assert len(readme.splitlines()) < 150


def test_the_readme_names_every_rule(project: Project) -> None:
    listed = json.loads(project.run("rule", "--all", "--output-format", "json").out)
    rules = [(one["name"], one["code"], one["preview"]) for one in listed if not one["code"].startswith("LG0")]
    readme = (ROOT / "README.md").read_text("utf-8")
    table = re.findall(r"^\| `([\w-]+)` \| (LG\d+) \|", readme, re.MULTILINE)
    in_preview = re.findall(r"`([\w-]+)` (LG\d+)[,.]", readme)
    assert table == [(name, code) for name, code, preview in rules if not preview]
    assert in_preview == [(name, code) for name, code, preview in rules if preview]


@pytest.mark.slow
def test_a_plain_install_brings_three_packages_and_runs(project: Project) -> None:
    environment = project.folder / "env"
    subprocess.run([sys.executable, "-m", "venv", environment], check=True)
    python = environment / "bin/python"
    subprocess.run([python, "-m", "pip", "install", "-q", ROOT], check=True, capture_output=True)
    listed = subprocess.run(
        [python, "-m", "pip", "list", "--format=freeze"], check=True, capture_output=True, text=True
    )
    names = {line.partition("==")[0].lower() for line in listed.stdout.splitlines()}
    assert names - {"pip", "setuptools", "pyyaml", "pyyaml-ft", "typing_extensions"} == {
        *("leakguard-hpo", "libcst", "click", "pathspec"),
    }
    run = subprocess.run(
        [environment / "bin/leakguard", "check", ROOT / "examples"], check=False, capture_output=True, text=True
    )
    assert run.returncode == 1
    assert "fit-before-split" in run.stdout
