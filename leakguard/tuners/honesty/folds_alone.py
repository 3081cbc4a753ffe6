"""The correction of Tibshirani and Tibshirani, for which the scores of the folds are enough.

On each fold, the candidate that is best there is compared with the one that is best over all; the mean difference is
taken for the bias (*A bias correction for the minimum error rate in cross-validation*, Annals of Applied Statistics 3,
2009). Of few folds it knows little; the interval is that of the mean over the folds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy import stats

from leakguard.tuners.honesty.bootstrap import Estimate

if TYPE_CHECKING:
    from numpy.typing import NDArray

METHOD = "Tibshirani"


def corrected(scores: NDArray[np.float64]) -> Estimate | None:
    """Return the best candidate's score, corrected.

    Args:
        scores: of shape (n_candidates, n_folds), higher is better; NaN where a fit failed.
    """
    usable = scores[np.isfinite(scores).all(axis=1)]
    if not usable.size:
        return None
    best = usable[int(usable.mean(axis=1).argmax())]
    bias = float((usable.max(axis=0) - best).mean())
    score = float(best.mean()) - bias
    folds = len(best)
    if folds == 1:
        return Estimate(score, float("nan"), float("nan"), METHOD)
    reach = float(stats.t.ppf(0.975, folds - 1) * best.std(ddof=1) / np.sqrt(folds))
    return Estimate(score, score - reach, score + reach, METHOD)
