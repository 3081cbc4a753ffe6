"""What a loop runs over: the items that are known, or twice an item of which nothing is known."""

from __future__ import annotations

from typing import TYPE_CHECKING

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


def elements(iterable: Value) -> tuple[list[Value], bool]:
    """The values that a loop's target takes in turn, and whether the loop surely runs."""
    match iterable:
        case Sequence(pairs=True, rest=rest) if rest is not None:
            return [rest, rest], True
        case Sequence(items=items) if items:
            some = items[:_KNOWN]
            return (some if iterable.rest is None or len(some) > 1 else [*some, iterable.rest]), True
        case Sequence(rest=rest):
            return ([rest, rest], False) if rest is not None else ([], False)
        case Mapping():
            keys: list[Value] = [Const(key) if not isinstance(key, tuple) else Data() for key in iterable.entries]
            return (keys[:_KNOWN], True) if keys else ([Data(), Data()], False)
        case Const(value=str() | bytes() | None):
            return [Data(), Data()], False
        case Data():
            return [_element(iterable), _element(iterable)], False
        case Instance():
            return [Data(origin_of(iterable)), Data(origin_of(iterable))], False
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
    )


def first(iterable: Value) -> Value:
    """What `next(iter(...))` gives."""
    match iterable:
        case Sequence(items=[item, *_]):
            return item
        case Sequence(rest=rest) if rest is not None:
            return rest
        case _:
            return Data(origin_of(iterable))


def decided(machine: Machine, value: Value) -> Value:
    """What is collected because of a learned condition has learned as much."""
    if not machine.decided_by or isinstance(value, (Built, Closure, Instance)):
        return value
    return Data(with_learned(origin_of(value), machine.decided_by))
