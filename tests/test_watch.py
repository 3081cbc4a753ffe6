"""`leakguard check --watch`: reports again upon changes, and goes on until it is interrupted."""

from __future__ import annotations

import os
import pty
import select
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest
from conftest import LEAK, plain_environment

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conftest import Project

CLEAN = "x = 1\n"
TIMEOUT = 120  # seconds, on a machine that has other things to do
READY = "Ctrl-C ends"


@dataclass(slots=True)
class Watcher:
    """A process that watches, and what it has written so far and nobody has waited for."""

    process: subprocess.Popen[bytes]
    output: int
    rest: str = field(default="")

    def until(self, word: str) -> str:
        """Return what is written up to a word."""
        deadline = time.monotonic() + TIMEOUT
        while word not in self.rest:
            ready, _, _ = select.select([self.output], [], [], deadline - time.monotonic())
            assert ready, f"no {word!r} in {self.rest!r}"
            data = os.read(self.output, 65_536)
            assert data, f"ended without {word!r}: {self.rest!r}"
            self.rest += data.decode()
        before, _, self.rest = self.rest.partition(word)
        return before

    def interrupt(self) -> int:
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(TIMEOUT)


@contextmanager
def watching(project: Project, *arguments: str, terminal: bool = False) -> Iterator[Watcher]:
    mine, its = pty.openpty() if terminal else os.pipe()
    process = subprocess.Popen(
        [sys.executable, "-m", "leakguard", "check", "--watch", "--output-format", "concise", *arguments],
        cwd=project.folder,
        env=plain_environment() | {"TERM": "xterm", "NO_COLOR": "1"},
        stdin=subprocess.DEVNULL,
        stdout=its,
        stderr=its,
    )
    os.close(its)
    try:
        yield Watcher(process, mine)
    finally:
        process.kill()
        process.wait()
        os.close(mine)


def test_each_change_is_followed_by_a_report_until_the_interrupt(project: Project) -> None:
    file = project.write("model.py", CLEAN)
    project.write("notes.txt")
    with watching(project) as watcher:
        assert "fit-before-split" not in watcher.until(READY)
        file.write_text(LEAK)
        report = watcher.until(READY)
        assert "model.py:7:5: " in report
        assert "watching 1 file," in report
        assert "\x1b" not in report
        project.write("package/other.py", LEAK)
        report = watcher.until(READY)
        assert "package/other.py:7:5: " in report
        assert "watching 2 files," in report
        project.write("pyproject.toml", '[tool.leakguard]\nignore = ["LG2"]\n')
        assert "fit-before-split" not in watcher.until(READY)
        assert watcher.interrupt() == 0


def test_settings_that_go_wrong_are_told_and_can_be_mended(project: Project) -> None:
    project.write("model.py", LEAK)
    with watching(project) as watcher:
        assert "fit-before-split" in watcher.until(READY)
        settings = project.write("pyproject.toml", "[tool.leakguard]\nselekt = []\n")
        assert "unknown key `selekt`" in watcher.until(READY)
        settings.unlink()
        assert "fit-before-split" in watcher.until(READY)
        assert watcher.interrupt() == 0


def test_one_file_is_watched_even_if_another_takes_its_place(project: Project) -> None:
    file = project.write("model.py", CLEAN)
    with watching(project, "model.py") as watcher:
        watcher.until(READY)
        project.write("other.py", LEAK)
        project.write("new.tmp", LEAK).replace(file)
        report = watcher.until(READY)
        assert "model.py:7:5: " in report
        assert "other.py" not in report
        assert watcher.interrupt() == 0


def test_a_terminal_shows_the_last_report_alone(project: Project) -> None:
    file = project.write("model.py", CLEAN)
    with watching(project, terminal=True) as watcher:
        assert "\x1b" not in watcher.until(READY)
        file.write_text(LEAK)
        report = watcher.until(READY)
        assert "\x1b[2J" in report.partition("model.py:7:5: ")[0]
        assert watcher.interrupt() == 0


@pytest.mark.parametrize("arguments", [["-"], ["nowhere.py"], ["--select", "nonsense"]])
def test_what_cannot_be_watched_is_an_error(project: Project, arguments: list[str]) -> None:
    project.write("model.py", CLEAN)
    run = project.run("check", "--watch", *arguments)
    assert (run.code, run.out) == (2, "")


def test_without_the_extra_it_says_what_to_install(project: Project) -> None:
    project.write("model.py", CLEAN)
    project.write("hidden/sitecustomize.py", "import sys\nsys.modules['watchfiles'] = None\n")
    run = project.run("check", "--watch", env={"PYTHONPATH": f"{plain_environment()['PYTHONPATH']}:hidden"})
    assert (run.code, run.out) == (2, "")
    assert "pip install 'leakguard-hpo[watch]'" in run.err
