"""What a search may try: intervals, integers and choices, with conditions between parameters."""

from leakguard.tuners.space.dimensions import Choice, Dimension, Distribution, IntUniform, Kind, LogUniform, Uniform
from leakguard.tuners.space.errors import SpaceError
from leakguard.tuners.space.optuna_distributions import from_optuna, to_optuna
from leakguard.tuners.space.space import Space

__all__ = [
    "Choice",
    "Dimension",
    "Distribution",
    "IntUniform",
    "Kind",
    "LogUniform",
    "Space",
    "SpaceError",
    "Uniform",
    "from_optuna",
    "to_optuna",
]
