"""Reference tuners: search strategies as scikit-learn estimators, honest and the same in every run.

Install `leakguard-hpo[tuners]`. Importing this package is cheap; scikit-learn is imported with the first tuner.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from leakguard.tuners.registry import ReferenceTuner, reference_tuners
from leakguard.tuners.space import Choice, IntUniform, LogUniform, Space, SpaceError, Uniform, from_optuna, to_optuna

if TYPE_CHECKING:
    from leakguard.tuners.advice.advising import Advice, advise
    from leakguard.tuners.bandits.asha import ASHASearchCV
    from leakguard.tuners.bandits.halving import BOHBSearchCV, HalvingSearchCV, HyperbandSearchCV
    from leakguard.tuners.bayes.optuna_samplers import CMAESSearchCV, TPESearchCV
    from leakguard.tuners.bayes.search import BayesianSearchCV
    from leakguard.tuners.clustering.plots import plot_bic, plot_clusters, plot_elbow, plot_silhouettes
    from leakguard.tuners.clustering.search import ClusteringSearch
    from leakguard.tuners.coarse_then_bayesian import CoarseThenBayesianSearchCV
    from leakguard.tuners.coarse_to_fine import CoarseToFineSearchCV
    from leakguard.tuners.families.search import FamilySearchCV
    from leakguard.tuners.grid_search import CountedGridSearchCV
    from leakguard.tuners.honesty.nested import nested_score
    from leakguard.tuners.pictures.importance import importances
    from leakguard.tuners.pictures.plots import (
        plot_best_so_far,
        plot_importance,
        plot_parallel_coordinates,
        plot_rungs,
        plot_schedule,
        plot_validation_curve,
    )
    from leakguard.tuners.population import PopulationSearchCV
    from leakguard.tuners.profiling.profile import Profile, profile
    from leakguard.tuners.profiling.reading import ProfileError
    from leakguard.tuners.random_search import RandomSearchCV
    from leakguard.tuners.search import TunerSearchCV
    from leakguard.tuners.staged_search import StagedSearchCV

__all__ = [
    "ASHASearchCV",
    "Advice",
    "BOHBSearchCV",
    "BayesianSearchCV",
    "CMAESSearchCV",
    "Choice",
    "ClusteringSearch",
    "CoarseThenBayesianSearchCV",
    "CoarseToFineSearchCV",
    "CountedGridSearchCV",
    "FamilySearchCV",
    "HalvingSearchCV",
    "HyperbandSearchCV",
    "IntUniform",
    "LogUniform",
    "PopulationSearchCV",
    "Profile",
    "ProfileError",
    "RandomSearchCV",
    "ReferenceTuner",
    "Space",
    "SpaceError",
    "StagedSearchCV",
    "TPESearchCV",
    "TunerSearchCV",
    "Uniform",
    "advise",
    "from_optuna",
    "importances",
    "nested_score",
    "plot_best_so_far",
    "plot_bic",
    "plot_clusters",
    "plot_elbow",
    "plot_importance",
    "plot_parallel_coordinates",
    "plot_rungs",
    "plot_schedule",
    "plot_silhouettes",
    "plot_validation_curve",
    "profile",
    "reference_tuners",
    "to_optuna",
]


_PICTURES = ("best_so_far", "importance", "parallel_coordinates", "rungs", "schedule", "validation_curve")
_OTHERS = (
    "leakguard.tuners.search:TunerSearchCV",
    "leakguard.tuners.advice.advising:Advice",
    "leakguard.tuners.advice.advising:advise",
    "leakguard.tuners.clustering.search:ClusteringSearch",
    "leakguard.tuners.families.search:FamilySearchCV",
    "leakguard.tuners.honesty.nested:nested_score",
    "leakguard.tuners.pictures.importance:importances",
    "leakguard.tuners.profiling.profile:Profile",
    "leakguard.tuners.profiling.profile:profile",
    "leakguard.tuners.profiling.reading:ProfileError",
    *(f"leakguard.tuners.pictures.plots:plot_{name}" for name in _PICTURES),
    *(f"leakguard.tuners.clustering.plots:plot_{name}" for name in ("bic", "clusters", "elbow", "silhouettes")),
)


def __getattr__(name: str) -> object:
    paths = {path.partition(":")[2]: path for path in _paths()}
    if name not in paths:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(paths[name].partition(":")[0]), name)


def _paths() -> list[str]:
    return [*_OTHERS, *(tuner.path for tuner in reference_tuners())]
