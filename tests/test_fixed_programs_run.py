"""Programs of `fixes/` with data of their own are run before and after: what ran before runs fixed too."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from literate import programs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from _pytest.mark import ParameterSet

_FOLDER = Path(__file__).parent / "fixes"
_FIXED = "# fixed\n"
_HELP = re.compile(r"  # help: [^\n]+")
_IMPORT = re.compile(r"^(?:import|from) (\w+)", re.MULTILINE)
_MADE = re.compile(r"^[^\n#]*= *(?:load_iris|load_breast_cancer|make_classification)\(", re.MULTILINE)
_AT_HAND = frozenset({"numpy", "scipy", "sklearn", "random", "math"})


def _cases() -> Iterator[ParameterSet]:
    """Yield programs with what they become, where both need nothing but what is installed here."""
    for file in sorted(_FOLDER.glob("*.md")):
        blocks = list(programs(file.read_text(encoding="utf-8")))
        for before, after in pairwise(blocks):
            if after.text.startswith(_FIXED) and _runs_alone(before.text) and _runs_alone(after.text):
                yield pytest.param(_HELP.sub("", before.text), after.text, id=f"{file.stem}-{before.title}")


def _runs_alone(text: str) -> bool:
    return set(_IMPORT.findall(text)) <= _AT_HAND and _MADE.search(text) is not None


def _run(text: str, folder: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONWARNINGS": "ignore"}
    command = [sys.executable, "-c", text]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


@pytest.mark.slow
@pytest.mark.parametrize(("before", "after"), list(_cases()))
def test_a_fixed_program_runs(before: str, after: str, tmp_path: Path) -> None:
    pytest.importorskip("sklearn")
    old, new = _run(before, tmp_path), _run(after, tmp_path)
    assert old.returncode == 0, old.stderr
    assert new.returncode == 0, new.stderr
    assert bool(new.stdout) == bool(old.stdout)
