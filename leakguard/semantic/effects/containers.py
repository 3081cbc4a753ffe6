"""Python's containers: how they are made, and their methods."""

from __future__ import annotations

from dataclasses import replace
from functools import reduce
from typing import TYPE_CHECKING

from leakguard.semantic.call import Arguments, function
from leakguard.semantic.effects.calling import result_of
from leakguard.semantic.effects.choosing import in_order, sort
from leakguard.semantic.effects.judging import best_of
from leakguard.semantic.effects.paths import text_method
from leakguard.semantic.effects.settings import settings_method
from leakguard.semantic.events import Fit, Provenance
from leakguard.semantic.iteration import decided, elements, known_key
from leakguard.semantic.scope import join
from leakguard.semantic.selection import by_rows, picked
from leakguard.semantic.values import (
    Const,
    Data,
    Instance,
    Library,
    Mapping,
    Partial,
    Sequence,
    Value,
    added,
    constant,
    items_of,
    length,
    merge,
    origin_of,
)

if TYPE_CHECKING:
    from leakguard.semantic.machine import Machine
    from leakguard.semantic.syntax import Call

_MANY = 64


@function(
    "builtins.list",
    "builtins.tuple",
    "builtins.set",
    "builtins.reversed",
    "builtins.iter",
    "builtins.frozenset",
    "collections.deque",
)
def _container(machine: Machine, node: Call, given: Arguments, named: dict[str, Value]) -> Value:
    del node, named
    match given:
        case []:
            return Sequence([])
        case [Sequence() as value, *_]:
            return replace(value, items=list(value.items), kind="list")
        case [Mapping() as value]:
            return Sequence([known_key(value, key) for key in value.entries])
        case [Instance() as value]:
            found, certain = elements(machine, value)
            if certain:
                return Sequence(found)
            return Sequence([], rest=reduce(join, found)) if found else Data()
        case [value, *_]:
            return value
    return Data()


@function("builtins.dict", "collections.OrderedDict")
def _dict(machine: Machine, node: Call, given: Arguments, named: dict[str, Value]) -> Value:
    entries: dict[object, Value] = {name: value for name, value in named.items() if name != "**"}
    made = Mapping(entries, named.get("**"), site=machine.site(node), branch=machine.branch)
    for value in given:
        if isinstance(value, Mapping):
            made.entries = {**value.entries, **made.entries}
            made.rest = made.rest or value.rest
            made.mixed = made.mixed or value.mixed
        elif isinstance(value, Sequence):
            _add_pairs(made, value)
    return made


def _add_pairs(made: Mapping, pairs: Sequence) -> None:
    for pair in items_of(pairs):
        if isinstance(pair, Sequence) and len(pair.items) == 2:
            key = constant(pair.items[0])
            made.entries[key if key is not None else ("unknown", len(made.entries) % _MANY)] = pair.items[1]


@function("collections.defaultdict")
def _default_dict(machine: Machine, node: Call, given: Arguments, named: dict[str, Value]) -> Value:
    made = _dict(machine, node, given[1:], named)
    if isinstance(made, Mapping) and given:
        made.factory = Partial(given[0], [], {})
    return made


@function("collections.Counter")
def _counter(machine: Machine, node: Call, given: Arguments, named: dict[str, Value]) -> Value:
    """What occurs in the rows, and how often: a vocabulary."""
    if not given or isinstance(given[0], Mapping):
        return _dict(machine, node, given, named)
    origin = merge(map(origin_of, given))
    single = isinstance(given[0], Data) and given[0].single  # what one record holds
    if not origin.rows or origin.models or single:
        return Data(origin, single=single)
    fit = Fit(machine.site(node), machine.context(), "Counter()", "vocabulary", origin.rows, origin.vague)
    return Data(Provenance(learned=origin.learned | {fit}))


@function("builtins.dict.fromkeys")
def _from_keys(machine: Machine, node: Call, given: Arguments, named: dict[str, Value]) -> Value:
    del node, named
    value = given[1] if len(given) > 1 else Const(None)
    keys = [constant(key) for key in elements(machine, given[0])[0]] if given else []
    return Mapping({key: value for key in keys if key is not None}, None if all(keys) else value)


def container_method(
    machine: Machine, node: Call, receiver: Value, name: str, given: Arguments, named: dict[str, Value]
) -> Value | None:
    """A method of a list, dict, text or future; None if it is none that matters."""
    match receiver:
        case Sequence():
            return _of_list(machine, node, receiver, name, given, named)
        case Mapping():
            return _of_dict(machine, node, receiver, name, given, named)
        case Const(value=str()):
            return text_method(machine, node, receiver, name, given, named)
        case Data(told=True):
            return settings_method(machine, receiver, name, given, named)
        case Data(paths=[_, *_]):
            return _of_one_path(machine, node, receiver, name, given, named)
        case Partial():
            return result_of(receiver, name)
        case _:
            return None


def _of_one_path(
    machine: Machine, node: Call, receiver: Data, name: str, given: Arguments, named: dict[str, Value]
) -> Value | None:
    """A method of a path that is one of several."""
    ways = [text_method(machine, node, Const(path, receiver.origin), name, given, named) for path in receiver.paths]
    found = [way for way in ways if way is not None]
    return reduce(join, found) if found and len(found) == len(ways) else None


def _of_list(
    machine: Machine, node: Call, receiver: Sequence, name: str, given: Arguments, named: dict[str, Value]
) -> Value | None:
    match name, given:
        case (("append" | "add" | "appendleft"), [value, *_]):
            _note_growth(machine, receiver, 1)
            _append(receiver, decided(machine, value))
            return Const(None)
        case "insert", [_, value, *_]:
            _note_growth(machine, receiver, 1)
            _append(receiver, value)
            return Const(None)
        case (("extend" | "update"), [Sequence() as more, *_]):
            _note_growth(machine, receiver, length(more))
            receiver.items.extend(more.items[:_MANY])
            receiver.rest = receiver.rest or more.rest
            return Const(None)
        case "extend", [more, *_]:
            _append(receiver, more)
            return Const(None)
        case (("pop" | "popleft"), _) if receiver.items or receiver.rest is not None:
            picked(machine, node, receiver, given[0] if given else Const(-1))
            receiver.count = None
            return receiver.items[-1] if receiver.items else receiver.rest
        case "copy", _:
            return replace(receiver, items=list(receiver.items), pairs=False, site=None)
        case "sort", _:
            return sort(machine, node, receiver, named.get("key"))
        case "index" | "count", _:
            return Data(merge(origin_of(value) for value in given))
    return None


def _note_growth(machine: Machine, receiver: Sequence, more: int | None) -> None:
    """A loop or branch makes a list longer by nobody knows how much."""
    surely = not machine.loops and machine.branch is None
    receiver.count = added(length(receiver), more) if surely else None


def _append(receiver: Sequence, value: Value) -> None:
    if len(receiver.items) < _MANY:
        receiver.items.append(value)
    else:
        receiver.rest = value if receiver.rest is None else join(receiver.rest, value)


def _of_dict(
    machine: Machine, node: Call, receiver: Mapping, name: str, given: Arguments, named: dict[str, Value]
) -> Value | None:
    match name, given:
        case "items", _:
            return Sequence(_pairs(receiver), rest=_rest_pair(receiver))
        case "values", _:
            return Sequence(list(receiver.entries.values()), rest=receiver.rest)
        case "keys", _:
            return Sequence([known_key(receiver, key) for key in receiver.entries])
        case "setdefault", [key, *others]:
            return _set_default(receiver, key, others[0] if others else Const(None))
        case (("get" | "pop"), [key, *others]):
            return _look_up(receiver, key, others)
        case "update", _:
            receiver.mixed = receiver.mixed or machine.branch is not receiver.branch
            _update(receiver, given, named)
            return Const(None)
        case "most_common", _:
            return _most_common(machine, node, receiver, given)
        case "copy", _:
            return replace(receiver, entries=dict(receiver.entries))
    return None


def _update(receiver: Mapping, given: Arguments, named: dict[str, Value]) -> None:
    match given:
        case [Mapping() as more, *_]:
            receiver.entries.update(more.entries)
            receiver.rest = receiver.rest or more.rest
            receiver.mixed = receiver.mixed or more.mixed
        case [Sequence() as pairs, *_]:
            _add_pairs(receiver, pairs)
        case [_, *_]:
            receiver.mixed = True
    receiver.entries.update({name: value for name, value in named.items() if name != "**"})


def _most_common(machine: Machine, node: Call, receiver: Mapping, given: Arguments) -> Value:
    pairs = Sequence(_pairs(receiver), rest=_rest_pair(receiver))
    scores: Arguments = [Sequence(list(receiver.entries.values()), rest=receiver.rest)]
    if given:
        best_of(machine, node, scores, "most_common")
        return pairs
    return in_order(machine, node, pairs, Partial(Library("operator.getitem"), [], {"key": Const(1)}), "most_common()")


def _pairs(receiver: Mapping) -> Arguments:
    return [Sequence([known_key(receiver, key), value], "tuple") for key, value in receiver.entries.items()]


def _rest_pair(receiver: Mapping) -> Value | None:
    return None if receiver.rest is None else Sequence([receiver.keys or Data(), receiver.rest], "tuple")


def _set_default(receiver: Mapping, key: Value, default: Value) -> Value:
    known = constant(key)
    if known is not None:
        return receiver.entries.setdefault(known, default)
    receiver.rest = default if receiver.rest is None else receiver.rest
    return receiver.rest


def _look_up(receiver: Mapping, key: Value, others: Arguments) -> Value:
    known = constant(key)
    if known is not None and known in receiver.entries:
        return receiver.entries[known]
    values = list(items_of(receiver))
    candidates = values[:8] if known is None or not values else ([receiver.rest] if receiver.rest is not None else [])
    found = [*candidates, *others[:1]]
    return by_rows(reduce(join, found) if found else Data(), key)
