"""`cv_results_` from finished trials, with scikit-learn's columns and ours."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from leakguard.tuners.suggesting import FoldScore, Trial

_PLACE = (("budget", np.float64), ("bracket", np.intp), ("rung", np.intp), ("suggested_by", object))


def cv_results(trials: Sequence[Trial], names: Sequence[str], error_score: float, *, train: bool) -> dict[str, Any]:
    """Return scikit-learn's columns for `trials`, with `budget`, `bracket`, `rung` and `suggested_by`.

    Args:
        trials: in the order of the rows.
        names: the scorers.
        error_score: what stands in for the scores of fits that failed.
        train: whether there are train scores.
    """
    results: dict[str, Any] = {}
    for name in ("fit_time", "score_time"):
        _store(results, name, np.array([[getattr(fold, name) for fold in trial.folds] for trial in trials]))
    results |= _param_columns(trials)
    results["params"] = [dict(trial.params) for trial in trials]
    full = np.array([trial.full for trial in trials])
    failed = np.array([trial.failed for trial in trials])
    for name in names:
        scores = _table(trials, lambda fold, name=name: fold.test.get(name, error_score))
        _store(results, f"test_{name}", scores, splits=True)
        results[f"rank_test_{name}"] = rank(results[f"mean_test_{name}"], full, failed)
        if train:
            scores = _table(trials, lambda fold, name=name: fold.train.get(name, error_score))
            _store(results, f"train_{name}", scores, splits=True)
    for column, dtype in _PLACE:
        results[column] = np.array([getattr(trial, column) for trial in trials], dtype=dtype)
    return results


def rank(
    means: NDArray[np.float64], full: NDArray[np.bool_], failed: NDArray[np.bool_] | None = None
) -> NDArray[np.int32]:
    """Rank scores from 1, best first.

    NaN and infinite ones come after all numbers, failed trials after those that did not fail, whatever `error_score`
    says, and trials below full budget after all others.
    """
    values = np.where(np.isfinite(means), means, -np.inf)
    behind = 2 * ~full + (np.zeros(len(means), bool) if failed is None else failed)
    order = np.lexsort((-values, behind))
    ranks = np.empty(len(means), dtype=np.int32)
    for place, row in enumerate(order):
        before = order[place - 1]
        tied = place > 0 and values[row] == values[before] and behind[row] == behind[before]
        ranks[row] = ranks[before] if tied else place + 1
    return ranks


def _table(trials: Iterable[Trial], of: Any) -> NDArray[np.float64]:
    return np.array([[of(fold) for fold in trial.folds] for trial in trials], dtype=np.float64)


def _store(results: dict[str, Any], name: str, values: NDArray[np.float64], *, splits: bool = False) -> None:
    if splits:
        for fold in range(values.shape[1]):
            results[f"split{fold}_{name}"] = values[:, fold]
    results[f"mean_{name}"] = values.mean(axis=1)
    with np.errstate(invalid="ignore"):  # of infinite scores there is none
        results[f"std_{name}"] = values.std(axis=1)


def _param_columns(trials: Sequence[Trial]) -> dict[str, np.ma.MaskedArray[Any, Any]]:
    names = dict.fromkeys(name for trial in trials for name in trial.params)
    return {f"param_{name}": _masked(name, trials) for name in names}


def _masked(name: str, trials: Sequence[Trial]) -> np.ma.MaskedArray[Any, Any]:
    """Return one parameter's values, masked where it was not set; numbers as numbers, all else as objects."""
    values = [trial.params[name] for trial in trials if name in trial.params]
    plain = all(isinstance(value, (bool, int, float, np.number, np.bool_)) for value in values)
    dtype = np.array(values).dtype if plain else np.dtype(object)
    column = np.ma.MaskedArray(np.empty(len(trials), dtype=dtype), mask=True)
    for row, trial in enumerate(trials):
        if name in trial.params:
            column[row] = trial.params[name]
    return column


def mean_score(folds: Sequence[FoldScore], name: str, error_score: float) -> float:
    """Return the mean test score of one scorer, with `error_score` for the folds that lack one."""
    return float(np.mean([fold.test.get(name, error_score) for fold in folds]))
