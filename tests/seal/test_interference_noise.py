"""Noise: other values in the same shapes, types, categories and names; poured over the same objects."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from leakguard.seal import Noise, Poisoning, Ruling, check_sealed
from leakguard.seal.interference.digest import digest
from leakguard.seal.interference.pouring import pour
from leakguard.seal.interference.rows import spliced, take

pd, pl = pytest.importorskip("pandas"), pytest.importorskip("polars")
sparse, torch = pytest.importorskip("scipy.sparse"), pytest.importorskip("torch")

COUNT = 30
RNG = np.random.default_rng(0)
DAYS = np.datetime64("2020-01-01") + np.arange(COUNT)


def noise(kind: Poisoning) -> Noise:
    return Noise(kind, np.random.default_rng(0))


def frame() -> Any:  # noqa: ANN401 - of an untyped library
    columns = {
        "number": RNG.normal(size=COUNT),
        "small": RNG.normal(size=COUNT).astype("float32"),
        "gaps": np.where(np.arange(COUNT) % 3 == 0, np.nan, 1.0 + np.arange(COUNT)),
        "whole": np.arange(COUNT) * 10,
        "byte": np.arange(COUNT, dtype="uint8"),
        "flag": np.arange(COUNT) % 4 == 0,
        "day": DAYS,
        "kind": pd.Categorical(list("abc") * 10, categories=list("abcd"), ordered=True),
        "text": ["x", "y", None] * 10,
        "nullable": pd.array([1, 2, None] * 10, dtype="Int64"),
        "maybe": pd.array([True, False, None] * 10, dtype="boolean"),
        "zoned": pd.to_datetime(DAYS).tz_localize("Europe/Berlin"),
        "span": pd.to_timedelta(np.arange(COUNT), unit="D"),
        "period": pd.period_range("2020-01", periods=COUNT, freq="M"),
        "object": np.array([1, "b"] * 15, dtype=object),
    }
    return pd.DataFrame(columns, index=[f"r{at}" for at in range(COUNT)])


def polars_frame() -> Any:  # noqa: ANN401 - of an untyped library
    return pl.DataFrame(
        {
            "number": RNG.normal(size=COUNT),
            "gaps": [None, 2.0, 3.0] * 10,
            "whole": list(range(COUNT)),
            "flag": [True, False, None] * 10,
            "text": ["x", "y", None] * 10,
            "day": DAYS.tolist(),
            "kind": pl.Series(list("abc") * 10, dtype=pl.Categorical),
            "fixed": pl.Series(list("abc") * 10, dtype=pl.Enum(list("abcd"))),
        }
    )


ROWS: dict[str, Any] = {
    "doubles": RNG.normal(size=(COUNT, 3)),
    "singles": RNG.normal(size=(COUNT, 3)).astype("float32"),
    "images": RNG.integers(0, 256, size=(COUNT, 4, 4, 3)).astype("uint8"),
    "fields": np.array([(1.5, at) for at in range(COUNT)], dtype=[("a", "f8"), ("b", "i4")]),
    "texts": np.array(list("xyz") * 10),
    "objects": np.array([["a", 1], ["b", 2]] * 15, dtype=object),
    "days": DAYS,
    "complex": RNG.normal(size=COUNT) + 1j,
    "frame": frame(),
    "series": frame()["nullable"],
    "zoned series": frame()["zoned"],
    "polars": polars_frame(),
    "polars series": polars_frame()["number"],
    "csr": sparse.random(COUNT, 5, density=0.4, format="csr", random_state=0),
    "counts": sparse.csr_matrix(np.tile([[1, 0], [0, 1]], (15, 1))),
    "tensor": torch.arange(2.0 * COUNT).reshape(COUNT, 2),
    "halves": torch.arange(COUNT, dtype=torch.bfloat16),
    "tensor of classes": torch.arange(COUNT) % 3,
    "dataset": torch.utils.data.TensorDataset(torch.arange(1.0 * COUNT), torch.arange(COUNT) % 2),
    "list": RNG.normal(size=COUNT).tolist(),
    "table": [[float(at), at, "ab"[at % 2]] for at in range(COUNT)],
    "records": [{"a": float(at), "b": "xy"[at % 2]} for at in range(COUNT)],
    "dict": {"X": RNG.normal(size=(COUNT, 2)), "y": np.arange(COUNT) % 2},
}


def told(rows: Any) -> object:  # noqa: ANN401 - rows of any library
    """Return what must stay: types, shapes, names, categories."""
    match rows:
        case np.ndarray():
            return rows.dtype, rows.shape
        case list():
            return len(rows), type(rows[0])
        case dict():
            return {key: told(one) for key, one in rows.items()}
    if isinstance(rows, pd.DataFrame):
        return rows.dtypes.to_dict(), rows.index.tolist(), rows.columns.tolist()
    if isinstance(rows, (pl.DataFrame, torch.utils.data.TensorDataset)):
        return getattr(rows, "schema", None), len(rows)
    if isinstance(rows, pd.Series):
        return rows.dtype, rows.index.tolist(), rows.name
    return rows.dtype, rows.shape


@pytest.mark.parametrize("name", ROWS)
@pytest.mark.parametrize("kind", Poisoning)
def test_noise_is_alike_and_different(name: str, kind: Poisoning) -> None:
    rows = ROWS[name]
    before = digest(rows).text
    labels = kind is Poisoning.LABELS
    noisy = noise(kind)(rows, labels=labels)
    assert type(noisy) is type(rows)
    assert told(noisy) == told(rows)
    assert digest(rows).text == before, "the rows themselves stay"
    assert digest(noisy).text != before
    assert digest(noise(kind)(rows, labels=labels)).text == digest(noisy).text, "the same noise by the same seed"


def test_each_column_of_a_frame_changes() -> None:
    for rows in (frame(), polars_frame()):
        noisy = noise(Poisoning.VALUES)(rows)
        for name in rows.columns:
            assert digest(noisy[name]).text != digest(rows[name]).text, name
    noisy, rows = noise(Poisoning.VALUES)(frame()), frame()
    for name in ("gaps", "text", "nullable", "maybe"):
        assert (noisy[name].isna() == rows[name].isna()).all(), name
    assert set(noisy["text"].dropna()) == {"x", "y"}
    assert noise(Poisoning.MISSING)(frame())[["number", "gaps", "kind", "text", "zoned"]].isna().all().all()


def test_means_move_and_classes_stay() -> None:
    rows = RNG.normal(size=(200, 3))
    noisy = noise(Poisoning.VALUES)(rows)
    assert (abs(noisy.mean(axis=0) - rows.mean(axis=0)) > 2 * rows.std(axis=0)).all()
    several: list[np.ndarray[Any, Any]] = [
        np.arange(200) % 2,
        np.arange(200) % 3,
        np.array(list("ab") * 100),
        (np.arange(200) % 2) * 1.0,
    ]
    for labels in several:
        noisy = noise(Poisoning.LABELS)(labels, labels=True)
        assert set(noisy.tolist()) == set(labels.tolist())
        assert (noisy != labels).mean() > 0.6
    assert (noise(Poisoning.LABELS)(rows) == rows).all(), "only labels change"
    assert (noise(Poisoning.VALUES)(np.arange(9) % 2, labels=True) == np.arange(9) % 2).all()


kinds = st.one_of(
    *(arrays.integer_dtypes(endianness="="), arrays.unsigned_integer_dtypes(endianness="=")),
    *(arrays.floating_dtypes(endianness="=", sizes=(32, 64)), arrays.boolean_dtypes(), arrays.unicode_string_dtypes()),
)


@pytest.mark.filterwarnings("ignore::RuntimeWarning")  # numbers near the largest go beyond it
@given(arrays.arrays(kinds, arrays.array_shapes(max_dims=3)), st.sampled_from(Poisoning), st.booleans())
def test_any_array(rows: np.ndarray[Any, Any], kind: Poisoning, labels: bool) -> None:  # noqa: FBT001 - drawn
    noisy = noise(kind)(rows, labels=labels)
    assert (noisy.dtype, noisy.shape) == (rows.dtype, rows.shape)


@pytest.mark.parametrize("name", ROWS)
def test_pouring_over_the_same_object(name: str) -> None:
    rows = copy.deepcopy(ROWS[name])
    noisy = noise(Poisoning.VALUES)(rows)
    if name == "polars series":
        assert not pour(rows, noisy)
        return
    assert pour(rows, noisy)
    assert digest(rows).text == digest(noisy).text


def test_rows_that_cannot_be_written_are_not() -> None:
    rows = np.arange(5.0)
    rows.flags.writeable = False
    assert not pour(rows, rows + 1)
    assert check_sealed(lambda held: held.sum(), (), (rows,)).ruling is Ruling.VIOLATED


@pytest.mark.parametrize("name", sorted(set(ROWS) - {"dict", "dataset"}))
def test_splicing(name: str) -> None:
    rows, places = ROWS[name], np.array([1, 28])
    others = noise(Poisoning.VALUES)(take(rows, np.array([0, 2])))
    joined = spliced(rows, places, others)
    assert type(joined) is type(rows)
    rest = np.setdiff1d(np.arange(COUNT), places)
    assert digest(take(joined, rest)).text == digest(take(rows, rest)).text
    if not hasattr(rows, "iloc"):  # those keep their own index
        assert digest(take(joined, places)).text == digest(others).text
    assert told(joined) == told(rows)


def test_frames_in_globals_are_poisoned_too() -> None:
    for held in (frame()[["number", "whole"]], polars_frame()[["number", "whole"]], sparse.eye(9, format="csr")):
        verdict = check_sealed(lambda _, held=held: digest(held).text, (), (held,))
        assert verdict.ruling is Ruling.VIOLATED
