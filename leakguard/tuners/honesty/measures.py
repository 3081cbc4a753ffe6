"""Scores of weighted rows, for many weightings at once: those of scikit-learn's scorers that sums over rows give.

Each measure is prepared with the true values and the answers of one fold, and then returns the score for each row of a
matrix of weights. Higher is better, as for scorers.
"""

from __future__ import annotations

from functools import partial
from inspect import signature
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from leakguard.tuners.honesty import ranks
from leakguard.tuners.honesty.arithmetic import SMALLEST, ratio

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from leakguard.tuners.honesty.responses import Responses

    Array = NDArray[np.float64]

Weighted: TypeAlias = "Callable[[Array], Array]"
Prepare: TypeAlias = "Callable[[NDArray[Any], Responses], Weighted]"

_MOST_CLASSES = 20


def measure_of(scorer: Any, *, classifies: bool) -> Prepare | None:
    """Return the measure of a scorer; None for one that only the scorer itself can compute."""
    name, options = name_of(scorer, classifies=classifies), _options(scorer)
    if not all(isinstance(value, (str, int, float, bool)) for value in options.values()):
        return None
    if name == "fbeta_score" and "beta" in options:
        return _of_labels(partial(_f_beta, beta=options.pop("beta")), options.pop("average", "binary"), options)
    return _MEASURES.get((name, tuple(sorted(options.items()))))


def name_of(scorer: Any, *, classifies: bool) -> str:
    """Return the name of the function of scikit-learn's that a scorer calls."""
    function = getattr(scorer, "_score_func", None)
    if function is None:
        return _default(scorer, classifies=classifies)
    known = getattr(function, "__module__", "").startswith("sklearn.metrics")
    return str(function.__name__) if known else ""


def _options(scorer: Any) -> dict[str, Any]:
    """Return what a scorer hands to its function, other than what this takes anyway."""
    function = getattr(scorer, "_score_func", None)
    usual = signature(function).parameters if function else {}
    given = getattr(scorer, "_kwargs", {})
    return {
        key: value for key, value in given.items() if key not in usual or not _says_nothing(value, usual[key].default)
    }


def _says_nothing(value: object, default: object) -> bool:
    return value is None or (isinstance(value, (str, int, float, bool)) and value == default)


def _default(scorer: Any, *, classifies: bool) -> str:
    """Return what an estimator's own `score` computes, by scikit-learn's mixins."""
    if type(scorer).__name__ != "_PassthroughScorer":
        return ""
    return "accuracy_score" if classifies else "r2_score"


def _sums(rows: Array, value: Callable[[Array], Array]) -> Weighted:
    """Return the measure that is a function of weighted sums over rows; the first column of `rows` is 1."""
    return lambda weights: value(weights @ rows)


def _mean(per_row: Array, finish: Callable[[Array], Array] = lambda mean: mean) -> Weighted:
    rows = np.column_stack([np.ones(len(per_row)), per_row])
    return _sums(rows, lambda sums: finish(ratio(sums[:, 1], sums[:, 0])))


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
    return _sums(rows, lambda sums: 1 - ratio(sums[:, 1], sums[:, 3] - ratio(sums[:, 2] ** 2, sums[:, 0])))


def _log_loss(y: NDArray[Any], given: Responses) -> Weighted:
    chances = given.by_method["predict_proba"]
    place = np.searchsorted(given.known_classes(), y)
    right = np.clip(chances[np.arange(len(y)), place], SMALLEST, 1.0)
    return _mean(-np.log(right), np.negative)


def _brier(y: NDArray[Any], given: Responses) -> Weighted:
    chance = given.by_method["predict_proba"][:, 1]
    return _mean(np.square(chance - (y == given.known_classes()[1])), np.negative)


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
    recalls = np.where(true > 0, right / np.maximum(true, SMALLEST), 0.0)
    found: Array = recalls.sum(axis=1) / np.maximum(1, (true > 0).sum(axis=1))
    return found


def _matthews(table: NDArray[np.float64], _labels: NDArray[Any]) -> Array:
    right, guessed, true = _parts(table)
    total = true.sum(axis=1)
    together = right.sum(axis=1) * total - (true * guessed).sum(axis=1)
    apart = (total**2 - (guessed**2).sum(axis=1)) * (total**2 - (true**2).sum(axis=1))
    found: Array = np.where(apart > 0, together / np.sqrt(np.maximum(apart, SMALLEST)), 0.0)
    return found


def _precision(right: Array, guessed: Array, _true: Array) -> Array:
    return right / np.maximum(guessed, SMALLEST)


def _recall(right: Array, _guessed: Array, true: Array) -> Array:
    return right / np.maximum(true, SMALLEST)


def _f_beta(right: Array, guessed: Array, true: Array, beta: float = 1.0) -> Array:
    return (1 + beta**2) * right / np.maximum(guessed + beta**2 * true, SMALLEST)


def _of_labels(of: Callable[..., Array], average: str, options: dict[str, Any]) -> Prepare | None:
    known = average in _AVERAGES and not options
    return partial(_confusion, value=partial(_averaged, of=of, average=average)) if known else None


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
            shares = true / np.maximum(true.sum(axis=1, keepdims=True), SMALLEST)
            found = (shares * of(right, guessed, true)).sum(axis=1)
    return found


def _root(mean: Array) -> Array:
    return -np.sqrt(mean)


_AVERAGES = ("binary", "micro", "macro", "weighted")
_OF_LABELS = {"precision_score": _precision, "recall_score": _recall, "f1_score": _f_beta}
_MEASURES: dict[tuple[str, tuple[Any, ...]], Prepare] = {
    ("accuracy_score", ()): _accuracy,
    ("mean_squared_error", ()): partial(_squared, finish=np.negative),
    ("root_mean_squared_error", ()): partial(_squared, finish=_root),
    ("mean_absolute_error", ()): _absolute,
    ("r2_score", ()): _r2,
    ("log_loss", ()): _log_loss,
    ("brier_score_loss", ()): _brier,
    ("roc_auc_score", ()): ranks.roc_auc,
    ("roc_auc_score", (("multi_class", "ovr"),)): partial(ranks.one_against_rest, by_share=False),
    ("roc_auc_score", (("average", "weighted"), ("multi_class", "ovr"))): partial(
        ranks.one_against_rest, by_share=True
    ),
    ("average_precision_score", ()): ranks.average_precision,
    ("matthews_corrcoef", ()): partial(_confusion, value=_matthews),
    ("balanced_accuracy_score", ()): partial(_confusion, value=_balanced),
}
for _name, _of in _OF_LABELS.items():
    for _average in _AVERAGES:
        _key = () if _average == "binary" else (("average", _average),)
        _MEASURES[_name, _key] = partial(_confusion, value=partial(_averaged, of=_of, average=_average))
