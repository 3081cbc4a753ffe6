"""Functions and methods that nobody in the file calls: entered with arguments of which only the names are known."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from leakguard.semantic import syntax as s
from leakguard.semantic.choice import choose
from leakguard.semantic.events import Handed, Provenance
from leakguard.semantic.functions import entry_name, run_body
from leakguard.semantic.known import is_final, told_of
from leakguard.semantic.names import Role, role_of
from leakguard.semantic.rows import Cut, Part, Rows, Source
from leakguard.semantic.searches import Trial, note_objective
from leakguard.semantic.trace import trained_since
from leakguard.semantic.values import Built, Closure, Const, Data, Instance, Mapping, Sequence, Type, Value, origin_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leakguard.semantic.machine import Machine

_TRIALS = frozenset({"trial"})


def run_entries(machine: Machine) -> None:
    """Enter what the module defines and nobody has entered."""
    for value in sorted(machine.scope.names.values(), key=lambda one: _order(machine, one)):
        match value:
            case Closure() | Type() if told_of(machine, value):
                continue  # taken at its word
            case Closure() if not _is_called(machine, value):
                _enter(machine, value.wraps or value)
            case Type() if not _is_entered(machine, value):
                _enter_class(machine, value)


def _order(machine: Machine, value: Value) -> tuple[bool, bool]:
    return not _is_final(machine, value), _may_lack_validation(value)


def _is_final(machine: Machine, value: Value) -> bool:
    """Whether this is the final evaluation, or has a part of it: what only it calls is run by it first."""
    match value:
        case Closure():
            return is_final(machine, value.wraps or value)
        case Type():
            return any(is_final(machine, replace(method, owner=value)) for method in _methods(value))
        case _:
            return False


def run_unentered(machine: Machine) -> None:
    """Enter what stands within other functions and was handed on, for the test paths that it reads and nothing else."""
    trace, before = machine.trace, len(machine.trace.events)
    for function in machine.defined:
        if function.definition not in machine.entered:
            _enter(machine, function)
    trace.events[before:] = [event for event in trace.events[before:] if isinstance(event, Handed)]


def _may_lack_validation(value: Value) -> bool:
    """Whether test rows may stand in for validation rows: who calls such a function says whether it is given these."""
    if not isinstance(value, Closure):
        return False
    function = value.wraps or value
    given = [parameter.name for parameter in function.definition.parameters]
    optional = {role_of(name) for name in given if _is_none(function.defaults.get(name))}
    return Role.VALIDATION in optional and Role.TEST in map(role_of, given)


def _is_none(default: Value | None) -> bool:
    return isinstance(default, Const) and default.value is None


def _is_called(machine: Machine, value: Closure) -> bool:
    """Whether a function has been entered, or is none of this file's."""
    return (value.wraps or value).definition in machine.entered or value.filename != machine.home


def _is_entered(machine: Machine, kind: Type) -> bool:
    return all(method.definition in machine.entered for method in _methods(kind))


def _methods(kind: Type) -> Iterator[Closure]:
    for value in kind.attributes.values():
        if isinstance(value, Closure) and isinstance(value.definition, s.Function):
            yield value if value.wraps is None else replace(value.wraps, kind=value.kind)


def _enter(machine: Machine, function: Closure) -> Value:
    machine.entered.add(function.definition)
    machine.entry = entry_name(function)
    names = parameters(machine, function)
    trial = next((p for p in function.definition.parameters if _is_trial(p)), None)
    if trial is None:
        return run_body(machine, function, names)
    site = machine.site(function.definition)
    outer, drawing = machine.search, Trial(machine.branch)
    machine.search, before = drawing, len(machine.trace.events)
    try:
        with machine.inside(tuning=site):
            result = run_body(machine, function, names)
    finally:
        machine.search = outer
    drawing.trains = drawing.trains or trained_since(machine.trace, before)
    note_objective(machine, site, drawing)
    choose(machine, function.definition, origin_of(result).scores, "the tuner that calls this objective")
    return result


def _is_trial(parameter: s.Parameter) -> bool:
    annotation = parameter.annotation
    named = getattr(annotation, "name", getattr(annotation, "id", ""))
    return parameter.name in _TRIALS or named in {"Trial", "FixedTrial"}


def _enter_class(machine: Machine, kind: Type) -> None:
    """An object made with unknown arguments; its methods are called in the order in which they stand."""
    made = Instance(kind)
    methods = list(_methods(kind))
    methods.sort(key=lambda method: method.definition.name != "__init__")  # type: ignore[union-attr]
    for method in methods:
        if method.definition not in machine.entered and method.filename == machine.home:
            receiver = kind if method.kind == "class" else made
            _enter(machine, replace(method, receiver=receiver, owner=kind))


def parameters(machine: Machine, function: Closure) -> dict[str, Value]:
    """Unknown arguments for a function: rows of their own, cut by what their names tell."""
    given = list(function.definition.parameters)
    names: dict[str, Value] = {}
    if function.receiver is not None and function.kind != "static" and given:
        names[given.pop(0).name] = function.receiver
    cut = Cut(("names", function.definition), "names", machine.site(function.definition))
    for parameter in given:
        names[parameter.name] = _telling_default(machine, function, parameter) or _unknown(function, parameter, cut)
    return names


def _telling_default(machine: Machine, function: Closure, parameter: s.Parameter) -> Value | None:
    """A default that is taken for the argument: settings that were read, or a test path behind the gate."""
    default = function.defaults.get(parameter.name)
    if default is None or (isinstance(default, Data) and default.told):
        return default
    guarded = machine.gate is not None and machine.gate.holds([default], machine.filename)
    return default if guarded else None


def _unknown(function: Closure, parameter: s.Parameter, cut: Cut) -> Value:
    match parameter.star:
        case "*":
            return Sequence([], "tuple", Data())
        case "**":
            return Mapping({}, Data())
    if _is_trial(parameter):
        return Data(tuning=True)
    default = function.defaults.get(parameter.name)
    if isinstance(default, (Built, Closure)):
        return default
    if isinstance(default, Const) and isinstance(default.value, (bool, int, float, str)):
        return Data()
    source = Source(("parameter", function.definition, parameter.name), parameter.name)
    rows = Rows(source)
    role = role_of(parameter.name)
    if role is not None:
        cut.roles[role.value] = role
        cut.seen.add(role.value)
        rows = rows.part(Part(cut, role.value))
    return Data(Provenance(frozenset({rows})), optional=function.receiver is None and _is_none(default))
