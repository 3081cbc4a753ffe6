"""What may be done with stand-ins: whatever needs no value works, and nothing of it is recorded."""

from __future__ import annotations

import collections
import copy
import functools
import inspect
import io
import logging
import operator
import pdb  # noqa: T100 - what is under test
import pickle
import pprint
import queue
import reprlib
import subprocess
import sys
import weakref
from typing import TYPE_CHECKING, Any

import cloudpickle
import datasets
import joblib
import numpy as np
import pandas as pd
import polars as pl
import pytest
import scipy.sparse
import torch
from sklearn.base import BaseEstimator, clone
from sklearn.datasets import make_classification
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, KFold, check_cv, train_test_split
from sklearn.utils import indexable
from sklearn.utils.validation import _num_samples, check_consistent_length
from torch.utils.data import DataLoader, Subset, TensorDataset

from leakguard.seal import Ruling, seal
from leakguard.seal.ledger import events

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

ROWS = np.arange(60.0).reshape(20, 3)


class Holder(BaseEstimator):  # type: ignore[misc]  # scikit-learn has no types
    """An estimator with rows among its parameters."""

    def __init__(self, rows: object = None) -> None:
        self.rows = rows


def _array() -> Any:  # noqa: ANN401 - a stand-in
    return seal(ROWS)[0]


def _debugged(x: Any) -> str:  # noqa: ANN401 - a stand-in
    out = io.StringIO()
    debugger = pdb.Pdb(stdin=io.StringIO("p x\npp x\nargs\nlocals\nc\n"), stdout=out, nosigint=True, readrc=False)
    debugger.runcall(operator.itemgetter(slice(5)), x)
    return out.getvalue()


def _logged(x: Any) -> None:  # noqa: ANN401 - a stand-in
    logging.getLogger("test").warning("rows: %s %r", x, x)


def _searched(x: Any) -> object:  # noqa: ANN401 - a stand-in
    rows, labels = make_classification(60, random_state=0)
    search = GridSearchCV(LogisticRegression(), {"C": [1, 2]}, cv=3).fit(rows, labels)
    return search, x.shape


USES: dict[str, Callable[[Any], object]] = {
    "facts": lambda x: (x.shape, x.dtype, x.ndim, x.size, x.nbytes, x.itemsize, len(x)),
    "np.shape": lambda x: (np.shape(x), np.ndim(x), np.size(x)),
    "asking for an iterator": lambda x: (np.iterable(x), iter(x), isinstance(x, collections.abc.Iterable)),
    "repr": lambda x: (repr(x), str(x), f"{x}", reprlib.repr(x), pprint.pformat({"x": [x]})),
    "logging": _logged,
    "hashing": lambda x: ({x: 1}[x], {x}, [x].index(x)),
    "identity": lambda x: x is not None,
    "weak reference": lambda x: weakref.ref(x)() is x,
    "partial": lambda x: functools.partial(print, x),
    "cache": functools.cache(id),
    "queue": lambda x: queue.Queue().put(x),
    "members": inspect.getmembers,
    "debugger": _debugged,
    "dir": dir,
    "truth of a probe": lambda x: (hasattr(x, "fit"), hasattr(x, "iloc"), hasattr(x, "missing")),
    "notebook": lambda x: (hasattr(x, "_repr_html_"), hasattr(x, "_ipython_display_")),
    "pickle": lambda x: [pickle.loads(pickle.dumps(x, protocol)).shape for protocol in range(6)],  # noqa: S301 - our own bytes
    "cloudpickle": lambda x: pickle.loads(cloudpickle.dumps(lambda: x.shape))(),  # noqa: S301 - our own bytes
    "joblib.hash": joblib.hash,
    "joblib.dump": lambda x: joblib.dump(x, io.BytesIO()),
    "copies": lambda x: (copy.copy(x), copy.deepcopy([x]), x.copy()),
    "clone": lambda x: clone(Holder(x)).rows.shape,
    "estimator's repr": lambda x: (repr(Holder(x)), Holder(x).get_params()),
    "slices": lambda x: (x[:5].shape, x[::2], x[5:, 1], x[..., 0], x[:, None], x[-3:]),
    "selections": lambda x: (x[[1, 2]], x[np.arange(20) > 3], x[np.arange(4)][:2], x[3]),
    "folds": lambda x: [x[test].shape for _, test in KFold(4).split(x)],
    "check_cv": lambda x: check_cv(3).get_n_splits(x),
    "indexable": lambda x: indexable(x, np.ones(20)),
    "samples": lambda x: (_num_samples(x), check_consistent_length(x, np.ones(20))),
    "split": lambda x: train_test_split(x, random_state=0)[1].shape,
    "search on other rows": _searched,
    "threads": lambda x: joblib.Parallel(2, backend="threading")(joblib.delayed(len)(x) for _ in range(3)),
}


@pytest.mark.parametrize("name", USES)
def test_honest_uses_pass(name: str) -> None:
    x, sealed = seal(ROWS)
    USES[name](x)
    assert list(events()) == []
    assert sealed.verdict().ruling is Ruling.HELD


def test_facts_of_arrays() -> None:
    x = _array()
    assert repr(x) == "<sealed ndarray of shape (20, 3) and dtype float64: the test set>"
    assert (x.shape, x.dtype, x.ndim, x.size, x.nbytes, len(x)) == ((20, 3), np.dtype("f8"), 2, 60, 480, 20)
    assert x[np.ix_([1, 2], [0])].shape == (2, 1)
    with pytest.raises(IndexError, match="out of bounds"):
        x[[99]]
    with pytest.raises(TypeError, match="has no length"):
        len(seal(np.array(3.0))[0])
    assert seal(np.zeros(4, [("a", "f4"), ("b", "i2")]))[0]["a"].dtype == np.float32


def test_facts_of_frames() -> None:
    frame = pd.DataFrame({"a": [1.0, 2, 3], "b": ["x", "y", "z"]}, index=[7, 8, 9])
    x, _ = seal(frame)
    assert (x.shape, len(x), x.ndim, x.size, list(x.columns), list(x.index)) == ((3, 2), 3, 2, 6, ["a", "b"], [7, 8, 9])
    assert x.dtypes.equals(frame.dtypes)
    assert (x["a"].name, x["a"].dtype, x["a"].shape) == ("a", np.dtype("f8"), (3,))
    assert list(x[["b"]].columns) == ["b"]
    assert list(x.loc[8:, ["a"]].index) == [8, 9]
    assert x.iloc[:2, 0].shape == (2,)
    assert x.iloc[[0, 2]].shape == (2, 2)
    assert list(x[[True, False, True]].index) == [7, 9]
    assert list(x[1:]["a"].iloc[:1].index) == [8]
    assert x["a"].loc[[9, 7]].shape == (2,)
    with pytest.raises(KeyError, match="missing"):
        x["missing"]
    assert not hasattr(x, "missing")
    index, _ = seal(frame.index)
    assert (len(index), index.dtype, index[:2].shape) == (3, np.dtype("i8"), (2,))


def test_facts_of_other_kinds() -> None:
    polars = pl.DataFrame({"a": [1, 2, 3], "b": ["x", "y", "z"]})
    x, column, _ = seal(polars, polars["a"])
    assert (x.shape, x.height, x.width, x.columns, x.schema) == ((3, 2), 3, 2, ["a", "b"], polars.schema)
    assert x["a"].dtype == pl.Int64
    assert (x[["b"]].shape, x[:2].shape, column[1:].shape) == ((3, 1), (2, 2), (2,))
    sparse, _ = seal(scipy.sparse.random_array((30, 20), density=0.1, format="csr", random_state=0))
    assert (sparse.shape, sparse.nnz, sparse.format, sparse[:5].shape) == ((30, 20), 60, "csr", (5, 20))
    tensor, _ = seal(torch.ones(6, 2, dtype=torch.float16))
    assert (tensor.shape, tensor.size(), tensor.size(0), tensor.dim(), tensor.numel()) == ((6, 2), (6, 2), 6, 2, 12)
    assert (tensor.dtype, tensor.device.type, len(tensor), tensor[:2].shape) == (torch.float16, "cpu", 6, (2, 2))
    assert tensor[torch.tensor([1, 3])].shape == (2, 2)
    values, _ = seal(["a", "b", "c"])
    assert (len(values), bool(values), len(values[1:]), bool(values[3:])) == (3, True, 2, False)
    table, _ = seal(datasets.Dataset.from_dict({"a": [1, 2, 3], "t": ["x", "y", "z"]}))
    assert (len(table), table.num_rows, table.column_names, table.shape) == (3, 3, ["a", "t"], (3, 2))
    assert (len(table.select([0, 2])), table.features["t"].dtype) == (2, "string")


def test_torch_datasets_go_into_loaders_and_are_refused_there() -> None:
    x, sealed = seal(TensorDataset(torch.ones(6, 2), torch.zeros(6)))
    loader = DataLoader(Subset(x, [1, 2, 3]), batch_size=2)
    assert (len(x), len(loader)) == (6, 2)
    assert sealed.verdict().ruling is Ruling.HELD
    with pytest.raises(BaseException, match="LG101"):
        next(iter(loader))
    with sealed.opened(reason="final") as (rows,):
        assert len(next(iter(DataLoader(rows, batch_size=4)))) == 2


def test_selections_are_made_when_it_is_opened() -> None:
    frame = pd.DataFrame(ROWS, columns=["a", "b", "c"])
    x, table, sealed = seal(frame, datasets.Dataset.from_dict({"a": [1, 2, 3]}))
    selections: list[Callable[[Any], Any]] = [
        lambda x: x["a"],
        lambda x: x[3:9][["b", "c"]].iloc[::2],
        lambda x: x.loc[4:7, "b"],
        lambda x: x[np.arange(20) % 3 == 0].iloc[1:, :2],
    ]
    parts = [select(x) for select in selections]
    chosen = table.select([2, 0])
    with sealed.opened(reason="final"):
        for part, select in zip(parts, selections, strict=True):
            assert np.array_equal(np.asarray(part), np.asarray(select(frame)))
            assert part.shape == select(frame).shape
        assert chosen["a"][:] == [3, 1]


def test_assertions_of_pytest_show_no_values(tmp_path: Path) -> None:
    (tmp_path / "test_it.py").write_text(
        "import numpy as np\n"
        "from leakguard.seal import seal\n"
        "def test_length():\n"
        "    x, sealed = seal(np.full(9, 4711))\n"
        "    with sealed:\n"
        "        assert len(x) == 8\n"
    )
    command = [sys.executable, "-m", "pytest", "-q", "-l", "-n0", "-p", "no:cacheprovider", "test_it.py"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert "where 9 = len(<sealed ndarray of shape (9,) and dtype int64: the test set>)" in done.stdout
    assert "4711, " not in done.stdout
    assert list(events()) == []


@pytest.mark.parametrize("options", [["-X", "faulthandler"], ["-m", "coverage", "run", "--data-file=data"]])
def test_fault_handlers_and_coverage_work_beside(options: list[str], tmp_path: Path) -> None:
    if "coverage" in options:
        pytest.importorskip("coverage")
    (tmp_path / "program.py").write_text(
        "import faulthandler, numpy as np, sys\n"
        "from leakguard.seal import SealBroken, seal\n"
        "before = faulthandler.is_enabled()\n"
        "x, sealed = seal(np.ones(5))\n"
        "try:\n"
        "    x.sum()\n"
        "except SealBroken as error:\n"
        "    print(error.reader.line)\n"
        "print(faulthandler.is_enabled() == before)\n"
    )
    done = subprocess.run([sys.executable, *options, "program.py"], cwd=tmp_path, capture_output=True, text=True)  # noqa: PLW1510 - its output is looked at
    assert done.stdout == "6\nTrue\n", done.stderr


def test_sealing_takes_no_more_memory_than_the_rows() -> None:
    program = """
import numpy as np
def resident():
    with open("/proc/self/status") as file:
        return {line.split(":")[0]: line.split()[1:2] for line in file}
from leakguard.seal import seal
import pandas as pd
seal(np.ones((1000, 10)), pd.DataFrame(np.ones((1000, 10))))  # imports
rows = np.random.default_rng(0).normal(size=(400_000, 25))  # 80 MB
for value in (rows, rows[5:, 1:], pd.DataFrame(rows, copy=False)):
    before = int(resident()["VmRSS"][0])
    kept = seal(value)
    print(int(resident()["RssShmem"][0]) / 80_000, (int(resident()["VmHWM"][0]) - before) / 80_000)
    del kept
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    for line in done.stdout.splitlines():
        kept, peak = map(float, line.split())
        assert kept < 1.01
        assert peak < 1.3, "the content key takes some for a moment"
