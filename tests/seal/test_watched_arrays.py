"""With `on_read="watch"` arrays are real ones: whatever reads them shows in the pages' referenced bits."""

from __future__ import annotations

import copy
import ctypes
import gc
import io
import os
import pickle
import subprocess
import sys
import threading
from multiprocessing import get_context
from typing import TYPE_CHECKING, Any

import joblib
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
import scipy.sparse
import torch
from numpy.lib.stride_tricks import as_strided
from sklearn.base import clone
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import NearestNeighbors
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from leakguard.seal import Ruling, seal
from leakguard.seal.pages import sight

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.skipif(not sight().counts, reason="the kernel does not tell which pages were touched")
ROWS = np.random.default_rng(0).normal(size=(4000, 3))
LABELS = np.arange(4000) % 2


def _by_address(x: Any) -> object:  # noqa: ANN401 - an array
    return ctypes.string_at(x.ctypes.data, 64)


def _by_interface(x: Any) -> object:  # noqa: ANN401 - an array
    class Bare:
        __array_interface__ = x.__array_interface__

    return np.asarray(Bare()).sum()


def _by_own_memory(x: Any) -> object:  # noqa: ANN401 - an array
    with open("/proc/self/mem", "rb", buffering=0) as memory:
        memory.seek(x.ctypes.data)
        return memory.read(64)


def _by_pipe(x: Any) -> object:  # noqa: ANN401 - an array
    reading, writing = os.pipe()
    os.write(writing, memoryview(x).cast("B")[:64])
    os.close(writing)
    with open(reading, "rb") as file:
        return file.read()


def _by_thread(x: Any) -> object:  # noqa: ANN401 - an array
    thread = threading.Thread(target=np.sum, args=(x,))
    thread.start()
    thread.join()
    return thread


def _by_child(x: Any) -> object:  # noqa: ANN401 - an array
    child = get_context("fork").Process(target=np.sum, args=(x,))
    child.start()
    child.join()
    return child


READS: dict[str, Callable[[Any], object]] = {
    "item": lambda x: x[0, 0],
    "last item": lambda x: x[-1, -1],
    "sum": np.sum,
    "copy": np.copy,
    "asarray with another dtype": lambda x: np.asarray(x, dtype=np.float32),
    "comparison": lambda x: x > 0,
    "fancy indexing": lambda x: x[[5, 7]],
    "mask": lambda x: x[LABELS == 1],
    "view": lambda x: x.view(np.uint8).sum(),
    "base": lambda x: np.asarray(x.base).sum(),
    "memoryview": lambda x: memoryview(x)[0, 0],
    "bytes": bytes,
    "tobytes": lambda x: x.tobytes(),
    "tofile": lambda x: x.tofile(os.devnull),
    "np.save": lambda x: np.save(io.BytesIO(), x),
    "repr": repr,
    "strides": lambda x: as_strided(x, (5,), (8,)).sum(),
    "address": _by_address,
    "interface": _by_interface,
    "dlpack": lambda x: np.from_dlpack(x).sum(),
    "own memory": _by_own_memory,
    "pickle": lambda x: pickle.dumps(x, 5),
    "deepcopy": copy.deepcopy,
    "torch": lambda x: torch.as_tensor(np.array(x)).sum(),
    "pandas": lambda x: pd.DataFrame(x).mean(),
    "polars": lambda x: pl.DataFrame(x).sum(),
    "arrow": lambda x: pa.array(x[:, 0]),
    "sparse": scipy.sparse.csr_array,
    "hash of joblib": joblib.hash,
    "worker": lambda x: joblib.Parallel(2)([joblib.delayed(np.shape)(x)]),
    "predict": lambda x: LogisticRegression().fit(ROWS[:50], LABELS[:50]).predict(x),
    "transform": lambda x: StandardScaler().fit(ROWS).transform(x),
    "fit": lambda x: NearestNeighbors().fit(x),
    "thread": _by_thread,
    "forked child": _by_child,
    "system call": _by_pipe,
}
HONEST: dict[str, Callable[[Any], object]] = {
    "shape": lambda x: (x.shape, len(x), x.dtype, x.size, x.nbytes, x.ndim, x.strides, x.flags),
    "slices": lambda x: (x[:10], x[:, 0], x[::2], x.T, x.reshape(-1), x.ravel()),
    "passing around": lambda x: {"x": [x], id(x): (x,)},
    "shallow copy of a list": lambda x: copy.copy([x]),
    "frame over it": lambda x: (frame := pd.DataFrame(x, copy=False), frame.columns, len(frame), frame[:9]),
    "asarray": lambda x: (np.asarray(x), np.atleast_2d(x), np.ascontiguousarray(x)),
    "fits on other rows": lambda x: (len(x), make_pipeline(StandardScaler(), LogisticRegression()).fit(ROWS, LABELS)),
    "clone of other": lambda x: (x, clone(LogisticRegression())),
    "child that does not look": lambda x: (x, subprocess.run([sys.executable, "-c", ""], check=True)),
    "collection": lambda x: (x, gc.collect()),
}


@pytest.mark.parametrize("name", READS)
def test_reads_show(name: str) -> None:
    x, sealed = seal(ROWS, on_read="watch")
    assert type(x) is np.ndarray
    READS[name](x)
    (pages, _) = sealed.evidence()
    assert pages.ruling is Ruling.VIOLATED, pages.shown


@pytest.mark.parametrize("name", HONEST)
def test_honest_uses_do_not_show(name: str) -> None:
    x, sealed = seal(ROWS, on_read="watch")
    kept = HONEST[name](x)
    (pages, _) = sealed.evidence()
    assert pages.shown == "0 kB of the 96 kB of held-out pages were touched"
    assert pages.ruling is Ruling.HELD
    del kept


def test_watched_arrays_cannot_be_written() -> None:
    x, sealed = seal(ROWS, on_read="watch")
    with pytest.raises(ValueError, match="read-only"):
        x[0] = 1
    with sealed.opened(reason="final") as (rows,):
        assert np.array_equal(rows, ROWS)
        assert np.array_equal(x, ROWS)


def test_reads_after_the_opening_do_not_count() -> None:
    x, sealed = seal(ROWS, on_read="watch")
    with sealed.opened(reason="final"):
        x.sum()
    assert sealed.verdict().ruling is Ruling.HELD


@pytest.mark.parametrize(
    "rows", [["a"], pd.DataFrame(ROWS), np.array([object()]), np.zeros(3, [("at", "M8[D]")]), torch.ones(3)]
)
def test_only_arrays_of_plain_values_can_be_watched(rows: object) -> None:
    with pytest.raises(TypeError, match="on_read='watch' takes NumPy arrays of plain values"):
        seal(rows, on_read="watch")


def test_another_word_is_refused() -> None:
    with pytest.raises(ValueError, match="expected 'refuse' or 'watch'"):
        seal(ROWS, on_read="ignore")  # type: ignore[call-overload]  # the mistake
