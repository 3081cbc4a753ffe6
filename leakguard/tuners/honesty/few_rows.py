"""An interval where the draws have none: of a classifier that errs on no row, every draw says so."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import stats

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from leakguard.tuners.honesty.bootstrap import Estimate


def widened(found: Estimate, classes: NDArray[Any], *, counts_rows: bool) -> Estimate:
    """Return the estimate with an interval no narrower than that of a share of so many rows.

    The interval is Wilson's (Journal of the American Statistical Association 22, 1927). A score other than the share of
    right answers rests on the rows of the rarest class, and has it only where all draws agree.

    Args:
        found: the estimate, of any score; one outside of 0 to 1 is returned as it is.
        classes: the true class of each row that was scored, of shape (n_rows,).
        counts_rows: whether the score is the share of rows with the right answer.
    """
    if not 0 <= found.score <= 1 or not (counts_rows or np.isclose(found.low, found.high)):
        return found
    rows = len(classes) if counts_rows else int(np.unique(classes, return_counts=True)[1].min())
    wilson = stats.binomtest(round(found.score * rows), rows).proportion_ci(method="wilson")
    return replace(found, low=min(found.low, float(wilson.low)), high=max(found.high, float(wilson.high)))
