"""Distances between scaled rows, and what follows from them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

_MOST = 1_000  # rows whose distances are computed
_KEPT = 0.9  # of the ratios: the largest ones bend the line (Facco et al. 2017)


@dataclass(frozen=True, slots=True)
class Geometry:
    """How rows lie.

    Attributes:
        dimension: the intrinsic one, by the two nearest neighbours (Facco, d'Errico, Rodriguez and Laio, *Estimating
            the intrinsic dimension of datasets by a minimal neighborhood information*, Scientific Reports 7, 2017);
            NaN for fewer than 20 rows.
        distances: the 10, 50 and 90 % quantiles of the distances between two rows.
        nearest: the 5, 50 and 95 % quantiles of the distance to the fifth nearest row.
    """

    dimension: float
    distances: tuple[float, float, float]
    nearest: tuple[float, float, float]


def scaled(values: Array) -> Array:
    """Return standardised columns with missing values at their means, without those that are constant."""
    known = np.isfinite(values)
    low, high = np.where(known, values, np.inf).min(axis=0), np.where(known, values, -np.inf).max(axis=0)
    varied = low < high
    values, known = values[:, varied], known[:, varied]
    values = values / np.maximum(np.abs(low), np.abs(high))[varied]  # squares of very large or small numbers are none
    means = np.where(known, values, 0.0).sum(axis=0) / known.sum(axis=0)
    centred = np.where(known, values - means, 0.0)
    return np.asarray(centred / centred.std(axis=0))


def geometry_of(rows: Array, rng: np.random.Generator) -> Geometry | None:
    """Return how scaled rows lie; None where there are fewer than 8, or all are alike."""
    from scipy.spatial.distance import pdist, squareform

    if len(rows) > _MOST:
        rows = rows[np.sort(rng.permutation(len(rows))[:_MOST])]
    if len(rows) < 8 or rows.shape[1] == 0:
        return None
    between = pdist(rows)
    if not between.max() > 0:
        return None
    ordered = np.sort(squareform(between), axis=1)[:, 1:]
    quantiles = np.quantile(between[between > 0], [0.1, 0.5, 0.9])
    fifth = np.quantile(ordered[:, 4], [0.05, 0.5, 0.95])
    return Geometry(_dimension(ordered[:, 0], ordered[:, 1]), _three(quantiles), _three(fifth))


def _dimension(first: Array, second: Array) -> float:
    able = (first > 0) & (second > first)
    ratios = np.sort(np.log(second[able] / first[able]))
    ratios = ratios[: int(len(ratios) * _KEPT)]
    if len(ratios) < 20:
        return float("nan")
    empirical = np.arange(1, len(ratios) + 1) / (len(ratios) / _KEPT)
    return float(-np.sum(ratios * np.log(1 - empirical)) / np.sum(ratios**2))


def _three(values: Array) -> tuple[float, float, float]:
    low, middle, high = (float(value) for value in values)
    return low, middle, high
