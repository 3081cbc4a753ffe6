"""What is known of a name or a definition: the project's own knowledge comes before the libraries'."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from leakguard.knowledge import loader
from leakguard.semantic import syntax as s
from leakguard.semantic.values import Built, Closure, Data, origin_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from leakguard.knowledge.facts import Fact
    from leakguard.semantic.machine import Machine
    from leakguard.semantic.values import Type, Value

_ALSO_OF_DATA = frozenset({"transform", "apply", "score"})
_LEARNERS = frozenset({"learner", "wrapper", "search", "train"})


def fact_of(machine: Machine, qualified: str) -> Fact | None:
    """What calling a name does."""
    return machine.options.knowledge.fact(qualified) or loader.fact(qualified)


def star_names(machine: Machine, module: str) -> dict[str, str]:
    """What `from module import *` brings: bare names with qualified ones."""
    own = (name for name in machine.options.knowledge.facts if name.rpartition(".")[0] == module)
    return {**loader.star_names(module), **{name.rpartition(".")[2]: name for name in own}}


def method_of_class(machine: Machine, qualified: str, name: str) -> Fact | None:
    """What a method of a known class does."""
    own = machine.options.knowledge.methods.get(qualified)
    return own[name] if own is not None and name in own else loader.class_methods(qualified).get(name)


def methods_of_kind(machine: Machine, kind: str) -> Mapping[str, Fact]:
    """The methods of all objects of a kind: "data", "learner", "splitter" or "any"."""
    own = machine.options.knowledge.methods.get(kind)
    return {**loader.methods(kind), **own} if own else loader.methods(kind)


def kind_of(receiver: Built) -> str:
    """The kind of object that a library's class makes, by which it has methods."""
    if receiver.fact.effect in _LEARNERS:
        return "learner"
    return "splitter" if receiver.fact.effect == "splitter" else "any"


def told_of(machine: Machine, value: Closure | Type) -> Fact | None:
    """What the project says about a function or class of its own, which is then taken at its word."""
    return _told_of_function(machine, value) if isinstance(value, Closure) else _told_of_class(machine, value)


def _told_of_function(machine: Machine, closure: Closure) -> Fact | None:
    own = machine.options.knowledge
    closure = closure.wraps or closure
    if own.is_empty or not isinstance(closure.definition, s.Function):
        return None
    path = os.path.abspath(closure.filename)
    if closure.owner is not None:
        return own.method(path, closure.owner.definition.name, closure.definition.name)
    return own.defined(path, closure.definition.name) if closure.scope.kind == "module" else None


def _told_of_class(machine: Machine, kind: Type) -> Fact | None:
    own = machine.options.knowledge
    return None if own.is_empty else own.defined(os.path.abspath(kind.filename), kind.definition.name)


def is_final(machine: Machine, closure: Closure) -> bool:
    """Whether a function of the program belongs to what the project calls its final evaluation."""
    own = machine.options.knowledge
    if not own.final or not isinstance(closure.definition, s.Function):
        return False
    owner = f"{closure.owner.definition.name}." if closure.owner is not None else ""
    path = os.path.abspath(closure.filename)
    return own.is_final(path) or own.is_final(path, owner + closure.definition.name)


def method_fact(receiver: Value, name: str, positional: list[Value], machine: Machine) -> Fact | None:
    """What is known of a method of some value, by the kind of thing that it is."""
    match receiver:
        case Built():
            return method_of_class(machine, receiver.name, name) or methods_of_kind(machine, kind_of(receiver)).get(
                name
            )
        case Data():
            return _method_of_data(receiver, name, positional, machine)
        case _:
            return methods_of_kind(machine, "any").get(name)


def _method_of_data(receiver: Data, name: str, positional: list[Value], machine: Machine) -> Fact | None:
    has_rows = bool(receiver.origin.rows)
    learner = methods_of_kind(machine, "learner").get(name)
    if learner is not None and not (name in _ALSO_OF_DATA and has_rows and receiver.learner is None):
        return learner
    if name == "report" and not (receiver.tuning or machine.tuning):
        return None
    if name == "split" and positional and origin_of(positional[0]).rows:
        return methods_of_kind(machine, "splitter").get(name)
    return methods_of_kind(machine, "any").get(name) or methods_of_kind(machine, "data").get(name)
