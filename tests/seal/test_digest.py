"""Digests: equal for equal values in any process, different for any changed part, and the path of the difference."""

from __future__ import annotations

import copy
import functools
import hashlib
import hmac
import os
import pickle
import random
import subprocess
import sys
import threading
from collections import OrderedDict, namedtuple
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from enum import Enum
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leakguard.seal.interference.digest import differences, digest

if TYPE_CHECKING:
    from collections.abc import Callable

Pair = namedtuple("Pair", "one other")  # noqa: PYI024 - the untyped kind is what is tested


class Colour(Enum):
    RED = 1


@dataclass
class Record:
    """A data class."""

    name: str
    values: list[float]


class Slotted:
    """Attributes in slots, one of them private."""

    __slots__ = ("__held", "left")

    def __init__(self, held: object) -> None:
        self.__held = held


scalars = st.one_of(
    *(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text(), st.binary()),
    *(st.decimals(allow_nan=False), st.datetimes(), st.complex_numbers(allow_nan=False)),
)
keys = st.one_of(st.text(), st.integers(), st.tuples(st.integers(), st.text()))
values = st.recursive(
    scalars,
    lambda inner: st.one_of(
        st.lists(inner),
        st.tuples(inner, inner),
        st.dictionaries(keys, inner),
        st.builds(Record, st.text(), st.lists(st.floats(allow_nan=False))),
    ),
    max_leaves=20,
)


def text_of(value: object) -> str:
    return digest(value).text


def first(one: object, other: object) -> str:
    return str(next(differences(digest(one).root, digest(other).root)))


def leaf_places(value: object) -> list[tuple[Callable[[Any, object], None], object]]:
    """Return, for each leaf of a value, a function that puts another in its place in a copy."""
    found: list[tuple[Callable[[Any, object], None], object]] = []
    _collect(value, (), found)
    return found


def _collect(value: object, path: tuple[object, ...], found: list[tuple[Any, object]]) -> None:
    match value:
        case dict():
            for key, one in value.items():
                _collect(one, (*path, key), found)
        case list():
            for at, one in enumerate(value):
                _collect(one, (*path, at), found)
        case tuple():
            pass
        case Record():
            _collect(value.__dict__, (*path, "__dict__"), found)
        case _ if path:
            found.append((functools.partial(_put, path=path), value))


def _put(whole: Any, new: object, path: tuple[Any, ...]) -> None:  # noqa: ANN401 - nested values
    for step in path[:-1]:
        whole = whole.__dict__ if step == "__dict__" else whole[step]
    whole[path[-1]] = new


@given(values)
def test_copies_have_equal_digests(value: object) -> None:
    assert text_of(copy.deepcopy(value)) == text_of(value)
    assert text_of(pickle.loads(pickle.dumps(value))) == text_of(value)  # noqa: S301 - our own bytes


@given(values, scalars, st.data())
def test_a_changed_leaf_changes_the_digest(value: object, new: object, data: st.DataObject) -> None:
    places = leaf_places(value)
    if not places:
        return
    put, old = data.draw(st.sampled_from(places))
    changed = copy.deepcopy(value)
    put(changed, new)
    same = type(old) is type(new) and repr(old) == repr(new)
    assert (text_of(changed) == text_of(value)) is same
    assert bool(list(differences(digest(value).root, digest(changed).root))) is not same


@given(st.sets(st.one_of(st.text(), st.integers(), st.tuples(st.integers()))))
def test_sets_have_no_order(items: set[object]) -> None:
    again: set[object] = set()
    for item in sorted(items, key=repr, reverse=True):
        again.add(item)
    assert text_of(again) == text_of(items)
    assert text_of(frozenset(items)) == text_of(frozenset(again))


DISTINCT: list[object] = [
    *(None, False, 0, 0.0, -0.0, 0j, "", b"", (), [], {}, set(), frozenset(), bytearray(), range(0), ...),
    *(1, True, 1.0, "1", b"1", np.int64(1), np.float64(1), np.float32(1), np.array(1), np.array([1]), np.bool_(1)),
    *([1, 2], [2, 1], [[1], 2], (1, 2), {1: 2}, {2: 1}, {1, 2}, Pair(1, 2), OrderedDict({1: 2})),
    *({"a": 1, "b": 2}, {"b": 2, "a": 1}, {"a": {"b": 1}}, ["ab", "c"], ["a", "bc"], [["a"], ["b"]], [["a", "b"], []]),
    *(Decimal(1), Decimal("1.0"), datetime(2020, 1, 1), datetime(2020, 1, 1, tzinfo=UTC), Colour.RED, Colour),  # noqa: DTZ001 - naive ones too
    *(np.zeros((2, 3)), np.zeros((3, 2)), np.zeros(6), np.zeros((2, 3), np.float32), np.array(["a"]), np.array([b"a"])),
    *(np.array([1, None], object), np.array([[1, None]], object), np.array(["2020"], "M8[D]"), np.array([1], "m8[D]")),
    *(np.random.RandomState(0), np.random.RandomState(1), np.random.default_rng(0), np.random.default_rng(1)),
    *(Slotted(1), Slotted(2), Slotted([1]), Record("a", []), Record("a", [0.0]), slice(1), slice(None, 1, 2)),
    *(len, print, np.add, np.sum, pytest, functools.partial(int, base=2), functools.partial(int, base=3)),
    *(lambda: 1, lambda: 2, lambda x=1: x, lambda x=2: x, [].append, [1].append),
]


def test_what_is_different_differs() -> None:
    texts = [text_of(value) for value in DISTINCT]
    assert len(set(texts)) == len(texts)


def _counter(start: int) -> Callable[[], int]:
    return lambda: start


def test_closures_are_told_by_what_they_hold() -> None:
    assert text_of(_counter(1)) == text_of(_counter(1))
    assert first(_counter(1), _counter(2)) == "<closure start>.cell_contents: 1 against 2"


def test_cycles_and_shared_parts() -> None:
    def ring(number: int) -> list[Any]:
        held: list[Any] = [number]
        held.append({"back": held})
        return held

    assert text_of(ring(1)) == text_of(ring(1)) != text_of(ring(2))
    part = [1.5, "a"]
    assert text_of([part, part]) == text_of([part, list(part)])
    doubled: list[Any] = []
    for _ in range(60):  # 2**60 paths, 60 lists
        doubled = [doubled, doubled]
    assert text_of(doubled)


def test_depth_has_an_end_that_is_told() -> None:
    deep: list[Any] = [1]
    for _ in range(5000):
        deep = [deep]
    assert digest(deep).unread


def test_the_path_of_a_difference() -> None:
    base: dict[str, Any] = {
        "model": Record("tree", [1.0, 2.0]),
        "table": np.arange(6.0).reshape(2, 3),
        "pair": Pair(1, "x"),
    }
    other = copy.deepcopy(base)
    other["model"].values[1] = 3.0
    assert first(base, other) == "['model'].values[1]: 2.0 against 3.0"
    other = copy.deepcopy(base)
    other["table"][1, 2] = 9
    assert first(base, other) == "['table'][1, 2]: 5.0 against 9.0"
    assert first(base, base | {"pair": Pair(1, "y")}) == "['pair'].other: 'x' against 'y'"
    assert first(base, base | {"more": 1}) == "['more']: nothing against 1"
    assert first({"a": 1, "b": 2}, {"b": 2, "a": 1}).startswith("the returned value: in the order")
    assert first(1, 2) == "the returned value: 1 against 2"


def test_times_and_what_is_left_out_do_not_count() -> None:
    one = {"mean_fit_time": np.array([0.1]), "score": 1.0, "loss": [1.0], "n_time_steps": 5}
    other = one | {"mean_fit_time": np.array([0.2]), "loss": [2.0]}
    assert [one.path for one in differences(digest(one).root, digest(other).root)] == ["['loss']"]
    found = digest(one, leave_out=["*'loss'*"])
    assert found.text == digest(other, leave_out=["*'loss'*"]).text
    assert found.left_out == ("['mean_fit_time']", "['loss']")
    assert text_of(one) != text_of(one | {"n_time_steps": 6})
    assert text_of({"fit_time": "fast"}) != text_of({"fit_time": "slow"})


def test_what_cannot_be_read_is_told() -> None:
    assert digest({"lock": threading.Lock(), "items": (one for one in "ab")}).unread == ("['lock']", "['items']")


def test_padding_and_masked_values_do_not_count() -> None:
    kind = np.dtype([("a", "i1"), ("b", "f8")], align=True)
    zeros, ones = (np.frombuffer(bytes([fill]) * 32, kind).copy() for fill in (0, 255))
    for array in (zeros, ones):
        array["a"], array["b"] = 1, 2.0
    assert text_of(zeros) == text_of(ones)
    assert text_of(np.ma.array([1, 2], mask=[False, True])) == text_of(np.ma.array([1, 3], mask=[False, True]))
    assert text_of(np.ma.array([1, 2], mask=[False, True])) != text_of(np.ma.array([1, 2], mask=[False, False]))
    assert text_of(np.longdouble(1) / 3) == text_of(np.longdouble(1) / 3) != text_of(np.longdouble(1 / 3))


def frames() -> dict[str, Any]:
    pd, pl = pytest.importorskip("pandas"), pytest.importorskip("polars")
    sparse, torch = pytest.importorskip("scipy.sparse"), pytest.importorskip("torch")
    return {
        "categories": pd.Categorical(["x", "y", None]),
        "nullable": pd.array([1, None, 3], dtype="Int64"),
        "dates": pd.Series(pd.to_datetime(["2020-01-01", None]).tz_localize("UTC")),
        "frame": pd.DataFrame({"a": [1.0, 2.0], "b": ["x", None]}, index=["r", "s"]),
        "levels": pd.MultiIndex.from_tuples([(1, "a"), (2, "b")], names=["n", "c"]),
        "polars": pl.DataFrame({"a": [1, None], "b": ["x", "y"]}),
        "csr": sparse.csr_matrix(np.eye(3)),
        "coo": sparse.coo_array(np.eye(3)),
        "tensor": torch.tensor([[1.5, 2.5]], dtype=torch.bfloat16),
        "sparse tensor": torch.eye(3).to_sparse(),
        "module": torch.nn.Sequential(torch.nn.Linear(1, 1), torch.nn.ReLU()).requires_grad_(requires_grad=False),
    }


def test_libraries_values() -> None:
    held = frames()
    for name, value in held.items():
        again = copy.deepcopy(value)
        assert digest(again).text == digest(value).text, name
        assert not digest(value).unread, name
    assert len({text_of(value) for value in held.values()}) == len(held)
    changed = held["frame"].copy()
    changed.loc["s", "a"] = 7.0
    assert first(held["frame"], changed) == "['a'].values[1]: 2.0 against 7.0"
    assert first(held["frame"], held["frame"].rename(index={"r": "q"}))
    assert first(held["tensor"], held["tensor"] * 2).endswith("1.5 against 3.0")


PROGRAM = """
import sys, numpy as np
from sklearn.model_selection import GridSearchCV
from sklearn.ensemble import RandomForestClassifier
from leakguard.seal.interference.digest import digest
X = np.random.RandomState(0).normal(size=(60, 3)); y = (X[:, 0] > 0).astype(int)
search = GridSearchCV(RandomForestClassifier(5, random_state=0), {"max_depth": [1, 2]}, cv=3).fit(X, y)
print(digest([search, {"a", "b", "c"}, {frozenset("xyz"): 1}, lambda x: x in {"p", "q", "r"}]).text)
"""


def test_another_process_with_another_hash_seed() -> None:
    pytest.importorskip("sklearn")
    texts = {
        subprocess.run(
            [sys.executable, "-c", PROGRAM],
            env=os.environ | {"PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
            text=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(texts) == 1


def estimators() -> list[Any]:
    pytest.importorskip("sklearn")
    from sklearn.ensemble import GradientBoostingClassifier, HistGradientBoostingClassifier, RandomForestClassifier
    from sklearn.gaussian_process import GaussianProcessClassifier
    from sklearn.linear_model import LogisticRegression, SGDClassifier
    from sklearn.neighbors import KNeighborsClassifier
    from sklearn.neural_network import MLPClassifier
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler
    from sklearn.svm import SVC

    boosted: list[Any] = [
        pytest.importorskip("xgboost").XGBClassifier(n_estimators=3, random_state=0),
        pytest.importorskip("lightgbm").LGBMClassifier(n_estimators=3, random_state=0, verbose=-1),
        pytest.importorskip("catboost").CatBoostClassifier(n_estimators=3, verbose=0, allow_writing_files=False),
    ]
    return [
        *(RandomForestClassifier(3, random_state=0), HistGradientBoostingClassifier(max_iter=3, random_state=0)),
        *(GradientBoostingClassifier(n_estimators=3, random_state=0), KNeighborsClassifier(), SVC()),
        *(GaussianProcessClassifier(), LogisticRegression(), SGDClassifier(random_state=0)),
        *(MLPClassifier(8, solver="lbfgs", random_state=0), make_pipeline(StandardScaler(), SVC()), *boosted),
    ]


@pytest.mark.filterwarnings("ignore")
def test_fitted_estimators() -> None:
    """Two fits are equal to the last bit; five other labels show; before a fit there is less."""
    from sklearn.base import clone

    rng = np.random.default_rng(0)
    X = rng.normal(size=(80, 4))  # noqa: N806 - the field's name for it
    y = (X[:, 0] + rng.normal(size=80) > 0).astype(int)
    other = np.concatenate([1 - y[:5], y[5:]])
    for estimator in estimators():
        fitted = [digest(clone(estimator).fit(X, labels)) for labels in (y, y, other)]
        assert fitted[0].text == fitted[1].text, estimator
        assert fitted[0].text != fitted[2].text, estimator
        assert fitted[0].text != digest(estimator).text, estimator
        assert not fitted[0].unread, estimator


def test_studies_count_without_times_and_chance_names() -> None:
    optuna = pytest.importorskip("optuna")
    optuna.logging.set_verbosity(optuna.logging.WARNING)

    def study(seed: int) -> Any:  # noqa: ANN401 - a study
        made = optuna.create_study(sampler=optuna.samplers.TPESampler(seed=seed))
        made.optimize(lambda trial: trial.suggest_float("x", 0, 1), n_trials=3)
        return made

    assert text_of(study(1)) == text_of(study(1)) != text_of(study(2))


def generator(seed: int) -> random.Random:
    return random.Random(seed)  # noqa: S311 - nothing is encrypted


def test_random_generators_and_hashes_are_told_by_their_state() -> None:
    assert digest(generator(1)).text == digest(generator(1)).text
    assert digest(generator(1)).text != digest(generator(2)).text
    for make in (hashlib.sha256, hashlib.blake2b, lambda data: hmac.new(b"key", data, "sha256")):
        assert digest(make(b"a")).text == digest(make(b"a")).text
        assert digest(make(b"a")).text != digest(make(b"b")).text
        assert not digest(make(b"a")).unread


def test_errors_are_told_by_what_they_say() -> None:
    def noted(text: str) -> ValueError:
        error = ValueError(text)
        error.add_note("a note")
        return error

    assert digest(noted("a")).text != digest(noted("b")).text


def test_numbers_of_a_run_are_passed_over_only_where_they_are_numbers() -> None:
    assert digest({"pid": 1}).text == digest({"pid": 2}).text
    assert digest({"pid": [0.1, 0.2]}).text != digest({"pid": [0.1, 0.3]}).text
    assert digest({"n_jobs": {"C": 1}}).text != digest({"n_jobs": {"C": 2}}).text


def test_networks_are_told_by_all_that_they_hold() -> None:
    torch = pytest.importorskip("torch")

    def network(buffer: float, inner: float, private: float) -> object:
        made = torch.nn.Sequential(torch.nn.Identity(), torch.nn.Identity())
        made.register_buffer("best", torch.tensor(buffer), persistent=False)
        made[0].register_buffer("best", torch.tensor(inner), persistent=False)
        setattr(made[1], "_threshold", private)  # noqa: B010 - a name that begins with an underscore
        return made

    first = digest(network(1.0, 2.0, 3.0))
    assert digest(network(1.0, 2.0, 3.0)).text == first.text
    for other in (network(9.0, 2.0, 3.0), network(1.0, 9.0, 3.0), network(1.0, 2.0, 9.0)):
        assert digest(other).text != first.text
        assert list(differences(first.root, digest(other).root))
