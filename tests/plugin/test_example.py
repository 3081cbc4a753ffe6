"""The example projects: what is wrong with them is found, and what is mended passes."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from processes import plain_environment

EXAMPLES = Path(__file__).parents[2] / "examples"
CHURN, MIRAGE = EXAMPLES / "churn", EXAMPLES / "mirage"


def ci(folder: Path) -> subprocess.CompletedProcess[str]:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return subprocess.run(
        [folder / "ci.sh"], env=plain_environment() | {"PATH": path}, capture_output=True, text=True, check=False
    )


@pytest.fixture
def churn(tmp_path: Path) -> Path:
    return Path(shutil.copytree(CHURN, tmp_path / "churn"))


def test_before(churn: Path) -> None:
    done = ci(churn / "before")
    assert done.returncode == 1
    assert "churn.py:18:17: error[LG101] test-set-in-tuning" in done.stdout
    script = churn / "before" / "ci.sh"
    script.write_text(script.read_text("utf-8").replace("leakguard check .", ""), "utf-8")
    done = ci(churn / "before")
    assert done.returncode == 1
    assert "violated by path seal (LG104 test-path-in-tuning at churn.py:8)" in done.stdout


def test_after(churn: Path) -> None:
    done = ci(churn / "after")
    assert done.returncode == 0, done.stdout
    assert "No leaks found in 2 files." in done.stdout
    assert "4 passed" in done.stdout


@pytest.mark.parametrize(("project", "code"), [("before", 1), ("after", 0)])
def test_the_hook_lets_only_the_mended_one_be_committed(churn: Path, project: str, code: int) -> None:
    pytest.importorskip("pre_commit")
    folder, configuration = churn / project, churn / "after" / ".pre-commit-config.yaml"
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = plain_environment() | {"PATH": path, "PRE_COMMIT_HOME": str(churn / "home")}
    for command in (["init", "-q"], ["add", "."]):
        subprocess.run(["git", *command], cwd=folder, check=True)  # noqa: S607 - whichever is there
    command = [sys.executable, "-m", "pre_commit", "run", "--all-files", "--config", str(configuration)]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == code, done.stdout + done.stderr
    assert ("test-set-in-tuning" in done.stdout) == (project == "before")


@pytest.fixture
def mirage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    return Path(shutil.copytree(MIRAGE, tmp_path / "mirage"))


def python(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = plain_environment() | {"LEAKGUARD_OPENINGS": str(folder / "openings.sqlite3")}
    command = [sys.executable, *arguments]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


def test_the_mirage_is_named_before_running_and_while_running(mirage: Path) -> None:
    done = python(mirage, "-m", "leakguard", "check", "--output-format", "concise", ".")
    assert "customers.py:41:18: LG101 test-set-in-tuning" in done.stdout
    assert "honest.py" not in done.stdout
    done = python(mirage, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:asyncio")
    assert "1 failed, 1 passed" in done.stdout
    assert "test_leaky - Leak: the test customers: violated by h" in done.stdout


def test_the_honest_campaign_says_what_others_will_show(mirage: Path) -> None:
    done = python(mirage, "honest.py")
    figures = {line[:31].strip(): float(line[32:36]) for line in done.stdout.splitlines()}
    assert figures["honest score"] < figures["best score by cross-validation"] - 0.2
    assert abs(figures["sealed test set, opened once"] - figures["precision on 20,000 others"]) < 0.25


@pytest.mark.slow
def test_the_mirage(mirage: Path) -> None:
    reported, true = (float(line.split()[-1]) for line in python(mirage, "leaky.py").stdout.splitlines())
    assert reported > 0.9
    assert true < 0.5
