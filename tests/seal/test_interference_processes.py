"""What runs in processes of their own: native pools after a fork, and files that come back however a run ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import numpy as np
import pytest

from leakguard.seal import Ruling, SealBroken, TunerError, check_sealed
from leakguard.seal.broken import refuse
from leakguard.seal.causes import Cause

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="runs have no processes of their own")

POOLS = """
import numpy as np, lightgbm
from leakguard.seal import check_sealed

X = np.random.default_rng(0).normal(size=(1500, 10))
y = (X[:, 0] > 0).astype(int)

def tune(X, y, *_):
    return lightgbm.LGBMClassifier(n_estimators=3, n_jobs=2, verbose=-1).fit(X, y)

tune(X, y)  # has a pool of threads, which a fork does not get
print(check_sealed(tune, (X[:1000], y[:1000]), (X[1000:], y[1000:])).ruling)
"""


def test_native_pools_do_not_hang() -> None:
    pytest.importorskip("lightgbm")
    known = {name: one for name, one in os.environ.items() if not name.endswith("_NUM_THREADS")}
    ran = subprocess.run(
        [sys.executable, "-c", POOLS], env=known, capture_output=True, text=True, timeout=120, check=False
    )
    assert ran.stdout == "held\n", ran.stderr


def test_settings_of_the_calling_thread_hold(tmp_path: Path) -> None:
    sklearn = pytest.importorskip("sklearn")
    told = tmp_path / "told"

    def tune(*_: object) -> int:
        return told.write_text(sklearn.get_config()["transform_output"], "utf-8")

    with sklearn.config_context(transform_output="pandas"):
        check_sealed(tune, (), (np.arange(5.0),), apart=True)
    assert told.read_text("utf-8") == "pandas"


def test_a_refused_read_ends_the_run() -> None:
    def tune(*_: object) -> None:
        refuse("X_test", "read the values", Cause.TEST_ROWS_CHOOSE)

    with pytest.raises(TunerError, match=r"SealBroken: .*X_test is sealed"):
        check_sealed(tune, (), (np.arange(5.0),), apart=True)
    assert issubclass(SealBroken, BaseException)


def test_interrupting_goes_through() -> None:
    def tune(*_: object) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        check_sealed(tune, (), (np.arange(5.0),), apart=False)


# Tells when the file holds noise, and stays there.
KILLED = """
import pathlib, sys, time
from leakguard.seal import check_sealed

file = pathlib.Path(sys.argv[1])
before = file.read_bytes()

def tune(*_):
    if file.read_bytes() != before:
        (file.parent / "told").touch()
        time.sleep(60)
    return 1

check_sealed(tune, (), paths=[file])
"""


def until(holds: Callable[[], bool]) -> None:
    """Wait until something holds."""
    for _ in range(600):
        if holds():
            return
        time.sleep(0.05)
    raise AssertionError("nothing came of it within half a minute")


def started(folder: Path) -> tuple[subprocess.Popen[bytes], Path]:
    file = folder / "test.npy"
    np.save(file, np.arange(20.0))
    process = subprocess.Popen([sys.executable, "-c", KILLED, str(file)], start_new_session=True)
    until((folder / "told").exists)
    return process, file


def guards_of(file: Path) -> list[int]:
    """Return the processes that guard a file, by their arguments."""
    found = []
    for process in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{process}/cmdline", "rb") as arguments:
                words = arguments.read().split(b"\0")
        except OSError:
            continue
        if b"-I" in words and any(str(file).encode() in word for word in words):
            found.append(int(process))
    return found


@pytest.mark.parametrize("whole_group", [False, True])
def test_files_come_back_after_a_kill(tmp_path: Path, *, whole_group: bool) -> None:
    process, file = started(tmp_path)
    if whole_group:
        os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()
    process.wait()
    until(lambda: file.exists() and not (tmp_path / ".test.npy.leakguard-kept").exists())
    assert (np.load(file) == np.arange(20.0)).all()


def test_the_next_check_brings_back_what_a_killed_guard_left(tmp_path: Path) -> None:
    process, file = started(tmp_path)
    for guard in guards_of(file):
        os.kill(guard, signal.SIGKILL)
    process.kill()
    process.wait()
    assert not (np.load(file) == np.arange(20.0)).all()
    assert check_sealed(lambda *_: 1, (), paths=[tmp_path / "test.npy"]).ruling is Ruling.HELD
    assert (np.load(file) == np.arange(20.0)).all()
    assert sorted(one.name for one in tmp_path.iterdir()) == ["test.npy", "told"]


def test_files_come_back_after_a_failure(tmp_path: Path) -> None:
    file = tmp_path / "test.npy"
    np.save(file, np.arange(20.0))
    before = file.read_bytes()

    def tune(*_: object) -> int:
        if file.read_bytes() != before:
            os.kill(os.getpid(), signal.SIGKILL)
        return 1

    verdict = check_sealed(tune, (), paths=[file], apart=True)
    assert verdict.ruling is Ruling.VIOLATED
    assert "signal 9" in verdict.breaches[0].message
    assert file.read_bytes() == before
    assert list(tmp_path.iterdir()) == [file]
