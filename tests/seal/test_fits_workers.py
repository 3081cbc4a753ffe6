"""The fit ledger in threads and in other processes: real pools, and what they leave behind."""

from __future__ import annotations

import multiprocessing
import os
import pickle
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import joblib
import numpy as np
import pytest
from sklearn.base import clone
from sklearn.calibration import CalibratedClassifierCV
from sklearn.ensemble import BaggingClassifier, RandomForestClassifier, StackingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, KFold, cross_val_score, cross_validate
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

from leakguard.seal import Ruling, watch_fits
from leakguard.seal.causes import Cause
from leakguard.seal.ledger import VARIABLE

if TYPE_CHECKING:
    from pathlib import Path

    from leakguard.seal import Evidence

_random = np.random.default_rng(3)
X = _random.normal(size=(120, 5))
y = (X[:, 0] + _random.normal(size=120) > 0).astype(int)
PIPE = make_pipeline(StandardScaler(), LogisticRegression())


@pytest.fixture(autouse=True)
def _own_ledger(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, str(tmp_path / "ledger.jsonl"))


def _is_leak(evidence: Evidence, estimator: str) -> bool:
    (breach,) = evidence.breaches
    assert breach.reader is not None
    assert breach.reader.file == __file__
    return breach.cause is Cause.FITTED_OUTSIDE_FOLDS and breach.message.startswith(estimator)


def _search(rows: Any) -> Any:  # noqa: ANN401 - scikit-learn has no annotations
    return GridSearchCV(PIPE, {"logisticregression__C": [1, 9]}, cv=3, n_jobs=2).fit(rows, y)


@pytest.mark.parametrize("backend", ["loky", "threading", "multiprocessing"])
def test_joblib(backend: str) -> None:
    with watch_fits(X, y) as fits, joblib.parallel_backend(backend, n_jobs=2):
        _search(X)
        cross_val_score(StackingClassifier([("a", PIPE), ("b", SVC())], cv=2, n_jobs=2), X, y, cv=3)
    assert fits.evidence().ruling is Ruling.HELD, fits.evidence()
    processes = {fit.process for fit in fits.records}
    assert (processes == {os.getpid()}) is (backend == "threading")
    with watch_fits(X, y) as fits, joblib.parallel_backend(backend, n_jobs=2):
        _search(StandardScaler().fit_transform(X))
    assert _is_leak(fits.evidence(), "StandardScaler.fit_transform saw 40 of 40 ")


def test_many_models_with_pools_of_their_own() -> None:
    with watch_fits(X, y) as fits:
        for model in (CalibratedClassifierCV(PIPE, cv=2, n_jobs=2), BaggingClassifier(PIPE, 4, n_jobs=2)):
            cross_val_score(model, X, y, cv=3)
        cross_val_score(RandomForestClassifier(5, n_jobs=2), X, y, cv=3, n_jobs=2)
        for trained in cross_validate(PIPE, X, y, cv=3, n_jobs=2, return_estimator=True)["estimator"]:
            trained.predict(X)
    assert fits.evidence().ruling is Ruling.HELD, fits.evidence()


def test_nested_searches_in_workers() -> None:
    with watch_fits(X, y) as fits:
        cross_val_score(GridSearchCV(PIPE, {"logisticregression__C": [1, 9]}, cv=2), X, y, cv=3, n_jobs=2)
    assert fits.evidence().ruling is Ruling.HELD, fits.evidence()
    assert len({fold.call for fold in fits.folds}) == 4


def _one_fold(model: Any, train: Any, test: Any) -> float:  # noqa: ANN401 - scikit-learn has no annotations
    scaler = StandardScaler().fit(X)
    return float(model.fit(scaler.transform(X[train]), y[train]).score(scaler.transform(X[test]), y[test]))


def _own_fold(train: Any) -> Any:  # noqa: ANN401 - scikit-learn has no annotations
    return clone(PIPE).fit(X[train], y[train])


def test_own_functions_in_joblib() -> None:
    with watch_fits(X, y) as fits:
        joblib.Parallel(n_jobs=2)(joblib.delayed(_own_fold)(train) for train, _ in KFold(3).split(X))
    assert fits.evidence().ruling is Ruling.HELD, fits.evidence()
    with watch_fits(X, y) as fits:
        joblib.Parallel(n_jobs=2)(joblib.delayed(_one_fold)(SVC(), *pair) for pair in KFold(3).split(X))
    assert any(one.message.startswith("StandardScaler.fit saw 40 of 40 ") for one in fits.evidence().breaches)


@pytest.mark.parametrize("start", ["fork", "spawn"])
def test_pools_of_the_standard_library(start: str) -> None:
    context = multiprocessing.get_context(start)
    with watch_fits(X, y) as fits, ProcessPoolExecutor(1, context) as pool:
        for done in [pool.submit(_one_fold, SVC(), *pair) for pair in KFold(3).split(X)]:
            done.result()
    assert {fit.process for fit in fits.records} != {os.getpid()}
    assert any(one.message.startswith("StandardScaler.fit saw 40 of 40 ") for one in fits.evidence().breaches)


def test_threads_of_ones_own() -> None:
    with watch_fits(X, y) as fits, ThreadPoolExecutor(3) as pool:
        list(pool.map(_own_fold, [train for train, _ in KFold(6).split(X)]))
    assert fits.evidence().ruling is Ruling.HELD, fits.evidence()
    assert len(fits.records) == 6


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("processes", [True, False])
def test_dask(processes: bool) -> None:  # noqa: FBT001 - a parameter of the test
    distributed = pytest.importorskip("distributed")
    with (
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, processes=processes, dashboard_address=None
        ) as cluster,
        distributed.Client(cluster) as client,
    ):
        with watch_fits(X, y) as fits, joblib.parallel_backend("dask"):
            _search(X)
        assert fits.evidence().ruling is Ruling.HELD, fits.evidence()
        assert ({fit.process for fit in fits.records} == {os.getpid()}) is not processes
        with watch_fits(X, y) as fits, joblib.parallel_backend("dask"):
            _search(StandardScaler().fit_transform(X))
        assert _is_leak(fits.evidence(), "StandardScaler.fit_transform saw 40 of 40 ")
        with watch_fits(X, y) as fits:
            for done in [client.submit(_one_fold, SVC(), *pair) for pair in KFold(3).split(X)]:
                done.result()
        assert any(one.message.startswith("StandardScaler.fit saw 40 of 40 ") for one in fits.evidence().breaches)


def _methods_here() -> list[str]:
    return [name for name in ("fit", "fit_transform") if hasattr(vars(StandardScaler).get(name), "__leakguard__")]


def test_a_worker_that_lives_on_stops_recording() -> None:
    with watch_fits(X, y) as fits:
        joblib.Parallel(n_jobs=2)(joblib.delayed(_own_fold)(train) for train, _ in KFold(4).split(X))
    count = len(fits.records)
    joblib.Parallel(n_jobs=2)(joblib.delayed(_own_fold)(train) for train, _ in KFold(4).split(X))
    assert joblib.Parallel(n_jobs=2)(joblib.delayed(_methods_here)() for _ in range(4)) == [[]] * 4
    with watch_fits(X, y) as again:
        joblib.Parallel(n_jobs=2)(joblib.delayed(_own_fold)(train) for train, _ in KFold(4).split(X))
    assert len(fits.records) == len(again.records) == count == 4


def test_a_model_saved_during_the_watch_is_an_ordinary_one(tmp_path: Path) -> None:
    with watch_fits(X, y):
        model = clone(PIPE).fit(X, y)
        assert b"leakguard" not in pickle.dumps(model)
        joblib.dump(model, tmp_path / "model.joblib")
    assert b"leakguard" not in (tmp_path / "model.joblib").read_bytes()
