"""Functions and classes of the checked program itself: entered with the abstract arguments of the call."""

from __future__ import annotations

from dataclasses import replace
from functools import reduce
from typing import TYPE_CHECKING

from leakguard.semantic import syntax as s
from leakguard.semantic.known import is_final
from leakguard.semantic.machine import Frame, Machine
from leakguard.semantic.memory import occasion, recalled, remember
from leakguard.semantic.scope import Scope, join
from leakguard.semantic.values import (
    Closure,
    Const,
    Data,
    Instance,
    Library,
    Mapping,
    Sequence,
    Type,
    Value,
    merge,
    origin_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_YIELDED = 10  # values of a generator that are told apart
_DEPTH = 24  # calls within calls
_AWAY = 4  # calls of other files' functions within each other
# How often one function is entered, by the steps that the run has taken: a large project is followed more sparingly
# the longer it takes, other files' functions sooner than the file's own, and each of them still once.
_ENTERED_AT_ALL = ((10_000, 160), (30_000, 24), (90_000, 6), (200_000, 2))
_ENTERED_AWAY = ((10_000, 80), (20_000, 24), (40_000, 2))


def closure_of(machine: Machine, node: s.Function | s.Lambda) -> Closure:
    """The value of a function definition where it stands."""
    defaults = {p.name: machine.evaluate(p.default) for p in node.parameters if p.default is not None}
    made = Closure(node, machine.scope, defaults, machine.filename)
    if machine.gate is not None and machine.filename == machine.home:
        machine.defined.append(made)
    return made


def enter(
    machine: Machine, closure: Closure, positional: list[Value], keywords: dict[str, Value], node: s.Node
) -> Value:
    """Call a function of the program: run its body with these arguments and give what it returns."""
    definition = closure.definition
    machine.entered.add(definition)
    if closure.filename != machine.home:
        machine.trace.entered.add(entry_name(closure))
    called = closure.wraps or definition  # what one decorator makes of several functions is as many functions
    count = machine.entries.get(called, 0) + 1
    machine.entries[called] = count
    active = sum(frame.definition is called for frame in machine.frames)
    names = bind_arguments(closure, positional, keywords)
    if active > 1 or _too_deep(machine, closure) or _too_often(machine, closure, count, names):
        return Data(merge(origin_of(value) for value in (*positional, *keywords.values())))
    call = occasion(machine, called, count, names, away=closure.filename != machine.home)
    known = recalled(machine, call, names)
    if known is not None:
        return known
    result = _run(machine, closure, names, node, again=count > 1)
    remember(machine, call, names, result)
    return result


def _run(machine: Machine, closure: Closure, names: dict[str, Value], node: s.Node, *, again: bool) -> Value:
    site = machine.site(node)
    outer, machine.again = machine.again, machine.again and again
    with machine.inside(call=site, fitting=site if _is_own_fit(closure) else None):
        result = run_body(machine, closure, names)
    machine.again = outer
    return result


def _too_deep(machine: Machine, closure: Closure) -> bool:
    """Whether so many calls are around this one that it is left out."""
    away = closure.filename != machine.home and machine.frames[-1].away >= _AWAY
    return away or len(machine.frames) > _DEPTH


def _too_often(machine: Machine, closure: Closure, count: int, names: dict[str, Value]) -> bool:
    """Whether a function was entered so often that this call is left out; not where it is handed a test path."""
    if count <= _entered_at_all(machine.steps, _ENTERED_AT_ALL if closure.filename == machine.home else _ENTERED_AWAY):
        return False
    guarded = machine.gate is not None and machine.gate.holds(names.values(), machine.filename)
    return not guarded or count > _ENTERED_AT_ALL[0][1]


def _entered_at_all(steps: int, allowed: Iterable[tuple[int, int]]) -> int:
    return next((times for until, times in allowed if steps < until), 1)


def _is_own_fit(closure: Closure) -> bool:
    """Whether this is the fit of a transformer that the program defines: what it learns, its caller lets it learn."""
    return (
        isinstance(closure.definition, s.Function)
        and closure.definition.name in {"fit", "fit_transform"}
        and closure.owner is not None
        and method_of(closure.owner, "transform") is not None
    )


def entry_name(closure: Closure) -> str:
    """How a function is called across files: `path::Class.method`."""
    name = closure.definition.name if isinstance(closure.definition, s.Function) else "lambda"
    owner = f"{closure.owner.definition.name}." if closure.owner is not None else ""
    return f"{closure.filename}::{owner}{name}"


def run_body(machine: Machine, closure: Closure, names: dict[str, Value]) -> Value:
    """Execute a function's body in a scope that holds its parameters."""
    outer, filename, final, guarded = machine.scope, machine.filename, machine.final, machine.guarded
    away = machine.frames[-1].away + (closure.filename != machine.home)
    frame = Frame(closure.wraps or closure.definition, closure.receiver or _self(closure, names), closure.owner, away)
    machine.frames.append(frame)
    machine.scope, machine.filename = Scope("function", closure.scope, names), closure.filename
    machine.final = final or is_final(machine, closure)
    try:
        if isinstance(closure.definition, s.Lambda):
            return machine.evaluate(closure.definition.body)
        machine.execute(closure.definition.body)
    finally:
        machine.frames.pop()
        machine.scope, machine.filename = outer, filename
        machine.final, machine.guarded = final, guarded
    return _result(frame)


def _self(closure: Closure, names: dict[str, Value]) -> Value | None:
    """The object that a method was handed as its first argument, by a decorator or as `Base.method(self)`."""
    first = next(iter(names.values()), None)
    return first if closure.owner is not None and isinstance(first, Instance) else None


def _result(frame: Frame) -> Value:
    if frame.yielded:
        return Sequence(frame.yielded[:_YIELDED], "list", reduce(join, frame.yielded))
    if not frame.returned:
        return Const(None)
    return reduce(join, frame.returned)


def bind_arguments(closure: Closure, positional: list[Value], keywords: dict[str, Value]) -> dict[str, Value]:
    """Match arguments with parameters; what is not given has its default, or is unknown."""
    given = list(positional)
    if closure.receiver is not None and closure.kind != "static":
        given.insert(0, closure.receiver)
    names: dict[str, Value] = {}
    named = dict(keywords)
    rest = named.pop("**", None)
    keyword_only = False
    for parameter in closure.definition.parameters:
        match parameter.star:
            case "*":
                keyword_only = True
                if parameter.name:
                    names[parameter.name] = Sequence(given, "tuple")
                    given = []
            case "**":
                names[parameter.name] = _mapping(named, rest)
            case _:
                names[parameter.name] = _argument(closure, parameter, [] if keyword_only else given, named, rest)
    return names


def _mapping(named: dict[str, Value], rest: Value | None) -> Mapping:
    made = Mapping({}, rest)
    made.entries.update(named)
    return made


def _argument(
    closure: Closure, parameter: s.Parameter, given: list[Value], named: dict[str, Value], rest: Value | None
) -> Value:
    if given:
        return given.pop(0)
    if parameter.name in named:
        return named.pop(parameter.name)
    if rest is not None:
        return Data(origin_of(rest))
    return closure.defaults.get(parameter.name) or Data()


def method_of(kind: Type, name: str, after: Type | None = None) -> tuple[Value, Type] | None:
    """A class attribute along the program's own bases; `after` starts behind that class, as `super()` does."""
    passed = after is None
    for one in lineage(kind):
        if passed and name in one.attributes:
            return one.attributes[name], one
        passed = passed or one is after
    return None


def lineage(kind: Type, seen: frozenset[int] = frozenset()) -> Iterator[Type]:
    """A class of the program and all that it inherits from, nearest first."""
    if id(kind) in seen:
        return
    yield kind
    for base in kind.bases:
        if isinstance(base, Type):
            yield from lineage(base, seen | {id(kind)})


def library_bases(kind: Type) -> tuple[str, ...]:
    """The qualified names of the library classes that a class of the program inherits from."""
    return tuple(base.name for one in lineage(kind) for base in one.bases if isinstance(base, Library))


def bound_method(machine: Machine, instance: Instance, name: str, after: Type | None = None) -> Value | None:
    """`instance.name` where the class defines it: a method bound to the instance, a property's value, an attribute."""
    found = method_of(instance.type, name, after)
    if found is None:
        return None
    value, owner = found
    if not isinstance(value, Closure):
        return value
    method = replace(value, receiver=instance, owner=owner)
    if value.kind == "property":
        return enter(machine, method, [], {}, value.definition)
    return method
