"""The collector must be able to fail: every way in which a case and the rules can differ is shown to be noticed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from leakguard.rules.registry import all_rules

HERE = Path(__file__).parent
ROOT = HERE.parent.parent

LEAK = """\
from sklearn.datasets import load_wine
from sklearn.linear_model import Ridge
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler

X, y = load_wine(return_X_y=True)
X = StandardScaler().fit_transform(X){scaled}
X_train, X_test, y_train, y_test = train_test_split(X, y){split}
print(Ridge().fit(X_train, y_train).score(X_test, y_test))
"""
ANNOUNCED = "  # error: [fit-before-split]"
SILENT = "import math\n"


def run_cases(folder: Path, *programs: str, name: str = "fit-before-split.md") -> tuple[int, str]:
    """Let the collector run a Markdown file of these programs; returns pytest's exit code and what it printed."""
    shutil.copy(ROOT / "tests" / "literate.py", folder / "conftest.py")
    (folder / "pytest.ini").write_text("[pytest]\n")
    blocks = (f"## Case {number}\n\n```python\n{text}```\n" for number, text in enumerate(programs, start=1))
    (folder / name).write_text("\n".join(("# Cases\n", *blocks)))
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-c", str(folder / "pytest.ini"), str(folder)]
    environment = os.environ | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}  # the cases need none
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def test_every_rule_has_a_file_of_cases_and_every_file_a_rule() -> None:
    assert {path.stem for path in HERE.glob("*.md")} == set(all_rules())


def test_an_announced_finding_passes(tmp_path: Path) -> None:
    code, output = run_cases(tmp_path, LEAK.format(scaled=ANNOUNCED, split="  # note: split"), SILENT)
    assert code == 0, output
    assert "2 passed" in output


def test_a_disagreement_fails_and_says_where(tmp_path: Path) -> None:
    disagreeing = {
        LEAK.format(scaled="", split=""): ":12: false alarm: fit-before-split",
        LEAK.format(scaled=ANNOUNCED, split=ANNOUNCED): ":27: missed alarm: fit-before-split",
        LEAK.format(scaled="  # error: [fit-on-test]", split=""): ":40: missed alarm: fit-on-test",
        LEAK.format(scaled=ANNOUNCED + "  # severity: error", split=""): ":54: severity is not error",
        LEAK.format(scaled=ANNOUNCED, split="  # note: eclipse"): ":69: no note here says 'eclipse'",
    }
    code, output = run_cases(tmp_path, *disagreeing)
    assert code == 1, output
    assert "5 failed" in output
    assert [text for text in disagreeing.values() if f"fit-before-split.md{text}" not in output] == []
    assert "line 8 of 'Case 2': X_train, X_test" in output


@pytest.mark.parametrize("programs", [(SILENT,), (LEAK.format(scaled=ANNOUNCED, split=""),)], ids=["silent", "alarm"])
def test_a_file_needs_both_kinds_of_cases(tmp_path: Path, programs: tuple[str, ...]) -> None:
    code, output = run_cases(tmp_path, *programs)
    assert code != 0
    assert "needs cases that alarm and cases that don't" in output


def test_options_reach_the_rules(tmp_path: Path) -> None:
    draw = 'def sample(trial):\n    return trial.suggest_float("lr", 0.01, 0.5)'
    wide = f"# options: log-scale-span = 10\n{draw}  # error: [uniform-prior-on-log-scale]\n"
    code, output = run_cases(tmp_path, wide, f"{draw}\n", name="uniform-prior-on-log-scale.md")
    assert code == 0, output
