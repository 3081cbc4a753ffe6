"""Objects that are mostly fields: data classes, attrs, named tuples, typed dicts, pydantic models, namespaces."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leakguard.semantic import syntax as s
from leakguard.semantic.call import apply
from leakguard.semantic.candidates import call_settings
from leakguard.semantic.events import Sample
from leakguard.semantic.functions import bound_method, enter, lineage
from leakguard.semantic.values import (
    Closure,
    Data,
    Instance,
    Library,
    Mapping,
    Partial,
    Sequence,
    Type,
    Value,
    constant,
    origin_of,
)

if TYPE_CHECKING:
    from leakguard.semantic.machine import Machine

FIELD = "dataclasses.field"  # what `field(...)` gives: how a field comes by its value
TUPLE = "typing.NamedTuple"
_TUPLES = frozenset({TUPLE, "typing_extensions.NamedTuple"})
_DICTS = frozenset({"typing.TypedDict", "typing_extensions.TypedDict"})
_AFTERWARDS = ("__post_init__", "__attrs_post_init__", "model_post_init")
_CHANGED = frozenset({"_replace", "model_copy", "copy"})
_AS_DICT = frozenset({"_asdict", "model_dump", "dict", "to_dict", "asdict"})


def instantiate(
    machine: Machine, kind: Type, positional: list[Value], keywords: dict[str, Value], node: s.Call
) -> Value:
    """Make an object of a class of the program and run its `__init__`, or the one that its fields imply."""
    if _is_one_of(kind, _DICTS):
        return Mapping({name: value for name, value in keywords.items() if name != "**"}, keywords.get("**"))
    made = Instance(kind, made=(kind, call_settings(positional, keywords)))
    initialise = bound_method(machine, made, "__init__")
    if isinstance(initialise, Closure):
        enter(machine, initialise, positional, keywords, node)
        made.item = _item(machine, made, node)
        return made
    made.options.update(keywords)
    _fill(machine, made, positional, keywords, node)
    for name in _AFTERWARDS:
        method = bound_method(machine, made, name)
        if isinstance(method, Closure):
            enter(machine, method, [], {}, node)
    made.item = _item(machine, made, node)
    return made


def _item(machine: Machine, made: Instance, node: s.Call) -> Value | None:
    """A record of a data set that the program defines, None where it doesn't give rows."""
    method = bound_method(machine, made, "__getitem__")
    if not isinstance(method, Closure):
        return None
    number = Sample(machine.site(node), machine.context(), "", None, None, "linear", layout=True, call="range")
    origin = origin_of(enter(machine, method, [Data(sample=number)], {}, node))
    return Data(origin, single=True) if origin.rows else None


def _fill(machine: Machine, made: Instance, positional: list[Value], keywords: dict[str, Value], node: s.Call) -> None:
    given = list(positional)
    named = dict(keywords)
    rest = named.pop("**", None)
    for name, default in fields_of(made.type).items():
        if name in named:
            made.attributes[name] = named.pop(name)
        elif given and _takes_position(default):
            made.attributes[name] = given.pop(0)
        elif rest is not None:
            made.attributes[name] = Data(origin_of(rest))
        else:
            made.attributes[name] = _default(machine, node, default)
    made.attributes.update(named)


def fields_of(kind: Type) -> dict[str, Value | None]:
    """The fields of a class, those of its bases first, each with what it is by default."""
    found: dict[str, Value | None] = {}
    for one in reversed(list(lineage(kind))):
        names = [*one.definition.fields, *(name for name, value in one.attributes.items() if is_field(value))]
        if not names:
            names = [name for name, value in one.attributes.items() if not isinstance(value, (Closure, Type))]
        found.update({name: one.attributes.get(name) for name in names})
    return found


def is_field(value: Value | None) -> bool:
    """Whether this is the `field(...)` of a class's body."""
    return isinstance(value, Partial) and isinstance(value.function, Library) and value.function.name == FIELD


def _takes_position(default: Value | None) -> bool:
    if not isinstance(default, Partial) or not is_field(default):
        return True
    return constant(default.keywords.get("init")) is not False and constant(default.keywords.get("kw_only")) is not True


def _default(machine: Machine, node: s.Call, default: Value | None) -> Value:
    match default:
        case None:
            return Data()
        case Partial() if is_field(default):
            return _default_of_field(machine, node, default)
        case Sequence():
            return Sequence(list(default.items), default.kind, default.rest)
        case Mapping():
            return Mapping(dict(default.entries), default.rest, default.keys, default.factory)
        case _:
            return default


def _default_of_field(machine: Machine, node: s.Call, default: Partial) -> Value:
    for name in ("default_factory", "factory"):
        if name in default.keywords:
            return apply(machine, node, default.keywords[name])
    return _default(machine, node, default.keywords.get("default") or next(iter(default.positional), None))


def _is_one_of(kind: Type, names: frozenset[str]) -> bool:
    return any(isinstance(base, Library) and base.name in names for one in lineage(kind) for base in one.bases)


def as_tuple(value: Instance) -> Sequence | None:
    """The items of a named tuple, None for any other object."""
    if not _is_one_of(value.type, _TUPLES):
        return None
    return Sequence([value.attributes.get(name, Data()) for name in fields_of(value.type)], "tuple")


def as_dict(value: Instance) -> Mapping:
    """An object's attributes under their names."""
    made = Mapping({})
    made.entries.update(value.attributes)
    return made


def changed(value: Instance, keywords: dict[str, Value]) -> Instance:
    """A copy of an object in which some fields are others."""
    copy = Instance(value.type, dict(value.attributes), value.learner, value.made)
    update = keywords.get("update")
    named = {name: item for name, item in keywords.items() if name not in {"update", "**"}}
    if isinstance(update, Mapping):
        named |= {name: item for name, item in update.entries.items() if isinstance(name, str)}
    copy.attributes.update(named)
    return copy


def record_method(value: Instance, name: str, keywords: dict[str, Value]) -> Value | None:
    """A method that records have from the library that makes them."""
    if name in _CHANGED:
        return changed(value, keywords)
    return as_dict(value) if name in _AS_DICT else None


def made_type(node: s.Node, name: str, fields: tuple[str, ...], base: str, defaults: dict[str, Value]) -> Type:
    """A class that a call makes."""
    return Type(s.Class(node.origin, name, (), (), (), fields), [Library(base)], defaults)
