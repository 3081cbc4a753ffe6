"""Corrections for which the scores of the folds are enough.

Of few folds they know little; the intervals are those of a mean over the folds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy import stats

from leakguard.tuners.honesty.bootstrap import Estimate

if TYPE_CHECKING:
    from numpy.typing import NDArray

TIBSHIRANI, LEFT_OUT = "Tibshirani", "choice without the fold"


def tibshirani(scores: NDArray[np.float64]) -> Estimate | None:
    """Return the best candidate's score, less what the best of each fold is better than it there, on average.

    As Tibshirani and Tibshirani, *A bias correction for the minimum error rate in cross-validation*, Annals of Applied
    Statistics 3, 2009. Scores that have a highest value, which several candidates reach, hide the bias from it.

    Args:
        scores: of shape (n_candidates, n_folds), higher is better; NaN where a fit failed.
    """
    usable = _usable(scores)
    if not usable.size:
        return None
    best = usable[int(usable.mean(axis=1).argmax())]
    bias = float((usable.max(axis=0) - best).mean())
    return _around(float(best.mean()) - bias, best, TIBSHIRANI)


def left_out(scores: NDArray[np.float64]) -> Estimate | None:
    """Return the mean over the folds of what is best on all others: no fold takes part in the choice that it scores.

    Args:
        scores: as above, of two folds at least.
    """
    usable = _usable(scores)
    if not usable.size or usable.shape[1] < 2:
        return None
    others = usable.sum(axis=1, keepdims=True) - usable
    # Of candidates that are equally good there, which comes first is luck: all of them count.
    best = np.isclose(others, others.max(axis=0), rtol=0, atol=1e-12)
    found = np.where(best, usable, 0.0).sum(axis=0) / best.sum(axis=0)
    return _around(float(found.mean()), found, LEFT_OUT)


def _usable(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    return scores[np.isfinite(scores).all(axis=1)]


def _around(score: float, by_fold: NDArray[np.float64], method: str) -> Estimate:
    """Return a score with the interval of a mean over the folds, by Student's t."""
    folds = len(by_fold)
    if folds == 1:
        return Estimate(score, float("nan"), float("nan"), method)
    reach = float(stats.t.ppf(0.975, folds - 1) * by_fold.std(ddof=1) / np.sqrt(folds))
    return Estimate(score, score - reach, score + reach, method)
