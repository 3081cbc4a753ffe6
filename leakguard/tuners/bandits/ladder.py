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
        bracket: its number, for `cv_results_`.
    """

    budget: Budget
    amounts: tuple[int, ...]
    bracket: int = 0

    @property
    def top(self) -> int:
        """The last rung."""
        return len(self.amounts) - 1

    def enter(self, candidate: Candidate) -> Proposal:
        """Return the first fit of a new candidate."""
        return self._proposal(candidate, 0, None)

    def climb(self, trial: Trial) -> Proposal:
        """Return the next fit of a candidate, on the rung above."""
        return self._proposal(Candidate(trial.params, trial.suggested_by), trial.rung + 1, trial)

    def _proposal(self, candidate: Candidate, rung: int, after: Trial | None) -> Proposal:
        amount = self.amounts[rung]
        return Proposal(
            params=candidate.params,
            suggested_by=candidate.suggested_by,
            budget=share(amount, self.budget.full),
            bracket=self.bracket,
            rung=rung,
            settings=settings(self.budget, amount),
            path=self.amounts[: rung + 1],
            after=after,
        )


def survivors(trials: Sequence[Trial], count: int) -> list[Trial]:
    """Return the `count` best of the trials that did not fail, best first, the earlier one of equals first."""
    able = [trial for trial in trials if not trial.failed]
    return sorted(able, key=lambda trial: (-trial.score, trial.number))[:count]
