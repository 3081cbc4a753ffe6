"""Python's own functions, and the methods of its containers."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from typing import TYPE_CHECKING, TypeAlias

from leakguard.semantic.effects.judging import best_of
from leakguard.semantic.effects.splitting import text_of
from leakguard.semantic.events import Open, Provenance, Sample
from leakguard.semantic.functions import enter
from leakguard.semantic.iteration import decided, elements, first
from leakguard.semantic.scope import join
from leakguard.semantic.values import (
    Bound,
    Closure,
    Const,
    Data,
    Mapping,
    Partial,
    Sequence,
    Value,
    constant,
    items_of,
    merge,
    origin_of,
)

if TYPE_CHECKING:
    from leakguard.semantic.machine import Machine
    from leakguard.semantic.syntax import Call

Arguments: TypeAlias = "list[Value]"
Function = Callable[["Machine", "Call", Arguments, dict[str, Value]], Value]
FUNCTIONS: dict[str, Function] = {}
_MANY = 64


def function(*names: str) -> Callable[[Function], Function]:
    """Register what one of Python's functions does."""

    def register(handler: Function) -> Function:
        for name in names:
            FUNCTIONS[name] = handler
        return handler

    return register


@function(
    "builtins.len",
    "builtins.isinstance",
    "builtins.print",
    "builtins.type",
    "builtins.hasattr",
    "builtins.id",
    "builtins.hash",
)
def _nothing(machine: Machine, node: Call, given: Arguments, named: dict[str, Value]) -> Value:
    del machine, node, given, named
    return Data()


@function("builtins.sum")
def _sum(machine: Machine, node: Call, given: Arguments, named: dict[str, Value]) -> Value:
    del named
    match given:
        case [Data(residual=(truth, prediction)), *_]:
            from leakguard.semantic.effects.judging import judged

            return judged(machine, node, truth, prediction, "a score by hand")
        case _:
            return Data(Provenance(scores=merge(origin_of(value) for value in given).scores))


@function("builtins.max")
def _max(machine: Machine, node: Call, given: Arguments, named: dict[str, Value]) -> Value:
    return _chosen(machine, node, given, named, "max")


@function("builtins.min")
def _min(machine: Machine, node: Call, given: Arguments, named: dict[str, Value]) -> Value:
    return _chosen(machine, node, given, named, "min")


@function("builtins.sorted", "heapq.nlargest", "heapq.nsmallest")
def _sorted(machine: Machine, node: Call, given: Arguments, named: dict[str, Value]) -> Value:
    del machine, node, named
    rows = given[-1:]
    origin = merge(origin_of(value) for value in rows)
    known = rows[0] if rows and isinstance(rows[0], Sequence) else None
    if origin.scores:
        return Data(origin, ranked="sorted()")
    return known if known is not None and not origin.learned else Data(origin)


def _chosen(machine: Machine, node: Call, given: Arguments, named: dict[str, Value], how: str) -> Value:
    key = named.get("key")
    scores = _scores_by_key(machine, node, given, key)
    best_of(machine, node, scores or given, how)
    match given:
        case [Sequence() as one]:
            items = list(items_of(one))
            return reduce(join, items) if items else Data()
        case [Mapping() as one]:
            return Data(origin_of(one))
        case _:
            return Data(merge(origin_of(value) for value in given))


def _scores_by_key(machine: Machine, node: Call, given: Arguments, key: Value | None) -> Arguments:
    """What `key=` looks at, where it is a function that can be followed."""
    match key, given:
        case Closure(), [Mapping() as scores]:
            return [enter(machine, key, [_key(name)], {}, node) for name in list(scores.entries)[:4]]
        case Closure(), [Sequence() as one]:
            return [enter(machine, key, [item], {}, node) for item in list(items_of(one))[:4]]
        case Bound(receiver=Mapping() as scores, name="get"), _:
            return [scores]
        case _:
            return []


@function("builtins.enumerate")
def _enumerate(machine: Machine, node: Call, given: Arguments, named: dict[str, Value]) -> Value:
    del machine, node, named
    if not given:
        return Data()
    found, certain = elements(given[0])
    pairs: Arguments = [Sequence([Data(), value], "tuple") for value in found]
    return Sequence(pairs) if certain else Sequence([], rest=reduce(join, pairs) if pairs else None)


@function("builtins.zip", "itertools.zip_longest")
def _zip(machine: Machine, node: Call, given: Arguments, named: dict[str, Value]) -> Value:
    del machine, node, named
    columns = [elements(value)[0] for value in given]
    rows: Arguments = [Sequence(list(row), "tuple") for row in zip(*columns, strict=False)]
    return Sequence(rows)


@function("itertools.product")
def _product(machine: Machine, node: Call, given: Arguments, named: dict[str, Value]) -> Value:
    del machine, node, named
    columns = [elements(value)[0] for value in given]
    if not all(columns):
        return Data(merge(origin_of(value) for value in given))
    return Sequence([Sequence([column[i % len(column)] for column in columns], "tuple") for i in range(2)])


@function("builtins.range")
def _range(machine: Machine, node: Call, given: Arguments, named: dict[str, Value]) -> Value:
    del named
    bounds = [float(v) if isinstance(v := constant(value), (int, float)) else None for value in given]
    low, high = (0.0, bounds[0]) if len(bounds) == 1 else (*bounds, None, None)[:2]
    sample = Sample(machine.site(node), machine.context(), "", low, high, "linear", layout=True, call="range")
    return Data(sample=sample)


@function("builtins.list", "builtins.tuple", "builtins.set", "builtins.reversed", "builtins.iter", "builtins.frozenset")
def _container(machine: Machine, node: Call, given: Arguments, named: dict[str, Value]) -> Value:
    del machine, node, named
    match given:
        case []:
            return Sequence([])
        case [Sequence() as value]:
            return Sequence(list(value.items), "list", value.rest, value.pairs, value.site)
        case [Mapping() as value]:
            return Sequence([Const(key) for key in value.entries if not isinstance(key, tuple)])
        case [value, *_]:
            return value
    return Data()


@function("builtins.dict", "collections.OrderedDict", "collections.defaultdict")
def _dict(machine: Machine, node: Call, given: Arguments, named: dict[str, Value]) -> Value:
    del machine, node
    made = Mapping({name: value for name, value in named.items() if name != "**"}, named.get("**"))
    for value in given:
        if isinstance(value, Mapping):
            made.entries = {**value.entries, **made.entries}
            made.rest = made.rest or value.rest
        elif isinstance(value, Sequence):
            _add_pairs(made, value)
    return made


def _add_pairs(made: Mapping, pairs: Sequence) -> None:
    for pair in items_of(pairs):
        if isinstance(pair, Sequence) and len(pair.items) == 2:
            key = constant(pair.items[0])
            made.entries[key if key is not None else ("unknown", len(made.entries) % _MANY)] = pair.items[1]


@function("builtins.next")
def _next(machine: Machine, node: Call, given: Arguments, named: dict[str, Value]) -> Value:
    del machine, node, named
    return first(given[0]) if given else Data()


@function("builtins.map", "builtins.filter")
def _map(machine: Machine, node: Call, given: Arguments, named: dict[str, Value]) -> Value:
    del named
    if len(given) == 2 and isinstance(given[0], Closure):
        found, _ = elements(given[1])
        return Sequence([enter(machine, given[0], [value], {}, node) for value in found])
    return Data(merge(origin_of(value) for value in given))


@function("builtins.str", "pathlib.Path", "pathlib.PurePath", "builtins.repr")
def _path(machine: Machine, node: Call, given: Arguments, named: dict[str, Value]) -> Value:
    del machine, node, named
    return _joined(given)


@function("os.path.join", "posixpath.join")
def _join(machine: Machine, node: Call, given: Arguments, named: dict[str, Value]) -> Value:
    del machine, node, named
    return _joined(given)


def _joined(given: Arguments) -> Value:
    known = [constant(value) for value in given]
    if not any(isinstance(part, str) for part in known):
        return Data(merge(origin_of(value) for value in given))
    whole = "/".join(part if isinstance(part, str) else "{}" for part in known)
    return Const(whole, merge(origin_of(value) for value in given))


@function("builtins.open")
def _open(machine: Machine, node: Call, given: Arguments, named: dict[str, Value]) -> Value:
    path = text_of(given[0] if given else named.get("file"))
    mode = constant(given[1] if len(given) > 1 else named.get("mode"))
    if path and not (isinstance(mode, str) and set(mode) & set("wax")):
        machine.emit(Open(machine.site(node), machine.context(), path))
        return Const(path)
    return Data()


@function("functools.partial")
def _partial(machine: Machine, node: Call, given: Arguments, named: dict[str, Value]) -> Value:
    del machine, node
    return Partial(given[0], given[1:], named) if given else Data()


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
    from leakguard.semantic.attributes import attribute

    del node, named
    name = constant(given[1]) if len(given) > 1 else None
    return attribute(machine, given[0], name) if isinstance(name, str) else Data(merge(map(origin_of, given)))


@function("builtins.setattr")
def _setattr(machine: Machine, node: Call, given: Arguments, named: dict[str, Value]) -> Value:
    from leakguard.semantic.binding import set_attribute

    del machine, node, named
    if len(given) == 3 and isinstance(constant(given[1]), str):
        set_attribute(given[0], str(constant(given[1])), given[2])
    return Const(None)


def container_method(machine: Machine, node: Call, receiver: Value, name: str, given: Arguments) -> Value | None:
    """A method of a list, dict or text; None if it is none that matters."""
    match receiver:
        case Sequence():
            return _of_list(machine, node, receiver, name, given)
        case Mapping():
            return _of_dict(receiver, name, given)
        case Const(value=str(text)):
            return _of_text(text, name, receiver, given)
        case _:
            return None


def _of_list(machine: Machine, node: Call, receiver: Sequence, name: str, given: Arguments) -> Value | None:
    match name, given:
        case (("append" | "add" | "appendleft"), [value, *_]):
            _append(receiver, decided(machine, value))
            return Const(None)
        case "insert", [_, value, *_]:
            _append(receiver, value)
            return Const(None)
        case "extend", [Sequence() as more, *_]:
            receiver.items.extend(more.items[:_MANY])
            receiver.rest = receiver.rest or more.rest
            return Const(None)
        case "pop", _ if receiver.items:
            return receiver.items[-1]
        case "copy", _:
            return Sequence(list(receiver.items), receiver.kind, receiver.rest)
        case "sort", _:
            best_of(machine, node, [receiver], "sort")
            return Const(None)
        case "index" | "count", _:
            return Data(merge(origin_of(value) for value in given))
    return None


def _append(receiver: Sequence, value: Value) -> None:
    if len(receiver.items) < _MANY:
        receiver.items.append(value)
    else:
        receiver.rest = value if receiver.rest is None else join(receiver.rest, value)


def _of_dict(receiver: Mapping, name: str, given: Arguments) -> Value | None:
    values = list(items_of(receiver))
    match name, given:
        case "items", _:
            return Sequence(
                [Sequence([_key(key), value], "tuple") for key, value in receiver.entries.items()],
                rest=_rest_pair(receiver),
            )
        case "values", _:
            return Sequence(list(receiver.entries.values()), rest=receiver.rest)
        case "keys", _:
            return Sequence([_key(key) for key in receiver.entries])
        case (("get" | "pop" | "setdefault"), [key, *others]):
            return _look_up(receiver, key, others, values)
        case "update", [Mapping() as more, *_]:
            receiver.entries.update(more.entries)
            return Const(None)
        case "copy", _:
            return Mapping(dict(receiver.entries), receiver.rest)
    return None


def _rest_pair(receiver: Mapping) -> Value | None:
    return None if receiver.rest is None else Sequence([Data(), receiver.rest], "tuple")


def _key(key: object) -> Value:
    return Data() if isinstance(key, tuple) else Const(key)


def _look_up(receiver: Mapping, key: Value, others: Arguments, values: Arguments) -> Value:
    known = constant(key)
    if known is not None and known in receiver.entries:
        return receiver.entries[known]
    candidates = values[:8] if known is None or not values else ([receiver.rest] if receiver.rest is not None else [])
    found = [*candidates, *others[:1]]
    return reduce(join, found) if found else Data()


def _of_text(text: str, name: str, receiver: Const, given: Arguments) -> Value | None:
    match name, given:
        case "joinpath", _:
            return _joined([receiver, *given])
        case (
            (
                "format"
                | "lower"
                | "upper"
                | "strip"
                | "rstrip"
                | "resolve"
                | "absolute"
                | "expanduser"
                | "as_posix"
                | "replace"
            ),
            _,
        ):
            return Const(text, receiver.origin)
        case _:
            return None
