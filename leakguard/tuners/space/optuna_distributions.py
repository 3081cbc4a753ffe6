"""Spaces to and from Optuna's distributions (`optuna.distributions`, Optuna 4)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from leakguard.tuners.space.dimensions import Choice, Dimension, IntUniform, LogUniform, Uniform
from leakguard.tuners.space.errors import SpaceError
from leakguard.tuners.space.space import Space

if TYPE_CHECKING:
    from collections.abc import Mapping

    from optuna.distributions import BaseDistribution

_PLAIN = (bool, int, float, str, type(None))


def to_optuna(space: Space | Mapping[str, Any]) -> dict[str, BaseDistribution]:
    """Return Optuna's distribution of each parameter, as `study.ask(fixed_distributions=...)` takes them.

    Raises:
        SpaceError: Optuna has no such thing: conditions, SciPy distributions, options that are no plain values.
    """
    return {name: _to_optuna(name, dimension) for name, dimension in Space.of(space).dimensions.items()}


def from_optuna(distributions: Mapping[str, BaseDistribution]) -> Space:
    """Return the space of Optuna's distributions; those with steps become choices.

    Raises:
        SpaceError: a distribution is of no known kind, or has a single value.
    """
    return Space({name: _from_optuna(name, distribution) for name, distribution in distributions.items()})


def _to_optuna(name: str, dimension: Dimension) -> BaseDistribution:
    from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution

    if dimension.when:
        raise SpaceError(
            f"{name}: Optuna's distributions have no conditions. Ask for it in the objective where "
            f"{', '.join(dimension.when)} allows it."
        )
    match dimension:
        case Uniform():
            return FloatDistribution(dimension.low, dimension.high)
        case LogUniform():
            return FloatDistribution(dimension.low, dimension.high, log=True)
        case IntUniform():
            return IntDistribution(dimension.low, dimension.high, log=dimension.log)
        case Choice() if all(isinstance(option, _PLAIN) for option in dimension.options):
            return CategoricalDistribution(dimension.options)
        case Choice():
            raise SpaceError(f"{name}: Optuna's options are numbers, texts and None. Choose by name or number instead.")
        case _:
            raise SpaceError(f"{name}: Optuna has no {dimension!r}. Use Uniform, LogUniform, IntUniform or Choice.")


def _from_optuna(name: str, distribution: BaseDistribution) -> Dimension:
    from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution

    match distribution:
        case CategoricalDistribution():
            return Choice(distribution.choices)
        case IntDistribution(step=1):
            return IntUniform(distribution.low, distribution.high, distribution.log)
        case FloatDistribution(step=None):
            return (LogUniform if distribution.log else Uniform)(distribution.low, distribution.high)
        case IntDistribution(step=step) | FloatDistribution(step=float(step)):
            count = round((distribution.high - distribution.low) / step) + 1
            return Choice([distribution.low + index * step for index in range(count)])
        case _:
            raise SpaceError(f"{name}: {distribution!r} is no distribution of Optuna 4.")
