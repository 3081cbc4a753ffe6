"""Bootstrap bias correction of a cross-validated choice (BBC-CV).

Rows are drawn with replacement within each fold, or once for all folds where these share rows, as repeated ones do; the
candidate that is best on the rows drawn is scored on those that were not. What that loses on average against the best
score is the bias of having chosen (Tsamardinos, Greasidou and Borboudakis, *Bootstrapping the out-of-sample predictions
for efficient and accurate cross-validation*, Machine Learning 107, 2018). No model is fitted again.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from leakguard.tuners.honesty.arithmetic import ratio

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from numpy.typing import NDArray

    Array = NDArray[np.float64]
    Weighted = Callable[[Array], Array]

METHOD = "BBC-CV"
DRAWS = 300
_TOGETHER = 4_000_000  # weights that are held at once


@dataclass(frozen=True, slots=True)
class Estimate:
    """A score with its 95 % interval, and by which method it was corrected."""

    score: float
    low: float
    high: float
    method: str

    def __str__(self) -> str:
        return f"{self.score:.4g} (95 %: {self.low:.4g} to {self.high:.4g}, {self.method})"


@dataclass(frozen=True, slots=True)
class Fold:
    """One fold: what is drawn, and each candidate's score of weights.

    Attributes:
        units: for each row of the fold, of shape (n_rows,), the number of the row or group that is drawn.
        count: how many there are to draw from.
        stream: folds with the same number here draw the same.
        candidates: each gives the scores of weights of shape (n_draws, n_rows).
    """

    units: NDArray[np.intp]
    count: int
    stream: int
    candidates: Sequence[Weighted]


def folds_of(
    places: Sequence[NDArray[Any]], names: NDArray[Any], candidates: Sequence[Sequence[Weighted]]
) -> list[Fold]:
    """Return the folds that are scored on the rows at these places.

    Args:
        places: of each fold's rows.
        names: of shape (n_samples,), the same for rows that are drawn together.
        candidates: of each fold.
    """
    units = np.unique(np.concatenate([np.unique(names[rows]) for rows in places]), return_counts=True)
    if units[1].max() > 1:  # to draw within each fold would take the same row's errors for independent ones
        return [
            Fold(np.searchsorted(units[0], names[rows]), len(units[0]), 0, able)
            for rows, able in zip(places, candidates, strict=True)
        ]
    own = [np.unique(names[rows], return_inverse=True)[1] for rows in places]
    return [Fold(one, int(one.max()) + 1, at, able) for at, (one, able) in enumerate(zip(own, candidates, strict=True))]


def corrected(folds: Sequence[Fold], seed: int, draws: int = DRAWS) -> Estimate | None:
    """Return the score of the candidate with the best mean over the folds, corrected for the choice.

    None where no draw could be scored, such as folds of a single row.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # means of nothing, where a draw leaves out no row
        parts = [_scores(fold, np.random.default_rng([seed, fold.stream]), draws) for fold in folds]
        inside = np.nanmean([part[0] for part in parts], axis=0)
        outside = np.nanmean([part[1] for part in parts], axis=0)
        # What a score of fewer rows differs by in itself, as an area under a curve does, is no bias of the choice.
        all_rows = np.mean([_by_candidate(fold, np.ones((1, len(fold.units))))[0] for fold in folds], axis=0)
        own = float(np.nanmean(np.nanmean(outside, axis=0) - all_rows))
    known = np.where(np.isnan(inside) | np.isnan(outside), -np.inf, inside)
    # Of candidates that are equally good, which comes first is luck: all of them count.
    best = (known == known.max(axis=1, keepdims=True)) & np.isfinite(known)
    found = ratio(np.where(best, outside, 0.0).sum(axis=1), best.sum(axis=1))
    found = found[np.isfinite(found)]
    if not found.size:
        return None
    # Within what the draws gave: there is no precision below 0.
    low, high = np.clip(np.quantile(found, [0.025, 0.975]) - own, found.min(), found.max())
    return Estimate(float(found.mean() - own), float(low), float(high), METHOD)


def _scores(fold: Fold, rng: np.random.Generator, draws: int) -> tuple[Array, Array]:
    """Return each draw's scores on the rows drawn and on those left out, of shape (draws, n_candidates)."""
    pieces = [
        (_by_candidate(fold, counts), _by_candidate(fold, (counts == 0).astype(np.float64)))
        for counts in _counts(fold, rng, draws)
    ]
    return np.concatenate([one for one, _ in pieces]), np.concatenate([other for _, other in pieces])


def _by_candidate(fold: Fold, weights: Array) -> Array:
    return np.column_stack([scored(weights) for scored in fold.candidates])


def _counts(fold: Fold, rng: np.random.Generator, draws: int) -> Iterator[Array]:
    """Yield how often each row is drawn, of shape (some draws, n_rows)."""
    left = draws
    while left:
        now = min(left, max(1, _TOGETHER // max(fold.count, len(fold.units))))
        yield rng.multinomial(fold.count, np.full(fold.count, 1 / fold.count), size=now)[:, fold.units].astype(float)
        left -= now
