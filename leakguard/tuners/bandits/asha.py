"""Asynchronous successive halving: no rung is waited for, and no worker is idle."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from leakguard.tuners.bandits.ladder import Ladder, survivors
from leakguard.tuners.bandits.sampling import open_suggester
from leakguard.tuners.bandits.search import BanditSearchCV, ask
from leakguard.tuners.budgets import BudgetError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from leakguard.tuners.bandits.ladder import Candidate
    from leakguard.tuners.budgets import Budget
    from leakguard.tuners.evaluating import Evaluation
    from leakguard.tuners.suggesting import Proposal, Trial

START = -1


class ReplayError(ValueError):
    """A recorded order that does not belong to this search."""


@dataclass(eq=False, repr=False)
class ASHASearchCV(BanditSearchCV):
    """ASHA (Li et al. 2020): a free worker takes on a candidate among the best of its rung, or starts a new one.

    Args:
        n_trials: candidates to start.
        sampler: "random", or a model: "gp", or "tpe" with the extra `optuna`.
        brackets: on how many rungs, from the first, new candidates begin; each bracket gets about as much of the
            budget, as in Hyperband. None for one with random candidates, and for all rungs with a model, which would
            else never learn that what is good on the first rung is not on the last.
        asynchronous: take results as they come. The search then depends on which trial finishes first; it keeps
            that order in `order_`. False takes them in the order of their start, and depends on nothing else.
        replay: the `order_` of an earlier search, to be followed exactly.
        window: how many trials run ahead where `asynchronous` is False.

    Attributes:
        order_: -1 for each start, and the number of the trial for each end, in their order.
    """

    n_trials: int = 27
    sampler: str = "random"
    brackets: int | None = None
    asynchronous: bool = True
    replay: Sequence[int] | None = None
    window: int = 8

    def _climb(self, evaluate: Evaluation, budget: Budget) -> None:
        suggester = open_suggester(self.sampler, evaluate.space)
        ladder = Ladder(budget, budget.amounts(self.eta))
        asha = Asha(
            ladder,
            self.eta,
            self.n_trials,
            lambda running: ask(suggester, evaluate, 1, running),
            self._count_brackets(ladder),
        )
        self.order_: list[int] = []
        # In the order of their start, a journal's trials are met again by themselves.
        so_far = evaluate.order_so_far() if self.asynchronous else ()
        flying = _follow(asha, evaluate, self.order_, so_far if self.replay is None else self.replay)
        if self.asynchronous:
            _as_they_come(asha, evaluate, self.order_)
        else:
            _in_order(asha, evaluate, self.order_, self.window, flying)

    def _count_brackets(self, ladder: Ladder) -> int:
        if self.brackets is None:
            return 1 if self.sampler == "random" else len(ladder.amounts)
        if self.brackets < 1:
            raise BudgetError(f"brackets={self.brackets}: candidates have to begin somewhere. Choose at least 1.")
        return min(self.brackets, len(ladder.amounts))


@dataclass
class Asha:
    """The decisions alone, whoever runs the trials and on whatever clock.

    Attributes:
        suggest: returns a new candidate, or none, given the trials that are running.
        brackets: on how many rungs, from the first, candidates begin.
        rungs: the finished trials of each rung.
        running: the proposals of new candidates that have not finished their first rung.
        flying: how many trials have started and not ended.
    """

    ladder: Ladder
    eta: float
    n_trials: int
    suggest: Callable[[Sequence[Proposal]], Sequence[Candidate]]
    brackets: int = 1
    rungs: list[list[Trial]] = field(init=False)
    running: list[Proposal] = field(default_factory=list)
    flying: int = 0
    _promoted: set[int] = field(default_factory=set)
    _begun: list[int] = field(init=False)  # candidates on each rung that they begin on

    def __post_init__(self) -> None:
        self._begun = [0] * self.brackets
        self.rungs = [[] for _ in self.ladder.amounts]

    def next(self) -> Proposal | None:
        """Return what a free worker does; None where it has to wait for others, or all is done."""
        proposal = self._promotion() or self._newcomer() or self._last_climb()
        self.flying += proposal is not None
        return proposal

    def tell(self, trial: Trial) -> None:
        """Take a finished trial."""
        self.flying -= 1
        self.rungs[trial.rung].append(trial)
        if trial.after < 0:
            self.running = [proposal for proposal in self.running if proposal.params != trial.params]

    def _promotion(self) -> Proposal | None:
        for rung in reversed(self.rungs[:-1]):
            for trial in survivors(rung, int(len(rung) / self.eta + 1e-9)):
                if trial.number not in self._promoted:
                    return self._climb(trial)
        return None

    def _newcomer(self) -> Proposal | None:
        found = self.suggest(self.running) if sum(self._begun) < self.n_trials else ()
        if not found:
            return None
        first = self._first_rung()
        self._begun[first] += 1
        self.running.append(self.ladder.enter(found[0], first))
        return self.running[-1]

    def _first_rung(self) -> int:
        """Return the bracket that has least of the candidates that are due to it."""
        due = [self.eta**climbs / (climbs + 1) for climbs in range(self.ladder.top, -1, -1)]
        return max(range(self.brackets), key=lambda first: due[first] / (self._begun[first] + 1))

    def _last_climb(self) -> Proposal | None:
        """Bring the best to the full budget where, at the end, none has had it."""
        if self.flying or survivors(self.rungs[-1], 1):
            return None
        best = next((kept for rung in reversed(self.rungs) if (kept := survivors(rung, 1))), None)
        return self._climb(best[0]) if best and best[0].number not in self._promoted else None

    def _climb(self, trial: Trial) -> Proposal:
        self._promoted.add(trial.number)
        return self.ladder.climb(trial)


def _as_they_come(asha: Asha, evaluate: Evaluation, order: list[int]) -> None:
    while True:
        while evaluate.idle and _begin(asha, evaluate, order) is not None:
            pass
        if not asha.flying:
            return
        _end(asha, evaluate, order, evaluate.finished())


def _in_order(asha: Asha, evaluate: Evaluation, order: list[int], window: int, flying: deque[int]) -> None:
    while True:
        while len(flying) < window and (number := _begin(asha, evaluate, order)) is not None:
            flying.append(number)
        if not flying:
            return
        _end(asha, evaluate, order, evaluate.wait_for(flying.popleft()))


def _follow(asha: Asha, evaluate: Evaluation, order: list[int], recorded: Sequence[int]) -> deque[int]:
    """Start and end trials as they once did, and return those that have not ended.

    Raises:
        ReplayError: this search starts other trials.
    """
    flying: deque[int] = deque()
    for number in recorded:
        if number == START:
            begun = _begin(asha, evaluate, order)
            if begun is None:
                raise ReplayError("The recorded order starts more trials than this search has. Replay its own.")
            flying.append(begun)
        elif number not in flying:
            raise ReplayError(f"The recorded order waits for trial {number!r}, which did not start. Replay its own.")
        else:
            flying.remove(number)
            _end(asha, evaluate, order, evaluate.wait_for(number))
    return flying


def _begin(asha: Asha, evaluate: Evaluation, order: list[int]) -> int | None:
    proposal = asha.next()
    if proposal is None:
        return None
    order.append(START)
    return evaluate.start(proposal)


def _end(asha: Asha, evaluate: Evaluation, order: list[int], trial: Trial) -> None:
    order.append(trial.number)
    asha.tell(trial)
    evaluate.record(trial)
