"""Python's own ways to pick one of several values: `max`, `min`, `sorted`, heaps, counters."""

from __future__ import annotations

from dataclasses import replace
from functools import reduce
from typing import TYPE_CHECKING

from leakguard.semantic.call import Arguments, apply, function
from leakguard.semantic.effects.judging import best_of
from leakguard.semantic.iteration import elements
from leakguard.semantic.scope import join
from leakguard.semantic.values import (
    Bound,
    Closure,
    Const,
    Data,
    Instance,
    Library,
    Mapping,
    Partial,
    Sequence,
    Value,
    count_of,
    items_of,
    merge,
    origin_of,
)

if TYPE_CHECKING:
    from leakguard.semantic.machine import Machine
    from leakguard.semantic.syntax import Call

_LOOKED_AT = 4  # items for which a key is computed
_LOOKS = frozenset({"operator.getitem", "builtins.getattr"})


@function("builtins.max")
def _max(machine: Machine, node: Call, given: Arguments, named: dict[str, Value]) -> Value:
    return _chosen(machine, node, given, named.get("key"), "max")


@function("builtins.min")
def _min(machine: Machine, node: Call, given: Arguments, named: dict[str, Value]) -> Value:
    return _chosen(machine, node, given, named.get("key"), "min")


@function("heapq.nlargest", "heapq.nsmallest")
def _largest(machine: Machine, node: Call, given: Arguments, named: dict[str, Value]) -> Value:
    key = given[2] if len(given) > 2 else named.get("key")
    chosen = _chosen(machine, node, given[1:2], key, "nlargest")
    return Sequence([chosen], rest=chosen)


@function("builtins.sorted")
def _sorted(machine: Machine, node: Call, given: Arguments, named: dict[str, Value]) -> Value:
    return in_order(machine, node, given[0], named.get("key"), "sorted()") if given else Data()


def in_order(machine: Machine, node: Call, value: Value, key: Value | None, how: str) -> Value:
    """The items in the order of their scores, if that is what they are sorted by."""
    by = _looked_at(machine, node, [value], key)
    origin = merge(origin_of(item) for item in ([value] if by is None else by))
    if not isinstance(value, (Sequence, Mapping)):
        whole = origin_of(value)
        return Data(whole, ranked=how if origin.scores else "", paths=value.paths if isinstance(value, Data) else ())
    found, certain = elements(machine, value)
    if not origin.scores:
        if origin.learned and by is None:
            return Data(origin)
        return Sequence(found, rest=_rest(found, certain=certain), count=count_of(value))
    item = reduce(join, found) if found else Data(origin)
    return Sequence([item] * len(found), rest=item, ranked=(how, origin))


def _rest(found: Arguments, *, certain: bool) -> Value | None:
    return None if certain or not found else reduce(join, found)


def sort(machine: Machine, node: Call, receiver: Sequence, key: Value | None) -> Value:
    """`x.sort(key=...)`."""
    result = in_order(machine, node, receiver, key, "sort()")
    if isinstance(result, Sequence):
        receiver.items, receiver.rest, receiver.ranked = result.items, result.rest, result.ranked
    return Const(None)


def _chosen(machine: Machine, node: Call, given: Arguments, key: Value | None, how: str) -> Value:
    looked_at = _looked_at(machine, node, given, key)
    keyed = key is not None or _is_of_rows(given)
    best = best_of(machine, node, given if looked_at is None else looked_at, how, aside=key is None, keyed=keyed)
    match given:
        case [Data()] if key is None:
            return best
        case [Sequence() as one]:
            items = list(items_of(one))
            found = reduce(join, items) if items else Data()
            return replace(found, extreme=best.extreme) if isinstance(found, Data) else found
        case [Mapping() as one]:
            return Data(origin_of(one))
        case [Instance() as one]:
            values = elements(machine, one)[0]
            return reduce(join, values) if values else Data()
        case _:
            return Data(merge(origin_of(value) for value in given))


def _is_of_rows(given: Arguments) -> bool:
    """`max(results)`, where each result is a tuple of a score and what has it."""
    match given:
        case [Sequence() as one]:
            return any(isinstance(item, Sequence) and item.kind == "tuple" for item in items_of(one))
        case _:
            return False


def _looked_at(machine: Machine, node: Call, given: Arguments, key: Value | None) -> Arguments | None:
    """What `key=` looks at, where it is a function that can be followed; None where it isn't."""
    match key:
        case Bound(receiver=Mapping() as scores, name="get" | "__getitem__"):
            return [scores]
        case Closure() | Partial(function=Closure()):
            pass
        case Partial(function=Library(name=name)) if name in _LOOKS:
            pass
        case _:
            return None
    values = elements(machine, given[0])[0] if len(given) == 1 else given
    with machine.inside(loop=node):  # one candidate after the other
        return [apply(machine, node, key, value) for value in values[:_LOOKED_AT]]


@function("operator.itemgetter")
def _item_getter(machine: Machine, node: Call, given: Arguments, named: dict[str, Value]) -> Value:
    del machine, node, named
    return Partial(Library("operator.getitem"), [], {"key": given[0]}) if len(given) == 1 else Data()


@function("operator.attrgetter")
def _attribute_getter(machine: Machine, node: Call, given: Arguments, named: dict[str, Value]) -> Value:
    del machine, node, named
    return Partial(Library("builtins.getattr"), [], {"name": given[0]}) if len(given) == 1 else Data()


@function("heapq.heappush", "heapq.heappushpop")
def _push(machine: Machine, node: Call, given: Arguments, named: dict[str, Value]) -> Value:
    del machine, node, named
    match given:
        case [Sequence() as heap, value]:
            heap.items.append(value)
            return Const(None)
        case _:
            return Data(merge(map(origin_of, given)))


@function("heapq.heappop")
def _pop(machine: Machine, node: Call, given: Arguments, named: dict[str, Value]) -> Value:
    del named
    return _chosen(machine, node, given[:1], None, "heappop")


@function("heapq.heapify")
def _heapify(machine: Machine, node: Call, given: Arguments, named: dict[str, Value]) -> Value:
    del named
    return sort(machine, node, given[0], None) if given and isinstance(given[0], Sequence) else Const(None)
