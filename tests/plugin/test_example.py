"""The example project: its CI fails for the leak, and passes once that is mended."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from processes import plain_environment

CHURN = Path(__file__).parents[2] / "examples" / "churn"


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
