"""Points of the unit cube as the features that the process measures distances between."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

_INACTIVE = 0.5  # where a dimension that has no meaning for a point is put: beside nobody in particular


@dataclass(frozen=True)
class Encoding:
    """How many categories each dimension has: 0 for an ordered one, which is a feature of its own.

    A categorical dimension has a feature a category, so that any two categories are at distance 1. A NaN stands for a
    dimension that is inactive: an ordered one is put in the middle, a categorical one has no category.
    """

    categories: tuple[int, ...]

    @property
    def groups(self) -> NDArray[np.intp]:
        """The dimension of each feature."""
        return np.repeat(np.arange(len(self.categories)), [max(count, 1) for count in self.categories])

    @property
    def ordered(self) -> NDArray[np.intp]:
        """The ordered dimensions."""
        return np.flatnonzero(np.array(self.categories) == 0)

    @property
    def free(self) -> NDArray[np.intp]:
        """The features of the ordered dimensions."""
        return np.flatnonzero(np.array(self.categories)[self.groups] == 0)

    def features(self, points: Array) -> Array:
        """Return points (n, d) of the unit cube as features (n, f)."""
        return np.hstack([_column(points[:, at], count) for at, count in enumerate(self.categories)])


def _column(values: Array, categories: int) -> Array:
    if not categories:
        return np.where(np.isnan(values), _INACTIVE, values)[:, None]
    chosen = np.where(np.isnan(values), -1.0, np.minimum(np.floor(values * categories), categories - 1))
    return np.where(chosen[:, None] == np.arange(categories), sqrt(0.5), 0.0)
