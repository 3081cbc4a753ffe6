"""The clusterings that a search tries, with spaces that follow from the rows."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    Array = NDArray[np.float64]

Method = Literal["kmeans", "gaussian", "dbscan"]
METHODS: tuple[Method, ...] = ("kmeans", "gaussian", "dbscan")
SCALERS = ("none", "standard", "robust")
_EPS_STEPS = 6


@dataclass(frozen=True, slots=True)
class Candidate:
    """A clustering to try: the scaling, the method, and its parameters."""

    scaler: str
    method: Method
    params: Mapping[str, Any] = field(default_factory=dict)


def scaled(X: Array, name: str) -> Array:
    """Return the rows under one of `SCALERS`."""
    from sklearn.preprocessing import RobustScaler, StandardScaler

    makers: dict[str, Any] = {"standard": StandardScaler, "robust": RobustScaler}
    return np.asarray(makers[name]().fit_transform(X)) if name in makers else X


def model_of(candidate: Candidate, seed: int) -> Any:
    """Return the clusterer of a candidate, not fitted."""
    from sklearn.cluster import DBSCAN, KMeans
    from sklearn.mixture import GaussianMixture

    match candidate.method:
        case "kmeans":
            return KMeans(n_init=5, random_state=seed, **candidate.params)
        case "gaussian":
            return GaussianMixture(n_init=2, reg_covar=1e-5, random_state=seed, **candidate.params)
        case _:
            return DBSCAN(**candidate.params)


def candidates(
    X: Array, methods: Sequence[Method], scalers: Sequence[str], most: int
) -> Iterator[tuple[Candidate, Array]]:
    """Yield what is tried, with the rows as it sees them.

    Args:
        X: of shape (n_rows, n_columns).
        most: the largest number of clusters.
    """
    for scaler in scalers:
        rows = scaled(X, scaler)
        for method in methods:
            if method == "dbscan":
                yield from ((Candidate(scaler, method, params), rows) for params in _densities(rows))
                continue
            name = "n_clusters" if method == "kmeans" else "n_components"
            yield from ((Candidate(scaler, method, {name: k}), rows) for k in range(2, most + 1))


def _densities(rows: Array) -> Iterator[dict[str, Any]]:
    """Yield eps from the k-distance curve (Ester, Kriegel, Sander and Xu 1996), for several `min_samples`."""
    dimensions = rows.shape[1]
    for wanted in sorted({4, min(2 * dimensions, len(rows) // 4), max(4, round(math.log(len(rows))))}):
        if not 2 <= wanted < len(rows):
            continue
        distances = k_distances(rows, wanted)
        knee = distances[knee_of(distances)]
        low, high = np.quantile(distances, 0.5), np.quantile(distances, 0.98)
        steps = np.unique(np.append(np.geomspace(max(low, 1e-12), max(high, low, 1e-12), _EPS_STEPS), knee))
        yield from ({"eps": float(eps), "min_samples": wanted} for eps in steps if eps > 0)


def k_distances(rows: Array, k: int) -> Array:
    """Return each row's distance to its k-th nearest other row, sorted."""
    from sklearn.neighbors import NearestNeighbors

    found = NearestNeighbors(n_neighbors=k + 1).fit(rows).kneighbors(rows)[0][:, -1]
    return np.sort(np.asarray(found, dtype=np.float64))


def knee_of(distances: Array) -> int:
    """Return the place at which a rising curve bends most: farthest below the line between its ends."""
    steps = np.linspace(0, 1, len(distances))
    rise = distances[-1] - distances[0]
    return int(np.argmax(steps - (distances - distances[0]) / rise)) if rise > 0 else 0
