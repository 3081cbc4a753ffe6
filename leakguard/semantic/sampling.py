"""Search spaces: where a drawn or laid-out value gets the name of its hyperparameter."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from leakguard.semantic.events import Bounds, Sample
from leakguard.semantic.names import words
from leakguard.semantic.values import Choices, Const, Data, Mapping, Sequence, Value, constant

if TYPE_CHECKING:
    from leakguard.semantic.machine import Machine


_SPACES = frozenset(
    "param params parameter parameters hyperparameter hyperparameters hyper grid grids space spaces search "
    "distribution distributions dist dists config tuned".split()
)
_LARGEST = 300  # exponent of a bound


def note_space(machine: Machine, name: str, made: Mapping) -> None:
    """A dict is a search space if the name that it is bound to says so."""
    if not _SPACES.isdisjoint(words(name)):
        note_grid(machine, made)


def note_named(machine: Machine, name: str, value: Value) -> None:
    """A draw or layout is given to the hyperparameter `name`."""
    if isinstance(value, Data) and value.sample is not None and not value.sample.label:
        machine.emit(replace(value.sample, label=name, context=machine.context()))


def note_taken(machine: Machine, learner: str, name: str, value: Value) -> None:
    """A learner takes a draw or layout for its hyperparameter `name`, however it was called before."""
    note_named(machine, name, value)
    if isinstance(value, Data) and value.sample is not None:
        note_takers(machine, value.sample, {learner})


def note_takers(machine: Machine, sample: Sample, learners: set[str]) -> None:
    """Remember the learners that take the values of a draw or layout."""
    machine.trace.takers.setdefault(sample.site.node, set()).update(learners)


def note_grid(machine: Machine, space: Value) -> None:
    """The draws, layouts and lists of numbers of a search space, named by their keys."""
    match space:
        case Mapping():
            for key, value in space.entries.items():
                if isinstance(key, str):
                    note_named(machine, key, value)
                    _note_list(machine, key, value)
        case Sequence():
            for item in space.items:
                note_grid(machine, item)


def _note_list(machine: Machine, name: str, value: Value) -> None:
    numbers = numbers_of(value)
    if isinstance(value, Sequence) and len(numbers) > 1 and value.site is not None:
        low, high = min(numbers), max(numbers)
        machine.emit(
            Sample(value.site, machine.context(), name, low, high, "other", layout=True, call="list", values=numbers)
        )


def numbers_of(value: Value) -> tuple[float, ...]:
    """The numbers of a written-out list, empty if it holds anything else."""
    if not isinstance(value, Sequence) or value.rest is not None:
        return ()
    numbers = [item.value for item in value.items if isinstance(item, Const) and type(item.value) in {int, float}]
    return tuple(numbers) if len(numbers) == len(value.items) else ()  # type: ignore[arg-type]


def number_of(value: Value) -> float | None:
    """The literal number that a value is, else None."""
    known = constant(value)
    return float(known) if isinstance(known, (int, float)) and not isinstance(known, bool) else None


def ends(bounds: Bounds) -> tuple[float | None, float | None]:
    """The smallest and the largest value between bounds."""
    first, second = bounds.first, bounds.second
    match bounds.meaning:
        case "width":
            return first, (first + second if first is not None and second is not None else None)
        case "exponents":
            return _power(bounds.base, first), _power(bounds.base, second)
        case _:
            return first, second


def _power(base: float, exponent: float | None) -> float | None:
    return None if exponent is None or abs(exponent) > _LARGEST or base <= 0 else math.pow(base, exponent)


def raised_draw(machine: Machine, base: Value, exponent: Data, sample: Sample) -> Data:
    """`base ** exponent` of a drawn or laid-out exponent, which so is not meant to be a value itself."""
    machine.trace.raised.add(sample.site.node)
    if sample.label and (raised := _raised(sample, base)) is not None:
        machine.emit(raised)
    known = exponent.choices if isinstance(base, Const) else None
    return Data(exponent.origin, sample=_raised(sample, base), choices=Choices(known.count) if known else None)


def _raised(sample: Sample, base: Value) -> Sample | None:
    """`10 ** exponent` of an evenly drawn exponent is drawn on a log scale."""
    known = number_of(base)
    if sample.scale != "linear":
        return None
    if known is None or known <= 0 or sample.low is None or sample.high is None:
        return replace(sample, scale="log", low=None, high=None, bounds=None)
    bounds = Bounds(sample.low, sample.high, "exponents", known)
    low, high = ends(bounds)
    return replace(sample, scale="log", low=low, high=high, bounds=bounds)
