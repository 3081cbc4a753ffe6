"""Keys of test sets: the same rows have the same key in every container, other rows have another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leakguard.seal.openings.content import file_digest, files_key, rows_key

if TYPE_CHECKING:
    from pathlib import Path

np = pytest.importorskip("numpy")

ROWS = [[1.5, 0.0, -3.0], [2.0, float("nan"), 7.0], [1.5, 4.0, 0.25], [2.0, 0.0, 0.0]]


def containers() -> dict[str, Any]:
    pd, pl, torch = pytest.importorskip("pandas"), pytest.importorskip("polars"), pytest.importorskip("torch")
    sparse = pytest.importorskip("scipy.sparse")
    array = np.array(ROWS)
    return {
        "list": ROWS,
        "float32": array.astype("float32"),
        "fortran": np.asfortranarray(array),
        "strided": np.repeat(array, 2, axis=0)[::2],
        "objects": array.astype(object),
        "shuffled": array[[2, 0, 3, 1]],
        "pandas": pd.DataFrame(array, index=list("abcd")),
        "pyarrow": pd.DataFrame(array).convert_dtypes(dtype_backend="pyarrow"),
        "polars": pl.DataFrame(array),
        "torch": torch.tensor(array, requires_grad=True),
        "sparse": sparse.csr_array(array),
        "column-sparse": sparse.csc_matrix(array),
    }


@pytest.mark.filterwarnings("ignore")  # of the libraries
@pytest.mark.parametrize("name", list(containers()))
def test_the_container_does_not_matter(name: str) -> None:
    assert rows_key(containers()[name]) == rows_key(np.array(ROWS))


def test_texts_and_what_is_missing() -> None:
    pd = pytest.importorskip("pandas")
    frame = pd.DataFrame({"a": ["x", None, "z"], "b": [1, 2, 3]})
    assert rows_key(frame) == rows_key([["z", 3.0], [float("nan"), 2], ["x", True]])
    assert rows_key(frame) != rows_key([["y", 3.0], [float("nan"), 2], ["x", True]])
    days = pd.date_range("2024-01-01", periods=4)
    assert rows_key(days) == rows_key(days.as_unit("s").to_series()[::-1])


@given(st.lists(st.lists(st.integers(-5, 5), min_size=3, max_size=3), min_size=2, max_size=9), st.data())
def test_one_other_cell_makes_another_key(rows: list[list[int]], data: st.DataObject) -> None:
    row, column = data.draw(st.integers(0, len(rows) - 1)), data.draw(st.integers(0, 2))
    other = [list(one) for one in rows]
    other[row][column] += data.draw(st.sampled_from([-1, 1, 100]))
    assert rows_key(other) != rows_key(rows)
    assert rows_key(rows[:-1]) != rows_key(rows)


def test_columns_and_shapes_count() -> None:
    assert rows_key([[1, 2], [3, 4]]) != rows_key([[2, 1], [4, 3]])
    assert rows_key([[1, 2], [3, 4]]) != rows_key([1, 2, 3, 4])
    assert rows_key([[1, 2], [1, 2]]) != rows_key([[5, 6], [5, 6]])
    assert rows_key(np.zeros((0, 3))) == rows_key(np.ones((0, 3)))


def test_files_by_content_and_not_by_name(tmp_path: Path) -> None:
    content = {"a": b"1" * 3_000_000, "b": b"1" * 3_000_000, "c": b"2"}
    for name, text in content.items():
        (tmp_path / name).write_bytes(text)
    a, b, c = (file_digest(tmp_path / name) for name in content)
    assert a == b != c
    assert files_key([a, c]) == files_key([c, b]) != files_key([a])
