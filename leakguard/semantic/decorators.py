"""What decorators make of the functions and classes of the program that they stand above."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from leakguard.semantic import syntax as s
from leakguard.semantic.call import apply
from leakguard.semantic.effects.settings import defaults_of
from leakguard.semantic.functions import closure_of
from leakguard.semantic.values import Closure, Data, Type, Value

if TYPE_CHECKING:
    from leakguard.semantic.machine import Machine

_KINDS: dict[str, Literal["property", "static", "class"]] = {
    "property": "property",
    "cached_property": "property",
    "staticmethod": "static",
    "classmethod": "class",
}


def define(machine: Machine, node: s.Function) -> None:
    """Bind the name of a function to what its decorators make of it."""
    made = closure_of(machine, node)
    name = node.name
    for decorator in reversed(node.decorators):
        called = decorator.id if isinstance(decorator, s.Name) else getattr(decorator, "name", "")
        if called in _KINDS:
            made = replace(made, kind=_KINDS[called])
        elif called in {"setter", "deleter", "getter"} and isinstance(decorator, s.Attribute):
            name = f"{node.name}.{called}" if called != "getter" else node.name
        else:
            made = _decorated(machine, decorator, made)
    machine.scope.bind(name, made)


def _decorated(machine: Machine, decorator: s.Expression, made: Closure) -> Closure:
    """What a decorator of the program gives for a function; those of libraries leave functions what they are."""
    found = machine.evaluate(decorator)
    if isinstance(found, Data) and found.told:
        names = [parameter.name for parameter in made.definition.parameters]
        return replace(made, defaults={**made.defaults, **defaults_of(found, names)})
    if not isinstance(found, Closure):
        return made
    result = apply(machine, s.Call(decorator.origin, decorator, ()), found, made)
    if not isinstance(result, Closure) or result is made:
        return made
    return replace(result, wraps=made.wraps or made, kind=made.kind)


def class_decorated(machine: Machine, node: s.Class, made: Type) -> Type:
    """What decorators of the program give for a class."""
    for decorator in reversed(node.decorators):
        found: Value = machine.evaluate(decorator)
        if isinstance(found, Closure):
            result = apply(machine, s.Call(decorator.origin, decorator, ()), found, made)
            made = result if isinstance(result, Type) else made
    return made
