"""Files with sealed rows, replaced by noise for the time of a run.

The file itself is moved aside and moved back, so that it stays the same inode with the same times. A second process
waits for the end of this one and moves it back then, should this one have been killed; if that is killed too, the
next check does it.
"""

from __future__ import annotations

import json
import os
import pickle
import shutil
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from leakguard.seal.interference.noise import Poisoning

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from leakguard.seal.interference.noise import Noise

_KEPT, _NOISE = ".leakguard-kept", ".leakguard-noise"

# What the second process runs: moves files back once its parent has ended, however that came about.
_GUARD = """
import json, os, select, sys
pairs, parent = json.loads(sys.argv[1]), int(sys.argv[2])
while os.getppid() == parent:
    if sys.platform == "win32" or select.select([sys.stdin], [], [], 0.2)[0]:
        if not sys.stdin.buffer.read(1):
            break
for kept, path in pairs:
    if os.path.exists(kept):
        os.replace(kept, path)
"""


class UnknownFileError(ValueError):
    """A file of a kind that no noise is known for."""


def files_below(paths: Iterable[str | os.PathLike[str]]) -> tuple[list[Path], list[Path]]:
    """Return the files that paths stand for, those below folders included, and the paths where nothing is yet.

    Files that an earlier check, killed with its guard, left aside are moved back first.
    """
    there: dict[Path, None] = {}
    missing: list[Path] = []
    for one in paths:
        path = Path(one).resolve()
        _move_back(path)
        if path.is_dir():
            for kept in path.rglob(f".*{_KEPT}"):
                _move_back(kept.with_name(kept.name[1 : -len(_KEPT)]))
            there |= dict.fromkeys(sorted(file for file in path.rglob("*") if file.is_file()))
        elif path.exists():
            there[path] = None
        else:
            missing.append(path)
    return list(there), missing


@contextmanager
def guarded(files: Sequence[Path]) -> Iterator[None]:
    """See to it that the files are back in their places when this process ends, even by a signal."""
    if not files:
        yield
        return
    pairs = json.dumps([[str(_aside(file, _KEPT)), str(file)] for file in files])
    command = [sys.executable, "-I", "-S", "-c", _GUARD, pairs, str(os.getpid())]
    guard = subprocess.Popen(command, stdin=subprocess.PIPE, start_new_session=True)  # noqa: S603 - our own text
    try:
        yield
    finally:
        for file in files:
            _move_back(file)
        guard.communicate()


@contextmanager
def noisy_files(files: Sequence[Path], noise: Noise | None) -> Iterator[None]:
    """Replace files by noise, values and labels alike, or by their own content: then a run finds the same folder.

    Raises `UnknownFileError` before any is touched.
    """
    try:
        for file in files:
            _write(file, _aside(file, _NOISE), noise)
        for file in files:
            file.rename(_aside(file, _KEPT))
            _aside(file, _NOISE).rename(file)
        yield
    finally:
        for file in files:
            _move_back(file)
            _aside(file, _NOISE).unlink(missing_ok=True)


@contextmanager
def removed_afterwards(paths: Sequence[Path]) -> Iterator[None]:
    """Remove what a run leaves where nothing was before it: a cache must not reach the next run."""
    try:
        yield
    finally:
        for path in paths:
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)


def _aside(file: Path, ending: str) -> Path:
    return file.with_name(f".{file.name}{ending}")


def _move_back(file: Path) -> None:
    if (kept := _aside(file, _KEPT)).exists():
        kept.replace(file)


def _write(file: Path, other: Path, noise: Noise | None) -> None:
    if noise is None:
        shutil.copyfile(file, other)
    else:
        kind = noise.kind if noise.kind is Poisoning.MISSING else Poisoning.BOTH
        _write_noise(file, other, replace(noise, kind=kind))
    shutil.copystat(file, other)


def _write_noise(file: Path, noisy: Path, noise: Noise) -> None:
    kind = file.suffix.lower().removeprefix(".")
    if kind not in _WRITERS:
        raise UnknownFileError(
            f"{file}: no noise is known for a file of this kind (known: {', '.join(_WRITERS)}); "
            "replace it by a function handed over as poison="
        )
    try:
        _WRITERS[kind](file, noisy, noise)
    except TypeError as error:
        raise UnknownFileError(f"{file}: {error}") from error


def _npy(file: Path, noisy: Path, noise: Noise) -> None:
    import numpy as np

    with noisy.open("wb") as out:
        np.save(out, noise(np.load(file)))


def _npz(file: Path, noisy: Path, noise: Noise) -> None:
    import numpy as np

    with np.load(file) as held, noisy.open("wb") as out:
        np.savez(out, **noise(dict(held)))


def _pickle(file: Path, noisy: Path, noise: Noise) -> None:
    with file.open("rb") as held:
        rows = pickle.load(held)  # noqa: S301 - the program that is checked loads the same file
    with noisy.open("wb") as out:
        pickle.dump(noise(rows), out)


def _joblib(file: Path, noisy: Path, noise: Noise) -> None:
    joblib: Any = import_module("joblib")
    with noisy.open("wb") as out:
        joblib.dump(noise(joblib.load(file)), out)


def _torch(file: Path, noisy: Path, noise: Noise) -> None:
    torch: Any = import_module("torch")
    torch.save(noise(torch.load(file, weights_only=True)), noisy)


def _json(file: Path, noisy: Path, noise: Noise) -> None:
    noisy.write_text(json.dumps(noise(json.loads(file.read_text("utf-8")))), "utf-8")


def _table(separator: str) -> Callable[[Path, Path, Noise], None]:
    def write(file: Path, noisy: Path, noise: Noise) -> None:
        pandas: Any = import_module("pandas")
        names = pandas.read_csv(file, sep=separator, header=None, nrows=1, dtype=str).iloc[0]
        bare = pandas.to_numeric(names, errors="coerce").notna().all()  # a first row of numbers alone names no columns
        rows = pandas.read_csv(file, sep=separator, header=None if bare else 0)
        noise(rows).to_csv(noisy, sep=separator, index=False, header=not bare)

    return write


def _columnar(kind: str) -> Callable[[Path, Path, Noise], None]:
    def write(file: Path, noisy: Path, noise: Noise) -> None:
        pandas: Any = import_module("pandas")
        getattr(noise(getattr(pandas, f"read_{kind}")(file)), f"to_{kind}")(noisy)

    return write


_WRITERS: dict[str, Callable[[Path, Path, Noise], None]] = {
    "csv": _table(","),
    "tsv": _table("\t"),
    "parquet": _columnar("parquet"),
    "feather": _columnar("feather"),
    "npy": _npy,
    "npz": _npz,
    "pkl": _pickle,
    "pickle": _pickle,
    "joblib": _joblib,
    "pt": _torch,
    "pth": _torch,
    "json": _json,
}
