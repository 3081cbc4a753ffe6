"""What is offered to CI: the GitHub action, as far as a shell can run it, the snippets, and the file of hooks."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from conftest import LEAK, plain_environment

from leakguard.diagnostic import OUTPUT_FORMATS

if TYPE_CHECKING:
    from conftest import Project

ROOT = Path(__file__).parents[1]
ACTION = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
CI = (ROOT / "docs/ci.md").read_text("utf-8")
STEP: dict[str, Any] = ACTION["runs"]["steps"][0]
# Stands in for Python with pip: notes the package, and links to the one under test where it would be installed.
PYTHON = """\
#!/bin/sh
if [ "$2" = pip ]; then
    for last; do :; done
    echo "$last" > installed
    while [ "$1" != --target ]; do shift; done
    ln -s {package} "$2/leakguard"
    exit 0
fi
PYTHONPATH="$PYTHONPATH:{path}" exec {python} "$@"
"""


def run_action(project: Project, **inputs: str) -> subprocess.CompletedProcess[str]:
    """Run the action's script as a runner does, with inputs in the environment and a Python that installs nothing."""
    (project.folder / "bin").mkdir(exist_ok=True)
    python = project.write(
        "bin/python3",
        PYTHON.format(package=ROOT / "leakguard", path=":".join(filter(None, sys.path)), python=sys.executable),
    )
    python.chmod(0o755)
    values = {name: value["default"] for name, value in ACTION["inputs"].items()} | inputs
    context = {
        "github.action_path": str(ROOT),
        "runner.temp": str(project.folder),
        **{f"inputs.{name}": value for name, value in values.items()},
    }
    env = {name: context[value.removeprefix("${{ ").removesuffix(" }}")] for name, value in STEP["env"].items()}
    path = f"{project.folder / 'bin'}{os.pathsep}{os.environ['PATH']}"
    formats = {} if "github" in OUTPUT_FORMATS else {"LEAKGUARD_OUTPUT_FORMAT": "concise"}
    return subprocess.run(
        ["bash", "-c", STEP["run"]],  # noqa: S607 - any bash will do
        cwd=project.folder,
        env=plain_environment() | env | {"PATH": path} | formats,
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_action_has_what_a_runner_needs() -> None:
    assert set(ACTION) == {"name", "description", "inputs", "runs"}
    assert set(ACTION["inputs"]) == {"src", "args", "version"}
    assert all(set(one) == {"description", "default"} for one in ACTION["inputs"].values())
    assert ACTION["runs"]["using"] == "composite"
    assert set(STEP) == {"name", "shell", "env", "run"}
    assert "${{" not in STEP["run"]  # inputs come by the environment, where nothing in them is run
    assert set(re.findall(r"INPUT_\w+", STEP["run"])) == set(STEP["env"])


@pytest.mark.skipif(not shutil.which("bash"), reason="the action's script needs bash")
def test_the_action_installs_its_checkout_and_checks(project: Project) -> None:
    project.write("src/leak.py", LEAK)
    project.write("other/leak.py", LEAK)
    project.write("click.py", "raise SystemExit('the project, not the package')\n")
    done = run_action(project, src="src")
    assert done.returncode == 1, done.stderr
    assert (project.folder / "installed").read_text().strip() == str(ROOT)
    assert "src/leak.py" in done.stdout
    assert "other" not in done.stdout
    done = run_action(project, src="src\n  other ", args="--ignore LG201", version="0.1.0")
    assert done.returncode == 0, done.stderr
    assert (project.folder / "installed").read_text().strip() == "leakguard-hpo==0.1.0"
    assert run_action(project, args="--select no-such-rule").returncode == 2
    assert run_action(project, src="$(touch ran) nowhere").returncode == 2
    assert not (project.folder / "ran").exists()


def snippets() -> list[Any]:
    return [yaml.safe_load(text) for text in re.findall(r"^```yaml\n(.*?)^```$", CI, re.MULTILINE | re.DOTALL)]


def test_the_snippets_are_yaml_and_name_what_there_is() -> None:
    pre_commit, github, gitlab = snippets()
    hooks = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
    assert [one["id"] for one in pre_commit["repos"][0]["hooks"]] == [one["id"] for one in hooks]
    assert set(github["jobs"]["leakguard"]["steps"][-1]["with"]) <= set(ACTION["inputs"])
    assert gitlab["leakguard"]["variables"]["LEAKGUARD_OUTPUT_FORMAT"] == "gitlab"
    table = re.findall(r"^\| `(\w+)` \|", CI, re.MULTILINE)
    assert table == list(ACTION["inputs"])


def test_the_hooks_are_like_those_of_other_linters() -> None:
    python, sweeps = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
    assert python["types_or"] == ["python", "pyi", "jupyter"]
    assert sweeps["types"] == ["yaml"]
    for hook in (python, sweeps):
        assert (hook["entry"], hook["language"]) == ("leakguard check --force-exclude", "python")
        assert hook["require_serial"] is True
