"""Scores of weighted rows that look at their order alone: areas under curves.

Which row comes before which is the same for all weightings, so that a product of matrices gives what a sort for each
would. For many rows that matrix is too large, and cumulative sums take its place.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from leakguard.tuners.honesty.arithmetic import SMALLEST, ratio

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from leakguard.tuners.honesty.responses import Responses

    Array = NDArray[np.float64]
    Weighted = Callable[[Array], Array]

_LARGEST = 250_000  # cells of a matrix


def roc_auc(y: NDArray[Any], given: Responses) -> Weighted:
    """Return the area under the ROC curve: how often a positive row comes before a negative one, half for ties."""
    return _area(_score(given), y == given.known_classes()[1])


def one_against_rest(y: NDArray[Any], given: Responses, *, by_share: bool) -> Weighted:
    """Return the mean over the classes of each one's area under the ROC curve against all others.

    Args:
        y, given: the true classes and the answers of one fold.
        by_share: whether classes count by their rows.
    """
    chances = given.by_method["predict_proba"]
    belongs = [y == one for one in given.known_classes()]
    if chances.shape[1] != len(belongs) or len(belongs) < 3:
        raise KeyError("no column for each class")
    areas = [_area(chances[:, at], own) for at, own in enumerate(belongs)]
    counts = np.column_stack(belongs).astype(np.float64)

    def value(weights: Array) -> Array:
        each = np.column_stack([area(weights) for area in areas])
        shares = weights @ counts if by_share else np.ones_like(each)
        return ratio((each * shares).sum(axis=1), shares.sum(axis=1))

    return value


def average_precision(y: NDArray[Any], given: Responses) -> Weighted:
    """Return the precision at each threshold, weighted by the recall that it adds."""
    score, positive = _score(given), y == given.known_classes()[1]
    if len(y) * positive.sum() > _LARGEST:
        return _precision_by_sums(score, positive)
    above = (score[:, None] >= score[positive]).astype(np.float64)

    def value(weights: Array) -> Array:
        up = weights[:, positive]
        precision = (up @ above[positive]) / np.maximum(weights @ above, SMALLEST)
        return ratio((up * precision).sum(axis=1), up.sum(axis=1))

    return value


def _score(given: Responses) -> NDArray[Any]:
    score = given.by_method.get("decision_function")
    return given.by_method["predict_proba"][:, 1] if score is None else score


def _area(score: NDArray[Any], positive: NDArray[np.bool_]) -> Weighted:
    ups, downs = score[positive], score[~positive]
    if len(ups) * len(downs) > _LARGEST:
        return _area_by_sums(score, positive)
    before = np.greater.outer(ups, downs) / 2 + np.greater_equal.outer(ups, downs) / 2

    def value(weights: Array) -> Array:
        up, down = weights[:, positive], weights[:, ~positive]
        return ratio(((up @ before) * down).sum(axis=1), up.sum(axis=1) * down.sum(axis=1))

    return value


def _area_by_sums(score: NDArray[Any], positive: NDArray[np.bool_]) -> Weighted:
    order = np.argsort(score, kind="stable")
    begins = np.flatnonzero(np.concatenate([[True], np.diff(score[order]) > 0]))
    up_here = positive[order]

    def value(weights: Array) -> Array:
        ordered = weights[:, order]
        up = np.add.reduceat(ordered * up_here, begins, axis=1)
        down = np.add.reduceat(ordered * ~up_here, begins, axis=1)
        below = np.cumsum(down, axis=1) - down / 2
        return ratio((up * below).sum(axis=1), up.sum(axis=1) * down.sum(axis=1))

    return value


def _precision_by_sums(score: NDArray[Any], positive: NDArray[np.bool_]) -> Weighted:
    order = np.argsort(-score, kind="stable")
    begins = np.flatnonzero(np.concatenate([[True], np.diff(score[order]) < 0]))
    up_here = positive[order]

    def value(weights: Array) -> Array:
        ordered = weights[:, order]
        up = np.add.reduceat(ordered * up_here, begins, axis=1)
        above = np.cumsum(np.add.reduceat(ordered, begins, axis=1), axis=1)
        precision = np.cumsum(up, axis=1) / np.maximum(above, SMALLEST)
        return ratio((up * precision).sum(axis=1), up.sum(axis=1))

    return value
