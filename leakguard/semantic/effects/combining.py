"""Rows put together and rows drawn: both at once balance classes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from leakguard.semantic.call import Call, effect
from leakguard.semantic.dividing import note_copies
from leakguard.semantic.effects.taking import without
from leakguard.semantic.events import Fit, Provenance
from leakguard.semantic.origins import materialised
from leakguard.semantic.rows import Rows, drawn_part
from leakguard.semantic.values import (
    Data,
    Sequence,
    Value,
    constant,
    items_of,
    merge,
    origin_of,
    with_learned,
    with_part,
)

if TYPE_CHECKING:
    from collections.abc import Hashable

    from leakguard.semantic.site import Site


@effect("combine")
def _combine(call: Call) -> Value:
    values = call.given("data") or call.positional
    if isinstance(call.receiver, Data) and values and "anti" in str(constant(call.get("how"))):
        return without(call, call.receiver, values[0])
    if call.receiver is not None:
        values = [call.receiver, *values]
    flat = [item for value in values for item in (items_of(value) if isinstance(value, Sequence) else (value,))]
    note_copies(call, flat)
    origin = _whole_again(merge(origin_of(value) for value in flat))
    columns = {
        name: learned for item in flat if isinstance(item, Data) for name, learned in (item.columns or {}).items()
    }
    alone = [item.single for item in flat if isinstance(item, Data) and item.origin.rows]  # a record that is padded
    joined = Data(origin, columns=columns or None, single=len(alone) == 1 and alone[0], made=_made_of(flat))
    drawn = next((item.drawn for item in flat if isinstance(item, Data) and item.drawn), None)
    if drawn is None or len(flat) < 2:
        return joined
    numbers = frozenset().union(*(item.index_of for item in flat if isinstance(item, Data)))
    if numbers:
        return replace(joined, index_of=numbers, drawn=drawn) if _are_classes(numbers) else joined
    return _resampled(call, joined, drawn)


def _made_of(values: list[Value]) -> Hashable:
    """What unknown things put together were made by: they are a data set if rows are taken off it."""
    made = tuple(value.made for value in values if isinstance(value, Data) and value.made is not None)
    return made if made and len(made) == len(values) else None


def _are_classes(rows: frozenset[Rows]) -> bool:
    """Whether each is what a condition leaves of its source."""
    return all(one.path and one.path[-1].cut.how == "mask" for one in rows)


def _whole_again(origin: Provenance) -> Provenance:
    """The two parts in which a data set is delivered, put together, are the data set."""
    parents = {
        Rows(rows.source, rows.path[:-1]) for rows in origin.rows if rows.path and rows.path[-1].cut.how == "load"
    }
    names = {rows.path[-1].name for rows in origin.rows if rows.path}
    if len(parents) == 1 and len(names) > 1 and all(rows.path for rows in origin.rows):
        return replace(origin, rows=frozenset(parents), vague=False)
    return origin


def _resampled(call: Call, joined: Data, drawn: Site) -> Data:
    """A random share of one class put together with the rest: the classes were balanced on these rows."""
    whole = frozenset(type(rows)(rows.source, rows.path[:-1]) for rows in joined.origin.rows)
    fit = Fit(drawn, call.machine.context(), "resampling", "resample", whole, joined.origin.vague)
    call.machine.emit(fit)
    return Data(with_learned(joined.origin, frozenset({fit})), columns=joined.columns)


@effect("draw")
def _draw(call: Call) -> Value:
    value = call.receiver or next(iter(call.given("data")), None) or next(iter(call.positional), None)
    if not isinstance(value, Data):
        return Data(call.origin())
    if value.index_of:
        return replace(value, drawn=call.site)
    if not value.origin.rows and call.receiver is None:
        materialised(call.site, value)
    fraction = constant(call.one("fraction"))
    if fraction == 1:
        return replace(value, learner=None, attributes=None)
    key = ("draw", call.site, len(call.machine.trace.events))
    drawn = drawn_part(key, call.site, call.number("fraction"))
    drawn.cut.count = call.number("size")
    of_a_class = any(rows.path and rows.path[-1].cut.how == "mask" for rows in value.origin.rows)
    resized = call.one("size") is not None or call.one("replace") is not None
    if of_a_class and resized:
        return replace(value, drawn=call.site, learner=None, attributes=None)
    return Data(with_part(value.origin, drawn), columns=value.columns)
