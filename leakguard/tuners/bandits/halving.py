"""Successive halving and Hyperband: rung by rung, the best of each go on."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from leakguard.tuners.bandits.ladder import Ladder, survivors
from leakguard.tuners.bandits.sampling import open_suggester
from leakguard.tuners.bandits.search import BanditSearchCV, ask

if TYPE_CHECKING:
    from leakguard.tuners.budgets import Budget
    from leakguard.tuners.evaluating import Evaluation
    from leakguard.tuners.suggesting import Suggester, Trial


@dataclass(eq=False, repr=False)
class HalvingSearchCV(BanditSearchCV):
    """Successive halving (Jamieson, Talwalkar 2016): all candidates a little, one in `eta` of them `eta` times more.

    Args:
        n_candidates: on the first rung; by default as many as leave one on the last.
        sampler: "random", or a model: "gp", or "tpe" with the extra `optuna`.
    """

    n_candidates: int | None = None
    sampler: str = "random"

    def _climb(self, evaluate: Evaluation, budget: Budget) -> None:
        ladder = Ladder(budget, budget.amounts(self.eta))
        count = round(self.eta**ladder.top) if self.n_candidates is None else self.n_candidates
        halve(ladder, open_suggester(self.sampler, evaluate.space), evaluate, count, self.eta)


@dataclass(eq=False, repr=False)
class HyperbandSearchCV(BanditSearchCV):
    """Hyperband (Li et al. 2018): brackets of halving, from many candidates with little to few with all.

    Args:
        n_rounds: how many times all brackets are run.
        sampler: "random", or a model: "gp", or "tpe" with the extra `optuna`.
    """

    n_rounds: int = 1
    sampler: str = "random"

    def _climb(self, evaluate: Evaluation, budget: Budget) -> None:
        suggester = open_suggester(self.sampler, evaluate.space)
        amounts = budget.amounts(self.eta)
        for number in range(self.n_rounds * len(amounts)):
            first = number % len(amounts)
            ladder = Ladder(budget, amounts[first:], bracket=number)
            # Each bracket costs about as much as the others.
            count = math.ceil(len(amounts) / (ladder.top + 1) * self.eta**ladder.top)
            halve(ladder, suggester, evaluate, count, self.eta)


@dataclass(eq=False, repr=False)
class BOHBSearchCV(HyperbandSearchCV):
    """Hyperband whose later brackets ask a model (Falkner et al. 2018)."""

    sampler: str = "gp"


def halve(ladder: Ladder, suggester: Suggester, evaluate: Evaluation, count: int, eta: float) -> list[Trial]:
    """Run one bracket, and return the trials of its last rung that had any."""
    trials = evaluate([ladder.enter(candidate) for candidate in ask(suggester, evaluate, count)])
    suggester.tell(trials)
    for _ in range(ladder.top):
        kept = survivors(trials, max(1, int(len(trials) / eta + 1e-9)))
        if not kept:
            return trials
        trials = evaluate([ladder.climb(trial) for trial in kept])
        suggester.tell(trials)
    return trials
