"""Some of the rows: by index, by position, by condition, or those that are left."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from leakguard.semantic.call import EFFECTS, Call, effect
from leakguard.semantic.dividing import is_date
from leakguard.semantic.effects.expressions import evaluated
from leakguard.semantic.functions import enter
from leakguard.semantic.named_parts import own_rows
from leakguard.semantic.operations import mask_part, written_mask
from leakguard.semantic.origins import materialised
from leakguard.semantic.rows import ONE_OF_EACH, Cut, Part, complement
from leakguard.semantic.syntax import Call as CallNode
from leakguard.semantic.taking import between, meant_by, path_beyond, place_of, rows_at, taken_apart
from leakguard.semantic.text import text
from leakguard.semantic.values import Closure, Const, Data, Instance, Sequence, Value, constant, items_of, with_part

if TYPE_CHECKING:
    from leakguard.semantic.syntax import Expression

_COMPARES = frozenset("<>=")


@effect("take")
def _take(call: Call) -> Value:
    base, indices = _base(call), call.one("indices")
    if isinstance(base, Instance):
        base = own_rows(call.machine, call.site, base)
        if indices is None and isinstance(base, Instance):
            return base
        base = Data(materialised(call.site, base)) if isinstance(base, Instance) else base
    if isinstance(base, Data) and indices is not None and base.made is not None:
        materialised(call.site, base)  # what something unknown gave is a data set if rows are taken off it
    bounds = _range(call.syntax("indices"))
    if isinstance(base, Data) and indices is not None and (bounds is None or _is_all(bounds)):
        if meant_by(call.machine, indices):
            return replace(rows_at(call.machine, base, indices), learner=None)
        return EFFECTS["evaluate"](call) if call.label == "select" else replace(base, learner=None)
    if not isinstance(base, Data) or bounds is None:
        return base if isinstance(base, Data) else Data(call.origin())
    start, stop = (_place(call, bound) for bound in bounds)
    return between(call.machine, call.node, base, start, stop)


def _base(call: Call) -> Value | None:
    return call.one("data") or call.receiver or next(iter(call.positional), None)


def _range(node: Expression | None) -> tuple[Expression | None, Expression | None] | None:
    """The bounds of `range(a, b)` written in place."""
    match node:
        case CallNode(arguments=[stop]) if text(node.function) == "range":
            return None, stop.value
        case CallNode(arguments=[start, stop, *_]) if text(node.function) == "range":
            return start.value, stop.value
        case _:
            return None


def _is_all(bounds: tuple[Expression | None, Expression | None]) -> bool:
    return bounds[0] is None and text(bounds[1]).startswith("len(")


def _place(call: Call, bound: Expression | None) -> str:
    """A place that is written out; the end of the rows is none."""
    if bound is None or (isinstance(bound, CallNode) and text(bound.function) == "len"):
        return ""
    return place_of(call.machine.evaluate(bound), bound)


@effect("slice")
def _slice(call: Call) -> Value:
    base = call.receiver
    if not isinstance(base, Data):
        return Data(call.origin())
    if base.made is not None:
        materialised(call.site, base)  # what something unknown gave is a data set if rows are taken off it
    places = {option: _told(call, option) for option in ("start", "stop", "size", "last")}
    if not any(places.values()) or base.grouped:
        return fewer(call, base)
    if call.label == "take" and call.positional and _picks(call.positional[0]):  # numpy's, not TensorFlow's
        return rows_at(call.machine, base, call.positional[0])
    start, stop = places["start"], places["stop"]
    if places["size"]:
        stop = f"{start} + {places['size']}" if start else places["size"]
    if places["last"]:
        start = f"-{places['last']}"
    back = taken_apart(base.origin, start=bool(start), stop=bool(stop))
    if back is not None:
        return replace(base, origin=back)
    return between(call.machine, call.node, base, start, stop)


def _told(call: Call, option: str) -> str:
    value = call.one(option)
    return "" if value is None else place_of(value, call.syntax(option))


def _picks(value: Value) -> bool:
    return isinstance(value, Sequence) or (
        isinstance(value, Data) and bool(value.selects or value.index_of or value.origin.rows)
    )


def fewer(call: Call, receiver: Data, name: str = "") -> Data:
    """Some rows are left out: what is split after it is another set of rows."""
    name = name or (ONE_OF_EACH if _leaves_one_of_each(call, receiver) else "kept")
    cut = Cut(("filter", text(call.node)), "filter", call.site, seen={name})  # type: ignore[arg-type]
    part = Part(call.machine.cuts.setdefault(cut.key, cut), name)
    ordered = None if name == ONE_OF_EACH else receiver.ordered
    return replace(receiver, origin=with_part(receiver.origin, part), ordered=ordered, learner=None, attributes=None)


def _leaves_one_of_each(call: Call, receiver: Data) -> bool:
    if receiver.grouped:
        return bool(receiver.entity) and call.label in {"first", "last"}
    keys = [constant(item) for value in call.arguments() for item in _items(value)]
    return call.label == "drop_duplicates" and bool(keys) and not any(is_date(key) for key in keys)


def _items(value: Value) -> list[Value]:
    return list(items_of(value)) if isinstance(value, Sequence) else [value]


@effect("shard")
def _shard(call: Call) -> Value:
    base = call.receiver
    number = _told(call, "index") or "0"
    if not isinstance(base, Data) or not base.origin.rows:
        return base if isinstance(base, Data) else Data(call.origin())
    cut = Cut(("shard", base.origin.rows, _told(call, "count")), "mask", call.site)
    cut = call.machine.cuts.setdefault(cut.key, cut)
    cut.seen.add(number)
    return rows_at(call.machine, base, Data(selects=(Part(cut, number),)))


@effect("without")
def _without(call: Call) -> Value:
    base, gone = _base(call), call.one("gone")
    if not isinstance(base, Data):
        return Data(call.origin())
    if call.receiver is not None and gone is not None and not meant_by(call.machine, gone):
        return EFFECTS["rowwise"](call)  # arithmetic of pandas
    along_columns = constant(call.get("axis")) in {1, -1}
    return base if gone is None or along_columns else without(call, base, gone)


def without(call: Call, base: Data, gone: Value) -> Data:
    """What is left: of rows those of the other part, of their numbers those that select it."""
    parts = path_beyond(meant_by(call.machine, gone), base.origin.rows)[-1:]
    if not parts:
        return replace(base, sample=None, learner=None)
    other = complement(parts[0])
    call.machine.taken[other] = call.machine.statement
    if not base.origin.rows:
        return replace(base, sample=None, learner=None, selects=(other,))
    return replace(base, sample=None, learner=None, origin=with_part(base.origin, other))


@effect("among")
def _among(call: Call) -> Value:
    values, found = _base(call), call.one("of")
    if not isinstance(values, Data):
        return Data(call.origin())
    parts = () if found is None else path_beyond(meant_by(call.machine, found), values.origin.rows)
    for part in parts:
        call.machine.taken[part] = call.machine.statement
    if not parts and values.origin.rows:
        parts = (mask_part(call.machine, call.node, text(call.node), "in"),)  # type: ignore[arg-type]
    return Data(values.origin, selects=parts)


@effect("filter")
def _filter(call: Call) -> Value:
    base = call.receiver
    if not isinstance(base, Data):
        return Data(call.origin())
    kept = base
    for condition in call.given("where"):
        mask = _mask(call, base, condition)
        kept = rows_at(call.machine, kept, mask) if mask is not None else kept
    return replace(kept, learner=None, attributes=None)


def _mask(call: Call, base: Data, condition: Value) -> Data | None:
    match condition:
        case Const(value=str(written)) if not _COMPARES.isdisjoint(written):
            return Data(selects=(written_mask(call.machine, call.node, written),))
        case Closure():
            result = enter(call.machine, condition, [Data(base.origin)], {}, call.node)
            return result if isinstance(result, Data) and result.selects else None
        case Data(selects=selects) if selects:
            return Data(selects=selects)
        case Data(origin=origin) if condition.column:
            return evaluated(condition, base.origin) if origin.rows else condition
        case _:
            return None
