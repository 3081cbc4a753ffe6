"""The point of the unit cube where an acquisition is highest."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import minimize

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    from leakguard.tuners.bayes.cube import Cube
    from leakguard.tuners.bayes.encoding import Encoding

    Array = NDArray[np.float64]
    # Features (m, f) to worth (m,), and to a function that gives its slopes (m, f)
    Acquisition = Callable[[Array], tuple[Array, Callable[[], Array]]]

CANDIDATES = 1024
NEAR = 256  # of the candidates
STARTS = 10
_REACH = (-3.0, -0.5)  # powers of ten of the steps around the best points
_ITERATIONS = 30


def ranked_points(acquisition: Acquisition, cube: Cube, incumbents: Array, rng: np.random.Generator) -> Iterator[Array]:
    """Yield points of the space, best first: those climbed to from the best candidates, then the other candidates.

    Candidates lie all over the cube, and around the `incumbents` (k, d).
    """
    points = cube.deactivate(_candidates(incumbents, len(cube.space.names), rng))
    worth, _ = acquisition(cube.encoding.features(points))
    starts = points[_best_of_parts(worth)]
    found = cube.snap(np.vstack([_climbed(acquisition, cube.encoding, starts), starts]))
    reached, _ = acquisition(cube.encoding.features(found))
    yield from found[np.argsort(-reached, kind="stable")]
    yield from cube.snap(points[np.argsort(-worth, kind="stable")])


def _candidates(incumbents: Array, dimensions: int, rng: np.random.Generator) -> Array:
    """Return points all over the cube, and some that differ from an incumbent in some dimensions."""
    points = rng.random((CANDIDATES, dimensions))
    if not len(incumbents):
        return points
    around = incumbents[rng.integers(len(incumbents), size=NEAR)]
    steps = rng.standard_normal(around.shape) * 10.0 ** rng.uniform(*_REACH, (NEAR, 1))
    moved = rng.random(around.shape) < 0.5
    near = np.clip(np.where(moved, around + steps, around), 0.0, 1.0)
    points[:NEAR] = np.where(np.isnan(near), points[:NEAR], near)
    return points


def _best_of_parts(worth: Array) -> NDArray[np.intp]:
    """Return the best of each of ten parts of the candidates, so that not all starts are on one hill."""
    parts = np.array_split(np.arange(len(worth)), STARTS)
    return np.array([part[int(np.argmax(worth[part]))] for part in parts])


def _climbed(acquisition: Acquisition, encoding: Encoding, starts: Array) -> Array:
    """Return the starts with their ordered dimensions moved uphill, by one L-BFGS over all of them together."""
    free, ordered = encoding.free, encoding.ordered
    if not len(free):
        return starts
    features, inactive = encoding.features(starts), np.isnan(starts[:, ordered])

    def loss(flat: Array) -> tuple[float, Array]:
        features[:, free] = flat.reshape(len(starts), -1)
        worth, slopes = acquisition(features)
        return -float(worth.sum()), -np.where(inactive, 0.0, slopes()[:, free]).ravel()

    found = minimize(
        loss,
        features[:, free].ravel(),
        jac=True,
        method="L-BFGS-B",
        bounds=[(0.0, 1.0)] * (len(starts) * len(free)),
        options={"maxiter": _ITERATIONS},
    )
    moved = starts.copy()
    moved[:, ordered] = found.x.reshape(len(starts), -1)
    return moved
