"""Test suites of users, run by a pytest of their own."""

from __future__ import annotations

import re
from dataclasses import dataclass
from textwrap import dedent
from typing import TYPE_CHECKING

import pytest
from processes import plain_environment

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

# Neither an order nor warnings of other plugins that happen to be installed.
_PLAIN = (
    "-rA",
    "--color=no",
    *(part for name in ("cacheprovider", "randomly", "asyncio") for part in ("-p", f"no:{name}")),
)
ROWS = "import sys, threading\n\nimport numpy as np\nimport pytest\n\nX = np.ones((4, 2))\n"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run showed: its exit code, its output, and the outcome of each test by name."""

    code: int
    text: str
    tests: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Suite:
    """A folder with tests, and test rows in `data/test.csv`."""

    pytester: pytest.Pytester

    @property
    def folder(self) -> Path:
        return self.pytester.path

    def write(self, name: str, text: str) -> Path:
        """Write a file; test modules begin with the usual imports, and with X of shape (4, 2)."""
        file = self.folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        begin = ROWS if name.startswith("test_") else ""
        file.write_text(begin + dedent(text), "utf-8")
        return file

    def run(self, *arguments: str) -> Outcome:
        """Run the tests, without a cache and with each outcome listed."""
        result = self.pytester.runpytest_subprocess(*_PLAIN, *arguments)
        text = f"{result.stdout.str()}\n{result.stderr.str()}"
        found = re.findall(r"^(PASSED|FAILED|ERROR|XFAIL|XPASS|SKIPPED) (\S+)", text, re.MULTILINE)
        found.sort(key=lambda one: one[0] == "ERROR")  # beside that of the test, the outcome of its finalisers
        return Outcome(int(result.ret), text, {name.rpartition("::")[2]: outcome for outcome, name in found})


@pytest.fixture
def suite(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Suite:
    for name in ("LEAKGUARD_LEDGER", "LEAKGUARD_OPENINGS", "PYTEST_XDIST_WORKER", "PYTEST_XDIST_TESTRUNUID"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PYTHONPATH", plain_environment()["PYTHONPATH"])
    made = Suite(pytester)
    made.write("data/test.csv", "1,2\n3,4\n")
    return made
