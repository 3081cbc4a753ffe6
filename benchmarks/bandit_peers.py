"""The bandits that are compared, each as a function that runs until a full trial is as good as the target.

What counts is cost, in full trials: the steps that were run, over those of a full trial. A trial that goes on from a
smaller budget adds the steps in between, where its table says that a model can; one that cannot pays all of them anew.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted

from leakguard.tuners import ASHASearchCV, BOHBSearchCV, HalvingSearchCV, HyperbandSearchCV, Uniform

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Self

    from bandit_tables import BanditTask

    from leakguard.tuners.suggesting import Trial

_ETA = 3
ROWS = np.arange(4.0).reshape(-1, 1)  # that a search wants, and no lookup reads
SPLIT = [(np.array([0, 1]), np.array([2, 3]))]


class Reached(Exception):  # noqa: N818 - as StopIteration: an end, and no error
    """A full trial is as good as the target, or the limit of the cost is reached."""


@dataclass
class BanditRun:
    """One bandit on one task.

    Attributes:
        cost: so far, in full trials.
        reached: the cost at which a full trial was as good as the target; None before.
    """

    task: BanditTask
    seed: int
    limit: float
    cost: float = 0.0
    reached: float | None = None

    def pay(self, point: list[float], step: int, before: int = 0) -> float:
        """Return the loss after so many steps, `before` of which are paid.

        Raises:
            Reached: there is nothing more to find out.
        """
        full = self.task.steps[-1]
        loss = self.task.loss(np.array(point), step)
        self.cost += (step - (before if self.task.resumable else 0)) / full
        if step == full and loss <= self.task.target:
            self.reached = self.cost
            raise Reached
        if self.cost >= self.limit:
            raise Reached
        return loss


class Lookup(BaseEstimator):  # type: ignore[misc]  # scikit-learn has no annotations
    """A model whose score stands in a table: a parameter for each coordinate of the cube, and one for the budget."""

    def __init__(  # noqa: PLR0913, PLR0917 - as many as a task has at most
        self,
        task: Any = None,
        steps: int = 1,
        x0: float = 0,
        x1: float = 0,
        x2: float = 0,
        x3: float = 0,
        x4: float = 0,
        x5: float = 0,
    ) -> None:
        self.task, self.steps = task, steps
        self.x0, self.x1, self.x2, self.x3, self.x4, self.x5 = x0, x1, x2, x3, x4, x5

    def fit(self, X: Any, y: Any = None) -> Self:  # noqa: ARG002, N803 - what a search calls
        """Learn nothing."""
        self.fitted_ = True
        return self

    def score(self, X: Any, y: Any = None) -> float:  # noqa: ARG002, N803 - what a search calls
        """Return the negative loss of the table."""
        check_is_fitted(self)
        point = np.array([getattr(self, name) for name in _names(self.task)])
        return -float(self.task.loss(point, self.steps))


def _names(task: BanditTask) -> list[str]:
    return [f"x{at}" for at in range(task.dimensions)]


def random(run: BanditRun) -> None:
    """Full trials of uniform random points."""
    rng = np.random.default_rng(run.seed)
    while True:
        run.pay(list(rng.random(run.task.dimensions)), run.task.steps[-1])


def _search(run: BanditRun, kind: Callable[..., Any], **settings: Any) -> None:
    """Run one of our searches, started again with another seed where it ends before the target is reached."""
    steps = run.task.steps
    amounts: dict[int, int] = {}

    def pay(trial: Trial) -> None:
        amounts[trial.number] = amount = min(steps, key=lambda step: abs(step - trial.budget * steps[-1]))
        run.pay(list(trial.params.values()), amount, amounts.get(trial.after, 0))

    again = 0
    while True:
        amounts.clear()
        kind(
            Lookup(run.task, steps[-1]), dict.fromkeys(_names(run.task), Uniform(0, 1)), resource="steps",
            min_budget=steps[0], eta=_ETA, cv=SPLIT, refit=False, progress=pay, **settings,
            random_state=1_000 * run.seed + again,
        ).fit(ROWS)  # fmt: skip
        again += 1


def halving(run: BanditRun) -> None:
    """Successive halving, again and again."""
    _search(run, HalvingSearchCV)


def hyperband(run: BanditRun) -> None:
    """Hyperband."""
    _search(run, HyperbandSearchCV, n_rounds=1_000)


def bohb(run: BanditRun) -> None:
    """Hyperband that asks the Gaussian process."""
    _search(run, BOHBSearchCV, n_rounds=1_000)


def asha(run: BanditRun) -> None:
    """ASHA with random points."""
    _search(run, ASHASearchCV, n_trials=100_000)


def asha_gp(run: BanditRun) -> None:
    """ASHA that asks the Gaussian process."""
    _search(run, ASHASearchCV, n_trials=100_000, sampler="gp")


def asha_tpe(run: BanditRun) -> None:
    """ASHA that asks Optuna's TPE."""
    _search(run, ASHASearchCV, n_trials=100_000, sampler="tpe")


def sklearn_halving(run: BanditRun) -> None:
    """scikit-learn's halving, again and again; it fits anew at every rung."""
    from scipy.stats import uniform
    from sklearn.experimental import enable_halving_search_cv  # noqa: F401
    from sklearn.model_selection import HalvingRandomSearchCV

    steps = run.task.steps
    again = 0
    while True:
        search = HalvingRandomSearchCV(
            Lookup(run.task), dict.fromkeys(_names(run.task), uniform(0, 1)), resource="steps", factor=_ETA,
            n_candidates=_ETA ** (len(steps) - 1), min_resources=steps[0], max_resources=steps[-1], cv=SPLIT,
            refit=False, random_state=1_000 * run.seed + again,
        ).fit(ROWS)  # fmt: skip
        results = search.cv_results_
        for params, amount in zip(results["params"], results["n_resources"], strict=True):
            run.pay([params[name] for name in _names(run.task)], int(amount))
        again += 1


def _optuna(run: BanditRun, sampler: Any, pruner: Any) -> None:
    import optuna

    optuna.logging.set_verbosity(optuna.logging.ERROR)
    space: dict[str, optuna.distributions.BaseDistribution] = {
        name: optuna.distributions.FloatDistribution(0.0, 1.0) for name in _names(run.task)
    }
    # The pruner deals out its brackets by the study's name.
    study = optuna.create_study(study_name=f"seed {run.seed}", sampler=sampler, pruner=pruner)
    while True:
        trial = study.ask(space)
        point = [trial.params[name] for name in space]
        loss, before, pruned = np.inf, 0, False
        for step in run.task.steps:
            loss = run.pay(point, step, before)
            before = step
            trial.report(loss, step)
            if step < run.task.steps[-1] and trial.should_prune():
                pruned = True
                break
        study.tell(trial, None if pruned else loss, optuna.trial.TrialState.PRUNED if pruned else None)


def _brackets(run: BanditRun) -> Any:
    import optuna

    return optuna.pruners.HyperbandPruner(
        min_resource=run.task.steps[0], max_resource=run.task.steps[-1], reduction_factor=_ETA
    )


def optuna_hyperband(run: BanditRun) -> None:
    """Optuna's Hyperband pruner over random points."""
    import optuna

    _optuna(run, optuna.samplers.RandomSampler(seed=run.seed), _brackets(run))


def optuna_tpe_hyperband(run: BanditRun) -> None:
    """Optuna's Hyperband pruner over TPE."""
    import optuna

    _optuna(run, optuna.samplers.TPESampler(seed=run.seed), _brackets(run))


def optuna_halving(run: BanditRun) -> None:
    """Optuna's pruner of asynchronous halving over random points."""
    import optuna

    pruner = optuna.pruners.SuccessiveHalvingPruner(min_resource=run.task.steps[0], reduction_factor=_ETA)
    _optuna(run, optuna.samplers.RandomSampler(seed=run.seed), pruner)


@dataclass(frozen=True)
class BanditContender:
    """A bandit that takes part where the packages that it needs are there."""

    name: str
    search: Callable[[BanditRun], None]
    needs: tuple[str, ...] = ()

    @property
    def present(self) -> bool:
        return all(find_spec(package) for package in self.needs)

    def cost_to_target(self, task: BanditTask, seed: int, limit: float) -> float | None:
        """Return what it took until a full trial was as good as the target; None where the limit came before."""
        run = BanditRun(task, seed, limit)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                self.search(run)
            except Reached:
                return run.reached
        raise AssertionError(f"{self.name} ended before the target and the limit.")


RANDOM, ASHA, ASHA_GP = "random, full trials", "leakguard ASHA", "leakguard ASHA, GP"
OPTUNA_HYPERBAND, OPTUNA_TPE_HYPERBAND = "Optuna Hyperband", "Optuna TPE, Hyperband"
BANDITS = (
    BanditContender(RANDOM, random),
    BanditContender("leakguard halving", halving),
    BanditContender("leakguard Hyperband", hyperband),
    BanditContender("leakguard BOHB", bohb),
    BanditContender(ASHA, asha),
    BanditContender(ASHA_GP, asha_gp),
    BanditContender("leakguard ASHA, TPE", asha_tpe, needs=("optuna",)),
    BanditContender("scikit-learn halving", sklearn_halving),
    BanditContender(OPTUNA_HYPERBAND, optuna_hyperband, needs=("optuna",)),
    BanditContender(OPTUNA_TPE_HYPERBAND, optuna_tpe_hyperband, needs=("optuna",)),
    BanditContender("Optuna halving", optuna_halving, needs=("optuna",)),
)
