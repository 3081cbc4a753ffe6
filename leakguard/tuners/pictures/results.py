"""What pictures need of a fitted search, and where it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.utils.validation import check_is_fitted

from leakguard.spelling import nearest
from leakguard.tuners.space import LogUniform, Space

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from leakguard.tuners.search import TunerSearchCV


def scores_of(search: TunerSearchCV) -> NDArray[np.float64]:
    """Return each trial's mean score, of shape (n_trials,), by the scorer that decides.

    Raises:
        NotFittedError: the search was not fitted.
    """
    check_is_fitted(search, "cv_results_")
    return np.asarray(search.cv_results_[f"mean_test_{metric_of(search)}"], dtype=np.float64)


def metric_of(search: TunerSearchCV) -> str:
    """Return the name of the scorer that decides, or of the first."""
    if isinstance(search.refit, str) and search.multimetric_:
        return search.refit
    names = [name.removeprefix("mean_test_") for name in search.cv_results_ if name.startswith("mean_test_")]
    return str(names[0])


def full(search: TunerSearchCV) -> NDArray[np.bool_]:
    """Tell which trials had the full budget, and did not fail."""
    return (np.asarray(search.cv_results_["budget"]) >= 1) & np.isfinite(scores_of(search))


def values_of(search: TunerSearchCV, name: str) -> tuple[NDArray[Any], bool, bool]:
    """Return a parameter's value in each trial, whether they are numbers, and whether their scale is a log one.

    Raises:
        ValueError: the search has no such parameter.
    """
    space = Space.of(search.space)
    if name not in space.names:
        raise ValueError(f"The search has no parameter {name!r}. Did you mean {nearest(name, space.names)!r}?")
    column = search.cv_results_.get(f"param_{name}")
    count = len(scores_of(search))
    values = np.ma.MaskedArray(np.empty(count, dtype=object), mask=True) if column is None else column
    numeric = space.kinds[space.names.index(name)].name != "categorical"
    if not numeric:
        return np.array([None if held else str(value) for held, value in _pairs(values)], dtype=object), False, False
    plain = np.array([np.nan if held else float(value) for held, value in _pairs(values)])
    dimension = space.dimensions[name]
    return plain, True, isinstance(dimension, LogUniform) or bool(getattr(dimension, "log", False))


def _pairs(values: Any) -> list[tuple[bool, Any]]:
    return list(zip(np.ma.getmaskarray(values), np.ma.getdata(values), strict=True))


def unit_points(search: TunerSearchCV) -> NDArray[np.float64]:
    """Return the trials as points of the unit cube, of shape (n_trials, n_parameters); -1 where one is not set."""
    space = Space.of(search.space)
    points = np.array([space.to_unit(params) for params in search.cv_results_["params"]], dtype=np.float64)
    return np.where(np.isnan(points), -1.0, points)
