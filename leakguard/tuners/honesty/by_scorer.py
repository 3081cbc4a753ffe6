"""Scores of weighted rows by the scorer itself, for those that no measure of ours stands for."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.base import BaseEstimator

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from leakguard.tuners.honesty.responses import Responses

    Array = NDArray[np.float64]


class Answers(BaseEstimator):  # type: ignore[misc]  # scikit-learn has no annotations
    """Stands for a fitted estimator: its X are places of rows, for which it gives the answers that were kept."""

    def __init__(self, responses: Responses, like: Any) -> None:
        self.responses = responses
        self.like = like
        self.classes_ = responses.classes
        for name, answers in responses.by_method.items():
            setattr(self, name, _named(name, answers))

    def __sklearn_tags__(self) -> Any:
        return self.like.__sklearn_tags__()

    def __sklearn_is_fitted__(self) -> bool:
        return True


def _named(name: str, answers: NDArray[Any]) -> Callable[[NDArray[np.intp]], NDArray[Any]]:
    """Return the method that gives answers by place; scikit-learn looks at its name."""

    def method(places: NDArray[np.intp]) -> NDArray[Any]:
        return answers[places[:, 0]]

    method.__name__ = name
    return method


def weighted(scorer: Any, y: NDArray[Any], responses: Responses, like: Any) -> Callable[[Array], Array]:
    """Return the scorer's scores for a matrix of whole weights; NaN where it fails."""
    answers = Answers(responses, like)

    def scores(weights: Array) -> Array:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a draw may lack a class, or predictions of one
            places = (np.repeat(np.arange(len(y)), row.astype(int)) for row in weights)
            return np.array([_score(scorer, answers, y, drawn) for drawn in places])

    return scores


def _score(scorer: Any, answers: Answers, y: NDArray[Any], places: NDArray[np.intp]) -> float:
    try:
        return float(scorer(answers, places[:, None], y[places]))
    except ValueError:  # a draw without one of the classes, for example
        return float("nan")
