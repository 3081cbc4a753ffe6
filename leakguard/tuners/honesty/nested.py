"""Nested cross-validation: the whole search again on each outer fold's train rows, scored on its test rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import stats
from sklearn.base import clone
from sklearn.model_selection import cross_val_score

from leakguard.tuners.honesty.bootstrap import Estimate

if TYPE_CHECKING:
    from leakguard.tuners.search import TunerSearchCV

METHOD = "nested cross-validation"


def nested_score(search: TunerSearchCV, X: Any, y: Any = None, *, cv: Any = 5, **params: Any) -> Estimate:
    """Return what a search's winner is worth by searching anew on each outer fold.

    It costs as many searches as there are outer folds, where `honest_score_` costs a few hundredths of one; use it
    where the scorer needs more than predictions, or to check.

    Args:
        search: the search, fitted or not; it is left as it is. A journal of its is not used.
        X, y: the data, of n_samples rows.
        cv: the outer folds, as scikit-learn's.
        **params: for the search's fit, such as `groups`.

    Returns:
        The mean over the outer folds, with the 95 % interval of that mean by Student's t.
    """
    fresh = clone(search)
    if "journal" in fresh.get_params(deep=False):
        fresh.set_params(journal=None)
    groups = params.get("groups")
    scores = cross_val_score(fresh, X, y, cv=cv, groups=groups, params=params or None, error_score="raise")
    mean, count = float(np.mean(scores)), len(scores)
    reach = float(stats.t.ppf(0.975, count - 1) * np.std(scores, ddof=1) / np.sqrt(count))
    return Estimate(mean, mean - reach, mean + reach, METHOD)
