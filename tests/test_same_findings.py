"""The same files have the same findings in every run, although sets hold their things in another order each time."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from conftest import Project

SEVERAL_IN_ONE_STATEMENT = """\
import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split

def scaled(A, B):
    return (A - A.mean(axis=0)) / A.std(axis=0) + (B - B.mean(axis=0)) / np.median(B) - np.quantile(A, 0.1)

X, y = np.load("x.npy"), np.load("y.npy")
Z = scaled(X, X)
Z_train, Z_test, y_train, y_test = train_test_split(Z, y)
for C in (0.1, 1.0):
    model = LogisticRegression(C=C).fit(Z_train, y_train)
    print(model.score(Z_test, y_test))
"""


def test_findings_do_not_hang_on_hashes_or_addresses(project: Project) -> None:
    for number in range(8):  # each at other addresses
        project.write(f"scaled_{number}.py", SEVERAL_IN_ONE_STATEMENT)
    found = {_findings(project, seed) for seed in ("0", "1", "2")}
    assert len(found) == 1
    places = {line.partition(":")[2] for line in found.pop().splitlines() if ".py:" in line}
    assert len(places) == 2, places  # one of the fits, and the reuse of the test rows


def _findings(project: Project, seed: str) -> str:
    command = [sys.executable, "-m", "leakguard", "check", "--isolated", "--no-cache", "--output-format=concise", "."]
    environment = os.environ | {"PYTHONHASHSEED": seed}
    done = subprocess.run(command, check=False, cwd=project.folder, env=environment, capture_output=True, text=True)
    return done.stdout
