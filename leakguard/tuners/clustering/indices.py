"""What speaks for a clustering, by its rows alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    Array = NDArray[np.float64]
    Labels = NDArray[np.intp]

NOISE = -1
_MOST = 2_000  # rows whose silhouettes are computed
MOST_NOISE = 0.5
MOST_IN_ONE = 0.95


@dataclass(frozen=True, slots=True)
class Indices:
    """Scores of one clustering.

    Attributes:
        clusters: how many there are, noise left out.
        noise: the share of rows in none.
        silhouette: in [-1, 1], higher is better (Rousseeuw 1987).
        davies_bouldin: lower is better (Davies and Bouldin 1979).
        calinski_harabasz: higher is better (Calinski and Harabasz 1974).
        degenerate: why it says nothing, or "".
    """

    clusters: int
    noise: float
    silhouette: float
    davies_bouldin: float
    calinski_harabasz: float
    degenerate: str


def indices_of(rows: Array, labels: Labels, rng: np.random.Generator) -> Indices:
    """Return the scores of a clustering over the rows that are in a cluster; NaN for a degenerate one."""
    from sklearn.metrics import calinski_harabasz_score, davies_bouldin_score, silhouette_score

    inside = labels != NOISE
    sizes = np.unique(labels[inside], return_counts=True)[1]
    noise = 1 - float(inside.mean())
    why = _degenerate(sizes, noise, len(labels))
    if why:
        return Indices(len(sizes), noise, np.nan, np.nan, np.nan, why)
    places = np.flatnonzero(inside)
    some = np.sort(rng.permutation(places)[:_MOST]) if len(places) > _MOST else places
    some = some if len(np.unique(labels[some])) > 1 else places
    kept, own = rows[places], labels[places]
    # Rows that are called noise have no cluster to lie in, so that a clustering may not choose its easy ones.
    silhouette = float(silhouette_score(rows[some], labels[some])) * float(inside.mean())
    return Indices(
        len(sizes),
        noise,
        silhouette,
        float(davies_bouldin_score(kept, own)),
        float(calinski_harabasz_score(kept, own)),
        "",
    )


def _degenerate(sizes: NDArray[np.intp], noise: float, rows: int) -> str:
    if len(sizes) == 0:
        return "all rows are noise"
    if len(sizes) == 1:
        return "all rows are in one cluster"
    if noise > MOST_NOISE:
        return f"{noise:.0%} of the rows are noise"
    if sizes.max() > MOST_IN_ONE * sizes.sum():
        return f"{sizes.max() / sizes.sum():.0%} of the rows are in one cluster"
    if len(sizes) > rows / 3:
        return f"{len(sizes)} clusters for {rows} rows"
    return ""


def stability(
    make: Callable[[Array], Labels], rows: Array, labels: Labels, rng: np.random.Generator, draws: int
) -> float:
    """Return how alike clusterings of halves of the rows are to that of all: the mean adjusted Rand index.

    As the stability of Ben-Hur, Elisseeff and Guyon (*A stability based method for discovering structure in clustered
    data*, 2002); NaN without draws.
    """
    from sklearn.metrics import adjusted_rand_score

    if not draws:
        return float("nan")
    halves = [np.sort(rng.permutation(len(rows))[: max(2, len(rows) // 2)]) for _ in range(draws)]
    return float(np.mean([adjusted_rand_score(labels[half], make(rows[half])) for half in halves]))


def without_clusters(rows: Array, rng: np.random.Generator, draws: int) -> Iterator[Array]:
    """Yield rows without clusters: as many of one normal distribution, and of a box along the main axes, per draw."""
    centre = rows.mean(axis=0)
    _, spread, axes = np.linalg.svd(rows - centre, full_matrices=False)
    along = (rows - centre) @ axes.T
    low, high = along.min(axis=0), along.max(axis=0)
    for _ in range(draws):
        yield centre + rng.normal(size=along.shape) * (spread / np.sqrt(len(rows))) @ axes
        yield centre + rng.uniform(low, high, along.shape) @ axes


def elbow(inertias: dict[int, float]) -> int | None:
    """Return the number of clusters at the elbow: farthest below the line between the ends (Satopaa et al. 2011)."""
    ks = sorted(inertias)
    if len(ks) < 3:
        return None
    x = (np.array(ks, dtype=float) - ks[0]) / (ks[-1] - ks[0])
    values = np.log(np.maximum([inertias[k] for k in ks], 1e-12))
    fall = values[0] - values[-1]
    if not fall > 0:
        return None
    return int(ks[int(np.argmax((values[0] - values) / fall - x))])


def labels_of(model: Any, rows: Array) -> Labels:
    """Fit a clusterer, and return each row's cluster."""
    return np.asarray(model.fit_predict(rows))
