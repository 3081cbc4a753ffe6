"""Same seed, same results to the bit, wherever the fits run."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import joblib
import numpy as np
import pytest
import searching
from searching import Stub, X, assert_same, y
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.exceptions import FitFailedWarning
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from threadpoolctl import threadpool_info, threadpool_limits

from leakguard.tuners import IntUniform, LogUniform, RandomSearchCV, Uniform

if TYPE_CHECKING:
    from collections.abc import Iterator

SPACE = {"C": LogUniform(1e-3, 1e3), "fit_intercept": [True, False]}


def search(n_jobs: int | None = 1, **options: Any) -> RandomSearchCV:
    return RandomSearchCV(
        LogisticRegression(max_iter=2000), SPACE, n_trials=6, random_state=2, n_jobs=n_jobs, **options
    ).fit(X, y)


@pytest.fixture(scope="module")
def alone() -> RandomSearchCV:
    return search()


@pytest.mark.parametrize("n_jobs", [2, 4])
def test_threads(alone: RandomSearchCV, n_jobs: int) -> None:
    with joblib.parallel_config(backend="threading"):
        assert_same(alone, search(n_jobs))


@pytest.mark.parametrize("n_jobs", [2, pytest.param(4, marks=pytest.mark.slow)])
def test_processes(alone: RandomSearchCV, n_jobs: int) -> None:
    assert_same(alone, search(n_jobs))


def test_the_number_of_workers_can_come_from_joblib(alone: RandomSearchCV) -> None:
    with joblib.parallel_config(backend="threading", n_jobs=2):
        assert_same(alone, search(None))


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    distributed = pytest.importorskip("distributed")
    with (
        distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster,
        distributed.Client(cluster) as client,
    ):
        yield client


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::DeprecationWarning:distributed")
def test_dask(alone: RandomSearchCV, cluster: Any) -> None:
    with joblib.parallel_config(backend="dask"):
        assert_same(alone, search(None))
    # Every fit ran on the cluster, and both workers took part.
    ran = cluster.run(lambda dask_worker: len(dask_worker.state.log), nanny=False)
    assert len(ran) == 2
    assert all(ran.values())


@pytest.mark.slow
def test_dask_records_what_raises(cluster: Any) -> None:
    assert cluster.ncores()
    with joblib.parallel_config(backend="dask"), pytest.warns(match="parameter of the estimator must be"):
        found = RandomSearchCV(
            LogisticRegression(),
            {"C": LogUniform(0.1, 1), "solver": ["lbfgs", "no such solver"]},
            n_trials=4,
            random_state=1,
        ).fit(X, y)
    assert np.isnan(found.cv_results_["mean_test_score"]).any()


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="it has no such signals")
def test_dask_loses_only_the_trial_that_ends_its_workers(cluster: Any) -> None:
    cluster.upload_file(searching.__file__)
    space = {"a": Uniform(0, 1), "deed": ["fit", "kill", "fit", "fit", "fit"]}
    with joblib.parallel_config(backend="dask"), pytest.warns(FitFailedWarning, match="it ended its worker"):
        found = RandomSearchCV(Stub(), space, n_trials=5, random_state=5, cv=2).fit(X, y)
    deeds = [params["deed"] for params in found.cv_results_["params"]]
    assert [bool(np.isnan(score)) for score in found.cv_results_["mean_test_score"]] == [d == "kill" for d in deeds]
    assert "kill" in deeds


def test_a_backend_without_support_is_named() -> None:
    with joblib.parallel_config(backend="multiprocessing"), pytest.raises(ValueError, match="MultiprocessingBackend"):
        search(2)


def test_threads_cannot_be_stopped() -> None:
    with (
        joblib.parallel_config(backend="threading"),
        pytest.raises(ValueError, match="ThreadingBackend cannot stop a trial"),
    ):
        search(2, trial_timeout=1)


class CountsThreads(Stub):
    """Its score is the largest number of threads that a library may use."""

    def score(self, X: Any, y: Any) -> float:  # noqa: ARG002 - scikit-learn's signature
        return float(max(info["num_threads"] for info in threadpool_info()))


@pytest.mark.parametrize(("inner", "expected"), [(1, 1), (2, 2), (None, 3)])
@pytest.mark.parametrize("n_jobs", [1, 2])
def test_a_fit_has_the_same_threads_whatever_the_workers(n_jobs: int, inner: int | None, expected: int) -> None:
    with joblib.parallel_config(backend="threading"), threadpool_limits(3, user_api="blas"):
        found = RandomSearchCV(
            CountsThreads(), {"a": Uniform(0, 1)}, n_trials=4, n_jobs=n_jobs, inner_threads=inner, refit=False
        ).fit(X, y)
        after = {info["num_threads"] for info in threadpool_info() if info["user_api"] == "blas"}
    assert set(found.cv_results_["mean_test_score"]) == {expected}
    assert after == {3}


def test_openmp_gives_the_same_bits_in_threads() -> None:
    space = {"max_leaf_nodes": IntUniform(2, 8), "learning_rate": LogUniform(0.01, 1)}
    boosting = HistGradientBoostingClassifier(max_iter=5, random_state=0)
    with joblib.parallel_config(backend="threading"):
        one, two = (
            RandomSearchCV(boosting, space, n_trials=4, n_jobs=n, random_state=0, cv=2).fit(X, y) for n in (1, 2)
        )
    assert_same(one, two)


def test_joblib_goes_on_with_the_workers_of_a_search() -> None:
    search(2)
    assert GridSearchCV(LogisticRegression(), {"C": [0.1, 1.0]}, cv=2, n_jobs=2, error_score="raise").fit(X, y)
    search(2)
