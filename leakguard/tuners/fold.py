"""One fit on one fold, in whatever process or machine it runs."""

from __future__ import annotations

import copy
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from leakguard.tuners.limits import few_threads, time_limit
from leakguard.tuners.suggesting import FoldScore

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from leakguard.tuners.growing import Growth

    Split = tuple[NDArray[np.intp], NDArray[np.intp]]


@dataclass(frozen=True, slots=True)
class Data:
    """What every fit reads: sent to each worker once."""

    X: Any
    y: Any
    fit_params: Mapping[str, Any]
    splits: Sequence[Split]


@dataclass(frozen=True, slots=True)
class Fit:
    """One fit to make: sent with every job.

    Attributes:
        train: the rows to learn from instead of the fold's own train rows, for a smaller budget.
        columns: the columns to look at instead of all.
        recorded: keep what the estimator answers for the fold's test rows.
        growth: how to go on from the fit of a smaller budget.
        path: the iterations at the end of each stage so far and of this one.
        schedule: the parameters of the stages before, where they were others.
        state: the estimator as the stage before left it; None to go through all stages.
        threads: how many BLAS and OpenMP may use; None leaves it to them.
        timeout: seconds; only where the process may be killed.
        config: scikit-learn's, which is each thread's and process's own.
    """

    estimator: Any
    params: Mapping[str, Any]
    fold: int
    scoring: Any = None
    return_train_score: bool = False
    raising: bool = False
    settings: Mapping[str, Any] = field(default_factory=dict)
    train: NDArray[np.intp] | None = None
    columns: NDArray[np.intp] | None = None
    growth: Growth | None = None
    recorded: bool = False
    path: tuple[int, ...] = ()
    schedule: tuple[Mapping[str, Any], ...] = ()
    state: Any = None
    threads: int | None = 1
    timeout: float | None = None
    config: Mapping[str, Any] = field(default_factory=dict)


def fit_fold(data: Data, fit: Fit) -> FoldScore:
    """Fit a clone of the estimator on the fold's train rows and score it on its test rows.

    Raises:
        Exception: whatever the fit raised, if `fit.raising`; otherwise it becomes the score's `failure`.
    """
    # A new worker imports scikit-learn here, outside the time limit.
    import sklearn.model_selection

    started = time.perf_counter()
    try:
        with sklearn.config_context(**fit.config), few_threads(fit.threads), time_limit(fit.timeout):
            return _scored(data, fit)
    except (Exception, SystemExit) as error:  # a trial that ends its program ends nothing but itself
        if fit.raising:
            raise
        # `cross_validate` puts its own name where an estimator's would stand.
        told = str(error).replace("parameter of cross_validate", "parameter of the estimator")
        return FoldScore({}, {}, time.perf_counter() - started, 0.0, f"{type(error).__name__}: {told}")


def _scored(data: Data, fit: Fit) -> FoldScore:
    from sklearn.metrics import check_scoring
    from sklearn.model_selection import cross_validate

    from leakguard.tuners.honesty.responses import Recorder

    train, test = data.splits[fit.fold]
    estimator = _estimator(fit)
    recorder = Recorder(check_scoring(estimator, _several(fit.scoring))) if _may_record(fit) else None
    out = cross_validate(
        estimator,
        data.X if fit.columns is None else _columns(data.X, fit.columns),
        data.y,
        cv=[(train if fit.train is None else fit.train, test)],
        scoring=fit.scoring if recorder is None else recorder,
        params=dict(data.fit_params),
        n_jobs=1,
        return_train_score=fit.return_train_score,
        return_estimator=fit.growth is not None,
        error_score="raise",
    )
    return FoldScore(
        test=_scores(out, "test_"),
        train=_scores(out, "train_"),
        fit_time=float(out["fit_time"][0]),
        score_time=float(out["score_time"][0]),
        state=None if fit.growth is None else out["estimator"][0].estimator,
        responses=None if recorder is None else recorder.kept,
    )


def _may_record(fit: Fit) -> bool:
    """Tell whether another scorer may stand in: routing looks at what each one asks for."""
    return fit.recorded and not fit.config.get("enable_metadata_routing")


def _several(scoring: Any) -> Any:
    return list(scoring) if isinstance(scoring, set) else scoring


def _estimator(fit: Fit) -> Any:
    from sklearn.base import clone

    # Parameters may be estimators themselves: a clone leaves the proposal as it was.
    params = clone(dict(fit.params), safe=False)
    if fit.growth is None:
        return clone(fit.estimator).set_params(**params, **fit.settings)
    from leakguard.tuners.continuing import Continued

    begun = clone(fit.estimator) if fit.state is None else fit.state
    if fit.schedule and fit.state is not None:
        begun = copy.deepcopy(begun)  # others may go on from it too
    stages = (*fit.schedule, params) if fit.schedule else (params,) * len(fit.path)
    return Continued(begun, fit.growth, fit.path, stages, begun=fit.state is not None)


def _columns(X: Any, columns: NDArray[np.intp]) -> Any:
    return X.iloc[:, columns] if hasattr(X, "iloc") else X[:, columns]


def _scores(out: Mapping[str, Any], prefix: str) -> dict[str, float]:
    return {key.removeprefix(prefix): float(value[0]) for key, value in out.items() if key.startswith(prefix)}
