"""Searches that were killed or interrupted, and what their journals give back."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import textwrap
import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from searching import Stub, X, assert_same, y
from sklearn.preprocessing import FunctionTransformer

from leakguard.tuners import LogUniform, RandomSearchCV, Uniform
from leakguard.tuners.content import digest
from leakguard.tuners.journal import JournalError

SPACE = {"a": Uniform(0, 1), "b": [1, None, "x", np.float64(2.5)]}

# Fits slower than its parent looks, and tells each trial so that the parent can end it in the middle.
SCRIPT = """
    import sys, time
    sys.path.insert(0, {tests!r})
    from searching import SPACE_SLOW, Slow, X, y
    from leakguard.tuners import RandomSearchCV
    search = RandomSearchCV(Slow(), SPACE_SLOW, n_trials=12, cv=2, random_state=5, journal=sys.argv[1],
                            progress=lambda trial: print(trial.number, flush=True))
    search.fit(X, y)
    print("interrupted", search.interrupted_, len(search.cv_results_["params"]), search.predict(X[:1]).shape)
"""


def search(journal: Path, **options: Any) -> RandomSearchCV:
    found = RandomSearchCV(Stub(), SPACE, n_trials=6, random_state=1, cv=2, journal=journal)
    return found.set_params(**options)  # type: ignore[no-any-return]  # scikit-learn has no annotations


def fits_of(tmp_path: Path, whole: bytes, kept: int) -> tuple[RandomSearchCV, list[int]]:
    """Search with the first `kept` bytes of a journal; return the search and how many trials its journal gained."""
    path = tmp_path / "torn"
    path.write_bytes(whole[:kept])
    before = whole[:kept].count(b"\n")
    found = search(path).fit(X, y)
    return found, [before, path.read_bytes().count(b"\n")]


def test_a_resumed_search_fits_nothing_twice(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    first = search(path, return_train_score=True).fit(X, y)
    written = path.read_bytes()
    again = search(path, return_train_score=True).fit(X, y)
    assert path.read_bytes() == written
    assert_same(first, again, times=True)


@settings(max_examples=25)
@given(st.floats(0, 1))
def test_a_journal_cut_anywhere_gives_the_same_results(tmp_path_factory: pytest.TempPathFactory, share: float) -> None:
    folder = tmp_path_factory.mktemp("journal")
    path = folder / "whole"
    first = search(path).fit(X, y)
    whole = path.read_bytes()
    found, (before, after) = fits_of(folder, whole, int(share * len(whole)))
    assert_same(first, found)
    assert before <= after == whole.count(b"\n")


def test_more_trials_go_on_from_fewer(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    search(path).fit(X, y)
    longer = search(path, n_trials=9).fit(X, y)
    assert_same(longer, search(tmp_path / "other", n_trials=9).fit(X, y))


def test_without_a_seed_the_journal_has_it(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    first = search(path, random_state=None).fit(X, y)
    assert_same(first, search(path, random_state=None).fit(X, y), times=True)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"random_state": 2}, "seed"),
        ({"space": {"a": LogUniform(0.1, 1)}}, "space"),
        ({"estimator": Stub(b=3)}, "estimator"),
        ({"cv": 3}, "folds"),
        ({"scoring": "accuracy"}, "settings"),
        ({}, "data"),
    ],
)
def test_a_journal_of_another_search_is_refused(tmp_path: Path, change: dict[str, Any], told: str) -> None:
    path = tmp_path / "journal"
    search(path).fit(X, y)
    written = path.read_bytes()
    with pytest.raises(JournalError, match=rf"belongs to another search in these parts: {told}\."):
        search(path).set_params(**change).fit(X, y if change else 1 - y)
    assert path.read_bytes() == written


def test_a_file_that_is_no_journal_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "data.csv"
    for text in ("a,b\n1,2\n", "no line"):
        path.write_text(text)
        with pytest.raises(JournalError, match="this is no journal of version 2"):
            search(path).fit(X, y)
        assert path.read_text() == text


def test_a_damaged_line_is_named(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    search(path).fit(X, y)
    lines = path.read_text().splitlines()
    path.write_text("\n".join([*lines[:2], "{", *lines[3:]]) + "\n")
    with pytest.raises(JournalError, match="line 3: no JSON"):
        search(path).fit(X, y)


def test_a_journal_of_other_proposals_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    search(path).fit(X, y)
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    lines[2]["params"]["a"] += 0.1
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    with pytest.raises(JournalError, match="trial 1 was"):
        search(path).fit(X, y)


def test_a_missing_folder_is_told(tmp_path: Path) -> None:
    with pytest.raises(JournalError, match="cannot be written: No such file"):
        search(tmp_path / "none" / "journal").fit(X, y)


@pytest.mark.skipif(sys.platform == "win32", reason="it has no such locks")
def test_two_searches_cannot_write_one_journal(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    refused: list[bool] = []

    def second(_: object) -> None:
        with pytest.raises(JournalError, match="another search is writing"):
            search(path).fit(X, y)
        refused.append(True)

    search(path, progress=second, n_trials=2).fit(X, y)
    assert refused == [True, True]


def started(journal: Path) -> subprocess.Popen[str]:
    script = textwrap.dedent(SCRIPT.format(tests=str(Path(__file__).parent)))
    return subprocess.Popen(
        [sys.executable, "-c", script, journal], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


@pytest.mark.skipif(sys.platform == "win32", reason="it has no such signals")
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_an_ended_search_keeps_its_trials(tmp_path: Path, how: signal.Signals) -> None:
    path = tmp_path / "journal"
    whole = tmp_path / "whole"
    process = started(path)
    assert process.stdout is not None
    for _ in range(3):
        process.stdout.readline()
    os.kill(process.pid, how)
    out, err = process.communicate(timeout=60)
    if how == signal.SIGINT:
        kept = path.read_bytes().count(b"\n") - 1
        assert out.splitlines()[-1] == f"interrupted True {kept} (1,)", err
    assert 3 <= path.read_bytes().count(b"\n") - 1 < 12
    again = started(path).communicate(timeout=60)
    assert again[0].splitlines()[-1] == "interrupted False 12 (1,)", again[1]
    started(whole).communicate(timeout=60)
    untimed = [[scores_of(line) for line in file.read_text().splitlines()] for file in (path, whole)]
    assert untimed[0] == untimed[1]


def scores_of(line: str) -> Any:
    """Return a journal's line without the times."""
    read = json.loads(line)
    return read | {"folds": [fold["test"] for fold in read.get("folds", [])]}


_TOLD = """
    import sys
    from scipy import stats
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import FunctionTransformer
    from leakguard.tuners.content import digest

    def outer(shift):
        def inner(x):
            return x + shift if shift else inner(x)
        return inner

    class Own(LogisticRegression):
        def score(self, X, y):
            return {score}

    print(digest([
        stats.loguniform(1e-3, 1e3), stats.norm(0, 1), stats.randint(1, 9),
        lambda x: x + 1, outer(2), outer, Own(), {{"b", "a"}}, {{"x": 1, "y": [1.5, None]}},
        make_pipeline(FunctionTransformer(lambda x: x * 2), LogisticRegression()),
    ]))
"""


def _told(score: str, hash_seed: int) -> str:
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(_TOLD).format(score=score)],
        env={**os.environ, "PYTHONHASHSEED": str(hash_seed)},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


def test_values_are_told_alike_in_every_process_and_apart_by_their_code() -> None:
    assert _told("1.0", 0) == _told("1.0", 1)
    assert _told("1.0", 0) != _told("2.0", 0)


def _scorer(sign: int) -> Any:
    return lambda estimator, X, y: sign * estimator.score(X, y)


def test_values_of_one_kind_are_told_apart() -> None:
    alike: list[list[Any]] = [
        [lambda x: x + 1, lambda x: x + 2],
        [_scorer(1), _scorer(-1)],
        [stats.norm(0, 1), stats.norm(0, 2), stats.uniform(0, 1)],
        [FunctionTransformer(lambda x: x), FunctionTransformer(lambda x: -x)],
    ]
    for values in alike:
        assert len({digest(value) for value in values}) == len(values)


def test_a_journal_of_another_function_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    search(path, scoring=_scorer(1)).fit(X, y)
    search(path, scoring=_scorer(1)).fit(X, y)
    with pytest.raises(JournalError, match="settings"):
        search(path, scoring=_scorer(-1)).fit(X, y)


def test_what_cannot_be_told_apart_has_no_journal(tmp_path: Path) -> None:
    lock = threading.Lock()
    found = search(tmp_path / "journal", scoring=lambda estimator, X, y: estimator.score(X, y) + lock.locked())
    with pytest.raises(JournalError, match=r"scoring: a function cannot be told from others: .*Without a journal"):
        found.fit(X, y)
