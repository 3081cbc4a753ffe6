"""Names and what they hold, and how two ways through a program are put together again."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Literal

from leakguard.semantic import rows as symbolic
from leakguard.semantic.alternatives import either_path
from leakguard.semantic.values import (
    Built,
    Choices,
    Closure,
    Const,
    Data,
    Instance,
    Library,
    Mapping,
    Module,
    Sequence,
    Type,
    Value,
    choices_of,
    length,
    merge,
    origin_of,
)

_ITEMWISE = 32
_WHOLE = (Built, Closure, Instance, Type, Library, Module)  # of two such things one is taken for both


@dataclass(slots=True, eq=False)
class Scope:
    """A module's, class's or function's names; `parent` is the scope that encloses the definition."""

    kind: Literal["module", "class", "function"]
    parent: Scope | None = None
    names: dict[str, Value] = field(default_factory=dict)
    elsewhere: dict[str, Scope] = field(default_factory=dict)  # names declared global or nonlocal

    def find(self, name: str) -> Value | None:
        """What a name holds here or in the nearest enclosing function or module."""
        if name in self.elsewhere:
            return self.elsewhere[name].names.get(name)
        if name in self.names:
            return self.names[name]
        scope = self.parent
        while scope is not None:
            if scope.kind != "class" and name in scope.names:
                return scope.names[name]
            scope = scope.parent
        return None

    def bind(self, name: str, value: Value) -> None:
        """Let a name hold a value, in the scope that it was declared to belong to."""
        self.elsewhere.get(name, self).names[name] = value

    def declare(self, kind: str, names: tuple[str, ...]) -> None:
        """Honour `global` and `nonlocal`."""
        for name in names:
            owner = self._module() if kind == "global" else self._enclosing(name)
            if owner is not None and owner is not self:
                self.elsewhere[name] = owner

    def _module(self) -> Scope:
        scope = self
        while scope.parent is not None:
            scope = scope.parent
        return scope

    def _enclosing(self, name: str) -> Scope | None:
        scope = self.parent
        while scope is not None and name not in scope.names:
            scope = scope.parent
        return scope


def join_names(one: dict[str, Value], other: dict[str, Value]) -> dict[str, Value]:
    """The names after two ways through the program, either of which may have been taken."""
    joined = dict(one)
    for name, value in other.items():
        mine = joined.get(name)
        if mine is not value:
            joined[name] = value if mine is None else join(mine, value)
    return joined


def join(one: Value, other: Value) -> Value:
    """A value that stands for either of two."""
    match one, other:
        case _ if one is other:
            return one
        case Const(), Const() if one.value == other.value and type(one.value) is type(other.value):
            return one
        case _ if isinstance(one, _WHOLE) and (_is_empty(other) or type(one) is type(other)):
            return one
        case _ if isinstance(other, _WHOLE) and _is_empty(one):
            return other
        case Sequence(), Sequence():
            return _join_sequences(one, other)
        case Mapping(), Mapping():
            entries = {
                key: _join_maybe(one.entries.get(key), other.entries.get(key)) for key in one.entries | other.entries
            }
            keys = _join_rests(one.keys, other.keys)
            mixed = one.mixed or other.mixed or one.entries.keys() != other.entries.keys()
            made = Mapping(entries, _join_rests(one.rest, other.rest), keys, one.factory or other.factory)
            made.branch, made.mixed = one.branch, mixed
            return made
        case (Sequence() | Mapping(), _) if _is_empty(other):
            return one
        case _, (Sequence() | Mapping()) if _is_empty(one):
            return other
        case _:
            return _join_data(one, other)


def _is_empty(value: Value) -> bool:
    """Whether a value tells nothing: a literal, or an unknown made of nothing."""
    return isinstance(value, Const) or (isinstance(value, Data) and not value.origin.rows and value.learner is None)


def _join_sequences(one: Sequence, other: Sequence) -> Value:
    joined = _joined_items(one, other)
    joined.count = length(one) if length(one) == length(other) else None
    return joined


def _joined_items(one: Sequence, other: Sequence) -> Sequence:
    if len(one.items) == len(other.items) <= _ITEMWISE:
        items = [join(mine, theirs) for mine, theirs in zip(one.items, other.items, strict=True)]
        return Sequence(items, one.kind, _join_rests(one.rest, other.rest))
    longer, shorter = (one, other) if len(one.items) >= len(other.items) else (other, one)
    if set(map(id, shorter.items)) <= set(map(id, longer.items)):
        return Sequence(longer.items, longer.kind, _join_rests(longer.rest, shorter.rest))
    return Sequence([*longer.items, *shorter.items], longer.kind, _join_rests(longer.rest, shorter.rest))


def _join_maybe(one: Value | None, other: Value | None) -> Value:
    found = _join_rests(one, other)
    return Const(None) if found is None else found


def _join_rests(one: Value | None, other: Value | None) -> Value | None:
    if one is None or other is None:
        return other if one is None else one
    return join(one, other)


def _join_data(one: Value, other: Value) -> Data:
    mine, theirs = origin_of(one), origin_of(other)
    of_rows = [value for value, origin in ((one, mine), (other, theirs)) if origin.rows]
    single = bool(of_rows) and all(isinstance(value, Data) and value.single for value in of_rows)
    joined = Data(merge((mine, theirs)), single=single, choices=_same_choices(one, other))
    joined.pending = next((way.pending for way in (one, other) if isinstance(way, Data) and way.pending), None)
    joined.paths = either_path(one, other)
    if mine.rows and theirs.rows and symbolic.role(mine.rows) is not symbolic.role(theirs.rows):
        joined.origin = replace(joined.origin, vague=True)
    for value in (one, other):
        if isinstance(value, Data):
            _adopt(joined, value)
        elif isinstance(value, Const) and value.value is None:
            joined.optional = True
    return joined


def _adopt(joined: Data, value: Data) -> None:
    joined.learner = joined.learner or value.learner
    joined.grouped = joined.grouped or value.grouped
    joined.selects = joined.selects or value.selects
    joined.residual = joined.residual or value.residual
    joined.sample = joined.sample or value.sample
    joined.ranked = joined.ranked or value.ranked
    joined.ordered = joined.ordered or value.ordered
    joined.cells = joined.cells or value.cells
    joined.tuning = joined.tuning or value.tuning
    joined.attributes = joined.attributes or value.attributes
    joined.optional = joined.optional or value.optional
    joined.told = joined.told or value.told


def _same_choices(one: Value, other: Value) -> Choices | None:
    mine, theirs = choices_of(one), choices_of(other)
    return mine if mine is not None and theirs is not None and mine.count == theirs.count else None
