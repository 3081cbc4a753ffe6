"""Bounds of search spaces that follow from the rows, instead of the usual decades.

- gamma of an RBF kernel: exp(-gamma d^2) should neither be 0 nor 1 for most pairs of rows, so 1/(2 d^2) for near and
  far pairs, widened (the median heuristic; Garreau, Jitkrittum and Kanagawa, *Large sample analysis of the median
  heuristic*, 2017).
- alpha of the lasso: above the largest |X'y|/n every coefficient is 0; a path goes three decades down from there
  (Friedman, Hastie and Tibshirani, *Regularization paths for generalized linear models*, Journal of Statistical
  Software 33, 2010).
- alpha of ridge: between the smallest and largest eigenvalues of X'X, outside of which it does nothing or everything.
- C of a logistic regression or an SVM: the inverse of such an alpha, for n rows.
- neighbours: from 1 to about the square root of n and beyond; clusters to sqrt(n/2); depth to log2(n).
- eps of DBSCAN: the distances to the fifth nearest row.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from leakguard.tuners.space import IntUniform, LogUniform

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from leakguard.tuners.profiling.geometry import Geometry
    from leakguard.tuners.space.dimensions import Dimension

    Array = NDArray[np.float64]

_WIDER = 10.0
_PATH = 1e-3
_TINY = 1e-12


def bounds_of(rows: Array, target: Array | None, geometry: Geometry | None, folds: int = 5) -> dict[str, Dimension]:
    """Return a dimension for each hyperparameter that the rows say something about.

    Args:
        rows: standardised, of shape (n_rows, n_columns).
        target: numbers or 0 and 1, centred, of shape (n_rows,); None without.
        geometry: how the rows lie.
        folds: learning has one fold fewer than all rows.
    """
    learned = max(2, len(rows) - len(rows) // folds)
    found: dict[str, Dimension] = {
        "n_neighbors": _whole(1, min(learned - 1, max(2, round(4 * math.sqrt(learned)))), log=True),
        "max_depth": _whole(1, max(2, math.ceil(math.log2(learned)) + 2)),
        "min_samples_leaf": _whole(1, max(2, learned // 10), log=True),
        "n_clusters": _whole(2, max(3, min(len(rows) - 1, round(math.sqrt(len(rows) / 2))))),
    }
    if geometry is not None:
        near, _, far = geometry.distances
        found["gamma"] = LogUniform(0.5 / far**2 / _WIDER, 0.5 / near**2 * _WIDER)
        low, _, high = geometry.nearest
        if high > low > 0:
            found["eps"] = LogUniform(low / 2, high * 1.5)
    if rows.shape[1]:
        found |= _of_penalties(rows, target)
    return found


def _of_penalties(rows: Array, target: Array | None) -> dict[str, Dimension]:
    eigenvalues = np.linalg.svd(rows, compute_uv=False) ** 2
    largest = max(float(eigenvalues[0]), _TINY)
    smallest = max(float(eigenvalues[-1]), largest * 1e-6)
    found: dict[str, Dimension] = {"ridge_alpha": LogUniform(smallest / _WIDER**2, largest * _WIDER)}
    if target is not None:
        strongest = float(np.max(np.abs(rows.T @ target))) / len(rows)
        if strongest > 0:
            found["lasso_alpha"] = LogUniform(strongest * _PATH, strongest)
            # A penalty alpha on the mean loss is a C of 1 / (n alpha) on its sum.
            found["C"] = LogUniform(0.1 / (len(rows) * strongest), _WIDER / (strongest * _PATH * math.sqrt(len(rows))))
    return found


def _whole(low: int, high: int, *, log: bool = False) -> IntUniform:
    return IntUniform(low, max(low + 1, high), log=log)


def as_text(dimension: Any) -> str:
    """Return a dimension in words: "0.001 to 1, log"."""
    scale = ", log" if isinstance(dimension, LogUniform) or getattr(dimension, "log", False) else ""
    return f"{dimension.low:.3g} to {dimension.high:.3g}{scale}"
