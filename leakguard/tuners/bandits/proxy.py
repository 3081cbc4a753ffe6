"""Whether a small budget ranks candidates as a larger one does."""

from __future__ import annotations

import warnings
from itertools import combinations
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from leakguard.tuners.suggesting import Trial

_FEWEST = 6  # candidates on two rungs: below, chance alone gives any correlation
_MISLEADING = 0.2


class MisleadingBudgetWarning(UserWarning):
    """Small budgets rank the candidates otherwise than large ones."""


def rung_correlation(trials: Sequence[Trial]) -> float | None:
    """Return Kendall's rank correlation between neighbouring rungs; None where too few candidates were on both.

    Only pairs of candidates that climbed the same step are compared. Those that went on were chosen by their score on
    the lower rung, so that the correlation over all candidates is rather higher than this one.
    """
    steps = _steps(trials)
    if sum(len(pairs) for pairs in steps) < _FEWEST:
        return None
    signs = [sign for pairs in steps for sign in _signs(pairs)]
    return sum(signs) / len(signs) if signs else None


def warn_of_a_misleading_proxy(correlation: float | None, resource: str) -> None:
    """Warn where the ranking at one rung says next to nothing about the next one."""
    if correlation is not None and correlation < _MISLEADING:
        warnings.warn(
            f"The rank correlation between neighbouring budgets of {resource} is {correlation:.2f}: a small budget "
            "says little about the full one here, and good candidates may have been dropped. Raise min_budget, or "
            "give every candidate the full budget.",
            MisleadingBudgetWarning,
            stacklevel=5,
        )


def _steps(trials: Sequence[Trial]) -> list[list[tuple[float, float]]]:
    """Return, for each step of each bracket, the scores before and after it."""
    by_number = {trial.number: trial for trial in trials}
    steps: dict[tuple[int, int], list[tuple[float, float]]] = {}
    for trial in trials:
        below = by_number.get(trial.after)
        if below is not None and not trial.failed and not below.failed:
            steps.setdefault((trial.bracket, trial.rung), []).append((below.score, trial.score))
    return list(steps.values())


def _signs(pairs: Iterable[tuple[float, float]]) -> list[int]:
    """Return 1 for each two candidates that keep their order, -1 for those that change it; ties say nothing."""
    products = ((one[0] - two[0]) * (one[1] - two[1]) for one, two in combinations(pairs, 2))
    return [1 if product > 0 else -1 for product in products if product]
