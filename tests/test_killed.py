"""Processes killed at any time leave files whole: the old one or the new one, never half of one."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from processes import plain_environment

if TYPE_CHECKING:
    from pathlib import Path

BASELINE = """\
from collections import Counter
from pathlib import Path
from leakguard.baseline import write_baseline, read_baseline
print("ready", flush=True)
number = 0
while True:
    number += 1
    counts = {("train.py", "fit-before-split", f"{one:016x}"): 1 for one in range(number % 400)}
    write_baseline(Path("baseline.json"), counts)
"""
FIXED = """\
from pathlib import Path
from leakguard.writing import replace_file
print("ready", flush=True)
while True:
    for letter in b"abc":
        replace_file(Path("train.py"), bytes([letter]) * 200_000)
"""
OPENED = """\
from leakguard.seal.openings.journal import open_once
print("ready", flush=True)
number = 0
while True:
    number += 1
    open_once(f"rows:{number}:{__import__('os').getpid()}", "X_test", "final")
"""
CACHED = """\
import itertools
from pathlib import Path
from leakguard.cli import main
print("ready", flush=True)
for number in itertools.count():
    for one in range(6):
        Path(f"{one}.py").write_text(f"import sklearn\\nx = {number}\\n")
    try:
        main(["check", "--cache-dir", "kept", "."])
    except SystemExit:
        pass
"""
TIMES = {"few": 6, "many": 70}


def killed(program: str, folder: Path, after: float) -> None:
    """Run a program that writes and writes, and kill it some seconds after it has begun."""
    environment = plain_environment() | {"LEAKGUARD_OPENINGS": str(folder / "openings.sqlite3")}
    with subprocess.Popen(
        [sys.executable, "-c", program], cwd=folder, env=environment, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        time.sleep(after)
        os.kill(process.pid, signal.SIGKILL)


@pytest.mark.parametrize("times", ["few", pytest.param("many", marks=pytest.mark.slow)])
@pytest.mark.parametrize("program", [BASELINE, FIXED, OPENED, CACHED], ids=["baseline", "fix", "openings", "cache"])
def test_what_was_written_is_whole(program: str, times: str, tmp_path: Path) -> None:
    from leakguard.baseline import read_baseline

    (tmp_path / "train.py").write_bytes(b"a" * 200_000)
    for number in range(TIMES[times]):
        killed(program, tmp_path, 0.15 * (number * 0.618 % 1))  # anywhere in a sixth of a second
        if program is BASELINE and (tmp_path / "baseline.json").exists():
            read_baseline(tmp_path / "baseline.json")
        elif program is FIXED:
            content = (tmp_path / "train.py").read_bytes()
            assert len(content) == 200_000
            assert len(set(content)) == 1
        elif program is CACHED:
            for file in (tmp_path / "kept").glob("*.sqlite"):
                assert_sound(file)
        elif program is OPENED and (tmp_path / "openings.sqlite3").exists():
            assert_sound(tmp_path / "openings.sqlite3")
    assert len(list(tmp_path.glob(".*.tmp"))) <= 1  # between the moment it gets a name and that of its own


def assert_sound(file: Path) -> None:
    with closing(sqlite3.connect(file)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
