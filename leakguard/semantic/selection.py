"""Taking parts of values: items, columns, slices, masks and indices."""

from __future__ import annotations

from dataclasses import replace
from functools import reduce
from typing import TYPE_CHECKING

from leakguard.semantic import syntax as s
from leakguard.semantic.binding import column_names
from leakguard.semantic.call import apply
from leakguard.semantic.choice import choose_among
from leakguard.semantic.events import Fit, Provenance, Split
from leakguard.semantic.functions import bound_method, enter
from leakguard.semantic.names import Role
from leakguard.semantic.origins import materialised
from leakguard.semantic.records import as_tuple
from leakguard.semantic.rows import Cut, Part, Rows, role_of_one
from leakguard.semantic.scope import join
from leakguard.semantic.text import text
from leakguard.semantic.values import (
    Built,
    Closure,
    Const,
    Data,
    Instance,
    Library,
    Mapping,
    Sequence,
    Value,
    constant,
    items_of,
    merge,
    origin_of,
    parts_of,
    with_learned,
    with_part,
)

if TYPE_CHECKING:
    from leakguard.semantic.machine import Machine

_KEYS = {
    **dict.fromkeys(("train", "training", "x_train", "y_train"), Role.TRAIN),
    **dict.fromkeys(("validation", "valid", "val", "dev", "x_val", "y_val"), Role.VALIDATION),
    **dict.fromkeys(("test", "testing", "x_test", "y_test"), Role.TEST),
}
WHOLE = Const("[:]")  # the index of a slice
_SLICE_ROLES = {"head": Role.TRAIN, "tail": Role.TEST}


def subscript(machine: Machine, node: s.Subscript, base: Value, index: Value) -> Value:
    """`base[index]`."""
    match base:
        case Sequence():
            return _item(machine, node, base, index)
        case Mapping():
            return _entry(machine, node, base, index)
        case Built():
            return _piece(base, index)
        case Library():
            return _of_library(base, index)
        case Data() if base.attributes is not None and constant(index) in base.attributes:
            return base.attributes[str(constant(index))]
        case Data():
            return select(machine, node, base, index)
        case Instance():
            return _of_object(machine, node, base, index)
        case _:
            return Data(merge((origin_of(base), origin_of(index))))


def item(machine: Machine, node: s.Call, base: Value, index: Value) -> Value:
    """`base[index]`, where both are arguments of a call."""
    key = s.Constant(node.origin, constant(index))
    return subscript(machine, s.Subscript(node.origin, node.function, key), base, index)


def _of_object(machine: Machine, node: s.Subscript, base: Instance, index: Value) -> Value:
    own = bound_method(machine, base, "__getitem__")
    if isinstance(own, Closure):
        return enter(machine, own, [index], {}, node)
    fields = as_tuple(base)
    if fields is not None:
        return _item(machine, node, fields, index)
    key = constant(index)
    if isinstance(key, str) and key in base.attributes:
        return base.attributes[key]
    return base.attributes.get("[]") or Data(merge((origin_of(base), origin_of(index))))


def picked(machine: Machine, node: s.Node, base: Sequence, index: Value) -> None:
    """Taking the first or last of what is sorted by scores is a choice."""
    if base.ranked is not None and (constant(index) in {0, -1} or index is WHOLE):
        choose_among(machine, node, base.ranked[1].scores, base.ranked[0])


def _item(machine: Machine, node: s.Subscript, base: Sequence, index: Value) -> Value:
    picked(machine, node, base, WHOLE if isinstance(node.index, s.Slice) else index)
    position = constant(index)
    if isinstance(position, int) and -len(base.items) <= position < len(base.items):
        return base.items[position]
    if isinstance(node.index, s.Slice) and base.rest is None and not _has_rows(base):
        return Sequence(_sliced(base.items, node.index), base.kind)
    if isinstance(node.index, s.Slice) or _has_rows(base):
        return select(machine, node, Data(origin_of(base)), index)
    items = list(items_of(base))
    return reduce(join, items) if items else Data(origin_of(index))


def _has_rows(base: Sequence) -> bool:
    """Whether this is a list of rows, rather than of things."""
    return any(isinstance(item, Data) and item.origin.rows for item in base.items[:2]) and base.kind == "list"


def _sliced(items: list[Value], index: s.Slice) -> list[Value]:
    bounds: list[int | None] = []
    for bound in (index.lower, index.upper, index.step):
        known = bound.value if isinstance(bound, s.Constant) else None
        if bound is not None and not isinstance(known, int):
            return items
        bounds.append(known if isinstance(known, int) else None)
    return items[slice(*bounds)] if bounds[2] != 0 else items


def _entry(machine: Machine, node: s.Subscript, base: Mapping, index: Value) -> Value:
    key = constant(index)
    if key is not None and _is_hashable(key) and key in base.entries:
        return base.entries[key]
    if base.factory is not None and (key is not None or base.rest is None):
        return _made_entry(machine, node, base, key if _is_hashable(key) else None)
    items = list(items_of(base))
    return reduce(join, items[:8]) if items else Data()


def _made_entry(machine: Machine, node: s.Subscript, base: Mapping, key: object) -> Value:
    """What a dict with a default makes for a key that it doesn't have yet; one for all keys that aren't known."""
    made = apply(machine, s.Call(node.origin, node.value, ()), base.factory) if base.factory is not None else Data()
    if key is None:
        base.rest = made
    else:
        base.entries[key] = made
    return made


def _is_hashable(key: object) -> bool:
    return key.__hash__ is not None


def _piece(base: Built, index: Value) -> Value:
    position = constant(index)
    parts = parts_of(base)
    for name, part in parts:
        if name and name == position:
            return part
    if isinstance(position, int) and -len(parts) <= position < len(parts):
        return parts[position][1]
    return Data(origin_of(base))


def _of_library(base: Library, index: Value) -> Value:
    if base.name in {"numpy.r_", "numpy.c_"}:
        return Data(origin_of(index))
    return Data(merge((base.origin, origin_of(index))))


def select(machine: Machine, node: s.Subscript, base: Data, index: Value) -> Data:
    """Rows or columns of data; the first of what is sorted is the best."""
    if base.ranked and constant(index) in {0, -1}:
        choose_among(machine, node, base.origin.scores, base.ranked)
    by_key = _under_key(machine, node, base, index)
    if by_key is not None:
        return replace(base, origin=by_key, learner=None, attributes=None)
    rows_index, columns_index, syntax_index = index, None, node.index
    if isinstance(index, Sequence) and index.kind == "tuple" and index.items and isinstance(node.index, s.Display):
        rows_index, syntax_index = index.items[0], node.index.items[0]
        columns_index = index.items[1] if len(index.items) > 1 else None
    chosen = _columns(node, base, rows_index if columns_index is None else columns_index)
    if isinstance(syntax_index, s.Slice):
        return _slice(machine, node, chosen, syntax_index)
    return _rows(machine, chosen, rows_index)


def _under_key(machine: Machine, node: s.Subscript, base: Data, index: Value) -> Provenance | None:
    """`data["train"]` beside `data["test"]`: an unknown object that holds the parts under their names."""
    key = constant(index)
    role = _KEYS.get(key.lower()) if isinstance(key, str) else None
    known = base.columns is not None or base.cells is not None or base.learner is not None or base.origin.scores
    if role is None or known:
        return None
    materialised(machine.site(node), base)
    fitting = frozenset(rows for rows in base.origin.rows if role_of_one(rows) is role)
    if fitting:
        return replace(base.origin, rows=fitting, vague=False)
    cut = Cut(("keys", base.origin.rows), "names", machine.site(node))
    cut = machine.cuts.setdefault(cut.key, cut)
    cut.roles[role.value] = role
    cut.seen.add(role.value)
    return replace(with_part(base.origin, Part(cut, role.value)), vague=False)


def _columns(node: s.Subscript, base: Data, index: Value) -> Data:
    """The columns that an index names, with what they alone carry; an index that was learned is learned from."""
    columns = base.columns
    names = column_names(index)
    if names != ["*"]:
        carried = frozenset().union(*((columns or {}).get(name, frozenset()) for name in (*names, "*")))
        origin = with_learned(base.origin, carried)
        if base.cells is not None and names[0] in base.cells:
            return replace(base, origin=base.cells[names[0]], cells=None, columns=None)
        column = ",".join(names)
        if base.statistic and column:  # a row of a table of statistics: stats["mean"]
            return replace(base, statistic=(column, base.statistic[1]))
        return replace(base, origin=origin, columns=None, learner=None, attributes=None, column=column)
    origin = base.origin
    if isinstance(index, Data) and not index.index_of:
        statistic = frozenset({index.statistic[1]}) if index.statistic else frozenset()
        origin = with_learned(
            origin, selected_by(index.origin.learned | statistic) if not index.origin.rows else frozenset()
        )
    elif isinstance(index, Sequence):
        origin = with_learned(origin, selected_by(origin_of(index).learned))
    unnamed = (
        isinstance(index, (Sequence, Data)) and not getattr(index, "selects", ()) and not getattr(index, "index_of", ())
    )
    column = f"[{text(node.index)}]" if unnamed else base.column
    return replace(base, origin=origin, learner=None, attributes=None, column=column)


def selected_by(learned: frozenset[Fit]) -> frozenset[Fit]:
    """Columns picked by what a model or a correlation says were selected on the rows that it saw, in all folds."""
    return frozenset(_selection(fit) if fit.learns in {"model", "statistic"} else fit for fit in learned)


def _selection(fit: Fit) -> Fit:
    rows = frozenset(Rows(one.source, tuple(part for part in one.path if part.cut.how != "folds")) for one in fit.rows)
    return replace(fit, learns="selection", rows=rows)


def _rows(machine: Machine, base: Data, index: Value) -> Data:
    ways = _ways(base, index)
    if _is_foreign(base.origin, index) and (not ways or any(not rows.path for rows in origin_of(index).rows)):
        return replace(base, origin=replace(base.origin, vague=True))  # rows picked by something made elsewhere
    if not ways and _is_random(index) and base.origin.rows:
        cut = Cut(("draw", index), "draw", machine.here(), seen={"drawn"})
        ways = [(Part(cut, "drawn"),)]
    if not ways:
        return replace(base, single=True) if _counts(index) and base.origin.rows else base
    if not base.origin.rows:
        return replace(base, selects=ways[0])
    taken = [_taken(machine, base.origin, parts) for parts in ways]
    origin = replace(merge(taken), vague=base.origin.vague or any(one.vague for one in taken))
    return replace(base, origin=origin, selects=(), drawn=index.drawn if isinstance(index, Data) else None)


def _is_foreign(base: Provenance, index: Value) -> bool:
    """Whether an index holds row numbers that come from elsewhere than from these rows."""
    if not isinstance(index, Data) or index.selects or index.index_of:
        return False
    sources = {rows.source for rows in base.rows}
    return bool(index.origin.rows) and not any(rows.source in sources for rows in index.origin.rows)


def _taken(machine: Machine, before: Provenance, parts: tuple[Part, ...]) -> Provenance:
    """These parts of the rows."""
    origin = before
    for part in parts:
        machine.taken[part] = machine.statement
        origin = with_part(origin, part)
        if part.cut.how in {"mask", "slice"} and len(part.cut.seen) > 1:
            _note_split(machine, part.cut, before)
    if len({role_of_one(rows) for rows in before.rows}) > 1:  # train and test rows together: which of them is unclear
        origin = replace(origin, vague=True)
    return origin


def _is_random(index: Value) -> bool:
    """Whether an index holds random numbers: rows drawn with or without repetition."""
    return isinstance(index, Data) and index.sample is not None and not (index.sample.layout or index.sample.label)


def _counts(index: Value) -> bool:
    """Whether an index is one number, such as the variable of a loop over a range."""
    return isinstance(index, Data) and index.sample is not None and index.sample.layout and not index.origin.rows


def _ways(base: Data, index: Value) -> list[tuple[Part, ...]]:
    """The parts that an index selects; several ways where it may have been made in several ways."""
    if isinstance(index, Sequence):
        collected = [item.selects for item in _items(index) if isinstance(item, Data) and item.selects]
        return collected[:1] or _foreign_ways(base.origin, origin_of(index))
    if not isinstance(index, Data):
        return []
    if index.selects:
        return [index.selects]
    if index.index_of:
        return [tuple(dict.fromkeys(part for rows in index.index_of for part in rows.path))]
    return _foreign_ways(base.origin, index.origin)


def _items(index: Value) -> list[Value]:
    return list(items_of(index))[:4] if isinstance(index, Sequence) else []


def _foreign_ways(base: Provenance, index: Provenance) -> list[tuple[Part, ...]]:
    """Indices that were cut themselves, as rows of their own, cut what they index."""
    sources = {rows.source for rows in base.rows}
    if len({rows.source for rows in index.rows}) != 1 or any(rows.source in sources for rows in index.rows):
        return []
    return sorted({rows.path for rows in index.rows if rows.path}, key=len)


def _slice(machine: Machine, node: s.Subscript, base: Data, index: s.Slice) -> Data:
    """`x[:n]` and `x[n:]` are two parts of one cut; `x[a:b]` is what lies between two cuts."""
    if _is_window(index) or _is_crop(node.index):
        return base
    back = _taken_apart(base.origin, index)
    if back is not None:
        return replace(base, origin=back)
    parts = [
        _boundary(machine, node, bound, name)
        for bound, name in ((index.lower, "tail"), (index.upper, "head"))
        if bound is not None and not (isinstance(bound, s.Constant) and bound.value in {0, None})
    ]
    if not parts:
        return base
    if not base.origin.rows:  # a list of column names, or of indices
        told = base.origin.learned or base.statistic or base.labels
        return base if told else replace(base, selects=(*base.selects, *parts))
    origin = base.origin
    for part in parts:
        origin = with_part(origin, part)
        _note_split(machine, part.cut, base.origin)
    return replace(base, origin=origin)


def _is_window(index: s.Slice) -> bool:
    """`x[i:i + n]`: one window of many, no part."""
    match index.upper:
        case s.Operation(operator="+", operands=[first, *_]) if index.lower is not None:
            return text(first) == text(index.lower)
        case _:
            return False


def _is_crop(index: s.Expression) -> bool:
    """`image[a:b, c:d, :]`: a piece of one record."""
    if not isinstance(index, s.Display) or len(index.items) < 3:
        return False
    return (
        sum(isinstance(item, s.Slice) and item.lower is not None and item.upper is not None for item in index.items) > 1
    )


def _taken_apart(origin: Provenance, index: s.Slice) -> Provenance | None:
    """Train and test rows that were put together are taken apart again by `both[:n]` and `both[n:]`: no new split."""
    roles = {rows: role_of_one(rows) for rows in origin.rows}
    if len(set(roles.values())) < 2 or (index.lower is None) == (index.upper is None):
        return None
    wanted = {Role.TRAIN} if index.lower is None else {Role.TEST, Role.VALIDATION}
    kept = frozenset(rows for rows, role in roles.items() if role in wanted)
    return replace(origin, rows=kept or origin.rows, vague=False)


def _boundary(machine: Machine, node: s.Subscript, bound: s.Expression, name: str) -> Part:
    value = machine.evaluate(bound)
    known = value.value if isinstance(value, Const) else text(bound)
    cut = Cut(("slice", str(known)), "slice", machine.site(node), defaults=_SLICE_ROLES)
    cut = machine.cuts.setdefault(cut.key, cut)
    if not cut.seen:
        cut.site = machine.site(node)
    cut.seen.add(name)
    return Part(cut, name)


def _note_split(machine: Machine, cut: Cut, origin: Provenance) -> None:
    if origin.learned:
        machine.emit(Split(cut.site, machine.context(), cut, origin.rows, origin.learned))
