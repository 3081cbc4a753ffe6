"""Calls that make records, and that turn them into other things."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leakguard.semantic.call import Arguments, function
from leakguard.semantic.records import FIELD, TUPLE, as_dict, changed, made_type
from leakguard.semantic.values import Data, Instance, Library, Mapping, Partial, Sequence, Value, constant

if TYPE_CHECKING:
    from leakguard.semantic.machine import Machine
    from leakguard.semantic.syntax import Call


@function("dataclasses.field", "attrs.field", "attr.field", "attr.ib", "attr.attrib", "pydantic.Field")
def _field(machine: Machine, node: Call, given: Arguments, named: dict[str, Value]) -> Value:
    del machine, node
    return Partial(Library(FIELD), given, named)


@function("attrs.Factory", "attr.Factory")
def _factory(machine: Machine, node: Call, given: Arguments, named: dict[str, Value]) -> Value:
    del machine, node
    return Partial(Library(FIELD), [], {"factory": given[0]} if given else named)


@function("collections.namedtuple", "typing.NamedTuple")
def _named_tuple(machine: Machine, node: Call, given: Arguments, named: dict[str, Value]) -> Value:
    del machine
    fields = given[1] if len(given) > 1 else named.get("field_names", Sequence([]))
    names = _names(fields)
    defaults = named.get("defaults")
    last = defaults.items if isinstance(defaults, Sequence) else []
    by_name = dict(zip(names[len(names) - len(last) :], last, strict=False))
    return made_type(node, str(constant(given[0]) if given else ""), names, TUPLE, by_name)


def _names(fields: Value) -> tuple[str, ...]:
    """Field names: written in one text, listed, or listed with their types."""
    match fields:
        case Sequence(items=items):
            first = [item.items[0] if isinstance(item, Sequence) and item.items else item for item in items]
            return tuple(str(constant(item)) for item in first)
        case _:
            return tuple(str(constant(fields) or "").replace(",", " ").split())


@function(
    "types.SimpleNamespace",
    "argparse.Namespace",
    "easydict.EasyDict",
    "munch.Munch",
    "ml_collections.ConfigDict",
    "sklearn.utils.Bunch",
)
def _namespace(machine: Machine, node: Call, given: Arguments, named: dict[str, Value]) -> Value:
    del machine
    made = Instance(made_type(node, "namespace", (), "types.SimpleNamespace", {}))
    for value in given:
        if isinstance(value, Mapping):
            made.attributes.update({key: item for key, item in value.entries.items() if isinstance(key, str)})
    made.attributes.update({name: value for name, value in named.items() if name != "**"})
    return made


@function("dataclasses.replace", "attrs.evolve", "attr.evolve", "copy.replace")
def _replace(machine: Machine, node: Call, given: Arguments, named: dict[str, Value]) -> Value:
    del machine, node
    match given:
        case [Instance() as value, *_]:
            return changed(value, named)
        case [value, *_]:
            return value
        case _:
            return Data()


@function("dataclasses.asdict", "attrs.asdict", "attr.asdict", "builtins.vars")
def _as_dict(machine: Machine, node: Call, given: Arguments, named: dict[str, Value]) -> Value:
    del machine, node, named
    match given:
        case [Instance() as value, *_]:
            return as_dict(value)
        case [value, *_]:
            return value
        case _:
            return Data()


@function("dataclasses.astuple", "attrs.astuple", "attr.astuple")
def _as_tuple(machine: Machine, node: Call, given: Arguments, named: dict[str, Value]) -> Value:
    found = _as_dict(machine, node, given, named)
    return Sequence(list(found.entries.values()), "tuple") if isinstance(found, Mapping) else found
