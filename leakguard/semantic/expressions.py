"""What each kind of expression evaluates to, calls and operators apart."""

from __future__ import annotations

import builtins
import os
from functools import reduce
from typing import TYPE_CHECKING

from leakguard.semantic import syntax as s
from leakguard.semantic.alternatives import each_way, told_by
from leakguard.semantic.attributes import attribute, plain
from leakguard.semantic.binding import bind
from leakguard.semantic.choice import chooses_expression
from leakguard.semantic.functions import bound_method, closure_of
from leakguard.semantic.guards import asks_for_clusters, note_sifted
from leakguard.semantic.iteration import decided, elements, turns
from leakguard.semantic.machine import Machine, evaluates, unknown
from leakguard.semantic.modules import resolved
from leakguard.semantic.operations import truth
from leakguard.semantic.pending import taken_at
from leakguard.semantic.scope import join
from leakguard.semantic.selection import picking, subscript
from leakguard.semantic.standing_in import stand_in_for
from leakguard.semantic.values import (
    Const,
    Data,
    Instance,
    Library,
    Mapping,
    Module,
    Sequence,
    Type,
    Value,
    added,
    choices_of,
    condition_learned,
    constant,
    merge,
    origin_of,
    with_learned,
)

if TYPE_CHECKING:
    from leakguard.semantic.rows import Part

_BUILTINS = frozenset(dir(builtins))


@evaluates(s.Name)
def _name(machine: Machine, node: s.Name) -> Value:
    found = machine.scope.find(node.id)
    if found is not None:
        return resolved(machine, found) if isinstance(found, Module) else found
    if node.id == "__file__" and machine.gate is not None:
        return Const(os.path.abspath(machine.filename))
    return Library(f"builtins.{node.id}") if node.id in _BUILTINS else unknown()


@evaluates(s.Constant)
def _constant(_: Machine, node: s.Constant) -> Value:
    return Const(node.value)


@evaluates(s.Text)
def _text(machine: Machine, node: s.Text) -> Value:
    return each_way([machine.evaluate(part) for part in node.parts], _written)


def _written(parts: list[Value]) -> Const:
    whole = "".join(str(value.value) if isinstance(value, Const) else "{}" for value in parts)
    return Const(whole, merge(origin_of(value) for value in parts), told_by(parts))


@evaluates(s.Attribute)
def _attribute(machine: Machine, node: s.Attribute) -> Value:
    match node.value:
        case s.Call(function=s.Name(id="super")):
            return _of_super(machine, node)
        case _:
            return plain(machine, attribute(machine, machine.evaluate(node.value), node.name))


def _of_super(machine: Machine, node: s.Attribute) -> Value:
    frame = machine.frames[-1]
    if isinstance(frame.receiver, Instance) and isinstance(frame.owner, Type):
        found = bound_method(machine, frame.receiver, node.name, frame.owner)
        if found is not None:
            return found
    return unknown()


@evaluates(s.Subscript)
def _subscript(machine: Machine, node: s.Subscript) -> Value:
    base, index = machine.evaluate(node.value), machine.evaluate(node.index)
    return taken_at(machine, base, index, subscript(machine, node, base, index))


@evaluates(s.Slice)
def _slice(machine: Machine, node: s.Slice) -> Value:
    for bound in (node.lower, node.upper, node.step):
        if bound is not None:
            machine.evaluate(bound)
    return Library("builtins.slice")


@evaluates(s.Display)
def _display(machine: Machine, node: s.Display) -> Value:
    items: list[Value] = []
    rest: Value | None = None
    count: int | None = 0
    for item in node.items:
        value = machine.evaluate(item)
        if not isinstance(item, s.Starred):
            items.append(value)
            count = added(count, 1)
            continue
        if isinstance(value, Sequence):
            items.extend(value.items)
            rest = rest or value.rest
        else:
            rest = value
        choices = choices_of(value)
        count = added(count, choices.count if choices is not None else None)
    return Sequence(items, node.kind, rest, site=machine.site(node), count=count)


@evaluates(s.DictDisplay)
def _dict(machine: Machine, node: s.DictDisplay) -> Value:
    made = Mapping({}, site=machine.site(node), branch=machine.branch)
    for key, item in node.items:
        value = machine.evaluate(item)
        if key is not None:
            known = constant(machine.evaluate(key))
            made.entries[known if known is not None else ("unknown", len(made.entries))] = value
        elif isinstance(value, Mapping):
            made.entries.update(value.entries)
            made.rest = made.rest or value.rest
            made.mixed = made.mixed or value.mixed
        else:
            made.rest = value
    return made


@evaluates(s.Comprehension)
def _comprehension(machine: Machine, node: s.Comprehension) -> Value:
    outer = dict(machine.scope.names)
    found: list[tuple[Value | None, Value]] = []
    try:
        with machine.inside(loop=node):
            known = _clauses(machine, node, 0, found)
    finally:
        machine.scope.names = outer
    if node.kind == "dict":
        unknown_keys: list[Value] = [key for key, _ in found if key is not None and not isinstance(key, Const)]
        return Mapping(
            {
                constant(key) if isinstance(key, Const) else ("unknown", i): _under(key, value)
                for i, (key, value) in enumerate(found)
            },
            keys=reduce(join, unknown_keys) if unknown_keys else None,
        )
    items = [value for _, value in found]
    count = _count(machine, node)
    if known or not items:
        return Sequence(items, "set" if node.kind == "set" else "list", count=count)
    rest = items[0]
    for item in items[1:]:
        rest = join(rest, item)
    return Sequence(items, "list", rest, count=count)


def _count(machine: Machine, node: s.Comprehension) -> int | None:
    """How many items a comprehension over a single iterable, without conditions, gives."""
    if len(node.clauses) > 1 or node.clauses[0].conditions or node.kind == "set":
        return None
    choices = machine.ran_over.get(node)
    return choices.count if choices is not None else None


def _under(key: Value | None, value: Value) -> Value:
    """What stands under a key that was learned has learned as much: the number of a word in a vocabulary."""
    learned = picking(origin_of(key).learned) if key is not None else frozenset()
    if not learned or not isinstance(value, (Const, Data)):
        return value
    return Data(with_learned(origin_of(value), learned))


def _clauses(machine: Machine, node: s.Comprehension, depth: int, found: list[tuple[Value | None, Value]]) -> bool:
    """Run the clauses from `depth` on, collect what the innermost gives; whether all items are known."""
    if depth == len(node.clauses):
        found.append((machine.evaluate(node.key) if node.key is not None else None, machine.evaluate(node.element)))
        return True
    clause = node.clauses[depth]
    iterable = machine.evaluate(clause.iterable)
    values, certain = elements(machine, iterable)
    machine.ran_over[node] = choices_of(iterable)
    for value in turns(machine, values, certain=certain):
        bind(machine, clause.target, value)
        outer, before = machine.decided_by, len(found)
        selects: tuple[Part, ...] = ()
        for condition in clause.conditions:
            test = machine.evaluate(condition)
            machine.decided_by |= condition_learned(test)
            selects = selects or (test.selects if isinstance(test, Data) else ())
            machine.guarded |= asks_for_clusters(machine, condition)
            note_sifted(machine, condition)
        certain = _clauses(machine, node, depth + 1, found) and certain
        found[before:] = [(key, _selected(decided(machine, value), selects)) for key, value in found[before:]]
        machine.decided_by = outer
    return certain and not clause.conditions


def _selected(value: Value, selects: tuple[Part, ...]) -> Value:
    """Indices that passed a condition select the rows that the condition selects."""
    plain_index = isinstance(value, Data) and not value.origin.rows and not value.origin.learned
    return Data(selects=selects) if selects and plain_index else value


@evaluates(s.Lambda)
def _lambda(machine: Machine, node: s.Lambda) -> Value:
    return closure_of(machine, node)


@evaluates(s.Conditional)
def _conditional(machine: Machine, node: s.Conditional) -> Value:
    test = machine.evaluate(node.test)
    default = stand_in_for(machine, node)
    if default is not None:
        return machine.evaluate(default)
    match truth(test):
        case True:
            return machine.evaluate(node.body)
        case False:
            return machine.evaluate(node.orelse)
    chooses_expression(machine, node, test)
    guarded = machine.guarded
    machine.guarded |= asks_for_clusters(machine, node.test)
    note_sifted(machine, node.test)
    value = join(machine.evaluate(node.body), machine.evaluate(node.orelse))
    machine.guarded = guarded
    return value


@evaluates(s.Starred)
def _starred(machine: Machine, node: s.Starred) -> Value:
    return machine.evaluate(node.value)


@evaluates(s.Walrus)
def _walrus(machine: Machine, node: s.Walrus) -> Value:
    value = machine.evaluate(node.value)
    bind(machine, node.target, value)
    return value


@evaluates(s.Suspend)
def _suspend(machine: Machine, node: s.Suspend) -> Value:
    value = machine.evaluate(node.value) if node.value is not None else Const(None)
    if node.kind == "await":
        return value
    match node.kind, value:
        case "yield from", Sequence() if value.rest is not None:
            machine.frames[-1].yielded.append(value.rest)
        case "yield from", Sequence():
            machine.frames[-1].yielded.extend(value.items)
        case _:
            machine.frames[-1].yielded.append(value)
    return Data(origin_of(value))
