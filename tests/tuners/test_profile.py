"""Looking at training rows: what is seen, and what is suggested."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import polars as pl
import pytest
from scipy import sparse
from sklearn.datasets import load_diabetes, load_iris

from leakguard.seal import seal
from leakguard.tuners import LogUniform, ProfileError, profile

if TYPE_CHECKING:
    from pathlib import Path

RNG = np.random.default_rng(0)
NORMAL = RNG.normal(size=(300, 4))


@pytest.mark.parametrize("dimension", [1, 2, 4])
def test_the_intrinsic_dimension_is_that_of_the_sheet(dimension: int) -> None:
    sheet = RNG.uniform(size=(800, dimension)) @ RNG.normal(size=(dimension, 10))
    found = profile(sheet).geometry
    assert found is not None
    assert found.dimension == pytest.approx(dimension, rel=0.2)


@pytest.mark.parametrize(
    ("columns", "scaler"),
    [
        (NORMAL, "standard"),
        (np.exp(2 * NORMAL), "quantile"),
        (np.where(RNG.random(NORMAL.shape) < 0.03, 40 * NORMAL, NORMAL), "quantile"),
        (np.vstack([NORMAL[:17], 40 + 0 * NORMAL[:1], -40 + 0 * NORMAL[:1]]), "robust"),
        ((NORMAL > 0).astype(float), "none"),
        (np.ones((50, 2)), "none"),
    ],
)
def test_the_scaler_follows_the_tails(columns: Any, scaler: str) -> None:
    assert profile(columns).scaler == scaler


def test_what_is_told_of_columns_and_target() -> None:
    twins = np.column_stack([NORMAL, NORMAL[:, 0] * 2 + 1e-3 * NORMAL[:, 1]])
    twins[::10, 2] = np.nan
    found = profile(twins, np.where(np.arange(300) < 30, "rare", "common"))
    assert found.target is not None
    assert dict(found.target.classes) == {"common": 0.9, "rare": 0.1}
    assert found.target.imbalance == pytest.approx(9)
    assert [(one, other) for one, other, _ in found.correlated] == [("x0", "x4")]
    assert found.numeric[2].missing == pytest.approx(0.1)
    text = str(found)
    assert "the largest is 9 times the smallest" in text
    assert "missing values in 1 columns, most in x2: 10%" in text
    assert json.loads(json.dumps(found.as_data()))["target"]["rarest"] == 30


def test_numbers_and_classes_are_told_apart() -> None:
    X, y = load_diabetes(return_X_y=True)
    for values, kind in ((y, "numbers"), (load_iris().target, "classes")):
        found = profile(X if kind == "numbers" else load_iris().data, values).target
        assert found is not None
        assert found.kind == kind


def test_bounds_do_not_depend_on_units() -> None:
    one, other = profile(NORMAL, NORMAL[:, 0]), profile(NORMAL * [1, 1000, 1e-3, 7], NORMAL[:, 0])
    for name, bounds in one.bounds.items():
        assert bounds.low == pytest.approx(other.bounds[name].low)  # type: ignore[attr-defined]
        assert bounds.high == pytest.approx(other.bounds[name].high)  # type: ignore[attr-defined]


def bounds(table: Any) -> str:
    """Return what is printed of the bounds, which sums in another order do not change."""
    return str(profile(table)).partition("bounds:")[2]


def test_every_kind_of_table_is_read() -> None:
    frame = pd.DataFrame(NORMAL, columns=list("abcd"))
    first = bounds(frame)
    assert bounds(pl.DataFrame(NORMAL, list("abcd"))) == first
    assert bounds(NORMAL) == first
    assert bounds(sparse.csr_array(NORMAL)) == first
    mixed = frame.assign(day=pd.Timestamp("2026-01-01"), town="x", empty=np.nan, same=1, flag=True)
    found = profile(mixed)
    assert found.other == {"day": "dates", "town": "text or categories"}
    assert "empty: no values at all; drop them" in found.notes
    assert any(note.startswith("same, flag: the same value in every row") for note in found.notes)
    assert profile(np.array([[1, "a"], [2, "b"]], dtype=object)).other == {"x1": "text"}


def test_huge_tables_are_looked_at_in_part() -> None:
    tall = profile(sparse.random_array((25_000, 30), density=0.1, rng=RNG), RNG.integers(0, 2, 25_000))
    wide = profile(sparse.random_array((60, 3_000), density=0.1, rng=RNG))
    assert "20,000 of 25,000 rows, drawn at random, were looked at" in tall.notes
    assert "1,000 of 3,000 columns, drawn at random, were looked at" in wide.notes
    assert any("columns for 60 rows: penalise" in note for note in wide.notes)


def test_few_rows() -> None:
    found = profile([[1.0], [2.0], [3.0]], [0, 1, 0])
    assert found.geometry is None
    assert "gamma" not in found.bounds
    assert isinstance(found.bounds["C"], LogUniform)


@pytest.mark.parametrize(
    ("X", "y", "message"),
    [
        ([1, 2, 3], None, "give a table with at least one row and one column"),
        (np.empty((0, 3)), None, "at least one row"),
        ([["a"], ["b"]], None, "None of the 1 columns holds numbers"),
        (NORMAL, np.zeros(300), "All 300 rows have the target 0.0: there is nothing to learn"),
        (NORMAL, NORMAL[:5, 0], "X has 300 rows"),
        (NORMAL, np.where(np.arange(300) == 3, np.nan, 1.0), "1 rows have no finite target"),
        (NORMAL, [None, *"ab" * 149, "a"], "Some rows have no target"),
        (NORMAL, pd.array([None, *[1, 2] * 149, 1], dtype="Int64"), "1 rows have no finite target"),
        (NORMAL, pd.date_range("2020", periods=300), "y holds dates"),
        (NORMAL, NORMAL[:, 0] * 1j, "y holds complex numbers"),
        (NORMAL, NORMAL[:, :2], "give one value for each row"),
        (NORMAL * 1j, None, "None of the 4 columns holds numbers"),
        (NORMAL * np.nan, None, "None of the 4 columns of numbers has a value"),
        (np.array([["1", "2"], ["3", "4"]]), None, "None of the 2 columns holds numbers"),
        (None, None, "X is None: give a table"),
        ("train.csv", None, "X is 'train.csv'"),
    ],
)
def test_bad_rows_are_said(X: Any, y: Any, message: str) -> None:
    with pytest.raises(ProfileError, match=message):
        profile(X, y)


def test_columns_that_do_not_vary_are_left_out_whatever_rounding_does() -> None:
    rows = pd.DataFrame({"k": np.full(300, 0.1), "a": NORMAL[:, 0], "l": np.full(300, 0.3), "b": NORMAL[:, 0] * 3})
    found = profile(rows)
    assert [(one, other) for one, other, _ in found.correlated] == [("a", "b")]
    assert "k, l: the same value in every row; drop them" in found.notes


def test_columns_of_one_name_are_told_one_by_one() -> None:
    rows = pd.DataFrame(NORMAL, columns=["a", "a", "b", "c"])
    assert [one.name for one in profile(rows).numeric] == ["a", "a", "b", "c"]


@pytest.mark.parametrize("unit", [1e-300, 1e-200, 1e200, 1e300])
def test_very_large_and_small_numbers_are_numbers(unit: float) -> None:
    usual, found = profile(NORMAL, NORMAL[:, 0]), profile(NORMAL * unit, NORMAL[:, 0] * unit)
    assert found.bounds.keys() == usual.bounds.keys()
    for name, one in usual.bounds.items():
        assert found.bounds[name].high == pytest.approx(one.high)  # type: ignore[attr-defined]
    assert [one.skew for one in found.numeric] == pytest.approx([one.skew for one in usual.numeric])


def test_objects_that_are_numbers_are_numbers() -> None:
    rows = pd.DataFrame({"a": [Decimal(at) for at in range(300)], "b": [None, *range(299)]}, dtype=object)
    found = profile(rows, pd.Series(NORMAL[:, 1], dtype=object))
    assert [one.name for one in found.numeric] == ["a", "b"]
    assert found.target is not None
    assert found.target.kind == "numbers"
    assert profile(NORMAL, NORMAL[:, :1]).target is not None


def test_whole_numbers_may_be_either_and_it_is_said() -> None:
    counts = RNG.poisson(4, 300)
    guessed = profile(NORMAL, counts)
    assert any("taken for classes; if they are numbers, say `task`" in note for note in guessed.notes)
    told = profile(NORMAL, counts, task="numbers")
    assert told.target is not None
    assert told.target.kind == "numbers"
    assert not told.notes
    many = profile(NORMAL, np.arange(300) % 26, task="classes")
    assert many.target is not None
    assert len(many.target.classes) == 26
    with pytest.raises(ProfileError, match="y holds text, such as 'a'"):
        profile(NORMAL, ["a", "b"] * 150, task="numbers")
    with pytest.raises(ValueError, match="task='regression': give 'classes', 'numbers'"):
        profile(NORMAL, counts, task="regression")  # type: ignore[arg-type]


def test_many_zeros_hide_no_tails() -> None:
    rows = np.where(RNG.random((500, 3)) < 0.8, 0, np.exp(3 * RNG.normal(size=(500, 3))))
    assert profile(rows).scaler == "quantile"


def test_data_for_json_keeps_names_and_has_no_nan() -> None:
    rows = pd.DataFrame(NORMAL[:10], columns=["NaN", "b", "c", "d"])
    data = profile(rows).as_data()
    assert data["numeric"][0]["name"] == "NaN"
    assert data["geometry"]["dimension"] is None
    assert "dimension" not in str(profile(rows))


def test_infinite_values_are_told() -> None:
    assert "infinite values were taken for missing ones" in profile(np.where(NORMAL > 2, np.inf, NORMAL)).notes


def test_the_page_shows_dollar_signs(tmp_path: Path) -> None:
    rows = pd.DataFrame(NORMAL, columns=["price_$", "a_$^$", "$x_{$", "<b>"])
    profile(rows).report(tmp_path / "profile.html")
    text = (tmp_path / "profile.html").read_text("utf-8")
    for shown in ("price_$", "a_$^$", "$x_{$", "&lt;b&gt;"):
        assert f">{shown}<" in text[text.index("<svg") :]


def test_sealed_rows_are_refused() -> None:
    X_test, y_test, _ = seal(NORMAL.copy(), NORMAL[:, 0].copy())
    with pytest.raises(TypeError, match="X_train is sealed"):
        profile(X_test)
    with pytest.raises(TypeError, match="y_train is sealed"):
        profile(NORMAL, y_test)


def test_the_page(tmp_path: Path) -> None:
    profile(pd.DataFrame(NORMAL, columns=["<b>", "b", "c", "d"])).report(tmp_path / "page.html")
    page = (tmp_path / "page.html").read_text("utf-8")
    assert "&lt;b&gt;" in page
    assert "<b>" not in page
