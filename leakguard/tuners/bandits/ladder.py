"""The rungs that a bandit's candidates climb: who has been where, and who goes on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from leakguard.tuners.budgets import settings, share
from leakguard.tuners.suggesting import Proposal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from leakguard.tuners.budgets import Budget
    from leakguard.tuners.suggesting import Trial


@dataclass(frozen=True, slots=True)
class Candidate:
    """Parameters on their way up, and who suggested them."""

    params: Mapping[str, Any]
    suggested_by: str


@dataclass
class Ladder:
    """The amounts of one bracket, from the first rung to the last.

    Attributes:
        amounts: of the budget's resource at each rung; the last is the full budget, unless `lowest` rungs are cut off.
        bracket: the number, for `cv_results_`, of those who begin on the first rung; who begins higher counts on.
    """

    budget: Budget
    amounts: tuple[int, ...]
    bracket: int = 0

    @property
    def top(self) -> int:
        """The last rung."""
        return len(self.amounts) - 1

    def enter(self, candidate: Candidate, first: int = 0) -> Proposal:
        """Return the first fit of a new candidate, who begins on the rung `first`."""
        return self._proposal(candidate, (first, first), None)

    def climb(self, trial: Trial) -> Proposal:
        """Return the next fit of a candidate, on the rung above."""
        climbed = (trial.bracket - self.bracket, trial.rung + 1)
        return self._proposal(Candidate(trial.params, trial.suggested_by), climbed, trial)

    def _proposal(self, candidate: Candidate, climbed: tuple[int, int], after: Trial | None) -> Proposal:
        first, rung = climbed
        amount = self.amounts[rung]
        return Proposal(
            params=candidate.params,
            suggested_by=candidate.suggested_by,
            budget=share(amount, self.budget.full),
            bracket=self.bracket + first,
            rung=rung,
            settings=settings(self.budget, amount),
            path=self.amounts[first : rung + 1],
            after=after,
        )


def survivors(trials: Sequence[Trial], count: int) -> list[Trial]:
    """Return the `count` best of the trials that did not fail, best first, the earlier one of equals first."""
    able = [trial for trial in trials if not trial.failed]
    return sorted(able, key=lambda trial: (-trial.score, trial.number))[:count]
