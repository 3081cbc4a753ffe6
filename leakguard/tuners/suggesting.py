"""What a strategy is asked and told: proposals of parameters, and the trials that came of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy as np

    from leakguard.tuners.honesty.responses import Responses

FULL = 1.0


@dataclass(frozen=True, slots=True)
class Proposal:
    """What to try next.

    Attributes:
        params: the parameters to set, which is what `cv_results_` shows.
        suggested_by: the part of the strategy that proposed it.
        budget: its share of a full trial, in (0, 1]; below 1 it cannot win.
        bracket, rung: its place in a bandit's schedule, -1 outside one.
        settings: further parameters of the estimator that make up the budget, such as {"n_estimators": 20}.
        path: the amounts of the budget's resource that this candidate has had, rung by rung, and now has.
        after: the trial whose fitted estimators it goes on from.
        schedule: the parameters that it had at each rung before this one, where they were others.
    """

    params: Mapping[str, Any]
    suggested_by: str = ""
    budget: float = FULL
    bracket: int = -1
    rung: int = -1
    settings: Mapping[str, Any] = field(default_factory=dict)
    path: tuple[int, ...] = ()
    after: Trial | None = None
    schedule: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class FoldScore:
    """What one fit on one fold gave: scores by scorer, seconds, and the reason where it failed.

    `state` is the fitted estimator, where a larger budget may go on from it; `responses` are its answers for the
    fold's rows, where the scorer asked for any.
    """

    test: Mapping[str, float]
    train: Mapping[str, float]
    fit_time: float
    score_time: float
    failure: str | None = None
    state: Any = field(default=None, compare=False, repr=False)
    responses: Responses | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Trial:
    """A finished trial.

    Attributes:
        number: its place in the search, from 0.
        params: the parameters that were set.
        score: the mean test score that guides the search, higher is better; NaN or `error_score` where it failed.
        budget: its share of a full trial, in (0, 1].
        failed: whether any of its fits failed or gave a score that is not finite.
        failure: why, or None.
        after: the number of the trial that it went on from, or -1.
        folds: what each fold gave.
    """

    number: int
    params: Mapping[str, Any]
    score: float
    budget: float = FULL
    failed: bool = False
    failure: str | None = None
    bracket: int = -1
    rung: int = -1
    suggested_by: str = ""
    after: int = -1
    folds: tuple[FoldScore, ...] = ()

    @property
    def full(self) -> bool:
        """Whether it had the full budget, and so may win."""
        return self.budget >= FULL


class Suggester(Protocol):
    """A part of a strategy that proposes parameters from what came before.

    It must be a function of its own settings, of `rng` and of what it was told: the same of these give the same
    proposals, or a search cannot be resumed from its journal. A suggester that can may have an attribute
    `expected_improvement`: what it expects the last proposals to add to the best score, or None.
    """

    @property
    def name(self) -> str:
        """What `cv_results_["suggested_by"]` shows."""

    def ask(self, n: int, rng: np.random.Generator, history: Sequence[Trial]) -> list[dict[str, Any]]:
        """Propose at most `n` points of the space; fewer or none when there is nothing left to try."""

    def tell(self, trials: Sequence[Trial]) -> None:
        """Hear of finished trials, each once; `history` holds them too at the next `ask`."""
