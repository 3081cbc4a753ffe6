"""Population-based training: members learn step by step, and the weak go on from copies of the strong."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from leakguard.tuners.budgeting import Budgeting
from leakguard.tuners.budgets import BudgetError, check_that_one_is_full, find_budget, settings, share
from leakguard.tuners.continuing import Continued
from leakguard.tuners.search import TunerSearchCV
from leakguard.tuners.suggesting import Proposal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from leakguard.tuners.budgets import Budget
    from leakguard.tuners.evaluating import Evaluation
    from leakguard.tuners.growing import Growth
    from leakguard.tuners.planning import Plan
    from leakguard.tuners.space import Space
    from leakguard.tuners.suggesting import Trial


@dataclass(frozen=True, slots=True)
class Stage:
    """A part of a schedule: these parameters from iteration `begin` to iteration `end`."""

    begin: int
    end: int
    params: Mapping[str, Any]


@dataclass(eq=False, repr=False)
class PopulationSearchCV(TunerSearchCV):
    """Population-based training (Jaderberg et al. 2017).

    All members learn `n_generations` parts of the budget, one after another. After each but the last, the worst
    `share_replaced` of them go on from a copy of one of the best as many (exploit), with parameters nearby (explore).

    Args:
        resource: the parameter of the estimator that counts iterations. The estimator must be able to go on:
            `n_estimators` with `warm_start`, `max_iter` with `partial_fit`, or a method `step(X, y, n)`.
        max_budget: iterations of a member in all; by default the estimator's own value.
        population: how many members there are.
        share_replaced: of the members, at each generation.
        jump: how far explored parameters go, as a share of each dimension's prior; a choice is drawn anew with
            this probability.

    Attributes:
        best_schedule_: the `Stage`s that made the best member, which `replay` follows on other rows.
    """

    resource: str = "max_iter"
    max_budget: int | None = None
    population: int = 12
    n_generations: int = 8
    share_replaced: float = 0.25
    jump: float = 0.15

    def _run_search(self, evaluate: Evaluation) -> None:
        budget = find_budget(evaluate.plan, self.resource, 1, self.max_budget, eta=2.0, resume=True)
        self.budget_ = _check(self, budget, evaluate.plan.estimator)
        evaluate.budgeting = Budgeting.of(evaluate.plan, budget)
        amounts = _amounts(budget.full, self.n_generations)
        members = [_Member(evaluate.space.sample(evaluate.rng)) for _ in range(self.population)]
        self._schedules: dict[int, tuple[Stage, ...]] = {}
        for generation in range(len(amounts)):
            proposals = [_proposal(member, budget, amounts, generation, slot) for slot, member in enumerate(members)]
            trials = evaluate(proposals)
            members = [member.after(trial, amounts) for member, trial in zip(members, trials, strict=True)]
            self._schedules |= {trial.number: member.stages for member, trial in zip(members, trials, strict=True)}
            if generation < len(amounts) - 1:
                members = _exploited(members, evaluate.space, evaluate.rng, self)

    def _conclude(self, plan: Plan, trials: list[Trial]) -> None:
        self._keep(plan, trials)
        check_that_one_is_full(trials)
        super()._conclude(plan, trials)
        if hasattr(self, "best_index_"):
            self.best_schedule_ = self._schedules[trials[self.best_index_].number]

    def _fit_best(self, estimator: Any, X: Any, y: Any, params: Mapping[str, Any]) -> Any:
        """Train on all rows by the schedule that the winner was judged with."""
        if self.budget_.growth is None:  # refused before the search began
            raise AssertionError
        return replay(self.best_schedule_, self.budget_.growth, estimator, (X, y), params)


def replay(
    schedule: Sequence[Stage], growth: Growth, estimator: Any, data: tuple[Any, Any], fit: Mapping[str, Any]
) -> Any:
    """Train an estimator by a schedule.

    Args:
        schedule: a search's `best_schedule_`.
        growth: a search's `budget_.growth`.
        estimator: one that was not fitted.
        data: X and y.
        fit: further arguments for its `fit` or `partial_fit`.
    """
    path, stages = [stage.end for stage in schedule], [stage.params for stage in schedule]
    X, y = data
    return Continued(estimator, growth, path, stages, begun=False).fit(X, y, **fit).estimator


@dataclass(frozen=True, slots=True)
class _Member:
    """One of the population: what it learns with next, where it stands, and how it came there."""

    params: Mapping[str, Any]
    trial: Trial | None = None
    stages: tuple[Stage, ...] = field(default=())

    def after(self, trial: Trial, amounts: Sequence[int]) -> _Member:
        begin = amounts[trial.rung - 1] if trial.rung else 0
        stage = Stage(begin, amounts[trial.rung], self.params)
        return _Member(self.params, trial, (*self.stages, stage))


def _proposal(member: _Member, budget: Budget, amounts: tuple[int, ...], generation: int, slot: int) -> Proposal:
    amount = amounts[generation]
    return Proposal(
        params=member.params,
        suggested_by="prior" if generation == 0 else "population",
        budget=share(amount, budget.full),
        bracket=slot,
        rung=generation,
        settings=settings(budget, amount),
        path=amounts[: generation + 1],
        after=member.trial,
        schedule=tuple(stage.params for stage in member.stages),
    )


def _exploited(
    members: Sequence[_Member], space: Space, rng: np.random.Generator, search: PopulationSearchCV
) -> list[_Member]:
    """Let the worst members go on from copies of the best, elsewhere."""
    order = sorted(range(len(members)), key=lambda slot: _rank(members[slot]))
    count = max(1, int(len(members) * search.share_replaced))
    best, worst = order[:count], order[-count:]
    after = list(members)
    for slot in worst:
        parent = members[int(rng.choice(best))]
        after[slot] = _Member(explored(parent.params, space, rng, search.jump), parent.trial, parent.stages)
    return after


def _rank(member: _Member) -> tuple[bool, float, int]:
    trial = member.trial
    if trial is None:
        return True, 0.0, 0
    return trial.failed, -trial.score if not trial.failed else 0.0, trial.number


def explored(params: Mapping[str, Any], space: Space, rng: np.random.Generator, jump: float) -> dict[str, Any]:
    """Return parameters near `params`, by quantiles of the prior, so that a log scale moves by factors."""
    unit = space.to_unit(params)
    moved = np.clip(unit + rng.uniform(-jump, jump, len(unit)), 0.0, np.nextafter(1.0, 0.0))
    drawn = rng.random(len(unit))
    anew = np.array([kind.name == "categorical" for kind in space.kinds]) & (rng.random(len(unit)) < jump)
    kept = np.array([kind.name == "categorical" for kind in space.kinds]) & ~anew
    unit_after = np.where(np.isnan(unit) | anew, drawn, np.where(kept, unit, moved))
    return space.from_unit(unit_after)


def _amounts(full: int, generations: int) -> tuple[int, ...]:
    return tuple(dict.fromkeys(max(1, round(full * (done + 1) / generations)) for done in range(generations)))


def _check(search: PopulationSearchCV, budget: Budget, estimator: Any) -> Budget:
    if budget.growth is None:
        raise BudgetError(
            f"{type(estimator).__name__} cannot go on after {budget.resource}: population-based training needs "
            "`n_estimators` with `warm_start`, `max_iter` with `partial_fit`, or a method `step(X, y, n)`."
        )
    if search.population < 2:
        raise BudgetError(f"population={search.population}: there must be at least 2 members.")
    if budget.full < search.n_generations:
        raise BudgetError(f"{budget.full} {budget.resource} cannot be cut into {search.n_generations} generations.")
    return budget
