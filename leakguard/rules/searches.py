"""What the rules about searches ask: one search for each place, its size, and how it is told."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from leakguard.semantic.events import Search
from leakguard.semantic.names import is_seed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from leakguard.rules.evidence import Step
    from leakguard.semantic.events import Dimension
    from leakguard.semantic.syntax import Node
    from leakguard.semantic.trace import Trace

_STEPS = 8  # parameters that a path names


def searches(trace: Trace) -> Iterator[Search]:
    """The searches of a program, one for each place at which one is set up: the largest that is run there."""
    found: dict[Node, Search] = {}
    for search in trace.of(Search):
        known = found.get(search.site.node)
        if known is None or _size(search) > _size(known):
            found[search.site.node] = search
    yield from found.values()


def _size(search: Search) -> tuple[int, float]:
    return search.combinations or 0, math.inf if search.trials is None else search.trials


def is_about_luck(search: Search) -> bool:
    """Whether nothing but a seed is searched."""
    return bool(search.dimensions) and all(is_seed(dimension.name) for dimension in search.dimensions)


def dimension_steps(dimensions: Iterable[Dimension]) -> tuple[Step, ...]:
    """The steps of a path that say what is searched."""
    told = [
        (dimension.site, f'{_many(dimension)} of "{dimension.name}"')
        for dimension in dimensions
        if dimension.site is not None and dimension.varies
    ]
    return tuple(told[:_STEPS])


def _many(dimension: Dimension) -> str:
    return "a range" if dimension.choices is None else f"{dimension.choices} values"


def listed_names(dimensions: Iterable[Dimension]) -> str:
    """Names of hyperparameters for a message."""
    return ", ".join(f'"{dimension.name}"' for dimension in dimensions)
