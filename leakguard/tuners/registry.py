"""The reference tuners by name, loaded only when one is asked for."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from leakguard.tuners.search import TunerSearchCV

TunerKind: TypeAlias = Literal["classical", "bayesian", "bandit", "population"]


@dataclass(frozen=True, slots=True)
class ReferenceTuner:
    """One strategy.

    Attributes:
        name: how it is called in options and reports.
        path: its class, as `module:class`.
        needs: packages beyond the extra `tuners`.
        kind: the family it belongs to.
    """

    name: str
    path: str
    needs: tuple[str, ...] = ()
    kind: TunerKind = "classical"

    @property
    def cls(self) -> type[TunerSearchCV]:
        """The class, imported when it is asked for."""
        module, _, name = self.path.partition(":")
        found: type[TunerSearchCV] = getattr(import_module(module), name)
        return found


# One line a tuner; its class is also found as `leakguard.tuners.<class>`.
_TUNERS = (
    ReferenceTuner("grid", "leakguard.tuners.grid_search:CountedGridSearchCV"),
    ReferenceTuner("random", "leakguard.tuners.random_search:RandomSearchCV"),
    ReferenceTuner("coarse-to-fine", "leakguard.tuners.coarse_to_fine:CoarseToFineSearchCV"),
    ReferenceTuner("staged", "leakguard.tuners.staged_search:StagedSearchCV"),
    ReferenceTuner("bayesian", "leakguard.tuners.bayes.search:BayesianSearchCV", kind="bayesian"),
    ReferenceTuner("tpe", "leakguard.tuners.bayes.optuna_samplers:TPESearchCV", needs=("optuna",), kind="bayesian"),
    ReferenceTuner(
        "cma-es", "leakguard.tuners.bayes.optuna_samplers:CMAESSearchCV", needs=("optuna", "cmaes"), kind="bayesian"
    ),
    ReferenceTuner(
        "coarse-then-bayesian", "leakguard.tuners.coarse_then_bayesian:CoarseThenBayesianSearchCV", kind="bayesian"
    ),
    ReferenceTuner("halving", "leakguard.tuners.bandits.halving:HalvingSearchCV", kind="bandit"),
    ReferenceTuner("hyperband", "leakguard.tuners.bandits.halving:HyperbandSearchCV", kind="bandit"),
    ReferenceTuner("bohb", "leakguard.tuners.bandits.halving:BOHBSearchCV", kind="bandit"),
    ReferenceTuner("asha", "leakguard.tuners.bandits.asha:ASHASearchCV", kind="bandit"),
    ReferenceTuner("population", "leakguard.tuners.population:PopulationSearchCV", kind="population"),
)


def reference_tuners() -> tuple[ReferenceTuner, ...]:
    """Return every strategy, in the order of the documentation."""
    return _TUNERS
