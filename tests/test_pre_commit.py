"""The pre-commit hooks, run by pre-commit itself, which installs this checkout, on a repository with leaks."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from conftest import LEAK, plain_environment

if TYPE_CHECKING:
    from conftest import Project

ROOT = Path(__file__).parents[1]
SWEEP = "method: bayes\nparameters:\n  learning_rate:\n    min: 0.00001\n    max: 0.1\n"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not importlib.util.find_spec("pre_commit"), reason="pre-commit is not installed"),
    pytest.mark.skipif(not (ROOT / ".git").exists(), reason="pre-commit installs from a git repository only"),
]


def git(project: Project, *arguments: str) -> None:
    identity = ["-c", "user.name=a", "-c", "user.email=a@example.org"]
    command = ["git", *identity, *arguments]
    subprocess.run(command, cwd=project.folder, check=True, capture_output=True)


@pytest.fixture
def repository(project: Project) -> Project:
    """Return a project that is a git repository."""
    (project.folder / ".git").rmdir()
    git(project, "init", "-q")
    return project


@pytest.fixture
def _package_index(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Skip the test if pip cannot get a package."""
    folder = tmp_path_factory.mktemp("download")
    command = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "-d", str(folder), "hatchling"]
    if subprocess.run(command, check=False, capture_output=True, timeout=120).returncode:
        pytest.skip("the package index is not available")


def try_repo(project: Project, hook: str) -> subprocess.CompletedProcess[str]:
    """Let pre-commit run a hook of this checkout on all files of a repository."""
    home = project.folder.parent / "pre-commit"
    return subprocess.run(
        [sys.executable, "-m", "pre_commit", "try-repo", str(ROOT), hook, "--all-files", "--color", "never"],
        cwd=project.folder,
        env={name: value for name, value in plain_environment().items() if name != "PYTHONPATH"}
        | {"PRE_COMMIT_HOME": str(home)},
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )


@pytest.mark.usefixtures("_package_index")
def test_the_hooks_find_leaks_in_what_is_committed(repository: Project) -> None:
    repository.write("leak.py", LEAK)
    repository.write("clean.py", "x = 1\n")
    repository.write("old/leak.py", LEAK)
    repository.write("pyproject.toml", "[tool.leakguard]\nextend-exclude = ['old/']\noutput-format = 'concise'\n")
    repository.write("sweep.yaml", SWEEP)
    repository.write("other.yml", "a: [b]\n")
    repository.write_cells("nb.ipynb", "x = 1", LEAK)
    git(repository, "add", ".")
    run = try_repo(repository, "leakguard")
    assert run.returncode == 1, run.stdout + run.stderr
    found = [line.split(": ")[0] for line in run.stdout.splitlines() if " LG" in line]
    assert found == ["leak.py:7:5", "nb.ipynb:cell 2:7:5"]
    assert "exit code: 1" in run.stdout
    sweeps = try_repo(repository, "leakguard-sweeps")
    assert sweeps.returncode == 1, sweeps.stdout + sweeps.stderr
    assert [line.split(":")[0] for line in sweeps.stdout.splitlines() if " LG" in line] == ["sweep.yaml"]
    git(repository, "rm", "-q", "--cached", "leak.py", "nb.ipynb", "sweep.yaml")
    for hook in ("leakguard", "leakguard-sweeps"):
        clean = try_repo(repository, hook)
        assert clean.returncode == 0, clean.stdout + clean.stderr
        assert "Passed" in clean.stdout
