"""Files that are moved aside while sealed: native readers do not find them, and nothing is ever lost."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from leakguard.seal import Ruling, SealBroken
from leakguard.seal.files import seal_paths
from leakguard.seal.ledger import VARIABLE

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

CONTENT = {"data/t.csv": "a,b\n1,2\n", "data/deep/u.csv": "a,b\n3,4\n", "data/ünï cödé\n.csv": "c\n5\n"}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the current folder, which holds `CONTENT`."""
    monkeypatch.setenv(VARIABLE, str(tmp_path / "ledger.jsonl"))
    monkeypatch.chdir(tmp_path)
    for name, text in CONTENT.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


def found(folder: Path) -> dict[str, str]:
    """Return the text of every file below `data`."""
    files = (one for one in (folder / "data").rglob("*") if one.is_file())
    return {str(one.relative_to(folder)): one.read_text() for one in files}


def until(holds: Callable[[], bool]) -> bool:
    """Wait, as long as it takes a loaded machine, until something holds."""
    end = time.monotonic() + 60
    while not holds() and time.monotonic() < end:
        time.sleep(0.01)
    return holds()


def test_native_readers_do_not_find_them(folder: Path) -> None:
    with seal_paths("data", "test rows", hide=True) as seal:
        command = ["cat", "data/t.csv", "data/deep/u.csv"]
        assert subprocess.run(command, check=False, capture_output=True).stdout == b""
        with pytest.raises(FileNotFoundError):
            os.stat("data/t.csv")
        assert seal.evidence().ruling in {Ruling.HELD, Ruling.NOT_PROVEN}
        with pytest.raises(SealBroken):
            open("data/t.csv")  # noqa: SIM115 - never opened
        with seal.allow():
            assert found(folder) == CONTENT
        assert len(found_names(folder)) == len(CONTENT)
        assert not set(CONTENT) & found_names(folder)
        assert len(seal.evidence().breaches) == 1
    assert found(folder) == CONTENT


def found_names(folder: Path) -> set[str]:
    return {str(one.relative_to(folder)) for one in (folder / "data").rglob("*") if one.is_file()}


def test_the_hidden_file_is_sealed_by_its_other_name(folder: Path) -> None:
    with seal_paths("data/t.csv", "test rows", hide=True):
        hidden = next(one for one in (folder / "data").iterdir() if ".t.csv." in one.name)
        with pytest.raises(SealBroken):
            hidden.read_text()


def test_what_was_written_anew_is_kept_beside_it(folder: Path) -> None:
    with seal_paths("data/t.csv", "test rows", hide=True) as seal:
        (folder / "data/t.csv").write_text("new\n")
    assert found(folder)["data/t.csv"] == "new\n"
    assert CONTENT["data/t.csv"] in found(folder).values()
    assert any("written anew" in limit for limit in seal.evidence().limits)


def test_hard_links_are_said(folder: Path) -> None:
    os.link("data/t.csv", "other.csv")
    with seal_paths("data/t.csv", "test rows", hide=True) as seal:
        assert any("other names" in limit for limit in seal.evidence().limits)
    assert found(folder) == CONTENT


PROGRAM = """
import os, sys, time
from leakguard.seal.files import seal_paths
seal = seal_paths("data", "test rows", hide=True)
print("sealed", flush=True)
{end}
"""


@pytest.mark.skipif(sys.platform != "linux", reason="ways to end a process of POSIX")
@pytest.mark.parametrize(
    "end",
    [
        "",
        "sys.exit(3)",
        "1 / 0",
        "os._exit(0)",
        "os.abort()",
        "os.kill(os.getpid(), 9)",
        "os.kill(os.getpid(), 15)",
        "os.killpg(os.setpgrp() or 0, 9)",
        "os.execvp('true', ['true'])",
        "os.fork() and os._exit(0); time.sleep(0.2)",
        "os.fork() or os._exit(0)",
    ],
)
def test_they_are_back_however_the_process_ends(folder: Path, end: str) -> None:
    command = [sys.executable, "-c", PROGRAM.format(end=end)]
    done = subprocess.run(command, check=False, capture_output=True, text=True, start_new_session=True)
    assert done.stdout == "sealed\n", done.stderr
    assert until(lambda: found_names(folder) == set(CONTENT))
    assert found(folder) == CONTENT


LOOP = """
import sys
from leakguard.seal.files import seal_paths
print("begins", flush=True)
while True:
    with seal_paths("data", "test rows", hide=True) as seal, seal.allow():
        pass
"""


@pytest.mark.skipif(sys.platform != "linux", reason="needs SIGKILL")
def test_nothing_is_lost_by_kill_9_at_any_moment(folder: Path) -> None:
    draw = random.Random(7)  # noqa: S311 - no secret
    for _ in range(12):
        with subprocess.Popen([sys.executable, "-c", LOOP], stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            process.stdout.readline()
            time.sleep(draw.uniform(0, 0.2))
            process.send_signal(signal.SIGKILL)
        assert until(lambda: found_names(folder) == set(CONTENT))
        assert found(folder) == CONTENT


@pytest.mark.skipif(sys.platform != "linux", reason="needs SIGKILL")
def test_without_the_guardian_the_next_seal_puts_them_back(folder: Path) -> None:
    end = "os.kill(seal._aside._guardian.pid, 9); os.kill(os.getpid(), 9)"
    subprocess.run([sys.executable, "-c", PROGRAM.format(end=end)], check=False, capture_output=True)
    assert not set(CONTENT) & found_names(folder)
    with seal_paths("data", "test rows"):
        assert found_names(folder) == set(CONTENT)
    assert found(folder) == CONTENT


def test_files_hidden_by_a_living_process_stay_so(folder: Path) -> None:
    with seal_paths("data/t.csv", "test rows", hide=True):
        subprocess.run(
            [sys.executable, "-c", "from leakguard.seal.files import seal_paths; seal_paths('data', 'n').close()"],
            check=True,
        )
        assert "data/t.csv" not in found_names(folder)
    assert found(folder) == CONTENT


def test_all_or_none_are_hidden(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rename = os.rename

    def fails_at_the_last(source: str, target: str) -> None:
        if source.endswith("u.csv"):
            raise PermissionError(13, "Permission denied", source)
        rename(source, target)

    monkeypatch.setattr(os, "rename", fails_at_the_last)
    with pytest.raises(PermissionError):
        seal_paths("data", "test rows", hide=True)
    assert found(folder) == CONTENT
