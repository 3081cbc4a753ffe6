"""The opening ledger: how often a test set was opened, whoever asks, and what it is called."""

from __future__ import annotations

import os
import shlex
import signal
import sqlite3
import subprocess
import sys
import time
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import pytest

from leakguard.seal.openings.errors import AlreadyOpened, OpeningsError
from leakguard.seal.openings.journal import OPENED, REFUSED, note_answer, note_score, open_once, openings
from leakguard.seal.openings.place import VARIABLE, place

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a project's folder, the current one."""
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv(VARIABLE, raising=False)
    return tmp_path


def configure(folder: Path, text: str) -> None:
    (folder / "pyproject.toml").write_text(f"[tool.leakguard]\n{text}\n")


def test_the_second_opening_is_refused_whatever_the_set_is_called(folder: Path) -> None:
    first = note_score(open_once("rows:1", "X_test", "final evaluation"), 0.8125, test_rows=64)
    with pytest.raises(AlreadyOpened) as caught:
        open_once("rows:1", "holdout", "once more")
    text = str(caught.value)
    for words in ("(as X_test)", first.user, "final evaluation, score 0.8125", "LG103", "openings-budget"):
        assert words in text
    open_once("rows:2", "X_test", "another set")
    found = openings("rows:1")
    assert [(one.kind, one.name, one.score, one.test_rows) for one in found] == [
        (OPENED, "X_test", 0.8125, 64),
        (REFUSED, "holdout", None, None),
    ]
    assert found[0] == first
    assert os.fsdecode(folder / ".leakguard" / "openings.sqlite3") in text


def test_the_budget_allows_so_many(folder: Path) -> None:
    configure(folder, "openings-budget = 2")
    for reason in ("first", "second"):
        open_once("k", "t", reason)
    with pytest.raises(AlreadyOpened, match="2 times"):
        open_once("k", "t", "third")


def test_an_answer_is_no_opening() -> None:
    opening = open_once("k", "t", "asked through ladder")
    note_answer(opening, "ladder", "model 1", score=0.7, test_rows=10)
    assert [one.kind for one in openings("k")] == [OPENED, "ladder"]
    with pytest.raises(AlreadyOpened, match="opened once already"):
        open_once("k", "t", "final")


RACER = """
import sys, time
from leakguard.seal.openings.journal import open_once
from leakguard.seal.openings.errors import AlreadyOpened
while time.time() < float(sys.argv[1]):
    pass
try:
    open_once("k", "t" + sys.argv[2], "race")
except AlreadyOpened:
    sys.exit(3)
"""


@pytest.mark.parametrize("budget", [1, 3])
def test_of_eight_processes_as_many_come_through_as_the_budget_allows(folder: Path, budget: int) -> None:
    configure(folder, f"openings-budget = {budget}")
    start = str(time.time() + 1.5)
    racers = [subprocess.Popen([sys.executable, "-c", RACER, start, str(number)]) for number in range(8)]
    assert sorted(racer.wait() for racer in racers) == [0] * budget + [3] * (8 - budget)
    assert [one.kind for one in openings()].count(OPENED) == budget
    assert len(openings()) == 8


WRITER = """
import sys
from leakguard.seal.openings.journal import note_answer, open_once
number = 0
opening = open_once(sys.argv[1], "t", "asked")
while True:
    entry = note_answer(opening, "ladder", str(number), score=number, test_rows=1)
    print(entry.reason, flush=True)
    number += 1
"""


def test_what_was_entered_survives_kill_9() -> None:
    for told in (1, 2, 5):
        with subprocess.Popen([sys.executable, "-c", WRITER, str(told)], stdout=subprocess.PIPE, text=True) as writer:
            assert writer.stdout is not None
            before = len(openings())
            said = [writer.stdout.readline().strip() for _ in range(told)]
            writer.send_signal(signal.SIGKILL)
            said += [line.strip() for line in writer.stdout if line.endswith("\n")]
        found = [one.reason for one in openings()[before:] if one.kind != OPENED]
        assert found[: len(said)] == said
        assert len(found) <= len(said) + 1
    open_once("other", "t", "goes on")


def test_argument_before_environment_before_configuration(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    below = folder / "src" / "deep"
    below.mkdir(parents=True)
    assert place(folder=below).file == folder / ".leakguard" / "openings.sqlite3"
    configure(folder, "openings-file = 'kept/openings.db'")
    assert place(folder=below).file == folder / "kept" / "openings.db"
    monkeypatch.setenv(VARIABLE, "by-environment")
    assert place(folder=below).file == folder / "by-environment"
    assert place("by-argument", below).file == folder / "by-argument"


def test_the_closest_table_names_the_project(folder: Path) -> None:
    (folder / "package" / ".git").mkdir(parents=True)
    configure(folder, "openings-budget = 4")
    assert place(folder=folder / "package").budget == 4
    (folder / "pyproject.toml").write_text("[project]\nname = 'x'\n")
    assert place(folder=folder / "package").file.parent.parent == folder / "package"


@pytest.mark.parametrize(
    "line",
    ["openings-budget = 0", "openings-budget = true", "openings-file = ' '", "openings-file = '../x.db'", "x = ["],
)
def test_a_wrong_setting_is_told(folder: Path, line: str) -> None:
    configure(folder, line)
    with pytest.raises(OpeningsError, match=r"pyproject\.toml"):
        open_once("k", "t", "final")


@pytest.mark.parametrize("content", [b"not a database" * 200, b"SQLite format 3\0" + b"\xff" * 4000])
def test_a_damaged_ledger_is_told_and_left(folder: Path, content: bytes) -> None:
    file = folder / "l.db"
    file.write_bytes(content)
    for use in (lambda: openings(file="l.db"), lambda: open_once("k", "t", "final", file="l.db")):
        with pytest.raises(OpeningsError, match=r"l\.db: .*damaged.*backup"):
            use()
    assert file.read_bytes() == content


def test_a_ledger_with_damaged_pages_is_told_and_left(folder: Path) -> None:
    opening = open_once("k", "t", "asked", file="l.db")
    for number in range(300):
        note_answer(opening, "ladder", "x" * 100, score=number, test_rows=1, file="l.db")
    file = folder / "l.db"
    content = bytearray(file.read_bytes())
    content[4096:] = b"\xa5" * (len(content) - 4096)
    file.write_bytes(content)
    with pytest.raises(OpeningsError, match="damaged"):
        open_once("k", "t", "final", file="l.db")
    assert file.read_bytes() == bytes(content)


def test_the_database_of_another_program_is_left(folder: Path) -> None:
    with sqlite3.connect(folder / "l.db") as other:
        other.execute("CREATE TABLE runs (name TEXT)")
    other.close()
    before = (folder / "l.db").read_bytes()
    for use in (lambda: openings(file="l.db"), lambda: open_once("k", "t", "final", file="l.db")):
        with pytest.raises(OpeningsError, match="another program"):
            use()
    assert (folder / "l.db").read_bytes() == before


def test_a_place_that_cannot_be_written_is_told(folder: Path) -> None:
    (folder / "a-file").write_text("")
    with pytest.raises(OpeningsError, match="cannot be used"):
        open_once("k", "t", "final", file="a-file/l.db")
    (folder / "a-folder").mkdir()
    with pytest.raises(OpeningsError, match="a-folder"):
        open_once("k", "t", "final", file="a-folder")


READ_ONLY = """
import os, sys
from leakguard.seal.openings.errors import OpeningsError
from leakguard.seal.openings.journal import open_once, openings
openings(file=sys.argv[1])  # imports what an ordinary user may be unable to read
os.chdir(os.path.dirname(sys.argv[1]))
if os.getuid() == 0:
    os.setgroups([]); os.setgid(65534); os.setuid(65534)
print(len(openings(file=sys.argv[1])))
try:
    open_once("new", "t", "final", file=sys.argv[1])
except OpeningsError as error:
    print(error)
"""


@pytest.mark.skipif(not hasattr(os, "getuid"), reason="permissions of POSIX")
def test_a_read_only_ledger_can_be_read_and_opens_nothing() -> None:
    readable, closed = 0o555, 0o755
    with TemporaryDirectory() as folder:
        file = f"{folder}/l.db"
        open_once("k", "t", "final", file=file)
        os.chmod(folder, readable)
        done = subprocess.run([sys.executable, "-c", READ_ONLY, file], capture_output=True, text=True, check=True)
        os.chmod(folder, closed)
    count, error = done.stdout.splitlines()
    assert count == "1"
    assert "cannot be written here" in error


def test_an_opening_needs_a_reason() -> None:
    with pytest.raises(OpeningsError, match="needs a reason"):
        open_once("k", "t", " ")
    assert openings() == []


def test_a_score_goes_to_its_own_opening_only() -> None:
    opening = open_once("k", "t", "final")
    with pytest.raises(OpeningsError, match="not in this opening ledger"):
        note_score(opening, 0.5, file="other.db")


def test_commit_and_changes_are_entered(folder: Path) -> None:
    (folder / ".git").rmdir()
    git = ["git", "-c", "user.name=a", "-c", "user.email=a@b"]
    (folder / "a.txt").write_text("1")
    for words in (["init", "-q"], ["add", "a.txt"], ["commit", "-qm", "first"]):
        subprocess.run([*git, *words], check=True)
    head = subprocess.run([*git, "rev-parse", "HEAD"], check=True, capture_output=True, text=True).stdout.strip()
    clean = open_once("k", "t", "final")
    (folder / "a.txt").write_text("2")
    changed = open_once("l", "t", "final")
    assert (clean.commit_id, clean.dirty) == (head, False)
    assert (changed.commit_id, changed.dirty) == (head, True)
    assert shlex.split(clean.command) == sys.orig_argv
