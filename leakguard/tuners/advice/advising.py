"""Times one fit, and says how to search.

What decides is what a trial costs against what a proposal costs: a Gaussian process takes a hundredth of a second to
propose, which is a waste where a trial is faster than that, and nothing where it takes seconds. Many cheap trials can
run side by side; few dear ones should each learn from all before (Bergstra and Bengio 2012; Snoek, Larochelle and Adams
2012). What learns step by step need not finish where it begins badly (Li et al. 2018, 2020).
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from math import ceil, inf
from numbers import Integral, Real
from statistics import median
from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.base import clone
from sklearn.model_selection import check_cv
from sklearn.utils import check_consistent_length

from leakguard.spelling import nearest
from leakguard.tuners.growing import find_growth
from leakguard.tuners.planning import check_names
from leakguard.tuners.profiling.reading import refuse_sealed
from leakguard.tuners.registry import reference_tuners
from leakguard.tuners.saying import duration
from leakguard.tuners.space import Space

if TYPE_CHECKING:
    from collections.abc import Mapping

    from leakguard.tuners.search import TunerSearchCV

PROPOSAL = 0.01  # seconds that a Gaussian process takes to propose, about
_FEWER = 0.4  # of the trials that random search needs, a Gaussian process needs this share, about
_FOLDS = 5
_SMALL, _FEW = 24, 8  # points of a space that are all tried; where smaller budgets pay
_DEAR = 0.5  # seconds of a fit from which smaller budgets pay
_SPARED = 0.16  # of the cost of as many full trials, what ASHA's take
_TIMED = 3


@dataclass(frozen=True, slots=True)
class Advice:
    """How to search.

    Attributes:
        strategy: the name of a reference tuner.
        settings: the arguments for its class.
        n_trials: how many candidates, about.
        why: the reason.
        seconds_per_fit: of one fit on one fold's train rows, the median of three points of the space.
        estimated_seconds: of the whole search.
    """

    strategy: str
    n_trials: int
    why: str
    seconds_per_fit: float
    estimated_seconds: float
    settings: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return (
            f"{self.strategy}, about {self.n_trials} trials ({duration(self.estimated_seconds)}): {self.why}. "
            f"One fit takes {duration(self.seconds_per_fit)}."
        )

    def search(self, estimator: Any, space: Space | Mapping[str, Any], **settings: Any) -> TunerSearchCV:
        """Return the search, not fitted; `settings` as for the tuner, such as `scoring` and `random_state`."""
        tuner = next(one for one in reference_tuners() if one.name == self.strategy)
        return tuner.cls(estimator, space, **{**self.settings, **settings})


def advise(  # noqa: PLR0913 - each is a choice of its own
    estimator: Any,
    X: Any,
    y: Any,
    space: Space | Mapping[str, Any],
    workers: int = 1,
    *,
    cv: Any = _FOLDS,
    resource: str | None = None,
    seconds_per_fit: float | None = None,
    random_state: int = 0,
) -> Advice:
    """Time a fit, and say which strategy, how many trials, and why.

    Args:
        estimator: what is to be tuned.
        X, y: training rows, of shape (n_rows, n_columns) and (n_rows,).
        space: what may be chosen.
        workers: how many fits can run at once.
        cv: how many folds the search will have, or a splitter of scikit-learn's.
        resource: the parameter of the estimator that counts iterations, if it has one: `max_iter`, for example.
        seconds_per_fit: what a fit takes, if that is known; nothing is fitted then.
        random_state: of the points that are timed.

    Raises:
        TypeError: the rows are sealed.
        SpaceError: the space cannot be searched, or the estimator lacks one of its parameters.
        ValueError: fewer than one worker or two folds, a fit that takes no time, another parameter as resource, or X
            and y of different lengths.
    """
    for name, value in (("X", X), ("y", y)):
        refuse_sealed(value, name)
    points = Space.of(space)
    _check(estimator, points, workers, resource, seconds_per_fit)
    check_consistent_length(X, y)
    folds = _folds(cv, X, y)
    taken = _timed(estimator, X, y, points, folds, random_state) if seconds_per_fit is None else seconds_per_fit
    grows = resource is not None and find_growth(estimator, resource) is not None
    return _advice(points, taken, workers, folds, resource if grows else None)


def _check(estimator: Any, space: Space, workers: Any, resource: Any, seconds: Any) -> None:
    check_names(space, estimator)
    if not _is(workers, Integral) or workers < 1:
        raise ValueError(f"workers={workers!r}: give how many fits can run at once; there must be at least one worker.")
    if seconds is not None and not (_is(seconds, Real) and 0 < seconds < inf):
        raise ValueError(f"seconds_per_fit={seconds!r}: give seconds above zero, or None to have fits timed.")
    known = estimator.get_params()
    if resource is not None and resource not in known:
        near = nearest(str(resource), known)
        raise ValueError(f"resource={resource!r}: {type(estimator).__name__} has no such parameter; {near!r}?")


def _is(value: Any, kind: type) -> bool:
    return isinstance(value, kind) and not isinstance(value, bool)


def _folds(cv: Any, X: Any, y: Any) -> int:
    if _is(cv, Integral) and cv < 2:
        raise ValueError(f"cv={cv}: there must be at least two folds.")
    return int(check_cv(cv).get_n_splits(X, y))


def _advice(space: Space, fit: float, workers: int, cv: int, resource: str | None) -> Advice:
    names = len(space.names)
    trial = fit * cv
    at_once = max(1.0, workers / cv)
    waited = fit * ceil(cv / workers) / at_once  # for a trial, on average
    spares = resource is not None and fit >= _DEAR
    if space.size is not None and space.size <= (_FEW if spares else _SMALL):
        why = f"the space has {space.size} points, which are all tried"
        return Advice("grid", space.size, why, fit, space.size * trial / workers)
    if spares:
        count = 81 if names <= 3 else 243
        count = count if space.size is None else min(count, space.size)
        why = "it learns step by step, so that bad candidates are left after a third or a ninth of their iterations"
        settings = {"resource": resource, "n_trials": count, "asynchronous": workers > 1}
        return Advice("asha", count, why, fit, _SPARED * count * trial / workers, settings)
    if waited * (1 - _FEWER) < _FEWER * PROPOSAL:
        count = min(400, 60 * names)
        why = "a trial takes less time than a model needs to propose one, so that many draws beat few well-chosen ones"
        settings = {"n_trials": count, "sobol": True}
        return Advice("random", count, why, fit, count * trial / workers, settings)
    count = 15 + 10 * names
    batch = max(1, round(at_once))
    how = f"{batch} at once" if batch > 1 else "one after another"
    why = f"a trial is dear against a proposal, so that each should learn from those before; {how}"
    settings = {"n_trials": count, "batch_size": batch}
    return Advice("bayesian", count, why, fit, count * (trial / min(workers, cv * batch) + PROPOSAL), settings)


def _timed(estimator: Any, X: Any, y: Any, space: Space, cv: int, seed: int) -> float:
    """Return the median seconds of a fit on as many rows as a fold has, at three points of the space."""
    from sklearn.utils import _safe_indexing

    rng = np.random.default_rng(seed)
    rows = np.shape(X)[0]
    part = np.sort(rng.permutation(rows)[: max(1, rows - rows // cv)])
    some = _safe_indexing(X, part)
    target = None if y is None else _safe_indexing(y, part)
    drawn = [space.sample(rng) for _ in range(_TIMED)]
    try:
        return median(_seconds(estimator, some, target, params) for params in drawn)
    except ValueError:  # the rows drawn may lack a class
        return median(_seconds(estimator, X, y, params) for params in drawn)


def _seconds(estimator: Any, X: Any, y: Any, params: Mapping[str, Any]) -> float:
    model = clone(estimator).set_params(**params)
    start = time.perf_counter()
    model.fit(X, y)
    return time.perf_counter() - start
