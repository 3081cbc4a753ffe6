"""What calls of the program's functions gave, to be given again instead of running the same body once more."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from leakguard.semantic.values import (
    NOTHING,
    Const,
    Data,
    Instance,
    Library,
    Mapping,
    Sequence,
    Type,
    Value,
    items_of,
)

if TYPE_CHECKING:
    from collections.abc import Hashable

    from leakguard.semantic.machine import Machine

_ENTERED_FREELY = 24  # calls of one function before equal arguments give the remembered result
_ENTERED_AGAIN = 2  # the same within a further turn of a loop, and of other files' functions
_UNEVENTFUL = 2  # calls with nothing of interest that did nothing of interest before one more is left out
_DEPTH = 3
_DEEPEST = 6  # levels of lists in lists that arguments are compared by

Names = dict[str, Value]


@dataclass(frozen=True, slots=True)
class Uneventful:
    """Calls that were handed neither rows nor texts, and in which nothing happened: networks are built of hundreds."""

    times: int
    result: Value
    made: Names  # the attributes that a constructor gave its object


@dataclass(frozen=True, slots=True)
class Occasion:
    """A call that is about to run: under which key its result counts for others, and what had happened before it."""

    called: Hashable
    key: Hashable
    plain: bool
    happened: tuple[int, int, bool]
    given: tuple[Value, ...]  # kept with the result, so that no other value gets the identity of one of these


def occasion(machine: Machine, called: Hashable, count: int, names: Names, *, away: bool) -> Occasion:
    """Note what a call, of another file's function or not, is handed before it runs."""
    repeated = count > (_ENTERED_AGAIN if machine.again or away else _ENTERED_FREELY)
    told = tuple((name, _fingerprint(value)) for name, value in names.items()) if repeated else ()
    key = (called, machine.final, told) if repeated else None
    given = tuple(names.values())
    return Occasion(called, key, all(map(_is_plain, given)), _happened(machine), given)


def recalled(machine: Machine, one: Occasion, names: Names) -> Value | None:
    """What the call gives without being run, None if it has to run."""
    past = machine.uneventful.get(one.called) if one.plain else None
    if past is not None and past.times >= _UNEVENTFUL:
        made = _made(names)
        if made is not None and not made.attributes:
            made.attributes.update(_copied(past.made))
        return past.result
    known = machine.results.get(one.key) if one.key is not None else None
    return known[0] if known is not None else None


def remember(machine: Machine, one: Occasion, names: Names, result: Value) -> None:
    """Note what the call gave."""
    if one.key is not None:
        machine.results[one.key] = result, one.given
    made = _made(names)
    if one.plain and _is_plain(result) and (made is None or _is_plain(made)) and _happened(machine) == one.happened:
        past = machine.uneventful.get(one.called)
        attributes = {} if made is None else _copied(made.attributes)
        machine.uneventful[one.called] = Uneventful(1 + (past.times if past else 0), result, attributes)


def _made(names: Names) -> Instance | None:
    """The object that a method is called on."""
    first = next(iter(names.values()), None)
    return first if isinstance(first, Instance) else None


def _copied(attributes: Names) -> Names:
    return {name: _copy(value) for name, value in attributes.items()}


def _copy(value: Value) -> Value:
    """The same for another object of the class: what is kept in it is its own, and numbers may be others."""
    match value:
        case Const():
            return Data()
        case Data():
            return replace(value)
        case Sequence():
            return replace(value, items=[_copy(item) for item in value.items])
        case Mapping():
            return replace(value, entries={key: _copy(item) for key, item in value.entries.items()})
        case Instance():
            return replace(value, attributes=_copied(value.attributes), learner=replace(value.learner))
        case _:
            return value


def _happened(machine: Machine) -> tuple[int, int, bool]:
    return len(machine.trace.events), len(machine.cuts), machine.trace.reloads


def _is_plain(value: Value, depth: int = _DEPTH) -> bool:
    """Whether a value holds no rows, no models, and no text that could name a file or a part."""
    match value:
        case Const():
            return value.origin is NOTHING and not isinstance(value.value, (str, bytes))
        case Data():
            return value.origin == NOTHING and not _tells(value)
        case Sequence() | Mapping():
            return depth > 0 and all(_is_plain(item, depth - 1) for item in items_of(value))
        case Instance():
            return depth > 0 and all(_is_plain(item, depth - 1) for item in value.attributes.values())
        case Library() | Type():
            return True
        case _:
            return False


def _tells(value: Data) -> bool:
    drawn = value.sample is not None and value.sample.call != "range"
    marked = value.selects or value.index_of or value.statistic or value.learner or value.attributes or value.paths
    return bool(drawn or marked or value.tuning or value.gathered)


def _fingerprint(value: Value, depth: int = _DEEPEST) -> Hashable:
    if not depth:  # a list may hold itself
        return id(value)
    match value:
        case Const():
            return (type(value.value), value.value) if not isinstance(value.value, (list, dict)) else id(value)
        case Data(learner=None):
            return (value.origin, value.selects, value.statistic, value.paths)
        case Sequence() if len(value.items) <= 8:
            return tuple(_fingerprint(item, depth - 1) for item in value.items)
        case Library():
            return value.name
        case _:
            return id(value)
