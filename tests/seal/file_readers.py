"""Ways to read a file with real libraries, and what each needs to have been written before."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import threading
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from leakguard.seal import SealBroken

if TYPE_CHECKING:
    from collections.abc import Callable

AUDIT, KERNEL, LATER = "audit", "kernel", "kernel, without stopping"


@dataclass(frozen=True, slots=True)
class Reading:
    """A way to read `path`: the name of the file that it needs, and who sees it."""

    name: str
    file: str
    witness: str
    read: Callable[[str], object]
    stopped_as: tuple[type[BaseException], ...] = (SealBroken,)  # or what the library makes of that


def library(name: str) -> Any:  # noqa: ANN401 - a module
    return pytest.importorskip(name)


def _low_level(path: str) -> object:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        return os.read(descriptor, 10)
    finally:
        os.close(descriptor)


def _in_folder(path: str) -> object:
    folder = os.open(os.path.dirname(path), os.O_RDONLY)
    try:
        os.close(os.open(os.path.basename(path), os.O_RDONLY, dir_fd=folder))
    finally:
        os.close(folder)
    return folder


def _by_c(path: str) -> object:
    import ctypes

    c = ctypes.CDLL(None)
    c.fopen.restype = ctypes.c_void_p
    stream = ctypes.c_void_p(c.fopen(path.encode(), b"r"))
    c.fgetc(stream)
    return c.fclose(stream)


def _database(path: str) -> object:
    connection = sqlite3.connect(path)
    try:
        return connection.execute("SELECT * FROM t").fetchall()
    finally:
        connection.close()


def _attached(path: str) -> object:
    connection = sqlite3.connect(":memory:")
    try:
        connection.execute("ATTACH ? AS other", (path,))
        return connection.execute("SELECT * FROM other.t").fetchall()
    finally:
        connection.close()


def _by_link(path: str, link: Callable[[str, str], object]) -> object:
    link(path, f"{path}.link")
    return Path(f"{path}.link").read_bytes()


def _by_new_name(path: str) -> object:
    os.rename(path, f"{path}.moved")
    return Path(f"{path}.moved").read_bytes()


def _hdf(path: str) -> object:
    with library("h5py").File(path) as file:
        return file["a"][:]


def _duckdb(path: str) -> object:
    with library("duckdb").connect() as connection:
        return connection.execute(f"SELECT * FROM '{path}'").fetchall()  # noqa: S608 - a test


def _fork(path: str) -> object:
    child = os.fork()
    if child == 0:
        command = ["cat", path]
        os.execvp(command[0], command)  # noqa: S606 - as a program may
    return os.waitpid(child, 0)


def _thread(path: str) -> object:
    thread = threading.Thread(target=library("polars").read_csv, args=(path,))
    thread.start()
    thread.join()
    return thread


def run(*command: str | Path, **options: Any) -> subprocess.CompletedProcess[bytes]:  # noqa: ANN401 - of `run`
    return subprocess.run(command, check=True, capture_output=True, **options)


def _in_shell(path: str) -> object:
    return subprocess.run(f"cat '{path}' > /dev/null", shell=True, check=True)  # noqa: S602 - as a program may


READINGS = [
    Reading("open", "t.csv", AUDIT, lambda path: open(path).read()),  # noqa: SIM115 - never opened
    Reading("open for reading and writing", "t.csv", AUDIT, lambda path: open(path, "r+").read()),  # noqa: SIM115
    Reading("relative", "t.csv", AUDIT, lambda path: Path(os.path.relpath(path)).read_bytes()),
    Reading(
        "roundabout", "t.csv", AUDIT, lambda path: Path(f"/proc/self/cwd/../{os.path.relpath(path, '..')}").read_bytes()
    ),
    Reading("bytes", "t.csv", AUDIT, lambda path: open(os.fsencode(path)).read()),  # noqa: SIM115
    Reading("os.open", "t.csv", AUDIT, _low_level),
    Reading("os.open below a folder", "t.csv", KERNEL, _in_folder),
    Reading("fopen", "t.csv", KERNEL, _by_c),
    Reading("pathlib", "t.csv", AUDIT, lambda path: Path(path).read_text()),
    Reading("symlink", "t.csv", AUDIT, lambda path: _by_link(path, os.symlink)),
    Reading("hard link", "t.csv", AUDIT, lambda path: _by_link(path, os.link)),
    Reading("renamed", "t.csv", AUDIT, _by_new_name),
    Reading("shutil.copy", "t.csv", AUDIT, lambda path: shutil.copy(path, f"{path}.copy")),
    Reading("zip", "t.zip", AUDIT, lambda path: zipfile.ZipFile(path).namelist()),
    Reading("pandas, C", "t.csv", AUDIT, lambda path: library("pandas").read_csv(path)),
    Reading("pandas, Python", "t.csv", AUDIT, lambda path: library("pandas").read_csv(path, engine="python")),
    Reading("pandas, pyarrow", "t.csv", AUDIT, lambda path: library("pandas").read_csv(path, engine="pyarrow")),
    Reading("pandas, Parquet", "t.parquet", KERNEL, lambda path: library("pandas").read_parquet(path)),
    Reading("pyarrow, CSV", "t.csv", KERNEL, lambda path: library("pyarrow.csv").read_csv(path)),
    Reading("pyarrow, Parquet", "t.parquet", KERNEL, lambda path: library("pyarrow.parquet").read_table(path)),
    Reading("pyarrow, mapped", "t.parquet", KERNEL, lambda path: library("pyarrow").memory_map(path).read()),
    Reading("polars", "t.csv", KERNEL, lambda path: library("polars").read_csv(path)),
    Reading("polars, lazy", "t.csv", KERNEL, lambda path: library("polars").scan_csv(path).collect()),
    Reading("polars, Parquet", "t.parquet", KERNEL, lambda path: library("polars").read_parquet(path)),
    Reading("polars in a thread", "t.csv", LATER, _thread),
    Reading("numpy.load", "t.npy", AUDIT, lambda path: library("numpy").load(path)),
    Reading("numpy.memmap", "t.npy", AUDIT, lambda path: library("numpy").memmap(path, mode="r")),
    Reading("numpy.fromfile", "t.npy", AUDIT, lambda path: library("numpy").fromfile(path)),
    Reading("h5py", "t.h5", KERNEL, _hdf),
    Reading("duckdb, CSV", "t.csv", KERNEL, _duckdb, (SealBroken, RuntimeError)),
    Reading("duckdb, Parquet", "t.parquet", KERNEL, _duckdb, (SealBroken, RuntimeError)),
    Reading("sqlite", "t.db", AUDIT, _database),
    Reading("sqlite, URI", "t.db", AUDIT, lambda path: sqlite3.connect(f"{Path(path).as_uri()}?mode=ro", uri=True)),
    Reading("sqlite, attached", "t.db", KERNEL, _attached),
    Reading("torch.load", "t.pt", AUDIT, lambda path: library("torch").load(path)),
    Reading("torch, mapped", "t.pt", AUDIT, lambda path: library("torch").load(path, mmap=True)),
    Reading("torch.from_file", "t.npy", KERNEL, lambda path: library("torch").from_file(path, size=4)),
    Reading("cat", "t.csv", KERNEL, lambda path: run("cat", path)),
    Reading("cat in a shell", "t.csv", KERNEL, _in_shell),
    Reading("os.system", "t.csv", LATER, lambda path: os.system(f"cat {path} > /dev/null")),  # noqa: S605 - as a program may
    Reading("cp", "t.csv", KERNEL, lambda path: run("cp", path, f"{path}.copy")),
    Reading("cat in its folder", "t.csv", KERNEL, lambda path: run("cat", "t.csv", cwd=os.path.dirname(path))),
    Reading("cat of another process", "t.csv", LATER, _fork),
]


def write_all(folder: Path) -> None:
    """Write a file of each kind that there is a library for."""
    (folder / "t.csv").write_text("a,b\n" + "1,2\n3,4\n" * 40)
    with zipfile.ZipFile(folder / "t.zip", "w") as archive:
        archive.writestr("t.csv", "a,b\n1,2\n")
    connection = sqlite3.connect(folder / "t.db")
    connection.executescript("CREATE TABLE t (a); INSERT INTO t VALUES (1)")
    connection.close()
    library("numpy").save(folder / "t.npy", [1.0, 2.0, 3.0])
    library("pandas").DataFrame({"a": [1, 2, 3]}).to_parquet(folder / "t.parquet")
    library("torch").save(library("torch").zeros(9), folder / "t.pt")
    with library("h5py").File(folder / "t.h5", "w") as file:
        file["a"] = [1, 2, 3]
