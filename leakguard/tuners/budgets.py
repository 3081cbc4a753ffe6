"""What a trial may use less of: iterations, rows, features, or whatever a parameter of the estimator counts."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from leakguard.spelling import nearest
from leakguard.tuners.growing import Growth, find_growth

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from leakguard.tuners.planning import Plan
    from leakguard.tuners.suggesting import Trial

ROWS, FEATURES = "rows", "features"
_KEPT_OF_A_CLASS = 2  # rows: the fewest that an estimator can learn a class from
_FEWEST_ROWS = 10


class BudgetError(ValueError):
    """A budget that no search can be run with: the text says what is wrong and what to do."""


@dataclass(frozen=True, slots=True)
class Budget:
    """The resource of a bandit: what it is, and how much of it a trial has at least and at most.

    Attributes:
        resource: "rows", "features", or the name of one of the estimator's parameters.
        least, full: in the resource's own units.
        growth: how to go on instead of fitting anew; None where the estimator cannot.
    """

    resource: str
    least: int
    full: int
    growth: Growth | None = None

    @property
    def settings_name(self) -> str | None:
        """The parameter to set; None for rows and features."""
        return None if self.resource in {ROWS, FEATURES} else self.resource

    def amounts(self, eta: float, rungs: int | None = None) -> tuple[int, ...]:
        """Return the amount at each rung, rising by the factor `eta` to the full budget."""
        most = int(math.log(self.full / self.least, eta) + 1e-9) + 1
        count = most if rungs is None else min(rungs, most)
        amounts = [max(self.least, round(self.full / eta**back)) for back in reversed(range(count))]
        return tuple(dict.fromkeys(amounts))


def find_budget(plan: Plan, resource: str, least: int | None, full: int | None, *, eta: float, resume: bool) -> Budget:
    """Return a search's budget, with the limits that it leaves open taken from data and estimator.

    Raises:
        BudgetError: the resource is unknown, or its limits cannot be.
    """
    _check_resource(plan, resource)
    most = _most(plan, resource) if full is None else full
    lowest = _least(plan, resource, most, eta) if least is None else least
    _check(plan, resource, lowest, most)
    growth = find_growth(plan.estimator, resource) if resume and resource not in {ROWS, FEATURES} else None
    return Budget(resource, int(lowest), int(most), growth)


def _most(plan: Plan, resource: str) -> int:
    if resource == ROWS:
        return min(len(train) for train, _ in plan.data.splits)
    if resource == FEATURES:
        return int(np.shape(plan.data.X)[1])
    value = plan.estimator.get_params()[resource]
    if isinstance(value, bool) or not isinstance(value, (int, float, np.number)):
        raise BudgetError(f"{resource} is {value!r}: say what the full budget is with max_budget.")
    return int(value)


def _check_resource(plan: Plan, resource: str) -> None:
    known = [ROWS, FEATURES, *plan.estimator.get_params()]
    if resource not in known:
        raise BudgetError(
            f"{type(plan.estimator).__name__} has no parameter {resource!r} to be the budget. Did you mean "
            f"{nearest(resource, known)!r}?"
        )
    if resource in plan.space.names:
        raise BudgetError(f"{resource} is in the space and is the budget: take it out of the space.")


def _least(plan: Plan, resource: str, most: int, eta: float) -> int:
    """Return a first rung three below the full budget, with rows enough for every class in every fold."""
    lowest = max(1, math.ceil(most / eta**3 - 1e-9))
    if resource == ROWS:
        classes = _most_classes(plan)
        return min(most, max(lowest, _KEPT_OF_A_CLASS * classes, _FEWEST_ROWS))
    return lowest


def _most_classes(plan: Plan) -> int:
    labels = _labels(plan)
    return 1 if labels is None else len(np.unique(labels))


def _labels(plan: Plan) -> NDArray[Any] | None:
    from sklearn.base import is_classifier

    if plan.data.y is None or not is_classifier(plan.estimator):
        return None
    labels = np.asarray(plan.data.y)
    return labels if labels.ndim == 1 else None


def _check(plan: Plan, resource: str, least: float, full: float) -> None:
    if least < 1:
        raise BudgetError(f"min_budget={least} of {resource}: it must be at least 1.")
    if full < least:
        raise BudgetError(f"The full budget of {full} {resource} is smaller than the first rung of {least}.")
    if resource == ROWS and full > (most := min(len(train) for train, _ in plan.data.splits)):
        raise BudgetError(f"max_budget={full} rows, but the smallest fold has {most} rows to learn from.")


@dataclass(frozen=True, slots=True)
class Shares:
    """The rows and columns that a smaller budget leaves a fold: each smaller part lies within the larger ones.

    Attributes:
        rows: of each fold, its train rows in the order in which they are added, and how many come always.
        columns: the columns in the order in which they are added.
    """

    rows: tuple[tuple[NDArray[np.intp], NDArray[np.intp]], ...]
    columns: NDArray[np.intp]

    def train(self, fold: int, amount: int) -> NDArray[np.intp]:
        """Return `amount` of a fold's train rows, and more where a class would be left with fewer than two."""
        order, always = self.rows[fold]
        return np.union1d(order[:amount], always)

    def kept_columns(self, amount: int) -> NDArray[np.intp]:
        """Return `amount` of the columns."""
        return np.sort(self.columns[:amount])


def shares(plan: Plan, resource: str) -> Shares:
    """Lay down the order of rows and columns, from the search's seed."""
    rng = np.random.default_rng([plan.seed, len(plan.data.splits)])
    labels = _labels(plan)
    rows = tuple(_nested(train, labels, rng) for train, _ in plan.data.splits) if resource == ROWS else ()
    columns = rng.permutation(np.shape(plan.data.X)[1]) if resource == FEATURES else np.array([], dtype=np.intp)
    return Shares(rows, columns)


def _nested(
    train: NDArray[np.intp], labels: NDArray[Any] | None, rng: np.random.Generator
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return rows in an order each beginning of which has the classes' shares, and the first rows of each class."""
    train = rng.permutation(train)
    if labels is None:
        return train, train[:0]
    key = np.empty(len(train))
    always: list[int] = []
    for label in np.unique(labels[train]):
        of_class = np.flatnonzero(labels[train] == label)
        key[of_class] = (np.arange(len(of_class)) + rng.random()) / len(of_class)
        always.extend(of_class[:_KEPT_OF_A_CLASS])
    return train[np.argsort(key, kind="stable")], train[np.array(always, dtype=np.intp)]


def share(amount: float, full: float) -> float:
    """Return a budget as a share of the full one, exactly 1 only for the full one."""
    return 1.0 if amount >= full else amount / full


def settings(budget: Budget, amount: int) -> Mapping[str, Any]:
    """Return the parameters that give a trial `amount` of the resource, where a parameter does."""
    return {} if budget.settings_name is None else {budget.settings_name: amount}


def check_that_one_is_full(trials: Sequence[Trial]) -> None:
    """Raise unless a trial had the full budget, or all failed, which is what there is to tell then.

    Raises:
        BudgetError: none had, so that none may be called best.
    """
    if not any(trial.full and not trial.failed for trial in trials) and not all(trial.failed for trial in trials):
        raise BudgetError(
            f"None of the {len(trials)} trials succeeded with the full budget, so that none may be called best. "
            "Let the search go on for longer, or begin with fewer candidates."
        )
