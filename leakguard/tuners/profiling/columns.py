"""What one column is like: missing values, skew, tails, outliers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from leakguard.tuners.profiling.reading import Table

_NORMAL_TAILS = 3.8194  # (q99.5 - q0.5) / (q75 - q25) of a normal distribution
_NORMAL_FAR_TAILS = 1.5661  # (q99.5 - q0.5) / (q95 - q5)
_FAR = 3.5  # modified z-scores (Iglewicz and Hoaglin, How to detect and handle outliers, 1993)
_MAD_OF_NORMAL, _MEAN_OF_NORMAL = 0.6745, 0.7979  # the median and the mean distance from the middle, in deviations


@dataclass(frozen=True, slots=True)
class Column:
    """One numeric column.

    Attributes:
        missing: the share of rows without a value.
        distinct: how many values it has.
        skew: the third standardised moment; 0 for a symmetric column.
        lean: where the median lies between the outer twentieths: 0 in their middle, 1 or -1 at one of them; few far
            values do not change it (Bowley's skewness at 5 and 95 %).
        tails: how far the outer hundredth lies from the middle half, as a multiple of a normal distribution's; from the
            middle nine tenths where half of the values are the same, and 1 where nine tenths are.
        outliers: the share of values whose modified z-score is beyond 3.5.
    """

    name: str
    missing: float
    distinct: int
    skew: float
    lean: float
    tails: float
    outliers: float

    @property
    def constant(self) -> bool:
        """Whether it says nothing."""
        return self.distinct < 2

    @property
    def binary(self) -> bool:
        """Whether it has two values, which no scaler makes any better."""
        return self.distinct == 2


def columns_of(table: Table) -> tuple[Column, ...]:
    """Return each column of a table."""
    return tuple(_column(name, table.values[:, place]) for place, name in enumerate(table.names))


def _column(name: str, values: NDArray[np.float64]) -> Column:
    known = values[np.isfinite(values)]
    missing = 1 - len(known) / len(values)
    distinct = len(np.unique(known))
    if distinct < 2:
        return Column(name, missing, distinct, 0.0, 0.0, 1.0, 0.0)
    known = known / np.abs(known).max()  # powers of very large or small numbers are none
    return Column(name, missing, distinct, skewness(known), _lean(known), _tails(known), _outliers(known))


def skewness(known: NDArray[np.float64]) -> float:
    """Return the third standardised moment."""
    centred = known - known.mean()
    spread = float(centred.std())
    return float(np.mean((centred / spread) ** 3)) if spread > 0 else 0.0


def _lean(known: NDArray[np.float64]) -> float:
    low, middle, high = np.quantile(known, [0.05, 0.5, 0.95])
    return float((high + low - 2 * middle) / (high - low)) if high > low else 0.0


def _tails(known: NDArray[np.float64]) -> float:
    low, far_low, first, third, far_high, high = np.quantile(known, [0.005, 0.05, 0.25, 0.75, 0.95, 0.995])
    if third > first:
        return float((high - low) / (third - first) / _NORMAL_TAILS)
    # Half of the values or more are the same.
    return float((high - low) / (far_high - far_low) / _NORMAL_FAR_TAILS) if far_high > far_low else 1.0


def _outliers(known: NDArray[np.float64]) -> float:
    away = np.abs(known - np.median(known))
    spread = np.median(away) / _MAD_OF_NORMAL or away.mean() / _MEAN_OF_NORMAL  # half or more are the same
    return float(np.mean(away / spread > _FAR)) if spread > 0 else 0.0
