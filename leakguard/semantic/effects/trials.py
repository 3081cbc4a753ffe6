"""Trials of a search: an objective called for each, or a search object run on rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leakguard.semantic.effects.training import trained_for, tuned_by
from leakguard.semantic.functions import bound_method, enter
from leakguard.semantic.searches import Trial, note_search
from leakguard.semantic.trace import trained_since
from leakguard.semantic.values import Built, Closure, Data, Instance, Mapping, Partial, Type, Value, parts_of

if TYPE_CHECKING:
    from leakguard.semantic.call import Call
    from leakguard.semantic.machine import Machine
    from leakguard.semantic.syntax import Node


def searches_in(value: Value) -> list[Built]:
    """The searches that run when this is fitted: it itself, or those among its parts."""
    match value:
        case Built() if value.fact.effect == "search":
            return [value]
        case Built() if value.fact.effect == "wrapper":
            return [search for _, part in parts_of(value) for search in searches_in(part)]
        case _:
            return []


def run_search(call: Call, search: Built, *, cloned: bool = False) -> None:
    """Record that a search object is run; a function that builds the model for a trial is called once."""
    builders = [value for value in search.made_of if isinstance(value, Closure)]
    trial = in_trial(call.machine, builders[0], call.node)[0] if builders else None
    tuned = (*trial.tuned, *trained_for(call)) if trial is not None else ()
    note_search(call, search, (*tuned, *tuned_by(call, search)), trial, cloned=cloned)


def in_trial(
    machine: Machine, objective: Value, node: Node, given: Value | None = None, *, by_name: bool = False
) -> tuple[Trial, Value]:
    """What an objective draws and trains in a trial, and what it returns; `given` is what it gets, maybe by name."""
    outer, trial = machine.search, Trial(machine.branch, outside=len(machine.live))
    machine.search, before = trial, len(machine.trace.events)
    try:
        if by_name and isinstance(given, Mapping) and isinstance(objective, Closure):
            named = {name: value for name, value in given.entries.items() if isinstance(name, str)}
            result = enter(machine, objective, [], named, node)
        else:
            result = _run(machine, objective, node, given or Data(tuning=True))
    finally:
        machine.search = outer
    trial.trains = trial.trains or trained_since(machine.trace, before)
    return trial, result


def _run(machine: Machine, objective: Value, node: Node, trial: Value) -> Value:
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
