"""A space as the unit cube that the model works in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from leakguard.tuners.bayes.encoding import Encoding
from leakguard.tuners.space.conditions import condition_order
from leakguard.tuners.space.dimensions import same

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from leakguard.tuners.space import Space

    Array = NDArray[np.float64]


class Cube:
    """The points of a space as rows of quantiles, NaN where a dimension is inactive."""

    def __init__(self, space: Space) -> None:
        self.space = space
        self.encoding = Encoding(
            tuple(kind.size or 0 if kind.name == "categorical" else 0 for kind in space.kinds),
        )
        self._column = {name: at for at, name in enumerate(space.names)}
        self._conditions = [
            (name, space.dimensions[name].when or {})
            for name in condition_order(space.dimensions)
            if space.dimensions[name].when
        ]

    def points(self, many: Sequence[Mapping[str, Any]]) -> Array:
        """Return parameters as points (n, d)."""
        return np.array([self.space.to_unit(params) for params in many]).reshape(len(many), len(self._column))

    def snap(self, points: Array) -> Array:
        """Return the nearest points that the space has."""
        return self.points([self.space.from_unit(np.nan_to_num(point, nan=0.5)) for point in points])

    def deactivate(self, points: Array) -> Array:
        """Return points with NaN where their other dimensions say so; quicker than `snap`, which does it too."""
        points = points.copy()
        for name, condition in self._conditions:
            for parent, values in condition.items():
                points[~self._meets(points[:, self._column[parent]], parent, values), self._column[name]] = np.nan
        return points

    def _meets(self, quantiles: Array, parent: str, values: Sequence[Any]) -> NDArray[np.bool_]:
        dimension = self.space.dimensions[parent]
        return np.array(
            [
                not np.isnan(quantile) and any(same(dimension.quantile(quantile), value) for value in values)
                for quantile in quantiles.tolist()
            ]
        )
