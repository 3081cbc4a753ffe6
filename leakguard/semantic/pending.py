"""The best place on a curve of scores: where it is may be told or drawn; to take something there is a choice."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from leakguard.semantic.choice import is_curve
from leakguard.semantic.values import Bound, Closure, Data, Library, Mapping, Sequence, Type, Value, items_of, origin_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from leakguard.semantic.events import Choose
    from leakguard.semantic.machine import Machine

_NUMBERS = frozenset({"builtins", "numpy", "pandas", "math"})  # what they give of a number is a number still
_PLOTS = frozenset({"matplotlib", "seaborn", "plotly", "logging", "bokeh", "altair"})
_TELLS = frozenset(
    "append plot scatter axvline axhline vlines hlines annotate text legend set_title set_xlabel set_xlim set_xticks "
    "info debug warning write format log log_metric log_metrics log_param add_scalar add_vline add_hline echo".split()
)
_TAKES = frozenset({"take", "choose", "compress"})


def take_up(machine: Machine, value: Value) -> None:
    """Something is kept because of this value: if it says where the best of a curve is, that was a choice."""
    match value:
        case Data(pending=choice) if choice is not None:
            _emit(machine, choice)
        case Sequence() | Mapping():
            for item in items_of(value):
                if isinstance(item, Data) and item.pending is not None:
                    _emit(machine, item.pending)


def _emit(machine: Machine, choice: Choose) -> None:
    if not any(one is choice for one in machine.trace.events):
        machine.emit(choice)


def compare_with_best(machine: Machine, values: Iterable[Value]) -> None:
    """`f1 == f1.max()` looks for the place, too."""
    for value in values:
        take_up(machine, value)
        if isinstance(value, Data) and value.extreme is not None and is_curve(value.extreme.judged):
            _emit(machine, value.extreme)


def taken_at(machine: Machine, base: Value, index: Value, result: Value) -> Value:
    """`base[index]`: of the curve's own scores no choice, of an array of numbers one once the number is used."""
    if not isinstance(index, Data) or index.pending is None or origin_of(base).scores:
        return result
    if isinstance(base, Data) and base.choices is not None and isinstance(result, Data):
        return replace(result, pending=index.pending)
    take_up(machine, index)
    return result


def handed_on(machine: Machine, function: Value, given: list[Value], result: Value) -> Value:
    """The result of a call that may be handed the best place, which is used there unless it is only shown."""
    receiver = [function.receiver] if isinstance(function, Bound) else []
    held = [value for value in (*given, *receiver) if isinstance(value, Data) and value.pending is not None]
    if not held or isinstance(function, (Closure, Type)):
        return result  # the body says what it does with it
    root, _, name = function.name.rpartition(".") if isinstance(function, (Library, Bound)) else ("", "", "")
    root = root.partition(".")[0]
    if root in _PLOTS or (isinstance(function, Bound) and name in _TELLS):
        return result
    converts = root in _NUMBERS or any(value in held for value in receiver)
    if converts and name not in _TAKES:
        return replace(result, pending=held[0].pending) if isinstance(result, Data) else result
    for value in held:
        take_up(machine, value)
    return result
