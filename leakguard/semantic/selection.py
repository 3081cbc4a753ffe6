"""Taking parts of values: items, columns, slices, masks and indices."""

from __future__ import annotations

from dataclasses import replace
from functools import reduce
from typing import TYPE_CHECKING

from leakguard.semantic import syntax as s
from leakguard.semantic.binding import column_names
from leakguard.semantic.call import apply
from leakguard.semantic.choice import choose_among
from leakguard.semantic.dividing import note_order
from leakguard.semantic.functions import bound_method, enter
from leakguard.semantic.mentions import within
from leakguard.semantic.named_parts import ROLES, index_by_name, is_index_name
from leakguard.semantic.names import names_truth
from leakguard.semantic.operations import held_against
from leakguard.semantic.origins import materialised
from leakguard.semantic.records import as_tuple
from leakguard.semantic.rows import Cut, Part, Rows, role_of_one
from leakguard.semantic.scope import join
from leakguard.semantic.taking import between, every, place_of, rows_at, taken_apart
from leakguard.semantic.text import text
from leakguard.semantic.trying import note_columns
from leakguard.semantic.values import (
    KEPT,
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
    length,
    merge,
    origin_of,
    parts_of,
    with_learned,
    with_part,
)

if TYPE_CHECKING:
    from collections.abc import Mapping as Mapping_

    from leakguard.semantic.events import Fit, Provenance
    from leakguard.semantic.machine import Machine

WHOLE = Const("[:]")  # the index of a slice
_EXTREMES = frozenset({"max()", "min()"})


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
            note_columns(machine, index)
            found = select(machine, node, base, index)
            return found if found.choices is None and not base.paths else replace(found, choices=None, paths=base.paths)
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
        kept = _sliced(base.items, node.index)
        return Sequence(kept, base.kind, count=KEPT if kept is not base.items and _is_whole(base) else None)
    if isinstance(node.index, s.Slice) or _has_rows(base):
        return select(machine, node, Data(origin_of(base)), index)
    items = list(items_of(base))
    return reduce(join, items) if items else Data(origin_of(index))


def _is_whole(base: Sequence) -> bool:
    """Whether all items are known."""
    return length(base) == len(base.items)


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
    return by_rows(reduce(join, items[:8]) if items else Data(), index)


def by_rows(looked_up: Value, key: Value) -> Value:
    """What each row finds in a table is of that row."""
    of_row = isinstance(key, Data) and key.origin.rows and not key.origin.scores
    plain = isinstance(looked_up, (Const, Data)) and not origin_of(looked_up).rows
    return Data(merge((origin_of(looked_up), origin_of(key)))) if of_row and plain else looked_up


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
    module, _, last = base.name.rpartition(".")
    if last == "__dict__" and isinstance(constant(index), str):
        return Library(f"{module}.{constant(index)}", base.origin)
    return Data(merge((base.origin, origin_of(index))))


def select(machine: Machine, node: s.Subscript, base: Data, index: Value) -> Data:
    """Rows or columns of data; the first of what is sorted is the best."""
    if base.ranked and constant(index) in {0, -1}:
        choose_among(machine, node, base.origin.scores, base.ranked)
    key = constant(index)
    if isinstance(key, str) and is_index_name(key) and base.columns is None:
        return index_by_name(machine, base, key)
    by_key = _under_key(machine, node, base, index)
    if by_key is not None:
        return replace(base, origin=by_key, learner=None, attributes=None)
    rows_index, columns_index, syntax_index = index, None, node.index
    if isinstance(index, Sequence) and index.kind == "tuple" and index.items and isinstance(node.index, s.Display):
        rows_index, syntax_index = index.items[0], node.index.items[0]
        columns_index = index.items[1] if len(index.items) > 1 else None
    chosen = _columns(machine, node, base, rows_index if columns_index is None else columns_index)
    if isinstance(syntax_index, s.Slice):
        return _slice(machine, node, chosen, syntax_index)
    found = rows_at(machine, chosen, rows_index)
    picked_by = _truth_by_prediction(node, base, rows_index)
    return found if picked_by is None else replace(found, residual=picked_by)


def _truth_by_prediction(node: s.Subscript, base: Data, index: Value) -> tuple[Provenance, Provenance] | None:
    """`y_test[predicted == 1]`: the answers of the rows that a model points at, whose mean is its precision.

    Where the index knows the answers itself (`predicted != y_test`), somebody looks at the errors.
    """
    if not isinstance(index, Data) or index.residual is not None or not names_truth(text(node.value)):
        return None
    return held_against(base, index)


def _under_key(machine: Machine, node: s.Subscript, base: Data, index: Value) -> Provenance | None:
    """`data["train"]` beside `data["test"]`: an unknown object that holds the parts under their names."""
    key = constant(index)
    role = ROLES.get(key.lower()) if isinstance(key, str) else None
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


def _columns(machine: Machine, node: s.Subscript, base: Data, index: Value) -> Data:
    """The columns that an index names, with what they alone carry; an index that was learned is learned from."""
    columns = base.columns
    names = column_names(index)
    if names != ["*"]:
        for rows in base.origin.rows:
            machine.trace.columns.setdefault(rows.source, set()).update(names)
        carried = frozenset().union(*((columns or {}).get(name, frozenset()) for name in (*names, "*")))
        origin = with_learned(base.origin, carried)
        if base.cells is not None and (cell := cell_of(base.cells, names[0])) is not None:
            return replace(base, origin=cell, cells=None, columns=None)
        column = ",".join(names)
        if base.statistic and column:  # a row of a table of statistics: stats["mean"]
            return replace(base, statistic=(column, base.statistic[1]))
        raw = replace(base.raw, names=tuple(names)) if base.raw is not None else None
        return replace(base, origin=origin, columns=None, learner=None, attributes=None, column=column, raw=raw)
    origin = base.origin
    if isinstance(index, Data) and not index.index_of:
        statistic = frozenset({index.statistic[1]}) if index.statistic else frozenset()
        origin = with_learned(
            origin, selected_by(index.origin.learned | statistic) if not index.origin.rows else frozenset()
        )
    elif isinstance(index, Sequence):
        origin = with_learned(origin, selected_by(origin_of(index).learned))
    unnamed = (
        isinstance(index, (Sequence, Data))
        and not getattr(index, "selects", ())
        and not getattr(index, "index_of", ())
        and not origin_of(index).rows  # numbers of rows
    )
    column = f"[{text(node.index)}]" if unnamed else base.column
    return replace(base, origin=origin, learner=None, attributes=None, column=column)


def cell_of(cells: Mapping_[str, Provenance], name: str) -> Provenance | None:
    """What a column of a table of scores is made of; `val_*` stands for all that begin so."""
    if name in cells:
        return cells[name]
    return next((cell for key, cell in cells.items() if key.endswith("*") and name.startswith(key[:-1])), None)


def picking(learned: frozenset[Fit]) -> frozenset[Fit]:
    """What can say which columns or words there are; the largest code of a column only sizes an embedding."""
    return frozenset(fit for fit in learned if not (fit.learns == "statistic" and fit.label in _EXTREMES))


def selected_by(learned: frozenset[Fit]) -> frozenset[Fit]:
    """Columns picked by what a model or a correlation says were selected on the rows that it saw, in all folds."""
    return frozenset(_selection(fit) if fit.learns in {"model", "statistic"} else fit for fit in picking(learned))


def _selection(fit: Fit) -> Fit:
    rows = frozenset(Rows(one.source, tuple(part for part in one.path if part.cut.how != "folds")) for one in fit.rows)
    return replace(fit, learns="selection", rows=rows)


def _slice(machine: Machine, node: s.Subscript, base: Data, index: s.Slice) -> Data:
    """`x[:n]` and `x[n:]` are two parts of one cut; `x[a:b]` is what lies between two cuts."""
    if _is_window(index):
        if _moves_on(machine, index):
            note_order(machine, node, base.origin.rows, "windows that overlap are cut out of them")
        return base
    if _is_crop(node.index):
        return base
    if (stride := _stride(machine, index)) is not None:
        return every(machine, node, base, *stride)
    back = taken_apart(base.origin, start=index.lower is not None, stop=index.upper is not None)
    if back is not None:
        return replace(base, origin=back)
    start, stop = (_place(machine, bound) for bound in (index.lower, index.upper))
    return between(machine, node, base, start, stop)


def _stride(machine: Machine, index: s.Slice) -> tuple[str, str] | None:
    """Where every second or n-th row begins, and the n; None for a slice without steps, or from the end."""
    step = constant(machine.evaluate(index.step)) if index.step is not None else None
    if not isinstance(step, int) or step < 2 or index.upper is not None:
        return None
    return _place(machine, index.lower) or "0", str(step)


def _place(machine: Machine, bound: s.Expression | None) -> str:
    return "" if bound is None else place_of(machine.evaluate(bound), bound)


def _is_window(index: s.Slice) -> bool:
    """`x[i:i + n]`: one window of many, no part."""
    match index.upper:
        case s.Operation(operator="+", operands=[first, *_]) if index.lower is not None:
            return text(first) == text(index.lower)
        case _:
            return False


def _moves_on(machine: Machine, index: s.Slice) -> bool:
    """Whether windows begin at each row in turn, `for i in range(len(x) - n)`, rather than one behind the other."""
    for loop in machine.loops[-1:]:
        match loop:
            case (
                s.For(target=target, iterable=iterable)
                | s.Comprehension(clauses=(s.Clause(target=target, iterable=iterable),))
            ):
                pass
            case _:
                return False
        match iterable:
            case s.Call(function=s.Name(id="range"), arguments=arguments) if len(arguments) < 3:
                ends_before = any(_subtracts(argument.value) for argument in arguments)
                return ends_before and text(target) == text(index.lower)
    return False


def _subtracts(node: s.Expression) -> bool:
    return isinstance(node, s.Operation) and any(
        isinstance(one, s.Operation) and one.operator == "-" for one in within(node)
    )


def _is_crop(index: s.Expression) -> bool:
    """`image[a:b, c:d, :]`: a piece of one record."""
    if not isinstance(index, s.Display) or len(index.items) < 3:
        return False
    return (
        sum(isinstance(item, s.Slice) and item.lower is not None and item.upper is not None for item in index.items) > 1
    )
