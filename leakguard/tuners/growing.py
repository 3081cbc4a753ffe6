"""Goes on with a fit that has had a smaller budget, instead of fitting anew.

Three ways, found from the estimator: scikit-learn's `warm_start` where the parameter counts all iterations
(forests, boosting by stages), `partial_fit` where an iteration is one pass over the rows (SGD, MLP), and a small
protocol of one's own: `step(X, y, n)` goes on for n iterations.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any

from sklearn.base import TransformerMixin, clone, is_classifier
from sklearn.pipeline import Pipeline
from sklearn.utils.multiclass import unique_labels

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


class Way(Enum):
    """How an estimator goes on."""

    WARM_START = "warm_start"
    PARTIAL_FIT = "partial_fit"
    STEP = "step"


@dataclass(frozen=True, slots=True)
class Growth:
    """How to go on with an estimator, and which of its parameters counts the iterations.

    Attributes:
        name: the parameter, with `step__` in front inside a pipeline.
        way: how.
    """

    name: str
    way: Way


def find_growth(estimator: Any, name: str) -> Growth | None:
    """Return how an estimator can go on from fewer of the iterations that `name` counts; None where it cannot."""
    step, _, own = name.rpartition("__")
    last = final_step(estimator)
    if step != _step_of(estimator):
        return None
    if callable(getattr(last, "step", None)):
        return Growth(name, Way.STEP)
    parameters = last.get_params(deep=False)
    # Elsewhere a warm start with `max_iter` counts the further iterations, and forgets the learning rate's schedule.
    counts_all = own == "n_estimators" or type(last).__name__.startswith("HistGradientBoosting")
    if "warm_start" in parameters and own in parameters and counts_all:
        return Growth(name, Way.WARM_START)
    if own == "max_iter" and hasattr(last, "partial_fit"):
        return Growth(name, Way.PARTIAL_FIT)
    return None


def grow(growth: Growth, estimator: Any, path: Sequence[int], data: tuple[Any, Any], fit: Mapping[str, Any]) -> Any:
    """Bring an estimator to `path[-1]` iterations and return it.

    Args:
        growth: how.
        estimator: one that was grown to `path[-2]`, or one that was not fitted, where the path has one number only.
        path: the iterations after each step, rising. A fit that is grown in the same steps is the same to the bit.
        data: X and y.
        fit: further arguments for `fit`, or for each `partial_fit`.
    """
    X, y = data
    match growth.way:
        case Way.WARM_START:
            prefix = growth.name.rpartition("__")[0]
            warm = f"{prefix}__warm_start" if prefix else "warm_start"
            estimator.set_params(**{growth.name: path[-1], warm: True})
            return estimator.fit(X, y, **fit) if y is not None else estimator.fit(X, **fit)
        case Way.PARTIAL_FIT if _takes_parts(final_step(estimator)):
            return _passes(estimator, path, X, y, fit)
        case Way.PARTIAL_FIT:
            estimator.set_params(**{growth.name: path[-1]})
            return estimator.fit(X, y, **fit)
        case Way.STEP:
            estimator.step(X, y, path[-1] - (path[-2] if len(path) > 1 else 0))
            return estimator


def grown_from_scratch(
    growth: Growth, estimator: Any, path: Sequence[int], data: tuple[Any, Any], fit: Mapping[str, Any]
) -> Any:
    """Grow an estimator that was not fitted through all of the path."""
    for done in range(1, len(path) + 1):
        estimator = grow(growth, estimator, path[:done], data, fit)
    return estimator


def with_params(estimator: Any, params: Mapping[str, Any]) -> Any:
    """Return a copy of a fitted estimator that goes on with other parameters."""
    changed = copy.deepcopy(estimator).set_params(**params)
    last = final_step(changed)
    # MLP's optimiser keeps the learning rate that it began with.
    optimiser = getattr(last, "_optimizer", None)
    if optimiser is not None and hasattr(optimiser, "learning_rate_init"):
        optimiser.learning_rate_init = last.learning_rate_init
        optimiser.learning_rate = last.learning_rate_init
    return changed


def final_step(estimator: Any) -> Any:
    """Return a pipeline's last step, or the estimator itself."""
    return estimator.steps[-1][1] if isinstance(estimator, Pipeline) else estimator


def _step_of(estimator: Any) -> str:
    return estimator.steps[-1][0] if isinstance(estimator, Pipeline) else ""


def _takes_parts(last: Any) -> bool:
    """Whether an estimator can learn in parts as it is set: what looks at all rows at once refuses."""
    balanced = getattr(last, "class_weight", None) == "balanced"
    return not balanced and not getattr(last, "early_stopping", False)


def _passes(estimator: Any, path: Sequence[int], X: Any, y: Any, fit: Mapping[str, Any]) -> Any:
    """Go over the rows as many times as are missing; a pipeline's other steps learn before the first time."""
    begun = len(path) > 1
    last = final_step(estimator)
    for name, step in estimator.steps[:-1] if isinstance(estimator, Pipeline) else ():
        if step not in (None, "passthrough"):
            X = _transformed(step, X, y, _of_step(fit, name), begun=begun)
    own = _of_step(fit, _step_of(estimator)) if isinstance(estimator, Pipeline) else fit
    first = {"classes": unique_labels(y)} if is_classifier(last) and not begun else {}
    for _ in range(path[-1] - (path[-2] if begun else 0)):
        last.partial_fit(X, y, **first, **own)
        first = {}
    return estimator


def _transformed(step: Any, X: Any, y: Any, fit: Mapping[str, Any], *, begun: bool) -> Any:
    """Return training rows as a pipeline's `fit` sees them.

    What has a `fit_transform` of its own may give these rows something else than `transform` would: a target encoder
    encodes each by the targets of others.
    """
    if getattr(type(step), "fit_transform", None) in (None, TransformerMixin.fit_transform):
        return step.transform(X) if begun else step.fit(X, y, **fit).transform(X)
    return (clone(step) if begun else step).fit_transform(X, y, **fit)


def _of_step(fit: Mapping[str, Any], name: str) -> dict[str, Any]:
    return {key.removeprefix(f"{name}__"): value for key, value in fit.items() if key.startswith(f"{name}__")}
