"""Random search: independent draws from the prior, or Sobol points, which cover it more evenly."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Any

from leakguard.tuners.search import TunerSearchCV, follow

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from leakguard.tuners.evaluating import Evaluation
    from leakguard.tuners.space import Space
    from leakguard.tuners.suggesting import Trial

# So many draws in a row that have all been tried mean that a countable space is nearly used up.
_REPEATS = 100


@dataclass(eq=False, repr=False)
class RandomSearchCV(TunerSearchCV):
    """Draws `n_trials` points from the space's prior, so log-uniform parameters by order of magnitude.

    No point is tried twice; a countable space may have fewer points than `n_trials`.

    Args:
        n_trials: how many points are tried.
        sobol: draw scrambled Sobol points (Sobol 1967, Owen 1998) instead of independent ones.
    """

    n_trials: int = 60
    sobol: bool = False

    def _run_search(self, evaluate: Evaluation) -> None:
        follow(RandomSuggester(evaluate.space, self.sobol), evaluate, self.n_trials, batch=self.n_trials)


@dataclass
class RandomSuggester:
    """Draws from the prior that no trial of the history has had."""

    space: Space
    sobol: bool = False
    _points: Iterator[NDArray[np.float64]] | None = field(default=None, init=False, repr=False)

    @property
    def name(self) -> str:
        return "sobol" if self.sobol else "random"

    def ask(self, n: int, rng: np.random.Generator, history: Sequence[Trial]) -> list[dict[str, Any]]:
        """Draw `n` new points; fewer where the space has no more."""
        if self._points is None:
            names = len(self.space.names)
            self._points = sobol_points(names, rng) if self.sobol else uniform_points(names, rng)
        return list(islice(unseen(self.space, self._points, rng, history), n))

    def tell(self, trials: Sequence[Trial]) -> None:
        """Nothing to learn: draws are independent."""


def unseen(
    space: Space, points: Iterator[NDArray[np.float64]], rng: np.random.Generator, history: Sequence[Trial]
) -> Iterator[dict[str, Any]]:
    """Yield the parameters at points that are new; when they all repeat, what a countable space has left."""
    seen = {space.key(trial.params) for trial in history}
    repeats = 0
    while repeats < _REPEATS:
        params = space.from_unit(next(points))
        if (key := space.key(params)) in seen:
            repeats += 1
            continue
        repeats = 0
        seen.add(key)
        yield params
    if (size := space.size) is not None:
        left = [params for params in space.grid(size) if space.key(params) not in seen]
        yield from (left[index] for index in rng.permutation(len(left)))


def uniform_points(names: int, rng: np.random.Generator) -> Iterator[NDArray[np.float64]]:
    """Yield independent points of the unit cube, of shape (names,), without end."""
    while True:
        yield rng.random(names)


def sobol_points(names: int, rng: np.random.Generator) -> Iterator[NDArray[np.float64]]:
    """Yield scrambled Sobol points of the unit cube, of shape (names,), as SciPy has them."""
    from scipy.stats import qmc

    sampler = qmc.Sobol(names, scramble=True, rng=rng)
    for power in range(6, 30):  # 64 first, then as many as there are: sizes that keep the sequence's balance
        yield from sampler.random(2 ** (power if power == 6 else power - 1))
