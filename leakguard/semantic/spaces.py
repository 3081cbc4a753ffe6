"""Search spaces as values of the program, read as grids of named dimensions."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from leakguard.semantic.events import Dimension
from leakguard.semantic.values import Built, Choices, Const, Data, Mapping, Sequence, Value, choices_of, length

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leakguard.knowledge.facts import Fact
    from leakguard.semantic.site import Site

Grid = tuple[Dimension, ...]


@dataclass(frozen=True, slots=True)
class Space:
    """One grid, or several that are searched one after another; `whole` says that nothing in them is unknown."""

    grids: tuple[Grid, ...] = ()
    whole: bool = False

    @property
    def combinations(self) -> int | None:
        """How many settings there are, None where that isn't known or has no end."""
        sizes = [size_of(grid) for grid in self.grids]
        known = [size for size in sizes if size is not None]
        return sum(known) if self.whole and sizes and len(known) == len(sizes) else None

    @property
    def dimensions(self) -> Grid:
        """The hyperparameters of all grids."""
        return tuple(dimension for grid in self.grids for dimension in grid)


def size_of(grid: Grid) -> int | None:
    """How many settings a grid has."""
    counts = [dimension.choices for dimension in grid]
    return None if None in counts else math.prod(count for count in counts if count is not None)


def listed(value: Value, *, ranges: bool = False) -> Space:
    """A grid that names each parameter's values, or a list of such grids: all that stands in it is searched.

    With `ranges` a pair of numbers is a range.
    """
    match value:
        case Mapping():
            grid = tuple(_dimension(key, item, ranges=ranges) for key, item in value.entries.items() if _is_name(key))
            if value.mixed:  # either of several grids
                grid = tuple(replace(dimension, always=False) for dimension in grid)
            whole = value.rest is None and not value.mixed and len(grid) == len(value.entries)
            return Space((grid,), whole)
        case Sequence(items=[Mapping() as grid, Const()], kind="tuple"):  # a grid and how often to draw from it
            return listed(grid, ranges=ranges)
        case Sequence(items=items) if items and all(isinstance(item, (Mapping, Sequence)) for item in items):
            spaces = [listed(item, ranges=ranges) for item in items]
            whole = length(value) == len(items) and all(space.whole for space in spaces)
            return Space(tuple(grid for space in spaces for grid in space.grids), whole)
        case _:
            return Space()


def is_whole(value: Value) -> bool:
    """Whether nothing stands in a space that isn't known."""
    match value:
        case Mapping():
            return value.rest is None and not value.mixed and all(is_whole(item) for item in value.entries.values())
        case Sequence():
            return length(value) == len(value.items)
        case _:
            return isinstance(value, Const)


def drawn(value: Value) -> Space:
    """A space of which only draws and ranges are searched, and everything else is handed on as it is."""
    return Space((tuple(_drawn(value)),), whole=True)


def opened(value: Built) -> Iterator[tuple[Fact, Value]]:
    """The parts of a space that an object holds, each with the fact that says how it is written."""
    named = value.fact.options.get("space", ())
    for name in named if isinstance(named, tuple) else (str(named),):
        part = _part(value, str(name))
        if part is not None:
            yield value.fact, part
    yield from value.widened


def _part(value: Built, name: str) -> Value | None:
    match name:
        case "*":
            return Sequence([one for key, one in value.arguments.items() if key.startswith("#")])
        case "**":
            return Mapping({key: one for key, one in value.arguments.items() if not key.startswith("#")})
        case _:
            return value.arguments.get(name)


def _drawn(value: Value, name: str = "", depth: int = 3) -> Iterator[Dimension]:
    match value:
        case Mapping() if depth:
            for key, item in value.entries.items():
                yield from _drawn(item, key if isinstance(key, str) else "", depth - 1)
        case Sequence(kind="tuple") if _is_range(value):
            yield Dimension(name, None, ranged=True)
        case Sequence(every=every, offered=offered) if every or offered:
            choices = choices_of(value) or Choices(None)
            yield Dimension(name, choices.count, choices.values, value.site, every=every)
        case Sequence() if depth and not name:
            for item in value.items:
                yield from _drawn(item, "", depth - 1)
        case Data():
            yield from _drawn_value(value, name)
        case Built() if value.fact.effect == "space" and depth:
            for _, part in opened(value):
                yield from _drawn(part, "", depth - 1)


def _drawn_value(value: Data, name: str) -> Iterator[Dimension]:
    sample, choices = value.sample, value.choices
    if sample is not None and not sample.layout:
        yield Dimension(name or sample.label, None, site=sample.site, ranged=True)
    elif choices is not None and (value.tuning or choices.offered):
        label, site = name or choices.label, choices.site or _site(value)
        yield Dimension(label, choices.count, choices.values, site, every=choices.every)


def _dimension(name: object, value: Value, *, ranges: bool) -> Dimension:
    choices = choices_of(value)
    ranged = ranges and isinstance(value, Sequence) and _is_range(value)
    if choices is None or ranged or _is_draw(value):
        return Dimension(str(name), None, site=_site(value), ranged=ranged or _is_draw(value))
    return Dimension(str(name), choices.count, choices.values, _site(value))


def _is_draw(value: Value) -> bool:
    return isinstance(value, Data) and value.sample is not None and not value.sample.layout


def _site(value: Value) -> Site | None:
    match value:
        case Sequence(site=site):
            return site
        case Data(sample=sample) if sample is not None:
            return sample.site
        case _:
            return None


def _is_name(key: object) -> bool:
    return isinstance(key, str) and "{}" not in key


def _is_range(value: Sequence) -> bool:
    """`(low, high)` or `(low, high, "log-uniform")`, as scikit-optimize and bayesian-optimization write a range."""
    numbers = [isinstance(item, Const) and type(item.value) in {int, float} for item in value.items[:2]]
    prior = [isinstance(item, Const) and isinstance(item.value, str) for item in value.items[2:]]
    return value.kind == "tuple" and len(numbers) == 2 and len(prior) <= 1 and all(numbers + prior)
