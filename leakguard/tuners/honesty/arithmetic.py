"""Division of weights, of which there may be none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

SMALLEST = np.finfo(np.float64).eps


def ratio(one: NDArray[Any], other: NDArray[Any]) -> NDArray[np.float64]:
    """Return `one / other`, NaN where `other` is 0."""
    found: NDArray[np.float64] = np.divide(one, other, out=np.full(one.shape, np.nan), where=other > 0)
    return found
