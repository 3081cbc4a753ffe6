"""Path seals: whatever reads a sealed file is recorded and, where it can be, refused; all else stays silent."""

from __future__ import annotations

import contextlib
import gc
import multiprocessing
import os
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from file_readers import AUDIT, KERNEL, LATER, READINGS, Reading, library, run, write_all

from leakguard.seal import Ruling, SealBroken, seal
from leakguard.seal.causes import Cause
from leakguard.seal.files import PathSeal, seal_paths
from leakguard.seal.ledger import VARIABLE
from leakguard.seal.openings.journal import openings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

linux = pytest.mark.skipif(sys.platform != "linux", reason="the kernel's events of Linux")


@pytest.fixture(autouse=True)
def alone() -> None:
    """End the threads of workers and progress bars that other tests have left.

    Beside other threads, native readers are recorded and not stopped.
    """
    workers = getattr(sys.modules.get("joblib.externals.loky.reusable_executor"), "_executor", None)
    if workers is not None:
        workers.shutdown(wait=True)
    monitors: Any = [thread for thread in threading.enumerate() if type(thread).__name__ == "TMonitor"]
    for monitor in monitors:  # of tqdm
        monitor.exit()
    dask: Any = sys.modules.get("distributed.utils")
    if dask is not None:  # which keeps one thread for as long as the process lives
        dask._offload_executor.shutdown()  # noqa: SLF001 - there is no other way
        dask._offload_executor = ThreadPoolExecutor(1, thread_name_prefix="Dask-Offload")  # noqa: SLF001 - as above
    for _ in range(10):
        if threading.active_count() == 1:
            return
        gc.collect()
        time.sleep(0.05)
    left = sorted(thread.name for thread in threading.enumerate() if thread is not threading.main_thread())
    pytest.skip(f"threads of other tests are left: {', '.join(left)}")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder below the current one, with files of all kinds."""
    monkeypatch.setenv(VARIABLE, str(tmp_path / "ledger.jsonl"))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "data").mkdir()
    write_all(tmp_path / "data")
    return tmp_path / "data"


@pytest.fixture
def sealed(folder: Path) -> Iterator[PathSeal]:
    """Yield the seal of `t.csv`."""
    with seal_paths(folder / "t.csv", "test rows") as seal:
        yield seal


def assert_held(seal: PathSeal) -> None:
    evidence = seal.evidence()
    assert evidence.breaches == ()
    assert evidence.ruling is Ruling.HELD, evidence


def assert_read(seal: PathSeal, times: int | None = None) -> None:
    evidence = seal.evidence()
    assert evidence.ruling is Ruling.VIOLATED
    assert all(breach.cause is Cause.TEST_FILE_READ for breach in evidence.breaches)
    if times is not None:
        assert len(evidence.breaches) == times, evidence


@linux
@pytest.mark.parametrize("reading", READINGS, ids=lambda reading: reading.name)
def test_whatever_reads_is_recorded_and_refused(folder: Path, reading: Reading) -> None:
    path = str(folder / reading.file)
    with seal_paths(path, "test rows") as seal:
        if reading.witness is LATER:
            with contextlib.suppress(SealBroken):
                reading.read(path)
        else:
            with pytest.raises(reading.stopped_as, match=r"test-path-in-tuning|interrupted"):
                reading.read(path)
        evidence = seal.evidence()
    assert_read(seal, 1 if reading.stopped_as == (SealBroken,) and reading.witness is not LATER else None)
    breach = evidence.breaches[0]
    seen_by = KERNEL if "native code" in breach.message or "process" in breach.message else AUDIT
    assert seen_by == (AUDIT if reading.witness is AUDIT else KERNEL), breach
    if reading.witness is not LATER:
        assert breach.reader is not None
        assert Path(breach.reader.file).name in {"file_readers.py", "test_path_seals.py"}


def test_a_swallowed_refusal_is_still_in_the_ledger(sealed: PathSeal) -> None:
    with contextlib.suppress(BaseException):
        open("data/t.csv")  # noqa: SIM115 - never opened
    assert_read(sealed, 1)


HONEST: dict[str, Callable[[str], object]] = {
    "stat": os.stat,
    "exists": os.path.exists,
    "listdir": lambda path: os.listdir(os.path.dirname(path)),
    "glob": lambda path: list(Path(path).parent.rglob("*")),
    "access": lambda path: os.access(path, os.R_OK),
    "write": lambda path: Path(path).write_text("anew"),
    "append": lambda path: open(path, "a").close(),
    "touch": lambda path: Path(path).touch(),
    "rename": lambda path: os.rename(path, f"{path}.new"),
    "remove": os.remove,
    "chmod": lambda path: os.chmod(path, 0o600),
    "ls": lambda path: run("ls", "-l", path),
    "shell": lambda path: run("sh", "-c", f"test -r {path} && echo more >> {path}"),
    "neighbour": lambda path: library("polars").read_parquet(path.replace(".csv", ".parquet")),
    "neighbours": lambda path: [one.read_bytes() for one in Path(path).parent.iterdir() if one.suffix != ".csv"],
    "new neighbour": lambda path: Path(f"{path}.new").write_text("a") and Path(f"{path}.new").read_text(),
    "same size": lambda path: (
        Path(f"{path}.new").write_bytes(bytes(os.path.getsize(path))) and Path(f"{path}.new").read_bytes()
    ),
    "process": lambda _: run(sys.executable, "-c", ""),
}


@linux
@pytest.mark.parametrize("name", list(HONEST))
def test_honest_uses_stay_silent(sealed: PathSeal, folder: Path, name: str) -> None:
    HONEST[name](str(folder / "t.csv"))
    assert_held(sealed)


def test_a_copy_made_before_or_by_another_process_is_recognised(folder: Path) -> None:
    run("cp", folder / "t.csv", folder / "before.csv")
    with seal_paths(folder / "t.csv", "test rows") as seal:
        with pytest.raises(SealBroken, match=r"before\.csv, which is .*t\.csv"):
            (folder / "before.csv").read_text()
        assert_read(seal, 1)


def test_a_descriptor_that_was_open_before(folder: Path) -> None:
    import mmap

    with open(folder / "t.csv", "rb") as file, seal_paths(folder / "t.csv", "test rows") as seal:
        with pytest.raises(SealBroken, match="mapped"):
            mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        with pytest.raises(SealBroken, match="descriptor"):
            open(file.fileno(), closefd=False)  # noqa: SIM115 - never opened
        assert_read(seal, 2)


@linux
def test_reading_on_from_a_descriptor_that_was_open_before(folder: Path) -> None:
    with open(folder / "t.csv", "rb", buffering=0) as file, seal_paths(folder / "t.csv", "test rows") as seal:
        with pytest.raises(SealBroken, match="native code"):
            file.read(5)
        assert_read(seal, 1)


@linux
def test_a_mapping_that_is_never_closed_counts(sealed: PathSeal) -> None:
    program = "import mmap, os, sys, time; f = open('data/t.csv'); m = mmap.mmap(f.fileno(), 0, access=1); f.close()"
    command = [sys.executable, "-c", f"{program}; print('mapped', flush=True); time.sleep(60)"]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        child.stdout.readline()
        evidence = sealed.evidence()
        child.kill()
    assert evidence.ruling is Ruling.VIOLATED


def test_opening_is_allowed_for_a_while(sealed: PathSeal, folder: Path) -> None:
    with sealed.allow():
        assert (folder / "t.csv").read_text().startswith("a,b")
        library("polars").read_csv(folder / "t.csv")
        run("cat", folder / "t.csv")
    assert sealed.evidence().breaches == ()
    with pytest.raises(SealBroken):
        (folder / "t.csv").read_text()
    sealed.close()
    sealed.close()
    (folder / "t.csv").read_text()
    with sealed.allow():
        pass
    assert_read(sealed, 1)


def test_closing_while_allowed_seals_no_more(sealed: PathSeal, folder: Path) -> None:
    with sealed.allow():
        sealed.close()
    (folder / "t.csv").read_text()


@linux
def test_a_sealed_folder_with_what_comes_to_be_in_it(folder: Path) -> None:
    with seal_paths([folder], "test rows") as seal:
        with pytest.raises(SealBroken):
            (folder / "t.zip").read_bytes()
        (folder / "new.csv").write_text("a\n1\n")
        (folder / "deep" / "er").mkdir(parents=True)
        (folder / "deep" / "er" / "new.csv").write_text("a\n2\n")
        assert len(seal.evidence().breaches) == 1
        for path in (folder / "new.csv", folder / "deep" / "er" / "new.csv"):
            with pytest.raises(SealBroken):
                path.read_text()
            with pytest.raises(SealBroken, match="native code"):
                library("polars").read_csv(path)
        os.rename(folder / "new.csv", "moved.csv")
        with pytest.raises(SealBroken):
            Path("moved.csv").read_text()
        Path("elsewhere.csv").write_text("a\n1\n2\n")
        library("polars").read_csv("elsewhere.csv")
        assert_read(seal, 6)


@linux
def test_a_pattern_with_what_comes_to_match_it(folder: Path) -> None:
    with seal_paths("data/**/test[0-9]*.cs?", "test rows") as seal:
        evidence = seal.evidence()
        assert (evidence.ruling, evidence.limits[0]) == (Ruling.NOT_PROVEN, "there was no such file")
        (folder / "part").mkdir()
        for name in ("test1.csv", "part/test22.csv", "train1.csv", "part/test.csv"):
            (folder / name).write_text("a\n1\n")
        assert_held(seal)
        (folder / "train1.csv").read_text()
        (folder / "part/test.csv").read_text()
        assert_held(seal)
        for name in ("test1.csv", "part/test22.csv"):
            with pytest.raises(SealBroken):
                (folder / name).read_text()
            with pytest.raises(SealBroken):
                library("polars").read_csv(folder / name)
        assert_read(seal, 4)


@linux
def test_a_name_is_sealed_before_there_is_a_file(folder: Path) -> None:
    with seal_paths([folder / "later.csv", "nowhere/later.csv"], "test rows") as seal:
        with pytest.raises(SealBroken):
            (folder / "later.csv").read_text()
        (folder / "later.csv").write_text("a\n1\n")
        with pytest.raises(SealBroken, match="native code"):
            library("polars").read_csv(folder / "later.csv")
        assert_read(seal, 2)


@linux
def test_a_file_that_takes_the_sealed_name(folder: Path) -> None:
    with seal_paths(folder / "t.csv", "test rows") as seal:
        (folder / "other").write_text("a\n1\n")
        os.replace(folder / "other", folder / "t.csv")
        with pytest.raises(SealBroken):
            library("polars").read_csv(folder / "t.csv")
        assert_read(seal, 1)


def test_two_seals_of_one_file(folder: Path) -> None:
    with seal_paths(folder / "t.csv", "one") as one, seal_paths(folder / "t.csv", "one") as two:
        two.close()
        with pytest.raises(SealBroken, match="one is sealed"):
            (folder / "t.csv").read_text()
        assert_held(two)
        assert_read(one, 1)


def _read_in_worker(path: str) -> str:
    try:
        return Path(path).read_text()
    except SealBroken as error:
        return str(error)


@linux
@pytest.mark.filterwarnings("ignore:.*multi-threaded:DeprecationWarning")
@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_workers_are_seen(sealed: PathSeal, folder: Path, method: str) -> None:
    with multiprocessing.get_context(method).Pool(1) as pool:
        answer = pool.apply(_read_in_worker, (str(folder / "t.csv"),))
    assert ("is sealed" in answer) == (method == "fork")
    assert_read(sealed)


@linux
def test_reads_by_many_processes_at_once(sealed: PathSeal) -> None:
    run("sh", "-c", "for i in 1 2 3 4 5 6 7 8; do cat data/t.zip data/t.npy & done; wait")
    assert_held(sealed)
    run("sh", "-c", "for i in 1 2 3 4; do cat data/* & done; wait")
    assert_read(sealed)


@linux
def test_a_fork_leaves_the_events_to_its_parent(sealed: PathSeal, folder: Path) -> None:
    child = os.fork()
    if child == 0:
        run("cat", folder / "t.csv")
        sealed.evidence()
        sealed.close()
        os._exit(0)
    os.waitpid(child, 0)
    assert_read(sealed)
    with pytest.raises(SealBroken):
        (folder / "t.csv").read_text()


def test_content_keys_know_files_by_content(folder: Path) -> None:
    run("cp", folder / "t.csv", folder / "copy.csv")
    with seal_paths(folder / "t.csv", "a") as first, seal_paths(folder / "t.zip", "b") as other:
        pass
    with seal_paths(folder / "copy.csv", "c") as second:
        pass
    assert first.content_key == second.content_key != other.content_key


def test_what_a_system_without_events_can_say(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("leakguard.seal.files.kernel.sys.platform", "darwin")
    with seal_paths(folder / "t.csv", "test rows") as seal:
        evidence = seal.evidence()
        assert evidence.ruling is Ruling.NOT_PROVEN
        assert any("only what Python code" in limit for limit in evidence.limits)
        with pytest.raises(SealBroken):
            (folder / "t.csv").read_text()
        assert_read(seal, 1)


def test_nothing_to_seal_is_an_error() -> None:
    with pytest.raises(ValueError, match="no paths to seal"):
        seal_paths([], "test rows")


def test_after_the_last_seal_the_hook_looks_at_nothing(sealed: PathSeal, monkeypatch: pytest.MonkeyPatch) -> None:
    sealed.close()
    monkeypatch.setattr("leakguard.seal.files.audit._HANDLERS", None)  # any use of it would be an error
    open(os.devnull).close()


@linux
def test_there_is_no_thread_that_a_fork_would_have_to_fear(sealed: PathSeal) -> None:
    assert threading.active_count() == 1
    assert_held(sealed)


SEALS_TOO = """
import sys
from leakguard.seal.files import seal_paths
with seal_paths("data/t.csv", "test rows") as seal:
    print("sealed", flush=True)
    sys.stdin.readline()
    with seal.allow():
        open("data/t.csv").read()
    print(seal.evidence().ruling, flush=True)
"""


@linux
def test_processes_of_one_run_can_seal_and_open_the_same_file(sealed: PathSeal, folder: Path) -> None:
    (folder / "program.py").write_text(SEALS_TOO)
    command = [sys.executable, "data/program.py"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdin is not None
        assert other.stdout is not None
        assert other.stdout.readline() == "sealed\n"
        assert_held(sealed)
        other.stdin.write("open\n")
        other.stdin.flush()
        assert other.stdout.readline() == "held\n"
    assert_held(sealed)
    assert any("another process of this run" in limit for limit in sealed.evidence().limits)
    with pytest.raises(SealBroken):
        run("cat", folder / "t.csv")


@linux
def test_asking_git_for_the_commit_reads_no_sealed_file(folder: Path) -> None:
    git = ["git", "-c", "user.name=a", "-c", "user.email=a@b"]
    for words in (["init", "-q"], ["add", "."], ["commit", "-qm", "first"]):
        subprocess.run([*git, *words], check=True)
    for file in folder.iterdir():
        os.utime(file, (1, 1))  # so that git looks at the content
    paths, rows = seal(paths=[folder], name="the files"), seal(np.arange(8.0), name="the rows")[1]
    for one in (rows, paths):
        with one.opened(reason="final evaluation"):
            pass
        one.close()
    assert [one.ruling for one in paths.evidence()] == [Ruling.HELD, Ruling.HELD]
    assert [len(entry.commit_id) for entry in openings()] == [40, 40]


@pytest.mark.parametrize(
    ("paths", "error"),
    [("", ValueError), ([""], ValueError), ([" "], ValueError), ("file:///a.csv", ValueError), ([None], TypeError)],
)
def test_what_is_no_path_is_refused(paths: Any, error: type[Exception]) -> None:  # noqa: ANN401 - of any kind
    with pytest.raises(error):
        seal_paths(paths, "the test rows")
    with pytest.raises(error):
        seal(paths=paths)


def test_a_home_folder_is_found(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(folder))
    with seal_paths("~/t.csv", "the test rows") as sealed:
        assert sealed.evidence().ruling is Ruling.HELD
        with pytest.raises(SealBroken):
            (folder / "t.csv").read_text()
