"""Optuna's samplers asked and told: the tree-structured Parzen estimator and CMA-ES.

They see quantiles of each parameter's prior and the options of a choice by number, so that every space works.
"""

from __future__ import annotations

from abc import abstractmethod
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib import import_module
from typing import TYPE_CHECKING, Any

import numpy as np

from leakguard.tuners.search import TunerSearchCV, follow
from leakguard.tuners.space.conditions import condition_order

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from optuna import Study
    from optuna.samplers import BaseSampler
    from optuna.trial import Trial as OptunaTrial

    from leakguard.tuners.evaluating import Evaluation
    from leakguard.tuners.space import Space
    from leakguard.tuners.suggesting import Trial

_SEEDS = 2**31 - 1


def tpe_sampler(seed: int) -> BaseSampler:
    """Return the tree-structured Parzen estimator."""
    sampler: BaseSampler = _optuna().samplers.TPESampler(seed=seed)
    return sampler


def cma_es_sampler(seed: int) -> BaseSampler:
    """Return CMA-ES, which samples choices and conditional parameters at random."""
    sampler: BaseSampler = _optuna().samplers.CmaEsSampler(seed=seed, warn_independent_sampling=False)
    return sampler


@dataclass
class OptunaSuggester:
    """Proposes what a sampler does, told of results in the order in which they were asked for.

    Args:
        space: what is searched.
        make: gives the sampler for a seed.
        name: what `suggested_by` shows.
    """

    space: Space
    make: Callable[[int], BaseSampler]
    name: str
    _study: Study | None = field(default=None, init=False, repr=False)
    _asked: list[tuple[Any, OptunaTrial]] = field(default_factory=list, init=False, repr=False)

    def ask(self, n: int, rng: np.random.Generator, history: Sequence[Trial]) -> list[dict[str, Any]]:  # noqa: ARG002 - the study has it
        """Propose `n` points; a sampler may propose one again."""
        study = self._started(rng)
        asked = [self._ask(study) for _ in range(n)]
        self._asked += [(self.space.key(params), trial) for params, trial in asked]
        return [params for params, _ in asked]

    def tell(self, trials: Sequence[Trial]) -> None:
        """Tell the study of the trials that it was asked for."""
        for trial in trials:
            self._tell(trial, self.space.key(trial.params))

    def begin_with(self, trials: Sequence[Trial], rng: np.random.Generator) -> None:
        """Tell a study that has just begun of trials that were proposed elsewhere."""
        study = self._started(rng)
        for trial in trials:
            unit = dict(zip(self.space.names, self.space.to_unit(trial.params), strict=True))
            params = {name: self._seen(name, float(unit[name])) for name in trial.params}
            distributions = {name: self._distribution(name) for name in params}
            study.add_trial(_optuna().trial.create_trial(value=trial.score, params=params, distributions=distributions))

    def _tell(self, trial: Trial, key: Any) -> None:
        at = next((at for at, (asked, _) in enumerate(self._asked) if asked == key), None)
        if at is None or self._study is None:
            raise ValueError(f"{self.name} was told of {dict(trial.params)}, which it never proposed.")
        _, asked = self._asked.pop(at)
        if trial.failed:
            self._study.tell(asked, state=_optuna().trial.TrialState.FAIL)
        else:
            self._study.tell(asked, trial.score)

    def _started(self, rng: np.random.Generator) -> Study:
        if self._study is None:
            sampler = self.make(int(rng.integers(_SEEDS)))
            with _quiet():
                self._study = _optuna().create_study(direction="maximize", sampler=sampler)
        return self._study

    def _ask(self, study: Study) -> tuple[dict[str, Any], OptunaTrial]:
        """Return a new trial's parameters, only those suggested that are active by the ones before."""
        trial = study.ask()
        unit = np.full(len(self.space.names), 0.5)
        for name in condition_order(self.space.dimensions):
            if name in self.space.from_unit(unit):
                unit[self.space.names.index(name)] = self._suggested(trial, name)
        return self.space.from_unit(unit), trial

    def _suggested(self, trial: OptunaTrial, name: str) -> float:
        size = self._options(name)
        if size is None:
            return trial.suggest_float(name, 0.0, 1.0)
        return (trial.suggest_categorical(name, range(size)) + 0.5) / size

    def _seen(self, name: str, unit: float) -> float:
        size = self._options(name)
        return unit if size is None else int(unit * size)

    def _distribution(self, name: str) -> Any:
        size = self._options(name)
        distributions = _optuna().distributions
        if size is None:
            return distributions.FloatDistribution(0.0, 1.0)
        return distributions.CategoricalDistribution(range(size))

    def _options(self, name: str) -> int | None:
        """Return how many options a choice has; None for what is no choice."""
        kind = self.space.dimensions[name].kind
        return kind.size if kind.name == "categorical" else None


@dataclass(eq=False, repr=False)
class _OptunaSearchCV(TunerSearchCV):
    """A search by one of Optuna's samplers.

    Args:
        n_trials: how many points are tried.
        batch_size: how many are proposed at once, for parallel workers; the results depend on it, not on `n_jobs`.
    """

    n_trials: int = 60
    batch_size: int = 1

    @abstractmethod
    def _suggester(self, space: Space) -> OptunaSuggester: ...

    def _run_search(self, evaluate: Evaluation) -> None:
        follow(self._suggester(evaluate.space), evaluate, self.n_trials, batch=self.batch_size)


@dataclass(eq=False, repr=False)
class TPESearchCV(_OptunaSearchCV):
    """Searches by Optuna's tree-structured Parzen estimator, which takes choices and conditions in its stride."""

    def _suggester(self, space: Space) -> OptunaSuggester:
        return OptunaSuggester(space, tpe_sampler, "tpe")


@dataclass(eq=False, repr=False)
class CMAESSearchCV(_OptunaSearchCV):
    """Searches by CMA-ES, for several numeric parameters and some hundred trials."""

    def _suggester(self, space: Space) -> OptunaSuggester:
        return OptunaSuggester(space, cma_es_sampler, "cma-es")


def _optuna() -> Any:
    try:
        return import_module("optuna")
    except ImportError as error:
        raise ImportError("This search needs Optuna: pip install 'leakguard-hpo[optuna]'.") from error


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep Optuna from logging that a study was made."""
    logging = _optuna().logging
    before = logging.get_verbosity()
    logging.set_verbosity(logging.WARNING)
    try:
        yield
    finally:
        logging.set_verbosity(before)
