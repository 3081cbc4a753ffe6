"""Search spaces and the calls that try them out."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from leakguard.semantic.call import Call, effect
from leakguard.semantic.choice import choose
from leakguard.semantic.events import Sample
from leakguard.semantic.functions import enter
from leakguard.semantic.rows import Cut, Part
from leakguard.semantic.sampling import note_grid, note_named
from leakguard.semantic.values import (
    Closure,
    Data,
    Instance,
    Mapping,
    Partial,
    Sequence,
    Value,
    constant,
    origin_of,
)

if TYPE_CHECKING:
    from leakguard.semantic.machine import Machine
    from leakguard.semantic.syntax import Node


@effect("optimize")
def _optimize(call: Call) -> Value:
    for space in call.given("space"):
        note_grid(call.machine, space)
    objective = call.one("objective") or next(iter(call.positional), None)
    if objective is not None:
        with call.machine.inside(tuning=call.site):
            result = run_objective(call.machine, objective, call.node)
        choose(call.machine, call.node, origin_of(result).scores, f"{call.label}() over the objective's scores")
    return Data()


def run_objective(machine: Machine, objective: Value, node: Node) -> Value:
    """What an objective returns for a trial of which nothing is known."""
    trial = Data(tuning=True)
    match objective:
        case Closure():
            return enter(machine, objective, [trial], {}, node)
        case Partial(function=Closure() as function):
            return enter(machine, function, [*objective.positional, trial], objective.keywords, node)
        case Instance():
            from leakguard.semantic.functions import bound_method

            method = bound_method(machine, objective, "__call__")
            return enter(machine, method, [trial], {}, node) if isinstance(method, Closure) else Data()
        case _:
            return Data()


@effect("candidates")
def _candidates(call: Call) -> Value:
    for space in call.given("space"):
        note_grid(call.machine, space)
    return Sequence([Data(), Data()])


@effect("sample")
def _sample(call: Call) -> Value:
    label = call.word("label")
    values = call.one("values")
    if values is not None and not label and not isinstance(values, Sequence):
        return _drawn_indices(call, values)
    if values is not None:
        note_grid(call.machine, Mapping({label: values}))
        return Data(tuning=True)
    low, high = _bounds(call)
    scale = _scale(call)
    layout = bool(call.fact.options.get("layout"))
    sample = Sample(call.site, call.machine.context(), label, low, high, scale, layout, call.label)
    if label:
        call.machine.emit(sample)
    return Data(sample=sample)


def _drawn_indices(call: Call, values: Value) -> Data:
    """`np.random.choice(n, size)` or `random.sample(indices, k)`: some rows, the others being the other part."""
    if isinstance(values, Data) and values.index_of:
        return replace(values, drawn=call.site)
    key = ("draw", call.site, len(call.machine.trace.events))
    return Data(selects=(Part(Cut(key, "draw", call.site, seen={"drawn"}), "drawn"),))


def _scale(call: Call) -> Literal["linear", "log", "other"]:
    fixed = call.fact.options.get("scale")
    if call.names("log"):
        given = constant(call.one("log"))
        wanted = call.fact.options.get("log_value", True)
        if call.one("log") is not None and given is None:
            return "other"
        if given == wanted or (isinstance(given, str) and given.lower() == str(wanted).lower()):
            return "log"
    return "log" if fixed == "log" else "linear" if fixed == "linear" else "other"


def _bounds(call: Call) -> tuple[float | None, float | None]:
    low, high = call.number("low"), call.number("high")
    match call.fact.options.get("bounds"):
        case "width":
            low = 0.0 if low is None and call.one("low") is None else low
            high = 1.0 if high is None and call.one("high") is None else high
            return low, (low + high if low is not None and high is not None else None)
        case "exponents":
            return _power(call, low), _power(call, high)
        case _:
            if low is not None and high is None and call.one("high") is None:
                return 0.0, low  # range(stop), arange(stop)
            return low, high


def _power(call: Call, exponent: float | None) -> float | None:
    base = call.fact.options.get("base")
    if exponent is None or abs(exponent) > 300:
        return None
    return math.pow(base if isinstance(base, (int, float)) else math.e, exponent)


@effect("save", "show")
def _aside(call: Call) -> Value:
    del call
    return Data()


def note_parameters(machine: Machine, keywords: dict[str, Value]) -> None:
    """`set_params(C=value)`: a drawn value is given to a hyperparameter."""
    for name, value in keywords.items():
        note_named(machine, name, value)
