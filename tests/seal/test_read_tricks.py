"""Ways to get at values through a stand-in: each is refused, and recorded with the line that tried it."""

from __future__ import annotations

import array
import copy
import io
import json
import operator
import pickle
import statistics
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import joblib
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
import scipy.sparse
import torch
from sklearn.decomposition import PCA
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score
from sklearn.model_selection import cross_val_score, train_test_split
from sklearn.preprocessing import StandardScaler
from sklearn.utils import check_array, resample

from leakguard.seal import SealBroken, seal
from leakguard.seal.ledger import events

if TYPE_CHECKING:
    from collections.abc import Callable

    from leakguard.seal.handles.handle import Sealed

ROWS = np.random.default_rng(0).normal(size=(40, 3))
OTHER = ROWS.copy()
LABELS = np.arange(40) % 2


def _swallowed(x: Sealed) -> None:
    with suppress(BaseException):
        x.sum()
    raise SealBroken("", "", "", "", None)  # as the others end


ARRAY_TRICKS: dict[str, Callable[[Any], object]] = {
    "np.asarray": np.asarray,
    "np.array": np.array,
    "np.array of a list of it": lambda x: np.array([x]),
    "np.ascontiguousarray": np.ascontiguousarray,
    "np.asanyarray with dtype": lambda x: np.asanyarray(x, dtype=np.float32),
    "__array__": lambda x: x.__array__(),
    "__array_interface__": lambda x: x.__array_interface__,
    "__array_struct__": lambda x: x.__array_struct__,
    "getattr of data": lambda x: x.data,
    "ctypes": lambda x: x.ctypes.data,
    "base": lambda x: x.base,
    "flat": lambda x: list(x.flat),
    "T": lambda x: x.T,
    "view": lambda x: x.view(np.uint8),
    "tobytes": lambda x: x.tobytes(),
    "tolist": lambda x: x.tolist(),
    "item": lambda x: x.item(0),
    "item by position": lambda x: x[0, 0],
    "item of a selection": lambda x: x[:, 0][3],
    "take": lambda x: x.take([0]),
    "iteration": lambda x: [one * 2 for one in x],
    "list": list,
    "unpacking": lambda x: [*x],
    "sum": lambda x: x.sum(),
    "np.sum": np.sum,
    "np.mean of a part": lambda x: np.mean(x[:5]),
    "builtin sum": sum,
    "max": max,
    "sorted": sorted,
    "in": lambda x: 1.0 in x,
    "addition": lambda x: x + 1,
    "reflected addition": lambda x: 1 + x,
    "in-place addition": lambda x: exec("x += 1", {}, {"x": x}),  # noqa: S102 - a statement
    "matmul": lambda x: x @ np.ones(3),
    "reflected matmul": lambda x: np.ones((3, 40)) @ x,
    "array times": lambda x: OTHER * x,
    "comparison": lambda x: x > 0,
    "equality": lambda x: x == OTHER,
    "reflected equality": lambda x: operator.eq(OTHER, x),
    "negation": operator.neg,
    "divmod": lambda x: divmod(x, 2),
    "power": lambda x: 2**x,
    "bool": bool,
    "float": float,
    "int": int,
    "index": operator.index,
    "complex": complex,
    "round": round,
    "ufunc": np.exp,
    "ufunc out": lambda x: np.add(OTHER, 1, out=x),
    "ufunc reduce": np.add.reduce,
    "np.where": lambda x: np.where(x, 1, 0),
    "np.concatenate": lambda x: np.concatenate([OTHER, x]),
    "np.vstack": lambda x: np.vstack([OTHER, x]),
    "np.copyto": lambda x: np.copyto(np.empty((40, 3)), x),
    "assignment into an array": lambda x: np.empty((40, 3)).__setitem__(slice(None), x),
    "assignment": lambda x: operator.setitem(x, 0, 1),
    "np.allclose": lambda x: np.allclose(x, OTHER),
    "np.array_equal": lambda x: np.array_equal(x, OTHER),
    "np.testing": lambda x: np.testing.assert_array_equal(x, OTHER),
    "np.fromiter": lambda x: np.fromiter(x, float),
    "np.random choice": lambda x: np.random.default_rng(0).choice(x),
    "np.save": lambda x: np.save(io.BytesIO(), x),
    "np.savetxt": lambda x: np.savetxt(io.BytesIO(), x),
    "array.array": lambda x: array.array("d", x),
    "statistics": lambda x: statistics.mean(x[:, 0]),
    "json": lambda x: json.dumps(list(x)),
    "pd.DataFrame": pd.DataFrame,
    "pd.Series": lambda x: pd.Series(x[:, 0]),
    "frame plus": lambda x: pd.DataFrame(OTHER) + x,
    "frame column": lambda x: pd.DataFrame(OTHER).assign(new=x[:, 0]),
    "scipy.sparse": scipy.sparse.csr_array,
    "check_array": check_array,
    "scaler fit": lambda x: StandardScaler().fit(x),
    "scaler transform": lambda x: StandardScaler().fit(OTHER).transform(x),
    "pca": lambda x: PCA(2).fit_transform(x),
    "predict": lambda x: LogisticRegression().fit(OTHER, LABELS).predict(x),
    "score": lambda x: LogisticRegression().fit(OTHER, LABELS).score(x, LABELS),
    "metric": lambda x: accuracy_score(x[:, 0], LABELS),
    "cross-validation": lambda x: cross_val_score(LogisticRegression(), x, LABELS, error_score="raise"),
    "early stopping": lambda x: HistGradientBoostingClassifier(early_stopping=True).fit(
        OTHER, LABELS, X_val=x, y_val=LABELS
    ),
    "split and look": lambda x: np.asarray(train_test_split(x)[0]),
    "resample and look": lambda x: np.asarray(resample(x)),
    "copy and look": lambda x: np.asarray(copy.deepcopy(x)),
    "thread": lambda x: joblib.Parallel(2, backend="threading")([joblib.delayed(np.sum)(x)]),
    "swallowed": _swallowed,
}
FRAME_TRICKS: dict[str, Callable[[Any], object]] = {
    "values": lambda x: x.values,  # noqa: PD011 - a frame's own name
    "to_numpy": lambda x: x.to_numpy(),
    "column attribute": lambda x: x.a,
    "column values": lambda x: x["a"].array,
    "np.asarray": np.asarray,
    "iloc item": lambda x: x.iloc[0, 0],
    "iloc row": lambda x: x.iloc[0],
    "loc item": lambda x: x.loc[3, "a"],
    "at": lambda x: x.at[3, "a"],  # noqa: PD008 - the trick
    "assignment by iloc": lambda x: operator.setitem(x.iloc, 0, 1),
    "new column": lambda x: operator.setitem(x, "new", 1),
    "itertuples": lambda x: list(x.itertuples()),
    "iterrows": lambda x: list(x.iterrows()),
    "apply": lambda x: x.apply(sum),
    "describe": lambda x: x.describe(),
    "groupby": lambda x: x.groupby("a").sum(),
    "query": lambda x: x.query("a > 0"),
    "merge": lambda x: pd.DataFrame({"a": [1.0]}).merge(x),
    "concat": lambda x: pd.concat([pd.DataFrame(OTHER), x]),
    "mask by itself": lambda x: x[x["a"] > 0],
    "mask of it": lambda x: pd.DataFrame(OTHER)[x["a"]],
    "drop": lambda x: x.drop(columns="a"),
    "to_csv": lambda x: x.to_csv(),
    "to_dict": lambda x: x.to_dict(),
    "interchange": lambda x: x.__dataframe__(),
    "arrow stream": lambda x: x.__arrow_c_stream__(),
    "pl.DataFrame": pl.DataFrame,
    "copying constructor": pd.DataFrame,
    "series list": lambda x: x["a"].tolist(),
    "series float": lambda x: float(x["a"].iloc[:1]),
    "series iteration": lambda x: list(x["a"]),
    "value counts": lambda x: x["a"].value_counts(),
    "scaler": lambda x: StandardScaler().fit(x),
}

TURNED_AWAY: dict[str, Callable[[Any], object]] = {
    "buffer of a private attribute": lambda x: x._mgr,  # noqa: SLF001 - the trick
    "polars frame of an array": lambda x: pl.DataFrame(x.iloc),
    "polars frame of a frame": pl.from_pandas,
    "polars series": lambda x: pl.Series(x["a"]),
    "instance dictionary": vars,
    "reconstructed": lambda x: pickle.loads(pickle.dumps(x)).missing,  # noqa: S301 - our own bytes
    "rebound class": lambda x: setattr(x, "__class__", pd.DataFrame),
    "own attribute": lambda x: setattr(x, "hidden", 1),
    "arrow": pa.array,
    "torch.tensor": lambda x: torch.tensor(x["a"]),
}


def _refused(trick: Callable[[Any], object], sealed: Sealed) -> None:
    with pytest.raises((SealBroken, TypeError, ValueError, NotImplementedError)):
        trick(sealed)
    event = next(events(), None)
    assert event is not None, "nothing was recorded"
    assert event.kind == "read"
    assert event.reader is not None


@pytest.mark.parametrize("name", ARRAY_TRICKS)
def test_reads_of_arrays_are_refused_and_recorded(name: str) -> None:
    x: Any
    x, sealed = seal(ROWS)
    _refused(ARRAY_TRICKS[name], x)
    handles, pages, _ = sealed.evidence()
    assert handles.ruling == "violated"
    assert pages.shown == "0 kB of the 4 kB of held-out pages were touched"


@pytest.mark.parametrize("name", FRAME_TRICKS)
def test_reads_of_frames_are_refused_and_recorded(name: str) -> None:
    x, sealed = seal(pd.DataFrame(ROWS, columns=["a", "b", "c"]))
    _refused(FRAME_TRICKS[name], x)
    handles, pages, _ = sealed.evidence()
    assert handles.ruling == "violated"
    assert pages.shown == "0 kB of the 4 kB of held-out pages were touched"


@pytest.mark.parametrize("name", TURNED_AWAY)
def test_what_finds_no_way_in_touches_nothing(name: str) -> None:
    x, sealed = seal(pd.DataFrame(ROWS, columns=["a", "b", "c"]))
    with pytest.raises((SealBroken, TypeError, ValueError, AttributeError, LookupError)):
        TURNED_AWAY[name](x)
    assert sealed.evidence()[1].ruling == "held"
