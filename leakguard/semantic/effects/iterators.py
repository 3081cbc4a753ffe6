"""Python's own iterators: counted, zipped, multiplied, chained."""

from __future__ import annotations

import math
from dataclasses import replace
from functools import reduce
from typing import TYPE_CHECKING

from leakguard.semantic.call import Arguments, function
from leakguard.semantic.events import Sample
from leakguard.semantic.iteration import elements, first
from leakguard.semantic.scope import join
from leakguard.semantic.values import Choices, Data, Sequence, Value, constant, count_of, merge, origin_of

if TYPE_CHECKING:
    from leakguard.semantic.machine import Machine
    from leakguard.semantic.syntax import Call

_OFTEN = 64


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
    bounds = [float(v) if isinstance(v := constant(value), (int, float)) else None for value in given]
    low, high = (0.0, bounds[0]) if len(bounds) == 1 else (*bounds, None, None)[:2]
    count = _steps(given)
    if count and low is not None:
        high = low + (count - 1) * (bounds[2] or 1 if len(bounds) == 3 else 1)
    sample = Sample(machine.site(node), machine.context(), "", low, high, "linear", layout=True, call="range")
    return Data(sample=sample, choices=Choices(count))


def _steps(given: Arguments) -> int | None:
    bounds = [known for value in given if type(known := constant(value)) is int]
    return len(range(*bounds)) if len(bounds) == len(given) in {1, 2, 3} and 0 not in bounds[2:] else None


@function("builtins.next")
def _next(machine: Machine, node: Call, given: Arguments, named: dict[str, Value]) -> Value:
    del node, named
    return first(machine, given[0]) if given else Data()
