"""Search spaces and the calls that try them out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leakguard.semantic.call import Call, effect
from leakguard.semantic.choice import choose
from leakguard.semantic.effects.drawing import note_searched, trial_of
from leakguard.semantic.effects.judging import told_scores
from leakguard.semantic.functions import bound_method, enter
from leakguard.semantic.sampling import note_named
from leakguard.semantic.values import (
    Built,
    Closure,
    Const,
    Data,
    Instance,
    Mapping,
    Partial,
    Sequence,
    Type,
    Value,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from leakguard.semantic.machine import Machine
    from leakguard.semantic.syntax import Node


@effect("optimize")
def _optimize(call: Call) -> Value:
    note_searched(call)
    objective = call.one("objective") or _of_receiver(call) or next(iter(call.positional), None)
    if objective is not None:
        metric = call.fact.options.get("key") or metric_of(call.given("metric"))
        with call.machine.inside(tuning=call.site, metric=str(metric)):
            result = run_objective(call.machine, objective, call.node, trial_of(call))
        scores = told_scores(result, str(metric))
        choose(call.machine, call.node, scores, f"{call.label}() over the objective's scores")
    return Data()


def _of_receiver(call: Call) -> Value | None:
    """The objective that the object whose method runs it was made with."""
    made = call.receiver.arguments if isinstance(call.receiver, Built) else {}
    return next((made[name] for name in call.names("objective") if name in made), None)


def metric_of(values: Iterable[Value | None]) -> str:
    """The name of the score that a tuner looks at, empty if it isn't known: a text, or what holds one as `metric`."""
    for value in values:
        match value:
            case Const(value=str(name)):
                return name
            case Built():
                found = metric_of([value.arguments.get("metric"), *_mappings(value.arguments.values())])
            case Mapping():
                found = metric_of([value.entries.get("metric"), value.entries.get("name")])
            case _:
                found = ""
        if found:
            return found
    return ""


def _mappings(values: Iterable[Value]) -> list[Value | None]:
    return [value for value in values if isinstance(value, Mapping)]


def run_objective(machine: Machine, objective: Value, node: Node, trial: Value) -> Value:
    """What an objective returns for a trial."""
    match objective:
        case Closure():
            return enter(machine, objective, [trial], {}, node)
        case Partial(function=Closure() as function):
            return enter(machine, function, [*objective.positional, trial], objective.keywords, node)
        case Instance():
            method = bound_method(machine, objective, "__call__")
            return enter(machine, method, [trial], {}, node) if isinstance(method, Closure) else Data()
        case Type():
            return _stepped(machine, objective, node, trial)
        case _:
            return Data()


def _stepped(machine: Machine, kind: Type, node: Node, trial: Value) -> Value:
    """What an objective that is a class gives: made with the trial, set up with it, trained step by step."""
    made = Instance(kind)
    result: Value = Data()
    for name, given in (("__init__", [trial]), ("setup", [trial]), ("step", [])):
        method = bound_method(machine, made, name)
        if isinstance(method, Closure):
            result = enter(machine, method, list(given), {}, node)
    return result


@effect("candidates")
def _candidates(call: Call) -> Value:
    note_searched(call)
    return Sequence([Data(), Data()])


@effect("save", "show")
def _aside(call: Call) -> Value:
    del call
    return Data()


def note_parameters(machine: Machine, keywords: dict[str, Value]) -> None:
    """`set_params(C=value)`: a drawn value is given to a hyperparameter."""
    for name, value in keywords.items():
        note_named(machine, name, value)
