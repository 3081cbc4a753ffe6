"""The file of kept results may be missing, broken, foreign, locked, full or killed at: a run says the same."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from cached import HELPERS, USER, checked, rows, said, same
from conftest import LEAK, plain_environment

import leakguard.cache.store
from leakguard.cache.place import cache_file, cache_folder
from leakguard.cache.store import Row, Store

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Project

FOUND = ["helpers.py:5", "leak.py:7"]


@pytest.fixture(autouse=True)
def here(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(project.folder)
    project.write("leak.py", LEAK)
    project.write("helpers.py", HELPERS)
    project.write("user.py", USER)


@pytest.fixture
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


def foreign(file: Path) -> None:
    file.unlink()
    with sqlite3.connect(file) as database:
        database.execute("CREATE TABLE theirs (x)")
    database.close()


def of_another_layout(file: Path) -> None:
    with sqlite3.connect(file) as database:
        database.execute("PRAGMA user_version = 99")
    database.close()


def without_its_table(file: Path) -> None:
    with sqlite3.connect(file) as database:
        database.execute("DROP TABLE kept")
    database.close()


DAMAGES: dict[str, Callable[[Path], object]] = {
    "empty": lambda file: file.write_bytes(b""),
    "text": lambda file: file.write_text("no database " * 500),
    "cut": lambda file: file.write_bytes(file.read_bytes()[: file.stat().st_size // 2]),
    "cut within its head": lambda file: file.write_bytes(file.read_bytes()[:50]),
    "zeros": lambda file: file.write_bytes(bytes(file.stat().st_size)),
    "foreign": foreign,
    "another layout": of_another_layout,
    "without its table": without_its_table,
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_a_broken_file_is_replaced(project: Project, cache: Path, damage: Callable[[Path], object]) -> None:
    file = cache_file(cache, project.folder)
    same(cache)
    damage(file)
    assert rows(same(cache)) == FOUND
    store = Store(file)
    with sqlite3.connect(file) as database:
        assert database.execute("SELECT count(*) FROM kept").fetchone() == (4,)  # with what vouches for the settings
    database.close()
    store.close()


@pytest.mark.parametrize("seed", range(25))
def test_flipped_bytes(project: Project, cache: Path, seed: int) -> None:
    chosen = random.Random(seed)  # noqa: S311 - no secret
    same(cache)
    file = cache_file(cache, project.folder)
    data = bytearray(file.read_bytes())
    for _ in range(chosen.choice([1, 5, 200])):
        data[chosen.randrange(len(data))] ^= 1 << chosen.randrange(8)
    file.write_bytes(data)
    assert rows(same(cache)) == FOUND
    assert rows(same(cache)) == FOUND


def test_a_row_that_says_something_else_is_not_believed(project: Project, cache: Path) -> None:
    same(cache)
    file = cache_file(cache, project.folder)
    with sqlite3.connect(file) as database:
        database.execute("UPDATE kept SET outcome = replace(outcome, 'fit-before-split', 'fit-before-splat')")
    database.close()
    assert rows(same(cache)) == FOUND


def test_where_nothing_can_be_written(project: Project, cache: Path, tmp_path: Path) -> None:
    in_place = cache / "in-place"
    cache_file(in_place, project.folder).mkdir(parents=True)
    (cache / "file").write_text("no folder")
    for folder in (in_place, cache / "file", cache / "file" / "below", tmp_path / "/proc/x", cache / ("x" * 300)):
        assert rows(same(folder)) == FOUND
        assert rows(same(folder)) == FOUND
    run = project.run("check", "--output-format", "concise", "--cache-dir", "/proc/x")
    assert (run.code, run.err) == (1, "")


@pytest.mark.parametrize("code", ["FULL", "IOERR", "READONLY", "BUSY", "CORRUPT"])
def test_what_writing_may_meet(cache: Path, monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    def failing(*_: object) -> None:
        error = sqlite3.OperationalError("it cannot be")
        error.sqlite_errorname = f"SQLITE_{code}"
        raise error

    same(cache)
    (cache / "leak.py").write_text("x")
    with monkeypatch.context() as patched:
        patched.setattr(leakguard.cache.store, "_write", failing)
        assert rows(same(cache)) == FOUND
        assert rows(same(cache, ignore=("LG999",) * 0, preview=True)) == FOUND
    assert rows(same(cache)) == FOUND


def test_a_full_disk(project: Project, cache: Path) -> None:
    """A limit on the size of files stops writing in the middle, as a full disk does."""
    script = (
        "import resource, signal, sys; signal.signal(signal.SIGXFSZ, signal.SIG_IGN);"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (9000, 9000));"
        "from leakguard.cli import main; sys.exit(main(['check', '--cache-dir', sys.argv[1]]))"
    )
    finished = subprocess.run(
        [sys.executable, "-c", script, str(cache)],
        cwd=project.folder,
        env=plain_environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert (finished.returncode, finished.stderr) == (1, "")
    assert rows(same(cache)) == FOUND


def test_without_a_home(project: Project, tmp_path: Path) -> None:
    env = {"HOME": str(tmp_path / "nowhere"), "LEAKGUARD_CACHE_DIR": "", "XDG_CACHE_HOME": ""}
    for _ in range(2):
        run = project.run("check", "--output-format", "concise", env=env)
        assert (run.code, run.err) == (1, "")


def test_a_home_that_nobody_knows_is_not_the_current_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.setattr("leakguard.cache.place.os.path.expanduser", lambda path: path)
    monkeypatch.setattr(sys, "platform", "linux")
    assert cache_folder() is None
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")
    assert cache_folder() is None


def test_several_runs_at_once(project: Project, cache: Path) -> None:
    for number in range(12):
        project.write(f"more/leak{number}.py", LEAK)
    command = [sys.executable, "-m", "leakguard", "check", "--output-format", "concise", "--cache-dir", str(cache)]
    runs = [
        subprocess.Popen(
            command, cwd=project.folder, env=plain_environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        for _ in range(4)
    ]
    said_by = {run.communicate(timeout=120) for run in runs}
    assert len(said_by) == 1
    assert {err for _, err in said_by} == {b""}
    same(cache)


_KILLED = """\
import os, signal, sqlite3, sys
left = int(sys.argv[1])
class Counted(sqlite3.Connection):
    def execute(self, *given):
        count()
        return super().execute(*given)
    def executemany(self, statement, rows):
        rows = list(rows)
        for row in rows:
            count()
            super().execute(statement, row)
def count():
    global left
    left -= 1
    if left < 0:
        os.kill(os.getpid(), signal.SIGKILL)
connect = sqlite3.connect
sqlite3.connect = lambda *given, **named: connect(*given, **named, factory=Counted)
from leakguard.cli import main
sys.exit(main(["check", "--output-format", "concise", "--cache-dir", sys.argv[2]]))
"""


@pytest.mark.parametrize("steps", [0, 2, 4, 6, 8, 9, 10])
def test_killed_after_so_many_steps(project: Project, cache: Path, steps: int) -> None:
    """Whatever was being done to the file, the next run finds it right, and repeats what is missing."""
    for begin in (0, 1):
        if begin:  # over a file that is there
            same(cache)
            project.write("leak.py", LEAK + "print(1)\n")
        killed = subprocess.run(
            [sys.executable, "-c", _KILLED, str(steps), str(cache)],
            cwd=project.folder,
            env=plain_environment(),
            capture_output=True,
            check=False,
        )
        assert killed.returncode in {-signal.SIGKILL, 1}
        assert rows(same(cache)) == FOUND
        assert said(checked(cache)) == said(checked(None))


def test_rows_of_other_settings_go_once_there_are_many(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leakguard.cache.store, "_MOST_ROWS", 3)
    store = Store(cache / "x.sqlite")
    store.put([Row("earlier", "new", "", "")])
    store.put([Row("a", "old", "", ""), Row("b", "old", "", "")])
    store.put([Row("a", "new", "", ""), Row("b", "new", "", "")])
    assert store.get("earlier", "new") is not None
    assert [store.get(path, when) is not None for when in ("old", "new") for path in "ab"] == [False, False, True, True]
    assert store.get(os.fsdecode(b"\xff"), "new") is None  # no reason to give the file up
    assert store.get("a", "new") is not None
    store.close()
