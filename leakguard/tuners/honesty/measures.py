"""Scores of weighted rows, for many weightings at once: those of scikit-learn's scorers that sums over rows give.

Each measure is prepared with the true values and the answers of one fold, and then returns the score for each row of a
matrix of weights. Higher is better, as for scorers.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from leakguard.tuners.honesty.responses import Responses

    Array = NDArray[np.float64]

Weighted: TypeAlias = "Callable[[Array], Array]"
Prepare: TypeAlias = "Callable[[NDArray[Any], Responses], Weighted]"

_MOST_CLASSES = 20
_SMALLEST = np.finfo(np.float64).eps


def measure_of(scorer: Any, *, classifies: bool) -> Prepare | None:
    """Return the measure of a scorer; None for one that only the scorer itself can compute."""
    function = getattr(scorer, "_score_func", None)
    name = getattr(function, "__name__", "") if function else _default(scorer, classifies=classifies)
    options = {key: value for key, value in getattr(scorer, "_kwargs", {}).items() if value is not None}
    return _MEASURES.get((name, tuple(sorted(options.items())))) if _hashable(options) else None


def _default(scorer: Any, *, classifies: bool) -> str:
    """Return what an estimator's own `score` computes, by scikit-learn's mixins."""
    if type(scorer).__name__ != "_PassthroughScorer":
        return ""
    return "accuracy_score" if classifies else "r2_score"


def _hashable(options: Mapping[str, Any]) -> bool:
    return all(isinstance(value, (str, int, float, bool)) for value in options.values())


def _sums(rows: Array, value: Callable[[Array], Array]) -> Weighted:
    """Return the measure that is a function of weighted sums over rows; the first column of `rows` is 1."""
    return lambda weights: value(weights @ rows)


def _mean(per_row: Array, finish: Callable[[Array], Array] = lambda mean: mean) -> Weighted:
    rows = np.column_stack([np.ones(len(per_row)), per_row])
    return _sums(rows, lambda sums: finish(_ratio(sums[:, 1], sums[:, 0])))


def _ratio(one: Array, other: Array) -> Array:
    found: Array = np.divide(one, other, out=np.full(one.shape, np.nan), where=other > 0)
    return found


def _accuracy(y: NDArray[Any], given: Responses) -> Weighted:
    return _mean((given.by_method["predict"] == y).astype(np.float64))


def _squared(y: NDArray[Any], given: Responses, finish: Callable[[Array], Array]) -> Weighted:
    return _mean(np.square(y - given.by_method["predict"], dtype=np.float64), finish)


def _absolute(y: NDArray[Any], given: Responses) -> Weighted:
    return _mean(np.abs(y - given.by_method["predict"]).astype(np.float64), np.negative)


def _r2(y: NDArray[Any], given: Responses) -> Weighted:
    truth = np.asarray(y, dtype=np.float64)
    centred = truth - truth.mean()
    rows = np.column_stack([np.ones(len(y)), (truth - given.by_method["predict"]) ** 2, centred, centred**2])
    return _sums(rows, lambda sums: 1 - _ratio(sums[:, 1], sums[:, 3] - _ratio(sums[:, 2] ** 2, sums[:, 0])))


def _log_loss(y: NDArray[Any], given: Responses) -> Weighted:
    chances = given.by_method["predict_proba"]
    place = np.searchsorted(_classes(given), y)
    right = np.clip(chances[np.arange(len(y)), place], _SMALLEST, 1.0)
    return _mean(-np.log(right), np.negative)


def _brier(y: NDArray[Any], given: Responses) -> Weighted:
    chance = given.by_method["predict_proba"][:, 1]
    return _mean(np.square(chance - (y == _classes(given)[1])), np.negative)


def _confusion(
    y: NDArray[Any], given: Responses, value: Callable[[NDArray[np.float64], NDArray[Any]], Array]
) -> Weighted:
    """Return a measure of the confusion matrix, of shape (n_weightings, n_true, n_predicted)."""
    labels, codes = np.unique(np.concatenate([y, given.by_method["predict"]]), return_inverse=True)
    count = len(labels)
    if count > _MOST_CLASSES:
        raise KeyError("too many classes")
    truth, guess = codes[: len(y)], codes[len(y) :]
    cells = np.zeros((len(y), count * count))
    cells[np.arange(len(y)), truth * count + guess] = 1.0
    return lambda weights: value((weights @ cells).reshape(-1, count, count), labels)


def _parts(table: NDArray[np.float64]) -> tuple[Array, Array, Array]:
    """Return what was right, what was predicted, and what is true, each of shape (n_weightings, n_classes)."""
    return np.diagonal(table, axis1=1, axis2=2), table.sum(axis=1), table.sum(axis=2)


def _balanced(table: NDArray[np.float64], _labels: NDArray[Any]) -> Array:
    right, _, true = _parts(table)
    recalls = np.where(true > 0, right / np.maximum(true, _SMALLEST), 0.0)
    found: Array = recalls.sum(axis=1) / np.maximum(1, (true > 0).sum(axis=1))
    return found


def _matthews(table: NDArray[np.float64], _labels: NDArray[Any]) -> Array:
    right, guessed, true = _parts(table)
    total = true.sum(axis=1)
    together = right.sum(axis=1) * total - (true * guessed).sum(axis=1)
    apart = (total**2 - (guessed**2).sum(axis=1)) * (total**2 - (true**2).sum(axis=1))
    found: Array = np.where(apart > 0, together / np.sqrt(np.maximum(apart, _SMALLEST)), 0.0)
    return found


def _precision(right: Array, guessed: Array, _true: Array) -> Array:
    return right / np.maximum(guessed, _SMALLEST)


def _recall(right: Array, _guessed: Array, true: Array) -> Array:
    return right / np.maximum(true, _SMALLEST)


def _f1(right: Array, guessed: Array, true: Array) -> Array:
    return 2 * right / np.maximum(guessed + true, _SMALLEST)


def _averaged(
    table: NDArray[np.float64], labels: NDArray[Any], of: Callable[[Array, Array, Array], Array], average: str
) -> Array:
    right, guessed, true = _parts(table)
    found: Array
    match average:
        case "binary":
            if len(labels) != 2 or labels[1] != 1:
                raise KeyError("no positive class")
            return of(right, guessed, true)[:, 1]
        case "micro":
            return of(*(part.sum(axis=1, keepdims=True) for part in (right, guessed, true)))[:, 0]
        case "macro":
            seen = (guessed > 0) | (true > 0)
            found = np.where(seen, of(right, guessed, true), 0.0).sum(axis=1) / np.maximum(1, seen.sum(axis=1))
        case _:
            shares = true / np.maximum(true.sum(axis=1, keepdims=True), _SMALLEST)
            found = (shares * of(right, guessed, true)).sum(axis=1)
    return found


def _auc(y: NDArray[Any], given: Responses) -> Weighted:
    """Return the area under the ROC curve: how often a positive row comes before a negative one, half for ties."""
    score = given.by_method.get("decision_function")
    score = given.by_method["predict_proba"][:, 1] if score is None else score
    order = np.argsort(score, kind="stable")
    begins = np.flatnonzero(np.concatenate([[True], np.diff(score[order]) > 0]))
    positive = (y == _classes(given)[1])[order]

    def value(weights: Array) -> Array:
        ordered = weights[:, order]
        up = np.add.reduceat(ordered * positive, begins, axis=1)
        down = np.add.reduceat(ordered * ~positive, begins, axis=1)
        below = np.cumsum(down, axis=1) - down / 2
        return _ratio((up * below).sum(axis=1), up.sum(axis=1) * down.sum(axis=1))

    return value


def _average_precision(y: NDArray[Any], given: Responses) -> Weighted:
    """Return the precision at each threshold, weighted by the recall that it adds."""
    score = given.by_method.get("decision_function")
    score = given.by_method["predict_proba"][:, 1] if score is None else score
    order = np.argsort(-score, kind="stable")
    begins = np.flatnonzero(np.concatenate([[True], np.diff(score[order]) < 0]))
    positive = (y == _classes(given)[1])[order]

    def value(weights: Array) -> Array:
        ordered = weights[:, order]
        up = np.add.reduceat(ordered * positive, begins, axis=1)
        above = np.cumsum(np.add.reduceat(ordered, begins, axis=1), axis=1)
        precision = np.cumsum(up, axis=1) / np.maximum(above, _SMALLEST)
        return _ratio((up * precision).sum(axis=1), up.sum(axis=1))

    return value


def _classes(given: Responses) -> NDArray[Any]:
    if given.classes is None:
        raise KeyError("classes")
    return given.classes


def _root(mean: Array) -> Array:
    return -np.sqrt(mean)


_AVERAGES = ("binary", "micro", "macro", "weighted")
_OF_LABELS = {"precision_score": _precision, "recall_score": _recall, "f1_score": _f1}
_MEASURES: dict[tuple[str, tuple[Any, ...]], Prepare] = {
    ("accuracy_score", ()): _accuracy,
    ("mean_squared_error", ()): partial(_squared, finish=np.negative),
    ("root_mean_squared_error", ()): partial(_squared, finish=_root),
    ("mean_absolute_error", ()): _absolute,
    ("r2_score", ()): _r2,
    ("log_loss", ()): _log_loss,
    ("brier_score_loss", ()): _brier,
    ("roc_auc_score", ()): _auc,
    ("average_precision_score", ()): _average_precision,
    ("matthews_corrcoef", ()): partial(_confusion, value=_matthews),
    ("balanced_accuracy_score", ()): partial(_confusion, value=_balanced),
}
for _name, _of in _OF_LABELS.items():
    for _average in _AVERAGES:
        _MEASURES[_name, (("average", _average),)] = partial(
            _confusion, value=partial(_averaged, of=_of, average=_average)
        )
