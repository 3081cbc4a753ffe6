"""Walks over the small language: what stands below a node, which names are bound and used where."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from typing import TYPE_CHECKING

from leakguard.semantic import syntax as s

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from leakguard.semantic.syntax import Block, Node


_LONG = 50  # statements of a block that is walked again for each finding in it
_walked: list[tuple[object, list[object]]] = []  # the last such block, with what stands below it


def below(value: object) -> Iterator[object]:
    """Yield a node, argument, parameter ... and all that stands below it, in the order of the text."""
    if not isinstance(value, tuple) or len(value) < _LONG:
        return _below(value)
    if not _walked or _walked[0][0] is not value:
        _walked[:] = [(value, list(_below(value)))]
    return iter(_walked[0][1])


def _below(value: object) -> Iterator[object]:
    if isinstance(value, tuple):
        for item in value:
            yield from _below(item)
    elif is_dataclass(value) and type(value).__module__ == s.__name__:
        yield value
        for field in fields(value):
            if field.name != "origin":
                yield from _below(getattr(value, field.name))


def holds(value: object, node: Node) -> bool:
    """Say whether a node stands in another one, or is it."""
    return any(one is node for one in below(value))


def uses(value: object, name: str) -> list[s.Name]:
    """Return the places at which a name stands, be it read or bound as a plain target."""
    return [one for one in below(value) if isinstance(one, s.Name) and one.id == name]


def at_once(value: object) -> Iterator[object]:
    """Yield as `below` what runs when a block does: not what stands in the functions and lambdas defined there."""
    if isinstance(value, tuple):
        for item in value:
            yield from at_once(item)
    elif is_dataclass(value) and type(value).__module__ == s.__name__:
        yield value
        later = {"body", "name", "parameters"} if isinstance(value, (s.Function, s.Lambda)) else set()
        for field in fields(value):
            if field.name != "origin" and field.name not in later:
                yield from at_once(getattr(value, field.name))
        if isinstance(value, (s.Function, s.Lambda)):
            yield from at_once(tuple(one.default for one in value.parameters if one.default is not None))


def free_uses(value: object, name: str) -> list[s.Name]:
    """Return the places at which a name of this scope stands: not those where a function has its own one."""
    found: list[s.Name] = []
    for one in at_once(value):
        if isinstance(one, s.Name) and one.id == name:
            found.append(one)
        elif isinstance(one, (s.Function, s.Lambda)) and not _has_own(one, name):
            found += free_uses(one.body, name)
    return found


def _has_own(function: s.Function | s.Lambda, name: str) -> bool:
    """Whether a name is local to a function."""
    if any(one.name == name for one in function.parameters):
        return True
    inside = list(at_once(function.body))
    shared = any(isinstance(one, s.Scope) and name in one.names for one in inside)
    return not shared and name in _bound(inside)


def bound_names(value: object) -> Iterator[str]:
    """Yield every name that something other than an import binds, in any scope."""
    yield from _bound(below(value))


def _bound(nodes: Iterable[object]) -> Iterator[str]:
    for one in nodes:
        match one:
            case s.Assign(targets=targets) | s.Delete(targets=targets):
                yield from _targets(targets)
            case s.For(target=target) | s.Clause(target=target) | s.Augment(target=target) | s.Walrus(target=target):
                yield from _targets((target,))
            case s.Parameter(name=name) | s.Function(name=name) | s.Class(name=name):
                yield name
            case s.Handler(name=str(name)):
                yield name
            case s.With(items=items):
                yield from _targets(tuple(target for _, target in items if target is not None))
            case s.Match(cases=cases):
                yield from (name for names, _, _ in cases for name in names)


def _targets(targets: tuple[s.Expression, ...]) -> Iterator[str]:
    for target in targets:
        match target:
            case s.Name(id=name):
                yield name
            case s.Display(items=items):
                yield from _targets(items)
            case s.Starred(value=value):
                yield from _targets((value,))


def block_of(body: Block, statement: Node) -> Block | None:
    """Return the innermost block that a statement stands in directly."""
    if any(one is statement for one in body):
        return body
    for one in body:
        for block in _blocks(one):
            found = block_of(block, statement)
            if found is not None:
                return found
    return None


def _blocks(statement: s.Statement) -> Iterator[Block]:
    match statement:
        case s.If(body=body, orelse=orelse) | s.While(body=body, orelse=orelse) | s.For(body=body, orelse=orelse):
            yield from (body, orelse)
        case s.Try(body=body, handlers=handlers, orelse=orelse, final=final):
            yield from (body, *(handler.body for handler in handlers), orelse, final)
        case s.With(body=body) | s.Function(body=body) | s.Class(body=body):
            yield body
        case s.Match(cases=cases):
            yield from (body for _, _, body in cases)


def scope_of(body: Block, statement: Node) -> Block:
    """Return the body of the innermost function that a statement stands in, or of the module."""
    for one in below(body):
        if isinstance(one, s.Function) and holds(one.body, statement):
            return scope_of(one.body, statement)
    return body
