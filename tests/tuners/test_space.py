"""Spaces: what they hold, what they refuse, and points of the unit cube there and back."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler, StandardScaler
from sklearn.svm import SVC

from leakguard.tuners import (
    Choice,
    IntUniform,
    LogUniform,
    RandomSearchCV,
    Space,
    SpaceError,
    Uniform,
    from_optuna,
    to_optuna,
)

EVERY = Space(
    {
        "kernel": ["rbf", "linear", "poly"],
        "C": LogUniform(1e-3, 1e3),
        "gamma": LogUniform(1e-5, 1, when={"kernel": ["rbf", "poly"]}),
        "degree": IntUniform(2, 5, when={"kernel": ["poly"]}),
        "coef0": Uniform(-1, 1, when={"degree": [3, 4]}),
        "units": IntUniform(1, 512, log=True),
        "tol": stats.loguniform(1e-5, 1e-1),
        "depth": stats.randint(1, 10),
    }
)

units = st.lists(st.floats(0, 1), min_size=len(EVERY.names), max_size=len(EVERY.names)).map(np.array)


@given(units)
def test_a_point_comes_back_from_the_unit_cube(unit: Any) -> None:
    params = EVERY.from_unit(unit)
    assert EVERY.contains(params)
    again = EVERY.to_unit(params)
    assert np.array_equal(~np.isnan(again), [name in params for name in EVERY.names])
    assert ((again[~np.isnan(again)] >= 0) & (again[~np.isnan(again)] <= 1)).all()
    back = EVERY.from_unit(np.nan_to_num(again))
    assert back.keys() == params.keys()
    for name, value in params.items():
        assert back[name] == value if isinstance(value, (int, str)) else math.isclose(back[name], value, rel_tol=1e-6)


@given(units)
def test_conditions_decide_what_is_in_use(unit: Any) -> None:
    params = EVERY.from_unit(unit)
    assert ("gamma" in params) == (params["kernel"] != "linear")
    assert ("degree" in params) == (params["kernel"] == "poly")
    assert ("coef0" in params) == (params.get("degree") in {3, 4})
    assert EVERY.active(dict.fromkeys(EVERY.names, 1.0) | params).keys() == params.keys()


@pytest.mark.parametrize("dimension", [IntUniform(3, 7), IntUniform(1, 100, log=True), Choice(["x", "y", "z"])])
def test_draws_follow_the_prior(dimension: Any) -> None:
    rng = np.random.default_rng(0)
    drawn = [Space({"a": dimension}).sample(rng)["a"] for _ in range(3000)]
    if isinstance(dimension, IntUniform) and dimension.log:
        assert 0.4 < np.mean(np.array(drawn) <= 10) < 0.6
    else:
        counts = np.unique(drawn, return_counts=True)[1]
        assert len(counts) == dimension.kind.size
        assert stats.chisquare(counts).pvalue > 1e-3


def test_a_sample_is_the_quantile_of_its_random_numbers() -> None:
    assert EVERY.sample(np.random.default_rng(3)) == EVERY.from_unit(np.random.default_rng(3).random(len(EVERY.names)))


def test_kinds_and_size() -> None:
    assert [(kind.name, kind.size) for kind in EVERY.kinds] == [
        ("categorical", 3),
        ("continuous", None),
        ("continuous", None),
        ("integer", 4),
        ("continuous", None),
        ("integer", 512),
        ("continuous", None),
        ("integer", 9),
    ]
    assert EVERY.size is None
    assert Space({"a": [1, 2], "b": IntUniform(1, 3)}).size == 6
    assert Space({"a": [1, 2], "b": IntUniform(1, 3, when={"a": [2]})}).size == 4


def test_a_grid_has_every_combination_once() -> None:
    space = Space({"a": [1, 2], "b": IntUniform(1, 3, when={"a": [2]}), "c": LogUniform(1, 100)})
    grid = list(space.grid(3))
    assert len(grid) == space.grid_size(3) == 12 == len({space.key(params) for params in grid})
    assert {round(params["c"], 9) for params in grid} == {1, 10, 100}
    assert space.grid_size({"c": 2}) == 4
    assert list(Space({"a": IntUniform(1, 9, log=True)}).grid(3)) == [{"a": 1}, {"a": 3}, {"a": 9}]
    assert [params["a"] for params in Space({"a": stats.norm()}).grid(3)] == pytest.approx([-0.967, 0, 0.967], abs=1e-3)


def test_options_can_be_anything_and_keep_apart() -> None:
    scalers = [StandardScaler(), MinMaxScaler(), None, np.arange(3), 1, True]
    space = Space({"scaler": scalers})
    for index, option in enumerate(scalers):
        unit = space.to_unit({"scaler": option})
        assert space.from_unit(unit)["scaler"] is option
        assert space.key({"scaler": option}) == (("scaler", index),)


@pytest.mark.parametrize(
    ("make", "told"),
    [
        (lambda: Space({}), "The space is empty"),
        (lambda: Space([1]), "A space maps names"),  # type: ignore[arg-type]
        (lambda: Space({"a": 3}), "a: 3 is no dimension"),
        (lambda: Space({"a": "rbf"}), "a: 'rbf' is no dimension"),
        (lambda: Space({"a": []}), "a: the list of options is empty"),
        (lambda: Space({1: [2]}), "1: a parameter's name is a text"),  # type: ignore[dict-item]
        (lambda: Choice([]), "nothing to choose from"),
        (lambda: Choice("rbf"), "must be a list"),
        (lambda: Uniform(2, 1), r"Uniform\(low=2, high=1.*swapped"),
        (lambda: Uniform(1, 1), "are equal"),
        (lambda: Uniform(0, math.inf), "must be finite"),
        (lambda: Uniform("0", 1), "must be numbers"),  # type: ignore[arg-type]
        (lambda: LogUniform(0, 1), "starts above zero"),
        (lambda: IntUniform(0, 8, log=True), "starts above zero"),
        (lambda: IntUniform(0, 0.5), "0.5 is no integer"),  # type: ignore[arg-type]
        (lambda: Space({"a": Uniform(0, 1, when={"kernle": [1]}), "kernel": [1]}), "Did you mean 'kernel'"),
        (lambda: Space({"a": Uniform(0, 1, when={"b": ["x"]}), "b": ["y"]}), "'x', which is no option of 'b'"),
        (lambda: Space({"a": Uniform(0, 1, when={"b": "y"}), "b": ["y"]}), "must list values"),
        (lambda: Space({"a": [1], "b": Choice([1], when={"b": [1]})}), "in a circle: b -> b"),
        (
            lambda: Space({"a": Choice([1], when={"b": [1]}), "b": Choice([1], when={"a": [1]})}),
            "The conditions go in a circle",
        ),
        (lambda: list(Space({"a": Uniform(0, 1)}).grid(0)), "at least one point"),
    ],
)
def test_what_cannot_be_searched_is_refused(make: Any, told: str) -> None:
    with pytest.raises(SpaceError, match=told):
        make()


def test_a_parameter_that_the_estimator_lacks_is_named_before_any_fit() -> None:
    pipeline = make_pipeline(StandardScaler(), SVC())
    with pytest.raises(SpaceError, match=r"Pipeline has no parameter 'svc__Gamma'. Did you mean 'svc__gamma'\?"):
        RandomSearchCV(pipeline, {"svc__Gamma": LogUniform(0.1, 1)}).fit([[0]], [0])


def test_optuna_there_and_back() -> None:
    pytest.importorskip("optuna")
    space = Space({"a": Uniform(0, 1), "b": LogUniform(1, 9), "c": IntUniform(1, 9, log=True), "d": [1, "x", None]})
    assert from_optuna(to_optuna(space)) == space


def test_what_optuna_lacks_is_told() -> None:
    optuna = pytest.importorskip("optuna")
    for dimension, told in (
        (stats.norm(), "Optuna has no"),
        (Uniform(0, 1, when={"b": [1]}), "have no conditions"),
        ([SVC()], "Optuna's options are"),
    ):
        with pytest.raises(SpaceError, match=told):
            to_optuna({"a": dimension, "b": [1]})
    stepped = from_optuna({"a": optuna.distributions.IntDistribution(0, 10, step=5)})
    assert stepped == Space({"a": [0, 5, 10]})
