"""What is claimed about looking first: scalers, the intrinsic dimension, numbers of clusters, the profile's bounds.

    python benchmarks/looking.py [--seeds 8]

Prints a table for each claim, and writes `looking.json`.
"""

from __future__ import annotations

import argparse
import json
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.datasets import (
    load_breast_cancer,
    load_diabetes,
    load_digits,
    load_iris,
    load_wine,
    make_blobs,
    make_circles,
    make_classification,
    make_friedman1,
    make_moons,
)
from sklearn.model_selection import cross_val_score
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import QuantileTransformer, RobustScaler, StandardScaler
from sklearn.svm import SVC, SVR

from leakguard.tuners import ClusteringSearch, LogUniform, RandomSearchCV, profile

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    Rows = tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]

USUAL = {"C": LogUniform(1e-3, 1e3), "gamma": LogUniform(1e-5, 1e1)}
WIDE = {"C": LogUniform(1e-4, 1e4), "gamma": LogUniform(1e-6, 1e2)}
ROWS = 300


def data_sets() -> Iterator[tuple[str, Rows, bool]]:
    """Yield ten data sets, bundled or generated: name, rows with targets, and whether these are classes."""
    for load in (load_iris, load_wine, load_breast_cancer, load_digits):
        yield load.__name__, load(return_X_y=True), True
    yield "load_diabetes", load_diabetes(return_X_y=True), False
    yield "friedman1", make_friedman1(ROWS, noise=1.0, random_state=0), False
    yield "moons", make_moons(ROWS, noise=0.25, random_state=0), True
    yield "circles", make_circles(ROWS, noise=0.15, factor=0.5, random_state=0), True
    yield "5 of 20 columns", make_classification(ROWS, 20, n_informative=5, random_state=0), True
    yield "100 columns", make_classification(200, 100, n_informative=10, random_state=0), True


def some(rows: Rows, seed: int = 0) -> Rows:
    """Return at most 300 of the rows."""
    places = np.random.default_rng(seed).permutation(len(rows[1]))[:ROWS]
    return rows[0][places], rows[1][places]


def search(rows: Rows, space: Mapping[str, Any], trials: int, seed: int, *, classes: bool) -> RandomSearchCV:
    """Return a fitted search for the C and gamma of an SVM on standardised columns."""
    model = SVC() if classes else SVR()
    step = "svc__" if classes else "svr__"
    named = {f"{step}{name}": dimension for name, dimension in space.items()}
    found = RandomSearchCV(make_pipeline(StandardScaler(), model), named, n_trials=trials, cv=3, random_state=seed)
    return found.fit(*rows)


def trials_to(found: RandomSearchCV, target: float) -> int:
    """Return how many trials a search took to a score, or one more than it had."""
    scores = np.maximum.accumulate(found.cv_results_["mean_test_score"])
    reached = np.flatnonzero(scores >= target)
    return int(reached[0]) + 1 if len(reached) else len(scores) + 1


def bounds(seeds: int) -> list[dict[str, Any]]:
    """Compare the profile's bounds with the usual decades, and hold them against the best of a wide search."""
    results = []
    for name, whole, classes in data_sets():
        rows = some(whole)
        own = {key: profile(*rows).bounds[key] for key in ("C", "gamma")}
        wide = search(rows, WIDE, 200, 0, classes=classes)
        best = {key.rpartition("__")[2]: value for key, value in wide.best_params_.items()}
        # As good as the best, within half a standard error of it: there is a plateau, and its corner says nothing.
        results_ = wide.cv_results_
        error = results_["std_test_score"][wide.best_index_] / np.sqrt(3)
        plateau = results_["mean_test_score"] >= wide.best_score_ - error / 2
        inside = [
            all(own[key.rpartition("__")[2]].contains(value) for key, value in params.items())
            for params in np.array(results_["params"])[plateau]
        ]
        target = wide.best_score_ - error / 2
        taken = {
            label: [trials_to(search(rows, space, 40, seed, classes=classes), target) for seed in range(1, seeds + 1)]
            for label, space in (("own", own), ("usual", USUAL))
        }
        results.append(
            {
                "data": name,
                "best inside": all(own[key].contains(value) for key, value in best.items()),
                "as good inside": any(inside),
                **{f"trials {label}": float(np.mean(counts)) for label, counts in taken.items()},
            }
        )
        print(results[-1], flush=True)
    return results


def scalers(seeds: int) -> list[dict[str, Any]]:
    """Compare scalers before nearest neighbours, by what the columns are like."""
    kinds: dict[str, Any] = {
        "normal": lambda z, _: z,
        "skewed": lambda z, _: np.exp(2 * z),
        "outliers": lambda z, rng: np.where(rng.random(z.shape) < 0.03, 40 * z, z),
    }
    makers: dict[str, Any] = {
        "standard": StandardScaler,
        "robust": RobustScaler,
        "quantile": lambda: QuantileTransformer(n_quantiles=100),
    }
    results = []
    for kind, bend in kinds.items():
        means: dict[str, list[float]] = {name: [] for name in makers}
        advised = []
        for seed in range(seeds):
            rng = np.random.default_rng(seed)
            z = rng.normal(size=(ROWS, 5))
            y = (z[:, 0] + z[:, 1] + 0.5 * rng.normal(size=ROWS) > 0).astype(int)
            X = bend(z, rng) * np.array([1, 10, 100, 1, 0.1])  # noqa: N806 - the field's name
            advised.append(profile(X, y).scaler)
            for name, make in makers.items():
                model = make_pipeline(make(), KNeighborsClassifier(9))
                means[name].append(float(cross_val_score(model, X, y, cv=5).mean()))
        results.append(
            {"columns": kind, **{name: float(np.mean(values)) for name, values in means.items()}, "advised": advised[0]}
        )
        print(results[-1], flush=True)
    return results


def clusters(sets: int = 20) -> dict[str, Any]:
    """Count on how many sets of blobs each criterion names their number, and the search's own."""
    right: dict[str, int] = {}
    for seed in range(100, 100 + sets):
        rng = np.random.default_rng(seed)
        k, columns = int(rng.integers(2, 8)), int(rng.integers(2, 6))
        X, _ = make_blobs(  # noqa: N806 - as above
            int(rng.integers(150, 500)), columns, centers=k, cluster_std=rng.uniform(0.6, 1.6, k), random_state=seed
        )
        found = ClusteringSearch(random_state=0, stability_draws=0).fit(X)
        for name, number in {**found.votes_, "combined": found.n_clusters_}.items():
            right[name] = right.get(name, 0) + (number == k)
        able = [row for row in found.results_ if row["method"] == "kmeans" and not row["degenerate"]]
        lowest = min(able, key=lambda row: row["davies_bouldin"])
        right["davies_bouldin"] = right.get("davies_bouldin", 0) + (lowest["clusters"] == k)
    print(right, flush=True)
    return {"sets": sets, **right}


def dimensions(seeds: int) -> list[dict[str, Any]]:
    """Hold the intrinsic dimension against that of sheets in 20 columns: flat, curved, and with noise on them."""
    bends: dict[str, Any] = {
        "flat": lambda sheet, _: sheet,
        "curved": lambda sheet, _: np.sin(2 * sheet),
        "with noise": lambda sheet, rng: sheet + 0.05 * rng.normal(size=sheet.shape),
    }
    results = []
    for kind, bend in bends.items():
        for dimension in (1, 2, 4, 8, 16):
            told = []
            for seed in range(seeds):
                rng = np.random.default_rng(seed)
                sheet = rng.uniform(size=(ROWS, dimension)) @ rng.normal(size=(dimension, 20)) / np.sqrt(dimension)
                geometry = profile(bend(sheet, rng)).geometry
                told.append(geometry.dimension if geometry is not None else np.nan)
            results.append({"sheet": kind, "dimension": dimension, "told": float(np.mean(told))})
            print(results[-1], flush=True)
    return results


def main() -> None:
    """Measure, print and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=8)
    given = parser.parse_args()
    warnings.simplefilter("ignore")
    found = {"dimensions": dimensions(given.seeds), "clusters": clusters(), "scalers": scalers(given.seeds)}
    rows = bounds(given.seeds)
    inside = sum(row["as good inside"] for row in rows)
    ratio = np.mean([row["trials own"] / row["trials usual"] for row in rows])
    print(f"as good as the best inside on {inside} of {len(rows)}; trials {ratio:.2f} of the usual ones")
    Path("looking.json").write_text(json.dumps({**found, "bounds": rows}, indent=2), "utf-8")


if __name__ == "__main__":
    main()
