"""Search spaces: where a drawn or laid-out value gets the name of its hyperparameter."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from leakguard.semantic.events import Sample
from leakguard.semantic.values import Const, Data, Mapping, Sequence, Value

if TYPE_CHECKING:
    from leakguard.semantic.machine import Machine


def note_draw(machine: Machine, name: str, value: Data) -> None:
    """A variable holds a draw that has no name of its own: `lr = random.uniform(1e-5, 1e-1)`."""
    if value.sample is not None and not value.sample.label and not value.sample.layout:
        machine.emit(replace(value.sample, label=name, context=machine.context()))


def note_entries(machine: Machine, made: Mapping) -> None:
    """The entries of a dict of a search space are named by their keys."""
    for key, value in made.entries.items():
        if isinstance(key, str):
            note_named(machine, key, value)


def note_named(machine: Machine, name: str, value: Value) -> None:
    """A draw or layout is given to the hyperparameter `name`."""
    if isinstance(value, Data) and value.sample is not None and not value.sample.label:
        machine.emit(replace(value.sample, label=name, context=machine.context()))


def note_grid(machine: Machine, space: Value) -> None:
    """The lists of numbers of a grid that is handed to a search."""
    match space:
        case Mapping():
            for key, value in space.entries.items():
                if isinstance(key, str) and isinstance(value, Sequence):
                    _note_list(machine, key, value)
        case Sequence():
            for item in space.items:
                note_grid(machine, item)


def _note_list(machine: Machine, name: str, value: Sequence) -> None:
    numbers = numbers_of(value)
    if len(numbers) > 1 and value.site is not None:
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
