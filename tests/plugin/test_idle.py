"""A run that has no use for the plugin neither pays for it nor shows it."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

from processes import plain_environment

if TYPE_CHECKING:
    from suites import Suite

_COUNT = """\
import sys

def pytest_sessionfinish():
    heavy = {"leakguard", "numpy", "sklearn", "libcst", "joblib", "scipy", "click"}
    own = sorted(name for name in sys.modules if name.partition(".")[0] in heavy or name.startswith("pytest_leakguard"))
    open("loaded.txt", "w").write("\\n".join(own))
"""


def test_an_idle_run_loads_the_hooks_alone(suite: Suite) -> None:
    suite.write("conftest.py", _COUNT)
    (suite.folder / "test_plain.py").write_text("def test_it():\n    pass\n", "utf-8")
    run = suite.run()
    assert run.tests == {"test_it": "PASSED"}
    assert "leakguard" not in "".join(line for line in run.text.splitlines() if not line.startswith("plugins:"))
    assert (suite.folder / "loaded.txt").read_text("utf-8").splitlines() == [
        "pytest_leakguard",
        "pytest_leakguard.marking",
        "pytest_leakguard.options",
        "pytest_leakguard.plugin",
    ]


def test_it_can_be_left_out(suite: Suite) -> None:
    (suite.folder / "test_plain.py").write_text("def test_it(sealed):\n    pass\n", "utf-8")
    run = suite.run("-p", "no:leakguard")
    assert "fixture 'sealed' not found" in run.text


def test_importing_the_plugin_imports_pytest_and_the_standard_library_alone() -> None:
    code = (
        "import sys, pytest; before = set(sys.modules); import pytest_leakguard.plugin;"
        "print(sorted({name.partition('.')[0] for name in set(sys.modules) - before} - set(sys.stdlib_module_names)))"
    )
    run = subprocess.run(
        [sys.executable, "-c", code], env=plain_environment(), capture_output=True, text=True, check=True
    )
    assert run.stdout.strip() == "['pytest_leakguard']"
