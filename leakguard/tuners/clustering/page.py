"""The page of a search over clusterings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sklearn.utils.validation import check_is_fitted

from leakguard.tuners.clustering.plots import plot_bic, plot_clusters, plot_elbow, plot_silhouettes
from leakguard.tuners.pictures.drawing import drawn
from leakguard.tuners.pictures.page import Section, figure, page, table
from leakguard.writing import write_text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from os import PathLike

    from leakguard.tuners.clustering.search import ClusteringSearch

_SHOWN = 10


def write(search: ClusteringSearch, file: str | PathLike[str], X: Any) -> None:
    """Write the page; raises ImportError without matplotlib, and UserError where the file cannot be written."""
    check_is_fitted(search, "best_")
    write_text("report", str(file), page("Clusters", _sections(search, X)))


def _sections(search: ClusteringSearch, X: Any) -> Iterator[Section]:
    yield Section("What was found", _found(search), table(_best(search)))
    if X is not None:
        yield Section("Assignments", "", figure(drawn(plot_clusters, search, X), "rows by cluster"))
    yield Section("Silhouette", "", figure(drawn(plot_silhouettes, search), "silhouette by number of clusters"))
    tried = {row["method"] for row in search.results_}
    if "kmeans" in tried:
        yield Section("Elbow", "", figure(drawn(plot_elbow, search), "inertia by number of clusters"))
    if "gaussian" in tried:
        yield Section("BIC", "", figure(drawn(plot_bic, search), "BIC by number of clusters"))


def _found(search: ClusteringSearch) -> str:
    best = search.best_
    told = (
        f"{search.n_clusters_} clusters by {best.candidate.method}, scaling: {best.candidate.scaler}; "
        f"stability {best.stability:.2f}."
    )
    named = ", ".join(f"{name} names {number}" for name, number in search.votes_.items())
    return f"{told} Number of clusters: {named}." + (f" In doubt: {search.doubt_}." if search.doubt_ else "")


def _best(search: ClusteringSearch) -> Iterator[dict[str, Any]]:
    able = [row for row in search.results_ if not row["degenerate"]]
    for row in sorted(able, key=lambda row: -row["silhouette"])[:_SHOWN]:
        yield {name: value for name, value in row.items() if name != "degenerate"}
