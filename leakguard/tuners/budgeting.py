"""Gives each fit of a trial what its rung allows, and the estimator of the rung below to go on from."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from leakguard.tuners.budgets import Budget, Shares, settings, shares
from leakguard.tuners.growing import Way, grown_from_scratch

if TYPE_CHECKING:
    from collections.abc import Mapping

    from leakguard.tuners.fold import Fit
    from leakguard.tuners.planning import Plan
    from leakguard.tuners.suggesting import Proposal


@dataclass(frozen=True, slots=True)
class Budgeting:
    """A search's budget, and the rows or columns that belong to each amount of it."""

    budget: Budget
    shares: Shares

    @classmethod
    def of(cls, plan: Plan, budget: Budget) -> Budgeting:
        """Lay down which rows or columns come first."""
        return cls(budget, shares(plan, budget.resource))

    def shape(self, fit: Fit, proposal: Proposal, fold: int) -> Fit:
        """Return the fit with its part of the resource."""
        amount = proposal.path[-1]
        match self.budget.resource:
            case "rows":
                return replace(fit, train=self.shares.train(fold, amount))
            case "features":
                return replace(fit, columns=self.shares.kept_columns(amount))
        if self.budget.growth is None:
            return fit
        state = proposal.after.folds[fold].state if proposal.after is not None else None
        return replace(fit, growth=self.budget.growth, path=proposal.path, schedule=proposal.schedule, state=state)


def fitted_with_all(budget: Budget, estimator: Any, data: tuple[Any, Any], fit: Mapping[str, Any]) -> Any:
    """Fit the winner on all rows with the full budget, in the way in which it was judged."""
    estimator.set_params(**settings(budget, budget.full))
    growth = budget.growth
    if growth is not None and growth.way is not Way.WARM_START:
        return grown_from_scratch(growth, estimator, (budget.full,), data, fit)
    X, y = data
    return estimator.fit(X, **fit) if y is None else estimator.fit(X, y, **fit)
