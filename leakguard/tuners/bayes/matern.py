"""The Matern correlation of smoothness 5/2 (Rasmussen and Williams 2006, equation 4.17)."""

from __future__ import annotations

from math import sqrt
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

_ROOT = sqrt(5.0)


def correlation(squared: Array) -> tuple[Array, Array]:
    """Return the correlation at these squared scaled distances, and minus twice its slope over them.

    The second is what both gradients need: that over the points and that over the length scales.
    """
    far = _ROOT * np.sqrt(squared)
    decay = np.exp(-far)
    slope = (5.0 / 3.0) * (1.0 + far) * decay
    return slope * 0.6 + (far * far) * (decay / 3.0), slope


def squared_distances(left: Array, right: Array) -> Array:
    """Return all squared distances between rows, (n, d) and (m, d) to (n, m), never below zero."""
    across = np.einsum("ij,ij->i", left, left)[:, None] + np.einsum("ij,ij->i", right, right)
    squared: Array = np.maximum(across - 2.0 * (left @ right.T), 0.0)
    return squared
