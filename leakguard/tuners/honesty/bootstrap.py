"""Bootstrap bias correction of a cross-validated choice (BBC-CV).

Rows are drawn with replacement within each fold; the candidate that is best on the rows drawn is scored on those that
were not. What that loses on average against the best score is the bias of having chosen (Tsamardinos, Greasidou and
Borboudakis, *Bootstrapping the out-of-sample predictions for efficient and accurate cross-validation*, Machine Learning
107, 2018). No model is fitted again.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

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
    """One fold: how many rows it is scored on, to which group each belongs, and each candidate's score of weights."""

    rows: int
    groups: NDArray[Any] | None
    candidates: Sequence[Weighted]


def corrected(folds: Sequence[Fold], seed: int, draws: int = DRAWS) -> Estimate | None:
    """Return the score of the candidate with the best mean over the folds, corrected for the choice.

    None where no draw could be scored, such as folds of a single row.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # means of nothing, where a draw leaves out no row
        parts = [_scores(fold, np.random.default_rng([seed, number]), draws) for number, fold in enumerate(folds)]
        inside = np.nanmean([part[0] for part in parts], axis=0)
        outside = np.nanmean([part[1] for part in parts], axis=0)
        # What a score of fewer rows differs by in itself, as an area under a curve does, is no bias of the choice.
        all_rows = np.mean([_by_candidate(fold, np.ones((1, fold.rows)))[0] for fold in folds], axis=0)
        own = float(np.nanmean(np.nanmean(outside, axis=0) - all_rows))
    known = np.where(np.isnan(inside) | np.isnan(outside), -np.inf, inside)
    # Of candidates that are equally good, which comes first is luck: all of them count.
    best = (known == known.max(axis=1, keepdims=True)) & np.isfinite(known)
    found = _ratio(np.where(best, outside, 0.0).sum(axis=1), best.sum(axis=1))
    found = found[np.isfinite(found)]
    if not found.size:
        return None
    # Within what the draws gave: there is no precision below 0.
    low, high = np.clip(np.quantile(found, [0.025, 0.975]) - own, found.min(), found.max())
    return Estimate(float(found.mean() - own), float(low), float(high), METHOD)


def _ratio(one: Array, other: NDArray[np.intp]) -> Array:
    found: Array = np.divide(one, other, out=np.full(one.shape, np.nan), where=other > 0)
    return found


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
    """Yield how often each row is drawn, of shape (some draws, n_rows); groups are drawn whole."""
    names = np.arange(fold.rows) if fold.groups is None else np.unique(fold.groups, return_inverse=True)[1]
    units = int(names.max()) + 1
    left = draws
    while left:
        now = min(left, max(1, _TOGETHER // fold.rows))
        yield rng.multinomial(units, np.full(units, 1 / units), size=now)[:, names].astype(np.float64)
        left -= now
