"""Runs a strategy's proposals: fold by fold on the workers, recorded trial by trial."""

from __future__ import annotations

import heapq
import math
from collections import deque
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NoReturn

import numpy as np
from sklearn import get_config

from leakguard.tuners.fold import Fit, fit_fold
from leakguard.tuners.results import mean_score
from leakguard.tuners.suggesting import FULL, FoldScore, Proposal, Trial

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from leakguard.tuners.budgeting import Budgeting
    from leakguard.tuners.executing import Workers
    from leakguard.tuners.journal import Journal
    from leakguard.tuners.planning import Plan
    from leakguard.tuners.stopping import Stopping


@dataclass(frozen=True, slots=True)
class Options:
    """How fits are scored, from the search's parameters."""

    scoring: Any
    error_score: Any
    return_train_score: bool
    threads: int | None = 1
    timeout: float | None = None

    @property
    def missing(self) -> float:
        """The score of a fit that failed."""
        return math.nan if self.error_score == "raise" else float(self.error_score)


@dataclass
class Evaluation:
    """A running search: what a strategy sees of it.

    Call it with proposals to have them evaluated in parallel and recorded in their order, whichever finishes first;
    or `start` some and take each with `finished`, for a strategy that goes on from whatever comes first.

    Attributes:
        rng: the search's random numbers.
        trials: what is recorded so far, in order: the history that a suggester is given.
    """

    plan: Plan
    options: Options
    workers: Workers
    stopping: Stopping
    progress: Callable[[Trial], Any] | None = None
    journal: Journal | None = None
    budgeting: Budgeting | None = None
    trials: list[Trial] = field(default_factory=list)
    _started: int = 0
    _open: dict[int, _Open] = field(default_factory=dict)
    _queue: deque[tuple[int, int]] = field(default_factory=deque)
    _running: dict[Future[Any], tuple[int, int]] = field(default_factory=dict)
    _done: deque[tuple[Proposal, Trial]] = field(default_factory=deque)
    _written: list[tuple[int, Trial]] = field(default_factory=list)
    _early: dict[int, Trial] = field(default_factory=dict)
    _begun: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.rng = np.random.default_rng(self.plan.seed)

    @property
    def space(self) -> Any:
        """The search's space."""
        return self.plan.space

    @property
    def best(self) -> Trial | None:
        """The best trial of full budget so far, the earlier one of equals; None before any has succeeded."""
        able = [trial for trial in self.trials if trial.full and not trial.failed]
        return max(able, key=lambda trial: (trial.score, -trial.number), default=None)

    def __call__(self, proposals: Sequence[Proposal]) -> list[Trial]:
        """Evaluate proposals and record them in their order, so that nothing depends on which finished first.

        Raises:
            StopSearch: a stop rule is met; what comes after it in the order is not recorded.
        """
        recorded = []
        for number in [self.start(proposal) for proposal in proposals]:
            recorded.append(self.wait_for(number))
            self.record(recorded[-1])
        return recorded

    @property
    def idle(self) -> bool:
        """Whether a worker has nothing to do."""
        return len(self._queue) + len(self._running) < self.workers.slots

    def order_so_far(self) -> list[int]:
        """Return what an earlier run of this search has left in its journal: -1 for a start, a number for an end."""
        return [] if self.journal is None else self.journal.order()

    def start(self, proposal: Proposal) -> int:
        """Queue a proposal and return its trial's number."""
        number = self._started
        self._started += 1
        written = self.journal.find(number, proposal) if self.journal is not None else None
        if written is not None:
            heapq.heappush(self._written, (written.place, self._trial(number, proposal, written.folds)))
            return number
        folds = len(self.plan.data.splits)
        self._open[number] = _Open(proposal, [None] * folds)
        self._queue.extend((number, fold) for fold in range(folds))
        return number

    def finished(self) -> Trial:
        """Wait for the next trial to finish, and return it unrecorded; those of the journal in its order."""
        if self._written:
            return heapq.heappop(self._written)[1]
        while not self._done:
            self._feed()
            if not self._running and not self._done:
                self._nothing_comes()
            for future in wait(self._running, return_when=FIRST_COMPLETED).done:
                self._collect(future)
        proposal, trial = self._done.popleft()
        if self.journal is not None:
            self.journal.write(trial.number, proposal, trial.folds, started=self._started)
        return trial

    def _nothing_comes(self) -> NoReturn:
        """End the wait for a trial that no worker has: time was up before it began, or nobody has started it.

        What finished in the meantime is recorded.

        Raises:
            StopSearch: the time is up.
            NotStartedError: it is not.
        """
        if not self.stopping.out_of_time:
            raise NotStartedError("This search waits for a trial that it has not started.")
        self.trials.extend(self._early[number] for number in sorted(self._early))
        self._early.clear()
        self.stopping.end_of_time()

    def wait_for(self, number: int) -> Trial:
        """Wait for one trial to finish, and return it unrecorded.

        Raises:
            StopSearch: the time was up before it began.
            NotStartedError: nobody has started it.
        """
        while number not in self._early:
            trial = self.finished()
            self._early[trial.number] = trial
        return self._early.pop(number)

    def abandon(self) -> None:
        """Start nothing more, and wait for what is running: its scores are not wanted."""
        self._queue.clear()
        for future in self._running:
            future.cancel()
        wait(self._running)

    def interrupt(self) -> None:
        """End what is running, and record every trial that had finished, in whatever order."""
        self.workers.kill()
        finished = [*self._early.values(), *(trial for _, trial in self._written)]
        while self._done:
            finished.append(self.finished())
        self.trials.extend(sorted(finished, key=lambda trial: trial.number))

    def record(self, trial: Trial) -> None:
        """Take a finished trial into the results.

        Raises:
            StopSearch: a stop rule is met.
        """
        self.trials.append(trial)
        if self.progress is not None:
            self.progress(trial)
        self.stopping.after(trial)

    def _feed(self) -> None:
        if self.stopping.out_of_time and self._begun:  # one trial is always made
            self._queue = deque(job for job in self._queue if job[0] in self._begun)
        while self._queue and len(self._running) < self.workers.slots:
            number, fold = self._queue.popleft()
            self._begun.add(number)
            future = self.workers.submit(fit_fold, self._fit(number, fold))
            self._running[future] = number, fold

    def _fit(self, number: int, fold: int) -> Fit:
        proposal = self._open[number].proposal
        fit = Fit(
            estimator=self.plan.estimator,
            params=dict(proposal.params),
            fold=fold,
            scoring=self.options.scoring,
            return_train_score=self.options.return_train_score,
            raising=self.options.error_score == "raise",
            settings=dict(proposal.settings),
            threads=self.options.threads,
            timeout=self.options.timeout,
            config=get_config(),
            recorded=proposal.budget >= FULL,
        )
        return fit if self.budgeting is None else self.budgeting.shape(fit, proposal, fold)

    def _collect(self, future: Future[Any]) -> None:
        if future not in self._running:  # rescued with others
            return
        number, fold = self._running.pop(future)
        try:
            self._put(number, fold, future.result())
        except self.workers.losses as error:
            self._rescue([(number, fold), *self._running.values()], error)
        except Exception as error:  # noqa: BLE001 - whatever a backend raises, the trial has failed
            self._fail(number, fold, error)

    def _rescue(self, lost: Sequence[tuple[int, int]], error: BaseException) -> None:
        """Run what a dying worker took with it again, one at a time: who kills it again is the one."""
        self._running.clear()
        self.workers.replace()
        if len(lost) == 1:
            self._fail(*lost[0], error)
            return
        for number, fold in sorted(lost):
            if number in self._open:
                future = self.workers.submit(fit_fold, self._fit(number, fold))
                self._running[future] = number, fold
                self._collect(future)

    def _fail(self, number: int, fold: int, error: BaseException) -> None:
        """Take a fit that its worker could not answer for as failed, and all of its trial if it ended the worker.

        Raises:
            Exception: `error`, if the search's `error_score` says so.
        """
        if self.options.error_score == "raise":
            raise error
        if not isinstance(error, self.workers.losses):
            self._put(number, fold, FoldScore({}, {}, 0.0, 0.0, f"{type(error).__name__}: {error}"))
            return
        # The error's own text holds process numbers, which differ from run to run.
        told = "it ended its worker"
        if self.options.timeout is not None:
            told += f", or took longer than trial_timeout={self.options.timeout:g} s and could not be interrupted"
        self._queue = deque(job for job in self._queue if job[0] != number)
        for other, score in enumerate(self._open[number].folds):
            if score is None:
                self._put(number, other, FoldScore({}, {}, 0.0, 0.0, told))

    def _put(self, number: int, fold: int, score: FoldScore) -> None:
        if number not in self._open:  # it has failed meanwhile
            return
        waiting = self._open[number]
        waiting.folds[fold] = score
        folds = tuple(one for one in waiting.folds if one is not None)
        if len(folds) == len(waiting.folds):
            del self._open[number]
            self._done.append((waiting.proposal, self._trial(number, waiting.proposal, folds)))

    def _trial(self, number: int, proposal: Proposal, folds: tuple[FoldScore, ...]) -> Trial:
        named = any(self.plan.guide in fold.test for fold in folds)  # one scorer alone is called "score"
        name = self.plan.guide if named and self.plan.guide is not None else guide_of(folds)
        score = mean_score(folds, name, self.options.missing)
        failure = next((fold.failure for fold in folds if fold.failure), None)
        if failure is None and not math.isfinite(score):
            failure = f"its score is {score}"
        return Trial(
            number=number,
            params=dict(proposal.params),
            score=score,
            budget=proposal.budget,
            failed=failure is not None,
            failure=failure,
            bracket=proposal.bracket,
            rung=proposal.rung,
            suggested_by=proposal.suggested_by,
            after=-1 if proposal.after is None else proposal.after.number,
            folds=folds,
        )


class NotStartedError(ValueError):
    """A trial is waited for that was never started."""


@dataclass(slots=True)
class _Open:
    proposal: Proposal
    folds: list[FoldScore | None]


def guide_of(folds: Sequence[FoldScore]) -> str:
    """Return the scorer that guides the search where none is named: the only one, or else the first."""
    return next((name for fold in folds for name in fold.test), "score")


def scorer_names(trials: Sequence[Trial], scorers: Mapping[str, Any] | Any) -> list[str]:
    """Return the scorers' names in their order; a function that gives several names them only when it is called."""
    if isinstance(scorers, dict):
        return list(scorers)
    return next((list(fold.test) for trial in trials for fold in trial.folds if fold.test), ["score"])
