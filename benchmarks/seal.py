"""What the watch over a tuning costs: the same tuning with and without it, in turns.

usage: python benchmarks/seal.py [--rounds 5] [--rows 10000] [--candidates 40] [--only grid,cheap] [--json seal.json]

`grid` is a search over scaler, PCA and SVC; `cheap` one over a pipeline whose fit takes about a millisecond; `loop`
scales and fits in a loop over folds; `frame` searches over pandas columns; `text` over sparse rows. Both sides of a
round run one after the other, in an order that changes; the figures are the medians of the rounds' ratios, for wall and
for CPU time. The time in which the watch is put up, taken down and judges counts.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from contextlib import nullcontext
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.decomposition import PCA
from sklearn.feature_extraction.text import HashingVectorizer
from sklearn.linear_model import Ridge, SGDClassifier
from sklearn.model_selection import GridSearchCV, KFold, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

from leakguard.seal import watch_fits

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

Table = Any  # an array, a frame, a sparse matrix


@dataclass(frozen=True, slots=True)
class Case:
    """A tuning, the rows it is done on, and how many fits it makes."""

    name: str
    rows: Table
    target: Table
    tune: Callable[[Table, Table], object]
    fits: int


@dataclass(frozen=True, slots=True)
class Figure:
    """Watched against unwatched: medians of the rounds' ratios, and the unwatched seconds for each fit."""

    case: str
    wall: float
    cpu: float
    seconds_per_fit: float
    rounds: int


def grid(rows: int, candidates: int) -> Case:
    """The realistic search: 5 folds over scaler, PCA and SVC."""
    random = np.random.default_rng(0)
    table = random.normal(size=(rows, 20))
    target = (table[:, 0] + 0.2 * random.normal(size=rows) > 0).astype(int)
    pipeline = make_pipeline(StandardScaler(), PCA(10), SVC())
    space = {"svc__C": list(np.geomspace(0.1, 10, candidates // 4)), "svc__gamma": [0.003, 0.01, 0.03, 0.1]}
    return Case("grid", table, target, lambda X, y: GridSearchCV(pipeline, space, cv=5).fit(X, y), 5 * candidates + 1)  # noqa: N803


def cheap(candidates: int) -> Case:
    """A search whose fits take about a millisecond each."""
    table = np.random.default_rng(0).normal(size=(200, 10))
    space = {"ridge__alpha": list(np.geomspace(0.1, 10, candidates))}
    pipeline = make_pipeline(StandardScaler(), Ridge())
    return Case("cheap", table, table[:, 0], lambda X, y: GridSearchCV(pipeline, space, cv=5).fit(X, y), 5 * candidates)  # noqa: N803


def loop() -> Case:
    """A loop that does by hand what a pipeline would do."""
    table = np.random.default_rng(0).normal(size=(500, 10))

    def tune(rows: Table, target: Table) -> None:
        for _ in range(20):
            for train, test in KFold(5).split(rows):
                scaler = StandardScaler().fit(rows[train])
                model = Ridge().fit(scaler.transform(rows[train]), target[train])
                model.score(scaler.transform(rows[test]), target[test])

    return Case("loop", table, table[:, 0], tune, 200)


def frame(candidates: int) -> Case:
    """A search over the columns of a frame."""
    import pandas as pd

    table = pd.DataFrame(np.random.default_rng(0).normal(size=(2000, 30))).add_prefix("column")
    space = {"sgdclassifier__alpha": list(np.geomspace(1e-5, 1e-2, candidates))}
    pipeline = make_pipeline(StandardScaler(), SGDClassifier(random_state=0))
    target = (table["column0"] > 0).astype(int)
    return Case("frame", table, target, lambda X, y: GridSearchCV(pipeline, space, cv=5).fit(X, y), 5 * candidates)  # noqa: N803


def text() -> Case:
    """Cross-validation on sparse rows of words."""
    random = np.random.default_rng(0)
    texts = [" ".join(f"w{word}" for word in random.zipf(1.5, 80) % 5000) for _ in range(2000)]
    table = HashingVectorizer(n_features=2**16).transform(texts)
    target = random.integers(0, 2, 2000)
    model = SGDClassifier(random_state=0)
    return Case("text", table, target, lambda X, y: [cross_val_score(model, X, y, cv=5) for _ in range(10)], 50)  # noqa: N803


def measure(case: Case, rounds: int) -> Figure:
    """Run a case watched and unwatched in turns."""
    case.tune(case.rows, case.target) if case.name != "grid" else None
    walls, cpus, plain = [], [], []
    for number in range(rounds):
        order = (False, True) if number % 2 else (True, False)
        took = {watched: _once(case, watched=watched) for watched in order}
        walls.append(took[True][0] / took[False][0])
        cpus.append(took[True][1] / took[False][1])
        plain.append(took[False][0])
    seconds = statistics.median(plain) / case.fits
    return Figure(case.name, statistics.median(walls), statistics.median(cpus), seconds, rounds)


def _once(case: Case, *, watched: bool) -> tuple[float, float]:
    context: AbstractContextManager[Any] = watch_fits(case.rows, case.target) if watched else nullcontext()
    wall, cpu = time.perf_counter(), time.process_time()
    with context as fits:
        case.tune(case.rows, case.target)
    if watched:
        fits.evidence()
    return time.perf_counter() - wall, time.process_time() - cpu


def main() -> None:
    """Measure, print and write down."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--rows", type=int, default=10_000)
    parser.add_argument("--candidates", type=int, default=40)
    parser.add_argument("--only", default="grid,cheap,loop,frame,text")
    parser.add_argument("--json", type=Path, default=Path("seal.json"))
    options = parser.parse_args()
    making: dict[str, Callable[[], Case]] = {
        "grid": lambda: grid(options.rows, options.candidates),
        "cheap": lambda: cheap(options.candidates),
        "loop": loop,
        "frame": lambda: frame(options.candidates),
        "text": text,
    }
    figures = []
    for name in options.only.split(","):
        figure = measure(making[name](), options.rounds)
        figures.append(asdict(figure))
        took = f"{1000 * figure.seconds_per_fit:.2f} ms a fit"
        print(f"{figure.case:6} wall {figure.wall:.3f}  CPU {figure.cpu:.3f}  ({took})")
        options.json.write_text(json.dumps({"figures": figures}, indent=1) + "\n")


if __name__ == "__main__":
    main()
