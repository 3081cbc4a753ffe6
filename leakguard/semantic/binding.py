"""Binding values to targets, and what the targets' names tell about the rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leakguard.semantic import syntax as s
from leakguard.semantic.choice import choose_among
from leakguard.semantic.events import Provenance, Split
from leakguard.semantic.functions import bound_method, enter
from leakguard.semantic.names import Role, role_of
from leakguard.semantic.ordering import rows_in_order
from leakguard.semantic.pending import take_up
from leakguard.semantic.records import as_tuple
from leakguard.semantic.rows import Cut, Part, Rows, Source, complement, role_of_one
from leakguard.semantic.sampling import note_space
from leakguard.semantic.scope import join
from leakguard.semantic.taking import meant_by
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
    Type,
    Value,
    constant,
    filling,
    origin_of,
    with_part,
)

if TYPE_CHECKING:
    from leakguard.semantic.machine import Machine

_FIRM = frozenset({"folds", "filter"})  # cuts whose parts are what they are, whatever they are called


def bind(machine: Machine, target: s.Expression, value: Value) -> None:
    """Assign a value to a name, attribute, subscript or several of them."""
    match target:
        case s.Name():
            machine.scope.bind(target.id, _told_by_name(machine, target.id, value))
        case s.Display():
            _unpack(machine, target, value)
        case s.Starred():
            bind(machine, target.value, value)
        case s.Attribute():
            set_attribute(
                machine, machine.evaluate(target.value), target.name, _told_by_name(machine, target.name, value)
            )
        case s.Subscript():
            _set_item(machine, target, value)
        case _:
            machine.evaluate(target)


def _unpack(machine: Machine, target: s.Display, value: Value) -> None:
    names = [item.id if isinstance(item, s.Name) else text(item) for item in target.items]
    match value:
        case Sequence(items=items) if len(items) == len(names) and not _starred(target):
            pieces = items
        case Instance() if (fields := as_tuple(value)) is not None and len(fields.items) == len(names):
            pieces = fields.items
        case Sequence(items=[]) if value.rest is not None:
            pieces = [value.rest] * len(names)
        case Sequence() if _starred(target):
            if value.ranked is not None:  # `best, *others = sorted(...)`
                choose_among(machine, target, value.ranked[1].scores, value.ranked[0])
            pieces = _around_star(target, value)
        case _:
            pieces = parts_by_name(machine, names, value)
    _tell_roles([role_of(name) for name in names], pieces)
    for item, piece in zip(target.items, pieces, strict=False):
        bind(machine, item, piece)


def _starred(target: s.Display) -> bool:
    return any(isinstance(item, s.Starred) for item in target.items)


def _tell_roles(roles: list[Role | None], pieces: list[Value]) -> None:
    """Names of several roles side by side, `train, val, test = cut(rows)`, tell what a helper's parts are for."""
    if len({*roles} - {None}) < 2:
        return
    for role, piece in zip(roles, pieces, strict=False):
        if role is not None and isinstance(piece, Data) and piece.selects and not piece.origin.rows:
            piece.selects[-1].cut.roles.setdefault(piece.selects[-1].name, role)  # tr, va, te = three_indices(n)
        elif role is not None and isinstance(piece, (Data, Instance)):
            for rows in rows_in_order(origin_of(piece).rows):
                part = rows.path[-1] if rows.path else None
                told = part is None or role_of_one(Rows(rows.source, rows.path[:-1])) is role
                if part is not None and not told and part.cut.how not in _FIRM | {"load"}:  # told by `train=False`
                    part.cut.roles.setdefault(part.name, role)


def _around_star(target: s.Display, value: Sequence) -> list[Value]:
    star = next(i for i, item in enumerate(target.items) if isinstance(item, s.Starred))
    after = len(target.items) - star - 1
    middle = Sequence(value.items[star : len(value.items) - after], "list", value.rest)
    return [*value.items[:star], middle, *(value.items[len(value.items) - after :] if after else [])]


def parts_by_name(machine: Machine, names: list[str], value: Value) -> list[Value]:
    """Pieces of a value that comes as one: names such as `X_train, X_test` tell that an unknown call has split it."""
    origin = origin_of(value)
    roles = [role_of(name) for name in names]
    if Role.TRAIN in roles and (Role.TEST in roles or Role.VALIDATION in roles):
        return _split_by_name(machine, names, roles, origin)
    if isinstance(value, Data) and value.learner is not None:
        return [Data(origin, learner=value.learner) for _ in names]
    sample = value.sample if isinstance(value, Data) else None
    single = isinstance(value, Data) and value.single
    latent = value.latent if isinstance(value, Data) else frozenset()
    return [Data(_rows_for(origin, role), sample=sample, single=single, latent=latent) for role in roles]


def _split_by_name(machine: Machine, names: list[str], roles: list[Role | None], origin: Provenance) -> list[Value]:
    known = {role_of_one(rows) for rows in origin.rows} - {None}
    if len(known) > 1:  # an unknown helper was given the parts, and gives them back
        return [Data(_rows_for(origin, role)) for role in roles]
    site = machine.here()
    key = ("names", id(machine.statement), tuple(map(id, machine.calls)))
    rows = origin.rows or frozenset({Rows(Source(key, ", ".join(names)))})
    in_loop = isinstance(machine.statement, s.For)  # one pair of parts after another: folds
    cut = Cut(key, "folds" if in_loop else "names", site, tuning=machine.tuning is not None)
    for role in roles:
        if role is not None:
            cut.roles[role.value] = role
            cut.seen.add(role.value)
    machine.emit(Split(site, machine.context(), cut, rows, origin.learned))
    whole = Provenance(rows, origin.learned)
    return [Data(with_part(whole, Part(cut, role.value))) if role else Data(origin) for role in roles]


def _rows_for(origin: Provenance, role: Role | None) -> Provenance:
    """Of rows with several roles those with the role that the name tells."""
    fitting = frozenset(rows for rows in origin.rows if role_of_one(rows) is role)
    if role is None or not fitting or fitting == origin.rows:
        return origin
    return Provenance(fitting, origin.learned, origin.scores, origin.models)


def _told_by_name(machine: Machine, name: str, value: Value) -> Value:
    if isinstance(value, Mapping):
        note_space(machine, name, value)
    role = role_of(name) if isinstance(value, (Data, Instance)) else None
    match value:
        case Data(selects=selects) if role is not None and selects and not value.origin.rows:  # test_idx = order[n:]
            _tell_part(machine, selects[-1], role)
        case Data() | Instance() if role is not None:
            _tell_role(machine, value, role)
    return value


def _tell_role(machine: Machine, value: Data | Instance, role: Role) -> None:
    known = value.origin if isinstance(value, Data) else origin_of(value.item or Data())
    for rows in rows_in_order(known.rows | value.latent):
        part = rows.path[-1] if rows.path else None
        # A piece of training rows is called after them.
        if part is not None and role_of_one(Rows(rows.source, rows.path[:-1])) is not role:
            _tell_part(machine, part, role)
    if isinstance(value, Data) and value.origin.vague:
        narrowed = _rows_for(value.origin, role)
        if narrowed is not value.origin:
            value.origin = narrowed


def _tell_part(machine: Machine, part: Part, role: Role) -> None:
    here = part.cut.site.statement is machine.statement or machine.taken.get(part) is machine.statement
    if here and part.cut.how not in _FIRM:
        part.cut.roles.setdefault(part.name, role)


def set_attribute(machine: Machine, receiver: Value, name: str, value: Value) -> None:
    """Let `receiver.name` hold a value."""
    take_up(machine, value)
    match receiver:
        case Instance():
            setter = bound_method(machine, receiver, f"{name}.setter")
            if isinstance(setter, Closure):
                enter(machine, setter, [value], {}, setter.definition)
            else:
                receiver.attributes[name] = value
        case Type():
            receiver.attributes[name] = value
        case Built():
            receiver.attributes[name] = value
            receiver.learner.version += 1
        case Data():
            receiver.attributes = {**(receiver.attributes or {}), name: value}
            _set_column(receiver, name, value)
        case Library():
            receiver.origin = origin_of(value)


def _set_item(machine: Machine, target: s.Subscript, value: Value) -> None:
    receiver = machine.evaluate(target.value)
    index = machine.evaluate(target.index)
    match receiver:
        case Mapping():
            receiver.mixed = receiver.mixed or machine.branch is not receiver.branch
            _set_entry(receiver, index, value)
        case Sequence():
            position = constant(index)
            if isinstance(position, int) and -len(receiver.items) <= position < len(receiver.items):
                receiver.items[position] = value
            else:
                receiver.rest = value
        case Data() if isinstance(constant(value), bool) and not receiver.origin.rows and meant_by(machine, index):
            parts = meant_by(machine, index)  # mask[test_idx] = True
            receiver.selects = parts if constant(value) else (complement(parts[-1]),)
        case Data(told=True, attributes=dict() as held) if constant(index) in held:
            held[str(constant(index))] = value
        case Data():
            _set_columns(receiver, index, Data(filling(origin_of(value))) if _is_in_some_rows(index) else value)
        case Instance() if isinstance(own := bound_method(machine, receiver, "__setitem__"), Closure):
            enter(machine, own, [index, value], {}, target)
        case Instance() if isinstance(constant(index), str):
            receiver.attributes[str(constant(index))] = value
        case Instance() | Built():
            receiver.attributes["[]"] = value


def _is_in_some_rows(index: Value) -> bool:
    """`df.loc[mask, column]`."""
    match index:
        case Sequence(kind="tuple", items=[Data(selects=[_, *_]), *_]):
            return True
        case _:
            return False


def _set_entry(receiver: Mapping, index: Value, value: Value) -> None:
    key = constant(index)
    if key is None:
        receiver.keys = index if receiver.keys is None else join(receiver.keys, index)
        receiver.entries[("unknown", len(receiver.entries) % 4)] = value
    else:
        receiver.entries[key] = value


def _set_columns(receiver: Data, index: Value, value: Value) -> None:
    for name in column_names(index):
        _set_column(receiver, name, value)


def column_names(index: Value) -> list[str]:
    """The columns that an index names; "*" stands for one that isn't known."""
    match index:
        case Const(value=str(name)):
            return [name]
        case Sequence(kind="tuple", items=[_, columns]):
            return column_names(columns)
        case Sequence(items=items) if items and all(isinstance(constant(item), str) for item in items):
            return [str(constant(item)) for item in items]
        case _:
            return ["*"]


def _set_column(receiver: Data, name: str, value: Value) -> None:
    origin = origin_of(value)
    if not (isinstance(value, Const) or (isinstance(value, Data) and value.raw is not None)):
        receiver.raw = None
    if receiver.columns is None:
        receiver.columns = {}
    carried = origin.learned - receiver.origin.learned
    receiver.columns[name] = carried | receiver.columns.get(name, frozenset()) if name == "*" else carried
    if not receiver.origin.rows:
        receiver.origin = Provenance(
            origin.rows, receiver.origin.learned, receiver.origin.scores | origin.scores, origin.models
        )
    elif origin.scores:
        receiver.origin = Provenance(
            receiver.origin.rows,
            receiver.origin.learned,
            receiver.origin.scores | origin.scores,
            receiver.origin.models,
            receiver.origin.vague,
        )
