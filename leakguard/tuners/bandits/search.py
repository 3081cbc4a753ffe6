"""What all bandits share: their budget, who suggests candidates, and what the search tells afterwards."""

from __future__ import annotations

from abc import abstractmethod
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from leakguard.tuners.bandits.ladder import Candidate
from leakguard.tuners.bandits.proxy import rung_correlation, warn_of_a_misleading_proxy
from leakguard.tuners.budgeting import Budgeting, fitted_with_all
from leakguard.tuners.budgets import ROWS, BudgetError, check_that_one_is_full, find_budget
from leakguard.tuners.search import TunerSearchCV
from leakguard.tuners.suggesting import Trial

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from leakguard.tuners.budgets import Budget
    from leakguard.tuners.evaluating import Evaluation
    from leakguard.tuners.planning import Plan
    from leakguard.tuners.suggesting import Proposal, Suggester


@dataclass(eq=False, repr=False)
class BanditSearchCV(TunerSearchCV):
    """A search that gives many candidates a small budget, and the best of them more.

    Args:
        resource: what the budget is: "rows", "features", or a parameter of the estimator such as `n_estimators`,
            `max_iter` or `clf__n_estimators`. Rows come in nested, stratified parts with two of each class at least.
        min_budget, max_budget: of the resource, in its own units; by default three rungs below the full budget, and
            all rows, all features, or the estimator's own value.
        eta: one in `eta` candidates goes on to `eta` times the budget.
        resume: go on with the fitted estimator of the rung below where it can (`n_estimators` with `warm_start`,
            `max_iter` with `partial_fit`, or a method `step(X, y, n)`), instead of fitting anew.

    Attributes:
        budget_: the budget that was used.
        cost_: what all trials together took, in full trials; resumed ones count what they added.
        rung_correlation_: Kendall's rank correlation between neighbouring rungs, over the candidates on both; None
            with fewer than 6 of them.
    """

    resource: str = ROWS
    min_budget: int | None = None
    max_budget: int | None = None
    eta: float = 3.0
    resume: bool = True

    def _run_search(self, evaluate: Evaluation) -> None:
        if not self.eta > 1:
            raise BudgetError(f"eta={self.eta}: a rung must give more than the one below. Choose 2 to 4.")
        plan = evaluate.plan
        self.budget_ = find_budget(
            plan, self.resource, self.min_budget, self.max_budget, eta=self.eta, resume=self.resume
        )
        evaluate.budgeting = Budgeting.of(plan, self.budget_)
        self._climb(evaluate, self.budget_)

    @abstractmethod
    def _climb(self, evaluate: Evaluation, budget: Budget) -> None:
        """Bring candidates up the rungs."""

    def _conclude(self, plan: Plan, trials: list[Trial]) -> None:
        self.cost_ = cost(trials, self.budget_)
        self.rung_correlation_ = rung_correlation(trials)
        self._keep(plan, trials)  # what was found is there, whatever may be missing
        check_that_one_is_full(trials)
        super()._conclude(plan, trials)
        warn_of_a_misleading_proxy(self.rung_correlation_, self.resource)

    def _fit_best(self, estimator: Any, X: Any, y: Any, params: Mapping[str, Any]) -> Any:
        return fitted_with_all(self.budget_, estimator, (X, y), params)


def ask(suggester: Suggester, evaluate: Evaluation, count: int, running: Sequence[Proposal] = ()) -> list[Candidate]:
    """Ask a suggester for new candidates.

    A model learns from one rung, whose scores can be compared, and takes candidates that are running for as bad as
    the worst, so that it looks elsewhere (constant liar; Ginsbourger et al. 2010).
    """
    history = informative(evaluate.trials, len(evaluate.space.names))
    if history:
        worst = min(trial.score for trial in history)
        history += [Trial(-1, proposal.params, worst, history[0].budget) for proposal in running]
    return [Candidate(params, suggester.name) for params in suggester.ask(count, evaluate.rng, history)]


def informative(trials: Sequence[Trial], dimensions: int) -> list[Trial]:
    """Return the trials of the largest budget that enough candidates have had (Falkner et al. 2018, BOHB)."""
    budgets = Counter(trial.budget for trial in trials if not trial.failed)
    enough = [budget for budget, count in budgets.items() if count >= dimensions + 2]
    return [trial for trial in trials if trial.budget == max(enough) and not trial.failed] if enough else []


def cost(trials: Sequence[Trial], budget: Budget) -> float:
    """Return what trials took, in full trials: one that went on from a rung below took the difference."""
    budgets = {trial.number: trial.budget for trial in trials}
    saved = (budgets.get(trial.after, 0.0) for trial in trials) if budget.growth is not None else ()
    return sum(budgets.values()) - sum(saved)
