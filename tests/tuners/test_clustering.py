"""Clusters without labels: how many, of which kind, and when there are none."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from sklearn.datasets import make_blobs, make_moons
from sklearn.exceptions import NotFittedError
from sklearn.metrics import adjusted_rand_score
from sklearn.utils.estimator_checks import parametrize_with_checks

from leakguard.seal import seal
from leakguard.tuners import ClusteringSearch, plot_bic, plot_clusters, plot_elbow, plot_silhouettes
from leakguard.tuners.clustering.candidates import k_distances, knee_of
from leakguard.tuners.clustering.indices import elbow, indices_of

if TYPE_CHECKING:
    from pathlib import Path

RNG = np.random.default_rng(0)
BLOBS, OF = make_blobs(240, 3, centers=4, cluster_std=0.7, random_state=1)


def test_blobs_are_found() -> None:
    found = ClusteringSearch(random_state=0).fit(BLOBS)
    assert found.n_clusters_ == 4
    assert adjusted_rand_score(OF, found.labels_) > 0.95
    assert set(found.votes_) == {"silhouette", "elbow", "bic"}
    assert found.best_.stability > 0.9
    assert {row["method"] for row in found.results_} == {"kmeans", "gaussian", "dbscan"}


def test_scaling_is_part_of_the_search() -> None:
    stretched = BLOBS * [1, 1, 1e-3]
    stretched = np.column_stack([stretched, 500 * RNG.normal(size=240)])
    found = ClusteringSearch(scalers=["none", "standard"], methods=["kmeans"], random_state=0).fit(stretched)
    assert {row["scaler"] for row in found.results_} == {"none", "standard"}
    assert found.best_.candidate.scaler == "standard"


def test_densities_find_what_is_not_round() -> None:
    moons, of = make_moons(300, noise=0.05, random_state=0)
    found = ClusteringSearch(methods=["dbscan"], random_state=0).fit(moons)
    assert found.n_clusters_ == 2
    assert adjusted_rand_score(of, found.labels_) > 0.9


@pytest.mark.parametrize("seed", range(6))
def test_densities_are_never_degenerate(seed: int) -> None:
    rng = np.random.default_rng(seed)
    rows = rng.normal(size=(80, 2)) * [1, 3] if seed % 2 else rng.uniform(size=(60, 3))
    search = ClusteringSearch(methods=["dbscan"], random_state=0)
    with suppress(ValueError):  # no clusters is an answer, too
        found = search.fit(rows)
        assert found.n_clusters_ >= 2
        assert (found.labels_ == -1).mean() <= 0.5
        assert not found.best_.indices.degenerate


@pytest.mark.parametrize(
    ("labels", "why"),
    [
        ([-1] * 12, "all rows are noise"),
        ([0] * 12, "all rows are in one cluster"),
        ([0, 0, 1, 1, *[-1] * 8], "67% of the rows are noise"),
        (list(range(12)), "12 clusters for 12 rows"),
        ([0] * 39 + [1], "98% of the rows are in one cluster"),
    ],
)
def test_degenerate_clusterings_are_named(labels: list[int], why: str) -> None:
    rows = RNG.normal(size=(len(labels), 2))
    assert indices_of(rows, np.array(labels), RNG).degenerate == why


def test_elbow_and_knee() -> None:
    assert elbow({2: 100.0, 3: 10.0, 4: 9.0, 5: 8.0}) == 3
    assert elbow({2: 1.0, 3: 0.5}) is None
    assert knee_of(np.array([1.0, 1.1, 1.2, 1.3, 9.0])) == 3
    assert list(k_distances(np.arange(5.0)[:, None], 1)) == [1, 1, 1, 1, 1]


def test_the_same_seed_gives_the_same() -> None:
    one, two = (ClusteringSearch(random_state=3).fit(BLOBS) for _ in range(2))
    assert one.results_ == two.results_ or str(one.results_) == str(two.results_)
    assert (one.labels_ == two.labels_).all()


def test_pictures() -> None:
    found = ClusteringSearch(random_state=0).fit(BLOBS)
    assert sum(len(one.get_offsets()) for one in plot_clusters(found, BLOBS).collections) == 240
    assert len(plot_silhouettes(found).lines) >= 3
    assert list(plot_elbow(found).lines[0].get_ydata()) == sorted(plot_elbow(found).lines[0].get_ydata(), reverse=True)
    assert plot_bic(found).get_ylabel() == "BIC, lower is better"
    for plot, method, message in (
        (plot_bic, "kmeans", "no Gaussian mixtures"),
        (plot_elbow, "gaussian", "did not try k-means"),
    ):
        with pytest.raises(ValueError, match=message):
            plot(ClusteringSearch(methods=[method], random_state=0).fit(BLOBS))
        with pytest.raises(NotFittedError):
            plot(ClusteringSearch())
    with pytest.raises(ValueError, match="X has 50 rows, the search was fitted on 240"):
        plot_clusters(found, BLOBS[:50])


def test_the_page_shows_the_assignments_and_all_criteria(tmp_path: Path) -> None:
    found = ClusteringSearch(random_state=0).fit(BLOBS)
    found.report(tmp_path / "clusters.html", BLOBS)
    text = (tmp_path / "clusters.html").read_text("utf-8")
    assert text.count("<svg") == 4
    assert "4 clusters by" in text
    assert "In doubt" not in text
    assert ">nan<" not in text


@pytest.mark.parametrize("seed", range(3))
def test_rows_without_clusters_are_in_doubt(seed: int) -> None:
    rng = np.random.default_rng(seed)
    for rows in (rng.normal(size=(150, 2)) @ [[3, 1], [0, 1]], rng.uniform(size=(150, 2))):
        assert "rows without clusters have a silhouette of up to" in ClusteringSearch(random_state=0).fit(rows).doubt_
    assert ClusteringSearch(random_state=0).fit(BLOBS).doubt_ == ""


def test_densities_find_no_more_clusters_than_are_asked_for() -> None:
    centres = np.array([[10.0 * (at % 3), 10.0 * (at // 3)] for at in range(9)])
    rows = make_blobs(270, centers=centres, cluster_std=0.3, random_state=0)[0]
    assert ClusteringSearch(["dbscan"], random_state=0).fit(rows).n_clusters_ == 9
    with pytest.raises(ValueError, match="more than 4 clusters"):
        ClusteringSearch(["dbscan"], max_clusters=4, random_state=0).fit(rows)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"methods": ["kmean"]}, "methods has 'kmean'; did you mean 'kmeans'"),
        ({"scalers": ["standart"]}, "did you mean 'standard'"),
        ({"methods": []}, "methods is empty"),
        ({"methods": "kmeans"}, "methods is empty or a text: 'kmeans'; give a list"),
        ({"max_clusters": 1}, "there must be at least 2"),
        ({"max_clusters": 2.5}, "max_clusters=2.5: .* as an integer"),
        ({"max_clusters": "3"}, "max_clusters='3'"),
        ({"stability_draws": -1}, "stability_draws=-1: there must be at least 0"),
    ],
)
def test_wrong_settings_are_said(settings: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        ClusteringSearch(**settings).fit(BLOBS)


def test_bad_rows_are_said() -> None:
    with pytest.raises(ValueError, match="minimum of 10"):
        ClusteringSearch().fit(BLOBS[:5])
    with pytest.raises(ValueError, match="these rows show no clusters"):
        ClusteringSearch(random_state=0, methods=["dbscan"]).fit(np.ones((20, 2)))
    sealed, _ = seal(BLOBS.copy())
    with pytest.raises(TypeError, match="X is sealed"):
        ClusteringSearch().fit(sealed)


@parametrize_with_checks([ClusteringSearch(methods=["kmeans"], stability_draws=1, random_state=0)])  # type: ignore[untyped-decorator]
def test_scikit_learns_checks(estimator: Any, check: Any) -> None:
    check(estimator)
