"""`--verbose`: where the time went, on standard error alone."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from conftest import LEAK

if TYPE_CHECKING:
    from conftest import Project

_SECONDS = re.compile(r"^leakguard: +(\d+\.\d\d) s  (.+)$", re.MULTILINE)


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_phases_and_the_slowest_files(project: Project, jobs: str) -> None:
    project.write("leak.py", LEAK)
    project.write("sum.py", "print(1 + 1)\n")
    quiet, told = project.run("check", "--jobs", jobs), project.run("check", "--verbose", "--no-cache", "--jobs", jobs)
    assert (told.out, told.code) == (quiet.out, quiet.code)
    assert "0 files known from the cache, 1 passed over, 1 analysed" in told.err
    said = {what: float(seconds) for seconds, what in _SECONDS.findall(told.err)}
    assert "sum.py" not in said
    files = [f"of all files' analysis: {part}" for part in ("parsing", "following", "judging")]
    assert said["leak.py"] == pytest.approx(sum(said[part] for part in files), abs=0.03)
    assert said["analysing files"] > 0


def test_what_is_known_takes_no_analysis(project: Project) -> None:
    project.write("leak.py", LEAK)
    project.run("check")
    said = project.run("check", "-v").err
    assert "1 files known from the cache, 0 passed over, 0 analysed" in said
    assert "leak.py" not in said
