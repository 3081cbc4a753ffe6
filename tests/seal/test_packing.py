"""What is sealed comes back bit by bit, whatever it holds, and its copies have the same content key."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import datasets
import hypothesis.extra.numpy as arrays
import numpy as np
import pandas as pd
import polars as pl
import pytest
import scipy.sparse
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from leakguard.seal import seal
from leakguard.seal.handles.packing import Packed

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from numpy.typing import NDArray

_DTYPES = st.one_of(
    arrays.scalar_dtypes(),
    arrays.array_dtypes(arrays.scalar_dtypes(), max_size=3),
    st.just(np.dtype(">f8")),
)


def _through(value: object, *, writable: bool = True) -> Any:  # noqa: ANN401 - what went in
    packed = Packed(value)
    packed.pages.close()
    packed.pages.open()
    return packed.restored(writable=writable)


@settings(max_examples=50, deadline=None)
@given(st.data(), st.sampled_from(["C", "F", "strided", "reversed"]))
def test_arrays_come_back_bit_by_bit(data: st.DataObject, layout: str) -> None:
    shapes = arrays.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=6)
    array = _laid_out(data.draw(arrays.arrays(data.draw(_DTYPES), data.draw(shapes))), layout)
    back = _through(array)
    assert type(back) is np.ndarray
    assert (back.dtype, back.shape, back.tobytes()) == (array.dtype, array.shape, array.tobytes())
    assert back.flags.writeable
    if array.dtype.kind in "biufcmM":
        assert not _through(array, writable=False).flags.writeable


def _laid_out(array: NDArray[Any], layout: str) -> NDArray[Any]:
    match layout:
        case "F":
            return np.asfortranarray(array)
        case "strided":
            return array[::2] if array.ndim else array
        case "reversed":
            return array[..., ::-1] if array.ndim else array
    return array


def _frame() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "number": [1.5, np.nan, -0.0],
            "whole": pd.array([1, None, 3], dtype="Int64"),
            "text": ["a", "b", None],
            "object": pd.Series([("t", 1), {"k": [1]}, None], dtype=object),
            "day": pd.to_datetime(["2020-01-01", None, "2021-05-05"]).tz_localize("UTC"),
            "kind": pd.Categorical(["x", "y", "x"], categories=["y", "x"], ordered=True),
            ("two", 2): [True, False, True],
        },
        index=pd.Index([7, 5, 9], name="id"),
    )


_FRAMES: dict[str, Callable[[], Any]] = {
    "frame": _frame,
    "part of a frame": lambda: _frame().iloc[1:, [0, 2, 5]],
    "series": lambda: _frame()["whole"],
    "series of text": lambda: _frame()["text"],
    "several levels": lambda: _frame().set_index(["text", "kind"]),
    "no rows": lambda: _frame().iloc[:0],
    "duplicated columns": lambda: pd.DataFrame(np.ones((2, 2)), columns=["a", "a"]),
}


@pytest.mark.parametrize("name", _FRAMES)
def test_pandas_objects_come_back(name: str) -> None:
    value = _FRAMES[name]()
    back = _through(value)
    assert type(back) is type(value)
    compare = pd.testing.assert_series_equal if isinstance(value, pd.Series) else pd.testing.assert_frame_equal
    compare(back, value, check_exact=True)


def test_an_index_comes_back() -> None:
    pd.testing.assert_index_equal(_through(_frame().index), _frame().index)


@pytest.mark.parametrize("dtype", [torch.float64, torch.bfloat16, torch.bool, torch.complex64, torch.int8])
def test_tensors_come_back(dtype: torch.dtype) -> None:
    tensor = (torch.randn(6, 4) * 3).to(dtype)
    for value in (
        tensor,
        tensor.T,
        tensor[::2],
        tensor[0, 0],
        tensor[:0],
        tensor.clone().requires_grad_(dtype.is_floating_point),
    ):
        back = _through(value)
        assert (type(back), back.dtype, back.shape, back.requires_grad) == (
            *(torch.Tensor, value.dtype, value.shape),
            value.requires_grad,
        )
        assert torch.equal(back, value)
        back.detach().zero_()  # the memory is the user's now


def test_polars_frames_come_back() -> None:
    frame = pl.DataFrame({"a": [1, None], "b": ["x", "y"], "c": [[1.0], []]}, schema_overrides={"b": pl.Categorical})
    back = _through(frame)
    assert back.equals(frame)
    assert back.schema == frame.schema
    assert _through(frame["a"]).equals(frame["a"])


@pytest.mark.parametrize("kind", ["csr", "csc", "coo", "bsr", "dia", "lil", "dok"])
def test_sparse_arrays_come_back(kind: str) -> None:
    value = scipy.sparse.random_array((30, 20), density=0.2, random_state=0).asformat(kind)
    back = _through(value)
    assert type(back) is type(value)
    assert (back != value).nnz == 0


def test_hugging_face_datasets_come_back_from_memory_too_where_they_were_on_disk(tmp_path: Path) -> None:
    datasets.disable_progress_bars()
    datasets.Dataset.from_dict({"a": list(range(100)), "t": ["x"] * 100}).save_to_disk(tmp_path / "d")
    for value in (datasets.load_from_disk(tmp_path / "d"), datasets.load_from_disk(tmp_path / "d").select([5, 3])):
        back = _through(value)
        assert back.to_dict() == value.to_dict()
        assert not back.cache_files, "the values lie in pages, not in the file"


def test_plain_objects_come_back() -> None:
    value = [1, "a", None, 2.5, {"k": np.arange(3)}, (b"x",)]
    back = _through(value)
    assert back[:4] == value[:4]
    assert back[4]["k"].tolist() == [0, 1, 2]
    assert _through((1, 2)) == (1, 2)


def test_the_values_of_plain_kinds_are_not_copied_again_when_they_come_back() -> None:
    packed = Packed(np.ones((100, 100)))
    packed.pages.open()
    first, second = (packed.restored(writable=True) for _ in range(2))
    first[0, 0] = 5
    assert second[0, 0] == 5


def test_packed_values_take_the_memory_of_the_values() -> None:
    assert Packed(np.ones((1000, 100))).pages.size <= 800_000 + 8192
    assert Packed(pd.DataFrame(np.ones((1000, 100)))).pages.size <= 800_000 + 16384
    assert Packed(torch.ones(1000, 100)).pages.size <= 400_000 + 8192


def test_copies_have_the_same_content_key() -> None:
    rows = np.arange(12.0).reshape(4, 3)
    keys = {
        seal(value)[-1].content_key for value in (rows, rows.copy(order="F"), pd.DataFrame(rows), torch.tensor(rows))
    }
    assert len(keys) == 1
    assert seal(rows + 1)[-1].content_key not in keys
    assert seal([[1, 2], [3]])[-1].content_key == seal([[1, 2], [3]])[-1].content_key
