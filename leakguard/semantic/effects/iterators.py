"""Python's own iterators: counted, zipped, multiplied, chained."""

from __future__ import annotations

import math
from dataclasses import replace
from functools import reduce
from typing import TYPE_CHECKING

from leakguard.semantic import syntax as s
from leakguard.semantic.call import Arguments, function
from leakguard.semantic.events import Sample
from leakguard.semantic.iteration import elements, first
from leakguard.semantic.scope import join
from leakguard.semantic.trying import note_built
from leakguard.semantic.values import (
    Choices,
    Const,
    Data,
    Sequence,
    Value,
    constant,
    count_of,
    length,
    merge,
    origin_of,
)

if TYPE_CHECKING:
    from leakguard.semantic.machine import Machine
    from leakguard.semantic.syntax import Call

_OFTEN = 64
_MOST = 1000  # things of which subsets are counted


@function("builtins.enumerate")
def _enumerate(machine: Machine, node: Call, given: Arguments, named: dict[str, Value]) -> Value:
    del node, named
    if not given:
        return Data()
    found, certain = elements(machine, given[0])
    pairs: Arguments = [Sequence([Data(), value], "tuple") for value in found]
    return _collected(pairs, count_of(given[0]), certain=certain)


@function("builtins.zip", "itertools.zip_longest")
def _zip(machine: Machine, node: Call, given: Arguments, named: dict[str, Value]) -> Value:
    del node, named
    columns = [elements(machine, value)[0] for value in given]
    rows: Arguments = [Sequence(list(row), "tuple") for row in zip(*columns, strict=False)]
    counts = [count_of(value) for value in given]
    return Sequence(rows, count=min((n for n in counts if n is not None), default=None) if None not in counts else None)


@function("itertools.product")
def _product(machine: Machine, node: Call, given: Arguments, named: dict[str, Value]) -> Value:
    del node
    columns = [elements(machine, value)[0] for value in given]
    if not all(columns):
        return Data(merge(origin_of(value) for value in given))
    pairs: Arguments = [Sequence([column[i % len(column)] for column in columns], "tuple") for i in range(2)]
    return Sequence(pairs, count=_multiplied([count_of(value) for value in given], constant(named.get("repeat"))))


@function("itertools.combinations")
def _combinations(machine: Machine, node: Call, given: Arguments, named: dict[str, Value]) -> Value:
    del node
    size = given[1] if len(given) > 1 else named.get("r")
    if not given or size is None:
        return Data(merge(origin_of(value) for value in given))
    items, chosen = elements(machine, given[0])[0], constant(size)
    wide = chosen if type(chosen) is int and 0 < chosen <= len(items) else min(2, len(items))
    subsets: Arguments = [Sequence(items[:wide], "tuple"), Sequence(items[-wide:], "tuple")] if items else []
    return Sequence(subsets, count=_chosen(machine, count_of(given[0]), size), subsets=True)


def _chosen(machine: Machine, count: int | None, size: Value) -> int | None:
    """How many subsets there are; of all sizes together that a loop around goes through."""
    if count is None or count > _MOST:
        return None
    known = constant(size)
    if type(known) is int:
        return math.comb(count, known) if known >= 0 else None
    loop = next((one for one in machine.live if any(size is value for value in one.values)), None)
    return sum(math.comb(count, one) for one in loop.sizes) if loop is not None and loop.sizes is not None else None


def _multiplied(counts: list[int | None], repeat: object) -> int | None:
    known = [count for count in counts if count is not None]
    times = 1 if repeat is None else repeat
    if len(known) < len(counts) or type(times) is not int or not 0 < times < _OFTEN:
        return None
    return int(math.prod(known) ** times)


@function("itertools.chain")
def _chain(machine: Machine, node: Call, given: Arguments, named: dict[str, Value]) -> Value:
    del node, named
    found = [elements(machine, value) for value in given]
    counts = [count_of(value) for value in given]
    count = None if None in counts else sum(n for n in counts if n is not None)
    return _collected([value for values, _ in found for value in values], count, certain=all(sure for _, sure in found))


@function("itertools.chain.from_iterable")
def _chained(machine: Machine, node: Call, given: Arguments, named: dict[str, Value]) -> Value:
    return _chain(machine, node, elements(machine, given[0])[0] if given else [], named)


@function("itertools.islice", "itertools.cycle")
def _fewer_or_more(machine: Machine, node: Call, given: Arguments, named: dict[str, Value]) -> Value:
    found = _some(machine, node, given, named)
    if isinstance(found, Sequence):
        return replace(found, count=None)
    return replace(found, choices=None) if isinstance(found, Data) and found.choices is not None else found


@function("tqdm.tqdm", "tqdm.auto.tqdm", "tqdm.notebook.tqdm", "rich.progress.track")
def _some(machine: Machine, node: Call, given: Arguments, named: dict[str, Value]) -> Value:
    del machine, node
    return given[0] if given else named.get("iterable", Data())


def _collected(items: Arguments, count: int | None, *, certain: bool) -> Sequence:
    if certain:
        return Sequence(items, count=count)
    return Sequence([], rest=reduce(join, items) if items else None, count=count)


@function("builtins.range")
def _range(machine: Machine, node: Call, given: Arguments, named: dict[str, Value]) -> Value:
    del named
    given = [_lengths(machine, argument.value, value) for argument, value in zip(node.arguments, given, strict=False)]
    bounds = [float(v) if isinstance(v := constant(value), (int, float)) else None for value in given]
    low, high = (0.0, bounds[0]) if len(bounds) == 1 else (*bounds, None, None)[:2]
    count = _steps(given)
    if count and low is not None:
        high = low + (count - 1) * (bounds[2] or 1 if len(bounds) == 3 else 1)
    note_built(machine, given)
    sample = Sample(machine.site(node), machine.context(), "", low, high, "linear", layout=True, call="range")
    return Data(sample=sample, choices=Choices(count))


def _lengths(machine: Machine, node: s.Expression, value: Value) -> Value:
    """`len(names)` and `len(names) + 1` of a list whose length is known."""
    match node:
        case s.Call(function=s.Name(id="len"), arguments=[s.Argument(value=s.Name(id=name))]):
            counted = machine.scope.find(name)
            count = length(counted) if isinstance(counted, Sequence) else None
            return value if count is None else Const(count)
        case s.Operation(operator="+", operands=[one, s.Constant(value=int(more))]):
            known = constant(_lengths(machine, one, value))
            return Const(known + more) if type(known) is int else value
        case _:
            return value


def _steps(given: Arguments) -> int | None:
    bounds = [known for value in given if type(known := constant(value)) is int]
    return len(range(*bounds)) if len(bounds) == len(given) in {1, 2, 3} and 0 not in bounds[2:] else None


@function("builtins.next")
def _next(machine: Machine, node: Call, given: Arguments, named: dict[str, Value]) -> Value:
    del node, named
    return first(machine, given[0]) if given else Data()
