"""Python's own functions that work on single values."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leakguard.semantic.attributes import attribute
from leakguard.semantic.binding import set_attribute
from leakguard.semantic.call import Arguments, function
from leakguard.semantic.effects.judging import judged
from leakguard.semantic.events import Provenance
from leakguard.semantic.values import Built, Closure, Const, Data, Library, Value, constant, merge, origin_of

if TYPE_CHECKING:
    from leakguard.semantic.machine import Machine
    from leakguard.semantic.syntax import Call

_CONTAINERS = frozenset(f"builtins.{name}" for name in ("tuple", "list", "dict", "set", "str", "int", "float"))


@function(
    "builtins.len",
    "builtins.type",
    "builtins.hasattr",
    "builtins.id",
    "builtins.hash",
    "builtins.callable",
    *(f"{module}.{name}" for module in ("os.path", "posixpath") for name in ("exists", "isfile", "isdir")),
)
def _nothing(machine: Machine, node: Call, given: Arguments, named: dict[str, Value]) -> Value:
    """Whether something is there, or of what kind, tells no value: a score in a file's name is no choice."""
    del machine, node, given, named
    return Data()


@function("builtins.isinstance")
def _isinstance(machine: Machine, node: Call, given: Arguments, named: dict[str, Value]) -> Value:
    """An object of a library's class, or of the program's, is none of Python's containers."""
    del machine, node, named
    match given:
        case [Built() | Closure(), Library(name=name)] if name in _CONTAINERS:
            return Const(value=False)
        case _:
            return Data()


@function("builtins.sum")
def _sum(machine: Machine, node: Call, given: Arguments, named: dict[str, Value]) -> Value:
    del named
    match given:
        case [Data(residual=(truth, prediction)), *_]:
            return judged(machine, node, truth, prediction, "a score by hand")
        case _:
            return Data(Provenance(scores=merge(origin_of(value) for value in given).scores))


@function("builtins.float", "builtins.int", "builtins.round", "builtins.abs", "builtins.complex")
def _number(machine: Machine, node: Call, given: Arguments, named: dict[str, Value]) -> Value:
    del machine, node, named
    match given:
        case [Const(value=int() | float()) as value, *_]:
            return value
        case [Data() as value, *_]:
            return value
        case _:
            return Data(merge(origin_of(value) for value in given))


@function("builtins.getattr")
def _getattr(machine: Machine, node: Call, given: Arguments, named: dict[str, Value]) -> Value:
    del node
    name = constant(given[1] if len(given) > 1 else named.get("name"))
    return attribute(machine, given[0], name) if isinstance(name, str) else Data(merge(map(origin_of, given)))


@function("builtins.setattr")
def _setattr(machine: Machine, node: Call, given: Arguments, named: dict[str, Value]) -> Value:
    del node, named
    if len(given) == 3 and isinstance(constant(given[1]), str):
        set_attribute(machine, given[0], str(constant(given[1])), given[2])
    return Const(None)


@function("operator.getitem")
def _getitem(machine: Machine, node: Call, given: Arguments, named: dict[str, Value]) -> Value:
    from leakguard.semantic.selection import item

    return item(machine, node, given[0], given[1] if len(given) > 1 else named.get("key", Data()))
