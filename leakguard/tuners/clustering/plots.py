"""Pictures of clusterings; each function returns matplotlib's axes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.utils.validation import check_is_fitted

from leakguard.tuners.clustering.candidates import scaled
from leakguard.tuners.pictures.drawing import INK, PALE, STRONG, library, on

if TYPE_CHECKING:
    from leakguard.tuners.clustering.search import ClusteringSearch


def plot_clusters(search: ClusteringSearch, X: Any, ax: Any = None) -> Any:
    """Draw the rows of X, of shape (n_rows, n_columns), on their two main axes, coloured by cluster; noise is pale.

    Raises:
        ValueError: X has another number of rows than the search was fitted on.
    """
    from sklearn.decomposition import PCA

    check_is_fitted(search, "best_")
    if len(X) != len(search.labels_):
        raise ValueError(f"X has {len(X)} rows, the search was fitted on {len(search.labels_)}: give the same rows.")
    rows = scaled(np.asarray(X, dtype=np.float64), search.best_.candidate.scaler)
    plane = PCA(2).fit_transform(rows) if rows.shape[1] > 1 else np.column_stack([rows, np.zeros(len(rows))])
    axes = on(ax, f"{search.n_clusters_} clusters by {search.best_.candidate.method}", "first main axis", "second")
    palette = library("cm").tab10
    for label in np.unique(search.labels_):
        inside = search.labels_ == label
        colour = PALE if label < 0 else palette(int(label) % 10)
        name = "noise" if label < 0 else f"cluster {label}"
        axes.scatter(*plane[inside].T, s=12, color=colour, label=f"{name}: {inside.sum()}")
    axes.legend(frameon=False, fontsize="small")
    return axes


def plot_silhouettes(search: ClusteringSearch, ax: Any = None) -> Any:
    """Draw the silhouette by number of clusters, and the chosen number."""
    check_is_fitted(search, "best_")
    axes = on(ax, "Silhouette by number of clusters", "clusters", "silhouette")
    for method in dict.fromkeys(row["method"] for row in search.results_):
        rows = [row for row in _under_the_scaling(search, method) if not row["degenerate"]]
        best = {
            k: max(row["silhouette"] for row in rows if row["clusters"] == k) for k in {row["clusters"] for row in rows}
        }
        axes.plot(sorted(best), [best[k] for k in sorted(best)], marker="o", markersize=3, label=method)
    axes.axvline(search.n_clusters_, color=STRONG, linestyle="--", label="chosen")
    axes.legend(frameon=False, fontsize="small")
    return axes


def plot_elbow(search: ClusteringSearch, ax: Any = None) -> Any:
    """Draw the inertia of k-means by number of clusters, and the numbers that the criteria name.

    Raises:
        ValueError: the search did not try k-means.
    """
    check_is_fitted(search, "best_")
    rows = _under_the_scaling(search, "kmeans")
    if not rows:
        raise ValueError("The search did not try k-means, which has the inertia that an elbow is in.")
    axes = on(ax, "Inertia of k-means", "clusters", "inertia")
    axes.set_yscale("log")
    return _with_votes(axes, search, [row["clusters"] for row in rows], [row["inertia"] for row in rows])


def plot_bic(search: ClusteringSearch, ax: Any = None) -> Any:
    """Draw the BIC of Gaussian mixtures by number of components, and the numbers that the criteria name.

    Raises:
        ValueError: the search tried no Gaussian mixtures.
    """
    check_is_fitted(search, "best_")
    rows = _under_the_scaling(search, "gaussian")
    if not rows:
        raise ValueError("The search tried no Gaussian mixtures, which the BIC is of.")
    axes = on(ax, "BIC of Gaussian mixtures", "clusters", "BIC, lower is better")
    return _with_votes(axes, search, [row["clusters"] for row in rows], [row["bic"] for row in rows])


def _under_the_scaling(search: ClusteringSearch, method: str) -> list[dict[str, Any]]:
    scaler = search.best_.candidate.scaler
    return [row for row in search.results_ if (row["method"], row["scaler"]) == (method, scaler)]


def _with_votes(axes: Any, search: ClusteringSearch, numbers: list[int], values: list[float]) -> Any:
    axes.plot(numbers, values, color=INK, marker="o", markersize=3)
    for place, (name, number) in enumerate(search.votes_.items()):
        axes.axvline(number, linestyle=":", color=STRONG, alpha=1 - 0.25 * place, label=f"{name} names {number}")
    axes.legend(frameon=False, fontsize="small")
    return axes
