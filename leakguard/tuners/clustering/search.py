"""The search over clusterings: methods, numbers of clusters, densities and scalings, by several criteria together."""

from __future__ import annotations

from dataclasses import dataclass, replace
from numbers import Integral
from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.base import BaseEstimator, ClusterMixin
from sklearn.utils import check_random_state
from sklearn.utils.validation import validate_data

from leakguard.spelling import nearest
from leakguard.tuners.clustering.candidates import METHODS, SCALERS, Candidate, candidates, model_of, scaled
from leakguard.tuners.clustering.indices import Indices, elbow, indices_of, labels_of, stability, without_clusters
from leakguard.tuners.profiling.reading import refuse_sealed

if TYPE_CHECKING:
    from collections.abc import Sequence
    from os import PathLike
    from typing import Self

    from numpy.typing import NDArray

    Array = NDArray[np.float64]

_FEWEST = 10
_REFERENCES = 6  # draws of each kind of rows without clusters
_CLOSE = 0.01  # silhouettes that are about the same


@dataclass(frozen=True, slots=True)
class Tried:
    """A clustering that was tried: with its labels, its scores, and what only its method knows."""

    candidate: Candidate
    labels: NDArray[np.intp]
    indices: Indices
    inertia: float = float("nan")
    bic: float = float("nan")
    stability: float = float("nan")

    def row(self) -> dict[str, Any]:
        """Return it as a row of `results_`."""
        params = ", ".join(f"{name}={_short(value)}" for name, value in self.candidate.params.items())
        return {
            "method": self.candidate.method,
            "params": params,
            "scaler": self.candidate.scaler,
            "clusters": self.indices.clusters,
            "noise": self.indices.noise,
            "silhouette": self.indices.silhouette,
            "davies_bouldin": self.indices.davies_bouldin,
            "calinski_harabasz": self.indices.calinski_harabasz,
            "inertia": self.inertia,
            "bic": self.bic,
            "stability": self.stability,
            "degenerate": self.indices.degenerate,
        }


@dataclass(eq=False, repr=False)
class ClusteringSearch(ClusterMixin, BaseEstimator):  # type: ignore[misc]  # scikit-learn has no annotations
    """Looks for clusters without labels.

    Degenerate clusterings never win: all rows in one cluster, nearly all of them, or most of them noise. Among the
    others the number of clusters is chosen by votes: the best silhouette, the elbow of k-means' inertia and the BIC of
    Gaussian mixtures each name one, and of the clusterings with the number that most of them name, the one with the
    best silhouette is taken; where all differ, the BIC decides. All three favour round clusters: for others, search
    with `methods=["dbscan"]` and look at the picture.

    Args:
        methods: a list of "kmeans", "gaussian" and "dbscan".
        scalers: a list of "none", "standard" and "robust". With several, scaling is part of the search, as distances
            depend on it; that costs about twice as much for each, and moves `methods=["dbscan"]` to more clusters.
        max_clusters: the most clusters that are taken; None for about sqrt(n / 2), at most 12.
        stability_draws: how many halves of the rows the best candidates are fitted on again.
        random_state: same seed, same result.

    Attributes:
        labels_: each row's cluster, of shape (n_rows,); -1 for noise.
        n_clusters_: how many there are.
        best_: the winner, as `Tried`.
        votes_: the number of clusters that each criterion names.
        doubt_: why there may be no clusters at all, or "": the winner's silhouette is compared with those that the same
            clustering has on rows drawn from one normal distribution of the same covariance (Liu, Hayes, Nobel and
            Marron, *Statistical significance of clustering for high-dimension, low-sample size data*, Journal of the
            American Statistical Association 103, 2008), and from a box.
        results_: a row of scores for each clustering that was tried.

    Raises:
        ValueError: fewer than 10 rows, unknown methods or scalers, or nothing but degenerate clusterings: there is no
            sign of clusters then.
    """

    methods: Sequence[str] = METHODS
    scalers: Sequence[str] = ("standard",)
    max_clusters: int | None = None
    stability_draws: int = 5
    random_state: Any = None

    def fit(self, X: Any, y: Any = None) -> Self:  # noqa: ARG002 - scikit-learn's signature
        """Try all clusterings of X, of shape (n_rows, n_columns), and keep the best."""
        refuse_sealed(X, "X")
        rows = validate_data(self, X, dtype=np.float64, ensure_min_samples=_FEWEST)
        self._check()
        seed = int(check_random_state(self.random_state).randint(2**31 - 1))
        rng = np.random.default_rng(seed)
        most = min(12, max(3, round(np.sqrt(len(rows) / 2)))) if self.max_clusters is None else self.max_clusters
        tried = [
            _within(_try(candidate, seen, seed, rng), most)
            for candidate, seen in candidates(rows, self.methods, self.scalers, min(most, len(rows) - 1))  # type: ignore[arg-type]
        ]
        scaler = self.scalers[0] if len(self.scalers) == 1 else best_scaler(rows, tried, seed, rng)
        self.votes_ = votes([one for one in tried if one.candidate.scaler == scaler])
        best = chosen([one for one in tried if one.candidate.scaler == scaler], self.votes_)
        if best is None:
            reasons = ", ".join(dict.fromkeys(one.indices.degenerate for one in tried))
            raise ValueError(f"None of {len(tried)} clusterings is of use ({reasons}): these rows show no clusters.")
        self.best_ = _with_stability(best, rows, seed, rng, self.stability_draws)
        self.doubt_ = doubt(best, rows, seed, rng)
        self.labels_ = self.best_.labels
        self.n_clusters_ = self.best_.indices.clusters
        self.results_ = [(self.best_ if one is best else one).row() for one in tried]
        return self

    def _check(self) -> None:
        for value, known, name in ((self.methods, METHODS, "methods"), (self.scalers, SCALERS, "scalers")):
            if isinstance(value, str) or len(value) == 0:
                raise ValueError(f"{name} is empty or a text: {value!r}; give a list of {', '.join(known)}.")
            for one in value:
                if one not in known:
                    raise ValueError(f"{name} has {one!r}; did you mean {nearest(one, known)!r}?")
        for name, least in (("max_clusters", 2), ("stability_draws", 0)):
            value = getattr(self, name)
            if name == "max_clusters" and value is None:
                continue
            if isinstance(value, bool) or not isinstance(value, Integral) or value < least:
                raise ValueError(f"{name}={value!r}: there must be at least {least}, as an integer.")

    def report(self, file: str | PathLike[str], X: Any = None) -> None:
        """Write what was found as one page with pictures (extra `plots`); with the rows X, the assignments too."""
        from leakguard.tuners.clustering.page import write

        write(self, file, X)


def _within(found: Tried, most: int) -> Tried:
    """Densities find as many clusters as they find: more than were asked for is no answer."""
    if found.indices.clusters <= most or found.indices.degenerate:
        return found
    return replace(found, indices=replace(found.indices, degenerate=f"more than {most} clusters"))


def best_scaler(X: Array, tried: Sequence[Tried], seed: int, rng: np.random.Generator) -> str:
    """Return the scaling under which clusters stand out most against rows whose columns were shuffled.

    Silhouettes under different scalings cannot be compared: one column in large units makes clusters of its own noise.
    Shuffled columns have the same noise and nothing that goes together, as in the gap statistic (Tibshirani, Walther
    and Hastie, *Estimating the number of clusters in a data set via the gap statistic*, 2001).
    """
    shuffled = rng.permuted(X, axis=0)
    excess: dict[str, float] = {}
    for one in tried:
        if one.indices.degenerate:
            continue
        name = one.candidate.scaler
        chance = _try(one.candidate, scaled(shuffled, name), seed, rng).indices.silhouette
        above = one.indices.silhouette - (chance if np.isfinite(chance) else 0.0)
        excess[name] = max(excess.get(name, -np.inf), above)
    return max(excess, key=lambda name: excess[name]) if excess else tried[0].candidate.scaler


def doubt(best: Tried, X: Array, seed: int, rng: np.random.Generator) -> str:
    """Return why these rows may have no clusters; "" where they stand out against all draws without any."""
    rows = scaled(X, best.candidate.scaler)
    indices = [_try(best.candidate, drawn, seed, rng).indices for drawn in without_clusters(rows, rng, _REFERENCES)]
    chance = max((one.silhouette for one in indices if not one.degenerate), default=-1.0)
    found = best.indices.silhouette
    if found > chance:
        return ""
    return f"rows without clusters have a silhouette of up to {chance:.2f} under the same clustering, these {found:.2f}"


def votes(tried: Sequence[Tried]) -> dict[str, int]:
    """Return the number of clusters that each criterion names, of clusterings under one scaling."""
    same = [one for one in tried if not one.indices.degenerate]
    if not same:
        return {}
    found = {"silhouette": max(same, key=lambda one: one.indices.silhouette).indices.clusters}
    inertias = {one.indices.clusters: one.inertia for one in same if one.candidate.method == "kmeans"}
    if (bend := elbow(inertias)) is not None:
        found["elbow"] = bend
    mixtures = [one for one in same if one.candidate.method == "gaussian"]
    if mixtures:
        found["bic"] = min(mixtures, key=lambda one: one.bic).indices.clusters
    return found


def chosen(tried: Sequence[Tried], named: dict[str, int]) -> Tried | None:
    """Return the best clustering; None where all are degenerate."""
    able = [one for one in tried if not one.indices.degenerate]
    if not able:
        return None
    numbers = list(named.values())
    decides = named.get("bic", named["silhouette"])  # where all three differ
    most = max(numbers, key=lambda number: (numbers.count(number), number == decides))
    agreed = [one for one in able if one.indices.clusters == most]
    best = max(agreed, key=lambda one: one.indices.silhouette)
    # Fewer rows called noise, where it makes no difference to the silhouette.
    close = [one for one in agreed if one.indices.silhouette > best.indices.silhouette - _CLOSE]
    return min(close, key=lambda one: (one.indices.noise, -one.indices.silhouette))


def _try(candidate: Candidate, rows: Array, seed: int, rng: np.random.Generator) -> Tried:
    model = model_of(candidate, seed)
    labels = labels_of(model, rows)
    found = Tried(candidate, labels, indices_of(rows, labels, rng))
    match candidate.method:
        case "kmeans":
            return replace(found, inertia=float(model.inertia_))
        case "gaussian":
            return replace(found, bic=float(model.bic(rows)))
        case _:
            return found


def _with_stability(best: Tried, X: Array, seed: int, rng: np.random.Generator, draws: int) -> Tried:
    rows = scaled(X, best.candidate.scaler)
    again = stability(lambda part: labels_of(model_of(best.candidate, seed), part), rows, best.labels, rng, draws)
    return replace(best, stability=again)


def _short(value: Any) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)
