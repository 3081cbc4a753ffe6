"""What a loop runs over: the items that are known, or twice an item of which nothing is known."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leakguard.semantic.functions import bound_method, enter
from leakguard.semantic.origins import realised
from leakguard.semantic.records import as_tuple
from leakguard.semantic.values import (
    Built,
    Closure,
    Const,
    Data,
    Instance,
    Mapping,
    Sequence,
    Value,
    origin_of,
    with_learned,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leakguard.semantic.machine import Machine

_KNOWN = 10  # items of a written-out sequence that are run one by one


def turns(machine: Machine, found: list[Value], *, certain: bool) -> Iterator[Value]:
    """The values that a loop's target takes, one after the other.

    In a further turn of a loop around, a loop has shown already what its own repetition does: otherwise the work
    would grow with two to the power of the loops' depth.
    """
    again = machine.again
    for number, value in enumerate(found[: 2 if certain else 1] if again else found):
        machine.again = again or number > 0
        yield value
    machine.again = again


def elements(machine: Machine, iterable: Value) -> tuple[list[Value], bool]:
    """The values that a loop's target takes in turn, and whether the loop surely runs."""
    realised(iterable)
    match iterable:
        case Sequence(pairs=True, rest=rest) if rest is not None:
            return [rest, rest], True
        case Sequence(items=items) if items:
            some = items[:_KNOWN]
            return (some if iterable.rest is None or len(some) > 1 else [*some, iterable.rest]), True
        case Sequence(rest=rest):
            return ([rest, rest], False) if rest is not None else ([], False)
        case Mapping():
            keys = [known_key(iterable, key) for key in iterable.entries]
            return (keys[:_KNOWN], True) if keys else ([Data(), Data()], False)
        case Const(value=str() | bytes() | None):
            return [Data(iterable.origin, single=bool(iterable.origin.rows)) for _ in range(2)], False
        case Data():
            return [_element(iterable), _element(iterable)], False
        case Instance():
            return _of_object(machine, iterable)
        case _:
            return [Data(origin_of(iterable)), Data(origin_of(iterable))], False


def _element(value: Data) -> Data:
    single = bool(value.origin.rows) and not value.labels and not value.by_column
    return Data(
        value.origin,
        columns=value.columns,
        selects=value.selects,
        sample=value.sample,
        residual=value.residual,
        single=single,
        paths=value.paths,
    )


def known_key(value: Mapping, key: object) -> Value:
    """A key of a dict as a value; what stands for the unknown ones where it is not known."""
    return (value.keys or Data()) if isinstance(key, tuple) else Const(key)


def _of_object(machine: Machine, value: Instance) -> tuple[list[Value], bool]:
    """What an object of the program gives when it is run over: by its own methods, or as a named tuple."""
    fields = as_tuple(value)
    if fields is not None:
        return elements(machine, fields)
    if value.item is not None:
        return [Data(origin_of(value), single=True) for _ in range(2)], False
    for name, given in (("__iter__", ()), ("__next__", ()), ("__getitem__", (Data(),))):
        method = bound_method(machine, value, name)
        if isinstance(method, Closure):
            found = enter(machine, method, list(given), {}, method.definition)
            if name != "__iter__":
                return [found, found], False
            if found is not value:
                return elements(machine, found)
    return [Data(origin_of(value)), Data(origin_of(value))], False


def first(machine: Machine, iterable: Value) -> Value:
    """What `next(iter(...))` gives."""
    match iterable:
        case Sequence(items=[item, *_]):
            return item
        case Sequence(rest=rest) if rest is not None:
            return rest
        case Instance():
            return elements(machine, iterable)[0][0]
        case _:
            return Data(origin_of(iterable))


def decided(machine: Machine, value: Value) -> Value:
    """What is collected because of a learned condition has learned as much."""
    if not machine.decided_by or isinstance(value, (Built, Closure, Instance)):
        return value
    return Data(with_learned(origin_of(value), machine.decided_by))
