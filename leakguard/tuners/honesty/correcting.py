"""Chooses how the winner's score is corrected: by the answers for the rows if these were kept, else by the folds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.base import is_classifier

from leakguard.tuners.honesty import bootstrap, by_scorer, folds_alone
from leakguard.tuners.honesty.few_rows import widened
from leakguard.tuners.honesty.measures import measure_of, name_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from leakguard.tuners.honesty.bootstrap import Estimate, Fold
    from leakguard.tuners.honesty.responses import Responses
    from leakguard.tuners.planning import Plan
    from leakguard.tuners.suggesting import Trial

    Weighted = Callable[[NDArray[np.float64]], NDArray[np.float64]]
    Make = Callable[[NDArray[Any], Responses], Weighted]

_FEWEST_DRAWS, _MOST_DRAWS = 20, 60
_ALIKE = 1e-9


def corrected(trials: Sequence[Trial], plan: Plan, name: str, calls: int) -> Estimate | None:
    """Return what the best of the trials is worth; None where there are no scores.

    Args:
        trials: those that may win.
        plan: the search's, with its rows, folds and seed.
        name: the scorer that decides.
        calls: how often a scorer may be called that no measure stands for.
    """
    able = [trial for trial in trials if trial.full and not trial.failed]
    if not able:
        return None
    scorer = plan.scorers[name] if isinstance(plan.scorers, dict) else plan.scorers
    scores = np.array([[fold.test.get(name, np.nan) for fold in trial.folds] for trial in able])
    if not all(fold.responses is not None for trial in able for fold in trial.folds):
        return folds_alone.tibshirani(scores)
    found = _by_measure(able, plan, name, scorer) or _by_scorer(able, plan, name, scorer, calls)
    if found is None:
        return folds_alone.left_out(scores)
    return _with_few_rows(found, plan, scorer) if is_classifier(plan.estimator) else found


def _with_few_rows(found: Estimate, plan: Plan, scorer: Any) -> Estimate:
    y = np.asarray(plan.data.y)
    scored = np.unique(np.concatenate([places for _, places in _splits(plan)]))
    return widened(found, y[scored], counts_rows=name_of(scorer, classifies=True) == "accuracy_score")


def _splits(plan: Plan) -> list[tuple[Any, NDArray[np.intp]]]:
    """Return the folds with their rows as places, which may be given as a mask."""
    every = np.arange(len(plan.data.y))
    return [(train, every[places]) for train, places in plan.data.splits]


def _by_measure(trials: Sequence[Trial], plan: Plan, name: str, scorer: Any) -> Estimate | None:
    measure = measure_of(scorer, classifies=is_classifier(plan.estimator))
    folds = _folds(trials, plan, name, measure) if measure is not None else None
    return bootstrap.corrected(folds, plan.seed) if folds else None


def _by_scorer(trials: Sequence[Trial], plan: Plan, name: str, scorer: Any, calls: int) -> Estimate | None:
    """Call the scorer for each draw, where that is not too often; all candidates take part, as all could be chosen."""
    draws = min(_MOST_DRAWS, calls // (2 * len(trials) * len(plan.data.splits)))
    if draws < _FEWEST_DRAWS:
        return None
    folds = _folds(trials, plan, name, lambda y, given: by_scorer.weighted(scorer, y, given, plan.estimator))
    return bootstrap.corrected(folds, plan.seed, draws) if folds else None


def _folds(trials: Sequence[Trial], plan: Plan, name: str, make: Make) -> list[Fold] | None:
    """Return the folds with a measure for each trial; None if one does not give the score that the scorer gave."""
    y = np.asarray(plan.data.y)
    splits = _splits(plan)
    candidates = []
    for number, (_, places) in enumerate(splits):
        truth = y[places]
        once = np.ones((1, len(places)))
        measures = []
        for trial in trials:
            fold = trial.folds[number]
            try:
                measure = make(truth, fold.responses)  # type: ignore[arg-type]  # the caller has looked
                again = float(measure(once)[0])
            except (KeyError, ValueError, TypeError, IndexError, AttributeError):
                return None
            if not abs(again - fold.test[name]) <= _ALIKE * max(1.0, abs(again)):
                return None
            measures.append(measure)
        candidates.append(measures)
    names = np.arange(len(y)) if plan.groups is None else np.unique(plan.groups, return_inverse=True)[1]
    return bootstrap.folds_of([places for _, places in splits], names, candidates)
