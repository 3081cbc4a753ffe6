"""`examples/rules`: for every rule a leaky and a mended program. Both run, and only the leaky one is found.

A comment `# leak: rule` stands on the row of each finding.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from leakguard.rules.registry import all_rules

_EXAMPLES = Path(__file__).parent.parent / "examples" / "rules"
_COMMENT = re.compile(r"# leak: (.+)$")
_NAMES = sorted(rule.name for rule in all_rules().values())
_RUN = """\
import os, runpy, sys, warnings
import numpy, pandas, sklearn.model_selection, sklearn.ensemble  # once for all of them
warnings.simplefilter("ignore")
for number, program in enumerate(sys.argv[1:]):
    child = os.fork()
    if not child:
        folder, name = os.path.split(program)
        os.chdir(folder)
        sys.path.insert(0, folder)
        status = 1
        try:
            runpy.run_path(name, run_name="__main__")
            status = 0
        except ModuleNotFoundError as error:  # a library that is not installed here
            print("MISSING", error.name)
            status = 0
        finally:
            sys.stdout.flush()
            os._exit(status)
    if os.waitpid(child, 0)[1]:
        print("FAILED", program)
    print("DONE", program, flush=True)
"""


def test_every_rule_has_both() -> None:
    assert sorted(path.name for path in _EXAMPLES.iterdir() if path.is_dir()) == _NAMES
    for name in _NAMES:
        for kind in ("leaky", "mended"):
            assert (_EXAMPLES / name / f"{kind}.py").read_text("utf-8").startswith('"""'), name


@pytest.mark.parametrize("name", _NAMES)
def test_the_leaky_one_is_found_and_the_mended_one_is_not(name: str) -> None:
    folder = _EXAMPLES / name
    own = [] if (folder / "pyproject.toml").exists() else ["--isolated"]
    options = ["--no-cache", *own, "--preview", "--select", "ALL", "--output-format", "json"]
    command = [sys.executable, "-m", "leakguard", "check", *options, "leaky.py", "mended.py"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert not done.stderr
    found = {(one["filename"], one["location"]["row"], one["name"]) for one in json.loads(done.stdout)}
    announced = {
        ("leaky.py", row, rule)
        for row, line in enumerate((folder / "leaky.py").read_text("utf-8").splitlines(), start=1)
        if (comment := _COMMENT.search(line))
        for rule in comment[1].split(", ")
    }
    assert found == announced
    assert name in {rule for _, _, rule in found}


@pytest.mark.skipif(not hasattr(os, "fork"), reason="starts one interpreter for all of them")
def test_all_run(tmp_path: Path) -> None:
    """In copies, since some write their data beside them."""
    shutil.copytree(_EXAMPLES, tmp_path, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__", "*.csv"))
    programs = [str(tmp_path / name / f"{kind}.py") for name in _NAMES for kind in ("leaky", "mended")]
    programs.append(str(tmp_path / "test-path-outside-final-evaluation" / "evaluate.py"))
    done = subprocess.run([sys.executable, "-c", _RUN, *programs], capture_output=True, text=True, check=False)
    assert done.stdout.count("DONE ") == len(programs), done.stderr
    failed = re.findall(r"^FAILED (.+)$", done.stdout, re.MULTILINE)
    assert not failed, done.stderr
