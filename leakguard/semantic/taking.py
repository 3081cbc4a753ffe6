"""Which rows an index, a mask or a slice takes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from leakguard.semantic.events import Fit, Provenance, Split
from leakguard.semantic.names import PARTS, Role, role_of_mark
from leakguard.semantic.rows import Cut, Part, Rows, role_of_one
from leakguard.semantic.text import text
from leakguard.semantic.values import (
    Const,
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
    from leakguard.semantic import syntax as s
    from leakguard.semantic.machine import Machine
    from leakguard.semantic.site import Site

_SLICE_ROLES = {"head": Role.TRAIN, "tail": Role.TEST}


def rows_at(machine: Machine, base: Data, index: Value) -> Data:
    """The rows of `base` that an index picks."""
    if base.origin.learned and not base.origin.rows and isinstance(index, Data) and index.origin.rows:
        return Data(merge((base.origin, index.origin)), single=index.single)  # looked up for each row: a word's vector
    if isinstance(index, Data) and index.drawn is not None and len(index.index_of) > 1:
        return _balanced(machine, base, index.drawn)
    if isinstance(index, Data) and index.single and index.origin.rows and not base.origin.rows:
        return replace(base, origin=merge((base.origin, index.origin)), single=True)  # looked up under a row's key
    mark = marked(machine, index)
    ways = [mark] if mark else _ways(machine, base, index)
    if _is_foreign(base.origin, index) and (not ways or any(not rows.path for rows in origin_of(index).rows)):
        return replace(base, origin=replace(base.origin, vague=True))  # rows picked by something made elsewhere
    if not ways:
        return replace(base, single=True) if _counts(index) and base.origin.rows else base
    if not base.origin.rows:
        return replace(base, selects=ways[0])
    taken = [_taken(machine, base.origin, parts) for parts in ways]
    origin = replace(merge(taken), vague=base.origin.vague or any(one.vague for one in taken))
    return replace(base, origin=origin, selects=(), drawn=index.drawn if isinstance(index, Data) else None)


def _balanced(machine: Machine, base: Data, drawn: Site) -> Data:
    """A random share of one class's row numbers, put together with those of the others, picks the rows."""
    fit = Fit(drawn, machine.context(), "resampling", "resample", base.origin.rows, base.origin.vague)
    machine.emit(fit)
    return replace(base, origin=with_learned(base.origin, frozenset({fit})))


def _is_foreign(base: Provenance, index: Value) -> bool:
    """Whether an index holds row numbers that come from elsewhere than from these rows."""
    if not isinstance(index, Data) or index.selects or index.index_of:
        return False
    sources = {rows.source for rows in base.rows}
    return bool(index.origin.rows) and not any(rows.source in sources for rows in index.origin.rows)


def _taken(machine: Machine, before: Provenance, parts: tuple[Part, ...]) -> Provenance:
    """These parts of the rows."""
    if len({role_of_one(rows) for rows in before.rows}) > 1 and all(part.cut.how == "mask" for part in parts):
        return replace(before, vague=True)  # train and test rows together are told apart again, or filtered: unclear
    origin = before
    for part in parts:
        machine.taken[part] = machine.statement
        origin = with_part(origin, part)
        if part.cut.how in {"mask", "slice"} and len(part.cut.seen) > 1:
            note_split(machine, part.cut, before)
    if len({role_of_one(rows) for rows in before.rows}) > 1:  # train and test rows together: which of them is unclear
        origin = replace(origin, vague=True)
    return origin


def _counts(index: Value) -> bool:
    """Whether an index is one number, such as the variable of a loop over a range."""
    return isinstance(index, Data) and index.sample is not None and index.sample.layout and not index.origin.rows


def _ways(machine: Machine, base: Data, index: Value) -> list[tuple[Part, ...]]:
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
    if base.origin.rows and _is_random(index):
        return [_at_random(machine, index)]
    return _foreign_ways(base.origin, index.origin)


def _items(index: Value) -> list[Value]:
    return list(items_of(index))[:4] if isinstance(index, Sequence) else []


def _foreign_ways(base: Provenance, index: Provenance) -> list[tuple[Part, ...]]:
    """Indices that were cut themselves, as rows of their own, cut what they index."""
    sources = {rows.source for rows in base.rows}
    if len({rows.source for rows in index.rows}) != 1 or any(rows.source in sources for rows in index.rows):
        return []
    return sorted({rows.path for rows in index.rows if rows.path}, key=len)


def _is_random(index: Value) -> bool:
    """Whether an index holds random numbers: rows drawn with or without repetition."""
    return isinstance(index, Data) and index.sample is not None and not (index.sample.layout or index.sample.label)


def _at_random(machine: Machine, index: Data) -> tuple[Part, ...]:
    cut = Cut(("draw", index), "draw", machine.here(), seen={"drawn"})
    return (Part(machine.cuts.setdefault(cut.key, cut), "drawn"),)


def meant_by(machine: Machine, values: Value) -> tuple[Part, ...]:
    """The parts of the rows that have these numbers or these values, as far as those were cut themselves."""
    if isinstance(values, Sequence):
        return next((item.selects for item in _items(values) if isinstance(item, Data) and item.selects), ())
    if not isinstance(values, Data):
        return ()
    if values.selects:
        return values.selects
    rows = values.index_of or values.origin.rows
    if len(rows) == 1:
        return next(iter(rows)).path
    return _at_random(machine, values) if not rows and _is_random(values) else ()


def marked(machine: Machine, index: Value) -> tuple[Part, ...]:
    """The part that a column of marks stands for by its name: `data.train_mask`, `df["is_test"]`."""
    if not isinstance(index, Data) or index.selects or index.index_of or index.statistic:
        return ()
    role = role_of_mark(index.column) if index.column else None
    if role is None or any(rows.path for rows in index.origin.rows):
        return ()
    cut = Cut(("marks", index.origin.rows), "names", machine.here(), defaults=dict(PARTS))
    cut = machine.cuts.setdefault(cut.key, cut)
    cut.seen.add(role.value)
    return (Part(cut, role.value),)


def boundary(machine: Machine, node: s.Node, place: str, name: str) -> Part:
    """What lies below ("head") or above ("tail") a place."""
    cut = Cut(("slice", place), "slice", machine.site(node), defaults=_SLICE_ROLES)
    cut = machine.cuts.setdefault(cut.key, cut)
    if not cut.seen:
        cut.site = machine.site(node)
    cut.seen.add(name)
    return Part(cut, name)


def place_of(value: Value, written: s.Expression | None) -> str:
    """A place among the rows: its number if that is known, else how it is written; empty for the first one."""
    known = constant(value)
    if isinstance(value, Const) and known in {0, None}:
        return ""
    return str(known) if isinstance(value, Const) else text(written)


def between(machine: Machine, node: s.Node, base: Data, start: str, stop: str) -> Data:
    """The rows between two places; an empty text stands for the first or last row."""
    parts = [boundary(machine, node, place, name) for place, name in ((start, "tail"), (stop, "head")) if place]
    if not parts:
        return base
    if not base.origin.rows:  # a list of column names, or of indices
        machine.taken.update(dict.fromkeys(parts, machine.statement))
        told = base.origin.learned or base.statistic or base.labels
        return base if told else replace(base, selects=(*base.selects, *parts))
    origin = base.origin
    for part in parts:
        machine.taken[part] = machine.statement
        origin = with_part(origin, part)
        note_split(machine, part.cut, base.origin)
    return replace(base, origin=origin, learner=None)


def every(machine: Machine, node: s.Node, base: Data, start: str, step: str) -> Data:
    """Every n-th row from a place on: `rows[::2]` and `rows[1::2]` are two parts of one cut."""
    cut = machine.cuts.setdefault(("stride", step), Cut(("stride", step), "slice", machine.site(node)))
    cut.seen.add(start)
    part = Part(cut, start)
    if not base.origin.rows:
        return replace(base, selects=(*base.selects, part))
    machine.taken[part] = machine.statement
    note_split(machine, cut, base.origin)
    return replace(base, origin=with_part(base.origin, part), learner=None)


def taken_apart(origin: Provenance, *, start: bool, stop: bool) -> Provenance | None:
    """Train and test rows that were put together are taken apart again by `both[:n]` and `both[n:]`: no new split."""
    roles = {rows: role_of_one(rows) for rows in origin.rows}
    if len(set(roles.values())) < 2 or start == stop:
        return None
    wanted = {Role.TEST, Role.VALIDATION} if start else {Role.TRAIN}
    kept = frozenset(rows for rows, role in roles.items() if role in wanted)
    return replace(origin, rows=kept or origin.rows, vague=False)


def note_split(machine: Machine, cut: Cut, origin: Provenance) -> None:
    """Record that rows which have learned something are cut."""
    if origin.learned:
        machine.emit(Split(cut.site, machine.context(), cut, origin.rows, origin.learned))


def path_beyond(parts: tuple[Part, ...], rows: frozenset[Rows]) -> tuple[Part, ...]:
    """Those of the parts that not all of these rows belong to anyway."""
    return tuple(part for part in parts if any(part not in one.path for one in rows)) if rows else parts
