"""How much each parameter matters: the share of the scores' variance that a forest explains by it alone.

The main effects of functional ANOVA (Hutter, Hoos and Leyton-Brown, *An efficient approach for assessing hyperparameter
importance*, ICML 2014): of a random forest over the trials, the variance of its prediction along one parameter, all
others averaged out, as a share of the whole.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from leakguard.tuners.pictures.results import full, scores_of, unit_points
from leakguard.tuners.space import Space

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from leakguard.tuners.search import TunerSearchCV

_FEWEST = 6
_STEPS, _OTHERS = 32, 512


def importances(search: TunerSearchCV) -> dict[str, float]:
    """Return each parameter's share of the scores' variance, in [0, 1]; what is left belongs to several together.

    Raises:
        ValueError: fewer than 6 trials had the full budget.
    """
    from sklearn.ensemble import RandomForestRegressor

    able = full(search)
    points, scores = unit_points(search)[able], scores_of(search)[able]
    if len(scores) < _FEWEST:
        raise ValueError(f"{len(scores)} trials with the full budget are too few to tell what matters: {_FEWEST} may.")
    names = Space.of(search.space).names
    forest = RandomForestRegressor(64, random_state=0).fit(points, scores)
    rng = np.random.default_rng(0)
    # Each parameter's values by themselves: those of a search that homes in go together.
    others = rng.permuted(points[rng.integers(0, len(points), _OTHERS)], axis=0)
    whole = float(np.var(forest.predict(others)))
    if whole <= 0:
        return dict.fromkeys(names, 0.0)
    return {name: min(1.0, _alone(forest, points, others, place) / whole) for place, name in enumerate(names)}


def _alone(forest: Any, points: NDArray[np.float64], others: NDArray[np.float64], place: int) -> float:
    """Return the variance along one parameter, over the values that trials have had."""
    steps = np.quantile(points[:, place], (np.arange(_STEPS) + 0.5) / _STEPS, method="inverted_cdf")
    rows = np.repeat(others, _STEPS, axis=0)
    rows[:, place] = np.tile(steps, len(others))
    predicted = forest.predict(rows).reshape(len(others), _STEPS)
    return float(np.var(predicted.mean(axis=0)))
