"""The tuners that are compared, each as a function from a task to the regrets of its trials in order.

All search the same unit cube with their own defaults. CPU time is that of asking and telling alone; what a tuner does
when it is told a result counts for the next trial.
"""

from __future__ import annotations

import logging
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from leakguard.tuners import Space, Uniform
from leakguard.tuners.bayes.suggester import GaussianProcessSuggester
from leakguard.tuners.suggesting import Trial

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray
    from tuning_tasks import Task

    from leakguard.tuners.suggesting import Suggester

    Tuner = Callable[["Run"], None]


@dataclass
class Run:
    """One tuner on one task: it goes on for `trials`, or until the `target` is reached in `at_least` so many."""

    task: Task
    seed: int
    trials: int
    target: float
    at_least: int = 0
    regrets: list[float] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)  # CPU, of each trial's suggestion
    pending: float = 0.0

    @property
    def going(self) -> bool:
        done = len(self.regrets)
        return done < self.trials and (done < self.at_least or min(self.regrets, default=np.inf) > self.target)

    def measure(self, point: NDArray[np.float64]) -> float:
        """Return the loss at a point, its regret noted."""
        loss = self.task.loss(point)
        self.regrets.append(self.task.regret(loss))
        self.seconds.append(self.pending)
        self.pending = 0.0
        return loss

    @contextmanager
    def suggesting(self) -> Iterator[None]:
        """Time a piece of work."""
        start = time.process_time()
        yield
        self.pending += time.process_time() - start


def random(run: Run) -> None:
    """Uniform random points."""
    rng = np.random.default_rng(run.seed)
    while run.going:
        with run.suggesting():
            point = rng.random(run.task.dimensions)
        run.measure(point)


def _follow(run: Run, suggester: Suggester, batch: int = 1) -> None:
    rng, history = np.random.default_rng(run.seed), list[Trial]()
    while run.going:
        with run.suggesting():
            asked = suggester.ask(batch, rng, history)
        share = run.pending / len(asked)
        for params in asked:
            if run.going:
                run.pending = share
                history.append(Trial(len(history), params, -run.measure(np.array(list(params.values())))))


def _square(task: Task) -> Space:
    return Space({f"x{at}": Uniform(0, 1) for at in range(task.dimensions)})


def leakguard_gp(run: Run) -> None:
    """Ours."""
    _follow(run, GaussianProcessSuggester(_square(run.task)))


def leakguard_liar(run: Run) -> None:
    """Ours, four points at once by the constant liar."""
    _follow(run, GaussianProcessSuggester(_square(run.task), batch="liar"), batch=4)


def leakguard_qei(run: Run) -> None:
    """Ours, four points at once by q-EI."""
    _follow(run, GaussianProcessSuggester(_square(run.task), batch="qei"), batch=4)


def _optuna(run: Run, sampler: Any) -> None:
    import optuna

    optuna.logging.set_verbosity(optuna.logging.ERROR)
    space: dict[str, optuna.distributions.BaseDistribution] = {
        f"x{at}": optuna.distributions.FloatDistribution(0.0, 1.0) for at in range(run.task.dimensions)
    }
    study = optuna.create_study(sampler=sampler)
    while run.going:
        with run.suggesting():
            trial = study.ask(space)
        loss = run.measure(np.array([trial.params[name] for name in space]))
        with run.suggesting():
            study.tell(trial, loss)


def optuna_gp(run: Run) -> None:
    """Optuna's Gaussian process."""
    import optuna

    _optuna(run, optuna.samplers.GPSampler(seed=run.seed))


def optuna_tpe(run: Run) -> None:
    """Optuna's tree-structured Parzen estimator."""
    import optuna

    _optuna(run, optuna.samplers.TPESampler(seed=run.seed))


def skopt_gp(run: Run) -> None:
    """scikit-optimize's Gaussian process."""
    skopt = import_module("skopt")
    with run.suggesting():
        optimizer = skopt.Optimizer([(0.0, 1.0)] * run.task.dimensions, "GP", random_state=run.seed)
    while run.going:
        with run.suggesting():
            point = optimizer.ask()
        loss = run.measure(np.array(point))
        with run.suggesting():
            optimizer.tell(point, loss)


def hyperopt_tpe(run: Run) -> None:
    """The tree-structured Parzen estimator of hyperopt in its own loop: all that is not the loss is counted."""
    hyperopt = import_module("hyperopt")
    space = [hyperopt.hp.uniform(f"x{at}", 0.0, 1.0) for at in range(run.task.dimensions)]
    started = time.process_time()

    def objective(point: Any) -> float:
        nonlocal started
        run.pending = time.process_time() - started
        loss = run.measure(np.array(point))
        started = time.process_time()
        return loss

    hyperopt.fmin(
        objective,
        space,
        algo=hyperopt.tpe.suggest,
        max_evals=run.trials,
        rstate=np.random.default_rng(run.seed),
        show_progressbar=False,
        early_stop_fn=lambda _, *__: (not run.going, []),
    )


def _unused(config: Any, seed: int = 0) -> float:  # noqa: ARG001  # SMAC asks for these names
    return 0.0


def smac_gp(run: Run) -> None:
    """SMAC's Gaussian process (its black-box facade)."""
    from ConfigSpace import ConfigurationSpace
    from smac import BlackBoxFacade, Scenario
    from smac.runhistory.dataclasses import TrialValue

    names = [f"x{at}" for at in range(run.task.dimensions)]
    space = ConfigurationSpace(dict.fromkeys(names, (0.0, 1.0)), seed=run.seed)
    with tempfile.TemporaryDirectory() as folder:
        scenario = Scenario(
            space, n_trials=run.trials, seed=run.seed, deterministic=True, output_directory=Path(folder)
        )
        with run.suggesting():
            smac = BlackBoxFacade(scenario, _unused, overwrite=True, logging_level=logging.ERROR)
        while run.going:
            with run.suggesting():
                trial = smac.ask()
            loss = run.measure(np.array([trial.config[name] for name in names]))
            with run.suggesting():
                smac.tell(trial, TrialValue(loss), save=False)


@dataclass(frozen=True)
class Contender:
    """A tuner that takes part: `needs` packages, in the first seeds if `slow`, past its target if `whole`."""

    name: str
    tuner: Tuner
    needs: tuple[str, ...] = ()
    slow: bool = False
    whole: bool = False

    @property
    def present(self) -> bool:
        return all(find_spec(package) for package in self.needs)


OURS, LIAR, QEI = "leakguard GP", "leakguard GP, 4 at once, liar", "leakguard GP, 4 at once, q-EI"
RANDOM, OPTUNA_GP, OPTUNA_TPE = "random", "Optuna GP", "Optuna TPE"
CONTENDERS = (
    Contender(RANDOM, random, whole=True),
    Contender(OURS, leakguard_gp, whole=True),
    Contender(LIAR, leakguard_liar),
    Contender(QEI, leakguard_qei),
    Contender(OPTUNA_GP, optuna_gp, needs=("optuna", "torch")),
    Contender(OPTUNA_TPE, optuna_tpe, needs=("optuna",)),
    Contender("hyperopt TPE", hyperopt_tpe, needs=("hyperopt",)),
    Contender("scikit-optimize GP", skopt_gp, needs=("skopt",), slow=True),
    Contender("SMAC GP", smac_gp, needs=("smac",), slow=True),
)
