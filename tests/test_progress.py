"""The line that says how far a run has come: when it shows, and that it leaves nothing behind."""

from __future__ import annotations

import io
import os
import pty
import subprocess
import sys
from typing import TYPE_CHECKING

from conftest import LEAK, plain_environment

from leakguard.progress import Progress, terminal

if TYPE_CHECKING:
    import pytest
    from conftest import Project


class Clock:
    """Time that passes when it is told to."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_nothing_is_shown_of_a_short_run() -> None:
    clock, stream = Clock(), io.StringIO()
    progress = Progress(3, stream, clock)
    for _ in range(3):
        clock.now += 0.6
        progress.advance()
    progress.close()
    assert stream.getvalue() == ""


def test_a_long_run_shows_one_line_that_is_taken_away() -> None:
    clock, stream = Clock(), io.StringIO()
    progress = Progress(1200, stream, clock)
    for step in (1.9, 0.2, 0.05, 0.06):  # the third comes too soon after the second
        clock.now += step
        progress.advance()
    assert stream.getvalue() == "\r\033[Kchecked 2 of 1,200 files\r\033[Kchecked 4 of 1,200 files"
    progress.before(lambda message: print(message, file=stream))("warning: look")
    assert stream.getvalue().endswith("files\r\033[Kwarning: look\n")
    clock.now += 1
    progress.advance()
    progress.close()
    assert stream.getvalue().endswith("look\n\r\033[Kchecked 5 of 1,200 files\r\033[K")
    clock.now += 1
    progress.advance()  # of a thread that was interrupted
    assert stream.getvalue().endswith("\r\033[K")


def test_only_a_terminal_that_somebody_watches(monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    for name in ("CI", "TERM"):
        monkeypatch.delenv(name, raising=False)
    stream = Terminal()
    monkeypatch.setattr(sys, "stderr", stream)
    assert terminal() is stream
    monkeypatch.setenv("TERM", "dumb")
    assert terminal() is None
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("CI", "true")
    assert terminal() is None
    monkeypatch.delenv("CI")
    monkeypatch.setattr(sys, "stderr", None)
    assert terminal() is None
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    assert terminal() is None


_SCRIPT = """\
import itertools, sys
from leakguard import progress
ticks = itertools.count(step=3)
progress.Progress.__init__.__defaults__ = (lambda: float(next(ticks)),)
from leakguard.cli import main
sys.exit(main(["check", "--output-format", "concise"]))
"""


def on_a_terminal(project: Project, env: dict[str, str]) -> tuple[str, str]:
    """Run with standard error a terminal on which three seconds pass between two looks at the clock."""
    outer, inner = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-c", _SCRIPT],
        cwd=project.folder,
        env={key: value for key, value in plain_environment().items() if key != "CI"} | {"TERM": "xterm"} | env,
        stdout=subprocess.PIPE,
        stderr=inner,
        text=True,
    )
    os.close(inner)
    out, _ = process.communicate(timeout=120)
    shown = b""
    try:
        while chunk := os.read(outer, 4096):
            shown += chunk
    except OSError:  # how a terminal ends
        pass
    os.close(outer)
    return out, shown.decode()


def test_progress_on_a_terminal(project: Project) -> None:
    project.write("a.py", LEAK)
    project.write("b.py", "x = 1\n")
    out, shown = on_a_terminal(project, {})
    assert [line.partition(" ")[0] for line in out.splitlines()] == ["a.py:7:5:"]
    assert shown == "\r\033[Kchecked 1 of 2 files\r\033[Kchecked 2 of 2 files\r\033[K"
    assert on_a_terminal(project, {"CI": "1"}) == (out, "")
