"""ASHA's decisions alone, on a simulated clock."""

from __future__ import annotations

import heapq
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from leakguard.tuners.bandits.asha import Asha
from leakguard.tuners.bandits.ladder import Candidate, Ladder
from leakguard.tuners.budgets import Budget
from leakguard.tuners.suggesting import Trial

if TYPE_CHECKING:
    from leakguard.tuners.suggesting import Proposal

BUDGET = Budget("n_estimators", 1, 81)


def _asha(n_trials: int, eta: float = 3.0) -> Asha:
    numbers = iter(range(n_trials))
    return Asha(
        Ladder(BUDGET, BUDGET.amounts(eta)), eta, n_trials, lambda _: [Candidate({"n": next(numbers)}, "count")]
    )


def _trial(number: int, proposal: Proposal, score: float) -> Trial:
    return Trial(number, proposal.params, score, proposal.budget, bracket=proposal.bracket, rung=proposal.rung)


class Clock:
    """Workers that take as long as they are told, on a clock of our own."""

    def __init__(self, asha: Asha, workers: int, rng: np.random.Generator) -> None:
        self.asha, self.workers, self.rng = asha, workers, rng
        self.now = self.busy = 0.0
        self.running: list[tuple[float, int, Proposal]] = []
        self.rungs: list[int] = []

    def run(self) -> float:
        """Run to the end, and return how busy the workers were until the last candidate entered."""
        started, horizon, busy = 0, 0.0, 0.0
        while True:
            while len(self.running) < self.workers and (proposal := self.asha.next()) is not None:
                seconds = proposal.path[-1] * float(self.rng.lognormal(0, 1))
                heapq.heappush(self.running, (self.now + seconds, started, proposal))
                self.busy += seconds
                started += 1
                if proposal.rung == 0:
                    horizon = self.now
                    busy = self.busy - sum(end - self.now for end, _, _ in self.running)
            if not self.running:
                return busy / (horizon * self.workers) if horizon else 0.0
            self.now, number, proposal = heapq.heappop(self.running)
            self.rungs.append(proposal.rung)
            self.asha.tell(_trial(number, proposal, float(proposal.params["n"] * 37 % 97)))


@pytest.mark.parametrize("seed", range(5))
def test_eight_workers_are_busy_on_trials_of_uneven_length(seed: int) -> None:
    assert Clock(_asha(300), 8, np.random.default_rng(seed)).run() > 0.95


def test_one_in_eta_goes_on() -> None:
    clock = Clock(_asha(81), 1, np.random.default_rng(0))
    clock.run()
    counts = [clock.rungs.count(rung) for rung in range(5)]
    assert counts[0] == 81
    # Some are promoted early that later ones push out of the best third.
    assert 27 <= counts[1] <= 40
    assert 9 <= counts[2] <= 20
    assert counts[4] >= 1


def test_the_best_reaches_the_full_budget_where_no_rung_filled() -> None:
    clock = Clock(_asha(2), 4, np.random.default_rng(0))
    clock.run()
    assert clock.rungs == [0, 0, 1, 2, 3, 4]
    assert clock.asha.rungs[-1][0].params == {"n": 1}


def test_failed_trials_do_not_go_on() -> None:
    asha = _asha(3)
    proposals = [asha.next() for _ in range(3)]
    for number, proposal in enumerate(proposals):
        assert proposal is not None
        asha.tell(Trial(number, proposal.params, float("nan"), proposal.budget, failed=True, rung=0))
    assert asha.next() is None


def test_brackets_share_the_budget_and_candidates_climb_from_where_they_began() -> None:
    asha = replace(_asha(98), brackets=5)
    begun: list[Proposal] = []
    climbed: list[Proposal] = []
    for number, proposal in enumerate(iter(asha.next, None)):
        (climbed if proposal.after else begun).append(proposal)
        asha.tell(_trial(number, proposal, float(proposal.params["n"] * 37 % 97)))
    spent = [sum(proposal.budget for proposal in begun if proposal.bracket == first) for first in range(5)]
    assert [proposal.rung for proposal in begun] == [proposal.bracket for proposal in begun]
    assert max(spent) < 6 * min(spent), "81 times without brackets of their own"
    assert all(proposal.path == asha.ladder.amounts[proposal.bracket : proposal.rung + 1] for proposal in climbed)


def test_one_bracket_begins_at_the_first_rung_only() -> None:
    asha = _asha(9)
    assert {proposal.rung for proposal in iter(asha.next, None)} == {0}
