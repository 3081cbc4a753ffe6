"""A folder with files to check, and the command line run on it the way people do: as a process of its own."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import settings
from literate_fixes import pytest_collect_file
from processes import Run, forked, fresh, plain_environment, shows_when_forked
from suites import suite

from leakguard.seal import ledger
from leakguard.seal.openings import place

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

__all__ = ["plain_environment", "pytest_collect_file", "suite"]  # for tests; the collector of the literate cases

# No deadline on shared machines; the same programs in every run of the CI, new ones in every run by hand.
settings.register_profile("by hand", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "by hand")

# The scaler learns from all rows in row 7, and row 8 holds some of them out.
LEAK = """\
import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler

df = pd.read_csv("churn.csv")
X = StandardScaler().fit_transform(df.drop(columns="churn"))
X_train, X_test, y_train, y_test = train_test_split(X, df["churn"])
model = LogisticRegression().fit(X_train, y_train)
print(model.score(X_test, y_test), len(X))
"""
LEAK_ROW = 7


@dataclass(frozen=True, slots=True)
class Project:
    """A folder that is checked, the current one of every run."""

    folder: Path

    def write(self, name: str, content: str | bytes = "") -> Path:
        file = self.folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content.encode() if isinstance(content, str) else content)
        return file

    def write_cells(self, name: str, *cells: str | list[str], **metadata: object) -> Path:
        """Write a notebook of code cells; a list of one text is a Markdown cell."""
        written: list[dict[str, object]] = [
            {"cell_type": "code", "source": cell, "outputs": [], "execution_count": None, "metadata": {}}
            if isinstance(cell, str)
            else {"cell_type": "markdown", "source": cell, "metadata": {}}
            for cell in cells
        ]
        notebook = {"cells": written, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}
        return self.write(name, json.dumps(notebook))

    def run(
        self,
        *arguments: str,
        text: str | bytes = b"",
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
        wrapper: Sequence[str] = (),
    ) -> Run:
        """Run `leakguard` with these arguments, every warning of Python an error, as `processes` says."""
        given = text.encode() if isinstance(text, str) else text
        folder = cwd or self.folder
        if wrapper or not shows_when_forked(env or {}):
            run = fresh(arguments, given, env or {}, folder, wrapper)
        else:
            run = forked(arguments, given, env or {}, folder)
        assert "Traceback" not in run.err, run.err
        return run

    def findings(self, *arguments: str, text: str | bytes = b"") -> list[dict[str, Any]]:
        """Return the objects that `leakguard check --output-format json` prints."""
        run = self.run("check", "--output-format", "json", *arguments, text=text)
        assert run.code in {0, 1}, run.err
        found: list[dict[str, Any]] = json.loads(run.out)
        return found

    def places(self, *arguments: str) -> list[tuple[str, int | None, int, str]]:
        """Return the file, cell, row and name of each finding."""
        found = self.findings(*arguments)
        return [(one["filename"], one["cell"], one["location"]["row"], one["name"]) for one in found]


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers(config: pytest.Config) -> int | None:
    """Test in this process where files or words are given: starting others would take longer than such tests."""
    whole = all(os.path.isdir(path) for path in config.args) and not config.option.keyword
    return None if whole else 0


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """Return an empty project that is the top of a repository."""
    (tmp_path / ".git").mkdir()
    return Project(tmp_path)


@pytest.fixture(autouse=True)
def own_ledgers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Give each test a ledger and an opening ledger of its own."""
    monkeypatch.setenv(ledger.VARIABLE, str(tmp_path / "ledger.jsonl"))
    monkeypatch.setenv(place.VARIABLE, str(tmp_path / "openings.sqlite3"))
