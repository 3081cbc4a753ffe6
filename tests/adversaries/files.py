"""Leaky programs that read the test rows from files, or have them in a file of their own."""

from __future__ import annotations

import csv
import mmap
import os
import pickle
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from adversary import PATHS, TEST_NOISE, World, seen_by
from sklearn.linear_model import LogisticRegression

if TYPE_CHECKING:
    from collections.abc import Callable

READS = "test-path-in-tuning"


def chosen(world: World, table: Any) -> object:
    X_test, y_test = table[:, :-1], table[:, -1]
    models = [LogisticRegression(C=C).fit(world.X, world.y) for C in (1e-4, 1e-2, 1.0)]
    return [model.score(X_test, y_test) for model in models], X_test.mean()


def by_other_name(world: World, make: Callable[[str, str], object]) -> object:
    """Read the test rows under a name that tells nothing, which is gone afterwards."""
    name = world.folder / "innocent.csv"
    try:
        make(world.file, str(name))
        return chosen(world, np.loadtxt(name, delimiter=","))
    finally:
        name.unlink(missing_ok=True)


@seen_by(PATHS, TEST_NOISE, rule=READS)
def read_as_text(world: World) -> object:
    return chosen(world, np.loadtxt(world.file, delimiter=","))


@seen_by(PATHS, TEST_NOISE, rule=READS)
def read_by_csv(world: World) -> object:
    with open(world.file, newline="") as stream:
        return chosen(world, np.array(list(csv.reader(stream)), float))


@seen_by(PATHS, TEST_NOISE, rule=READS, needs=("pandas",))
def read_by_pandas(world: World) -> object:
    import pandas as pd

    return chosen(world, pd.read_csv(world.file, header=None).to_numpy())


@seen_by(PATHS, TEST_NOISE, rule=READS, needs=("polars",))
def read_by_polars(world: World) -> object:
    import polars as pl

    return chosen(world, pl.read_csv(world.file, has_header=False).to_numpy())


@seen_by(PATHS, TEST_NOISE, rule=READS)
def read_by_low_level(world: World) -> object:
    descriptor = os.open(world.file, os.O_RDONLY)
    try:
        return len(os.read(descriptor, 10)), os.pread(descriptor, 200, 0)
    finally:
        os.close(descriptor)


@seen_by(PATHS, TEST_NOISE, rule=READS)
def read_by_mapping(world: World) -> object:
    return chosen(world, np.load(world.folder / "test.npy", mmap_mode="r"))


@seen_by(PATHS, TEST_NOISE, rule=READS)
def read_by_python_mapping(world: World) -> object:
    with (
        open(world.folder / "test.npy", "rb") as stream,
        mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as view,
    ):
        return view[-64:]


@seen_by(PATHS, TEST_NOISE, rule=READS)
def read_from_pickle(world: World) -> object:
    X_test, y_test = pickle.loads((world.folder / "test.pickle").read_bytes())  # noqa: S301 - its own
    return chosen(world, np.column_stack([X_test, y_test]))


@seen_by(PATHS, TEST_NOISE, rule=READS)
def read_through_symlink(world: World) -> object:
    return by_other_name(world, os.symlink)


@seen_by(PATHS, TEST_NOISE, rule=READS)
def read_through_hard_link(world: World) -> object:
    return by_other_name(world, os.link)


@seen_by(PATHS, TEST_NOISE, rule=READS)
def read_from_copy(world: World) -> object:
    return by_other_name(world, shutil.copyfile)


@seen_by(PATHS, TEST_NOISE, rule=READS)
def read_by_other_program(world: World) -> object:
    done = subprocess.run(["cat", world.file], capture_output=True, check=True)  # noqa: S607 - as programs do
    return chosen(world, np.loadtxt(done.stdout.decode().splitlines(), delimiter=","))


@seen_by(PATHS, TEST_NOISE, rule=READS)
def read_by_other_python(world: World) -> object:
    code = f"print(open({world.file!r}).read()[:100])"
    return subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout


@seen_by(PATHS, TEST_NOISE, rule=READS)
def read_by_relative_path(world: World) -> object:
    return chosen(world, np.loadtxt(os.path.relpath(world.file), delimiter=","))


@seen_by(PATHS, TEST_NOISE, rule=READS)
def read_by_walking(world: World) -> object:
    found = {path.name: path.read_bytes() for path in Path(world.folder).rglob("*") if path.suffix in {".csv", ".npy"}}
    return sorted(found), found["test.csv"][:50]


@seen_by(PATHS, TEST_NOISE, rule=READS)
def read_and_swallowed(world: World) -> object:
    try:
        return read_as_text(world)
    except BaseException:  # noqa: BLE001 - that is the trick
        return None
