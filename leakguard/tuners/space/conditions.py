"""The order in which parameters must be set so that each one's conditions are known."""

from __future__ import annotations

from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING

from leakguard.spelling import nearest
from leakguard.tuners.space.dimensions import Choice, same
from leakguard.tuners.space.errors import SpaceError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from leakguard.tuners.space.dimensions import Dimension


def condition_order(dimensions: Mapping[str, Dimension]) -> tuple[str, ...]:
    """Return the names with every parameter after those that it depends on.

    Raises:
        SpaceError: a condition names an unknown parameter or option, or conditions go in a circle.
    """
    for name, dimension in dimensions.items():
        for parent, values in (dimension.when or {}).items():
            _check_parent(name, parent, values, dimensions)
    parents = {name: tuple(dimension.when or ()) for name, dimension in dimensions.items()}
    try:
        return tuple(TopologicalSorter(parents).static_order())
    except CycleError as error:
        circle = " -> ".join(error.args[1])
        raise SpaceError(f"The conditions go in a circle: {circle}. Remove one of them.") from None


def _check_parent(name: str, parent: str, values: object, dimensions: Mapping[str, Dimension]) -> None:
    if parent not in dimensions:
        raise SpaceError(
            f"{name}: its condition names {parent!r}, which the space lacks. Did you mean "
            f"{nearest(parent, dimensions)!r}?"
        )
    if isinstance(values, str) or not hasattr(values, "__iter__") or not (listed := list(values)):
        raise SpaceError(f"{name}: its condition on {parent!r} must list values, as in when={{{parent!r}: ['rbf']}}.")
    dimension = dimensions[parent]
    if not isinstance(dimension, Choice):
        return
    for value in listed:
        if not any(same(option, value) for option in dimension.options):
            raise SpaceError(f"{name}: its condition names {value!r}, which is no option of {parent!r}.")
