"""Python's own iterators: counted, zipped, multiplied, chained."""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING

from leakguard.semantic.call import Arguments, function
from leakguard.semantic.events import Sample
from leakguard.semantic.iteration import elements, first
from leakguard.semantic.scope import join
from leakguard.semantic.values import Data, Sequence, Value, constant, merge, origin_of

if TYPE_CHECKING:
    from leakguard.semantic.machine import Machine
    from leakguard.semantic.syntax import Call


@function("builtins.enumerate")
def _enumerate(machine: Machine, node: Call, given: Arguments, named: dict[str, Value]) -> Value:
    del node, named
    if not given:
        return Data()
    found, certain = elements(machine, given[0])
    return _collected([Sequence([Data(), value], "tuple") for value in found], certain=certain)


@function("builtins.zip", "itertools.zip_longest")
def _zip(machine: Machine, node: Call, given: Arguments, named: dict[str, Value]) -> Value:
    del node, named
    columns = [elements(machine, value)[0] for value in given]
    rows: Arguments = [Sequence(list(row), "tuple") for row in zip(*columns, strict=False)]
    return Sequence(rows)


@function("itertools.product")
def _product(machine: Machine, node: Call, given: Arguments, named: dict[str, Value]) -> Value:
    del node, named
    columns = [elements(machine, value)[0] for value in given]
    if not all(columns):
        return Data(merge(origin_of(value) for value in given))
    return Sequence([Sequence([column[i % len(column)] for column in columns], "tuple") for i in range(2)])


@function("itertools.chain")
def _chain(machine: Machine, node: Call, given: Arguments, named: dict[str, Value]) -> Value:
    del node, named
    found = [elements(machine, value) for value in given]
    return _collected([value for values, _ in found for value in values], certain=all(sure for _, sure in found))


@function("itertools.chain.from_iterable")
def _chained(machine: Machine, node: Call, given: Arguments, named: dict[str, Value]) -> Value:
    return _chain(machine, node, elements(machine, given[0])[0] if given else [], named)


@function(
    "itertools.islice", "itertools.cycle", "tqdm.tqdm", "tqdm.auto.tqdm", "tqdm.notebook.tqdm", "rich.progress.track"
)
def _some(machine: Machine, node: Call, given: Arguments, named: dict[str, Value]) -> Value:
    del machine, node
    return given[0] if given else named.get("iterable", Data())


def _collected(items: Arguments, *, certain: bool) -> Sequence:
    return Sequence(items) if certain else Sequence([], rest=reduce(join, items) if items else None)


@function("builtins.range")
def _range(machine: Machine, node: Call, given: Arguments, named: dict[str, Value]) -> Value:
    del named
    bounds = [float(v) if isinstance(v := constant(value), (int, float)) else None for value in given]
    low, high = (0.0, bounds[0]) if len(bounds) == 1 else (*bounds, None, None)[:2]
    sample = Sample(machine.site(node), machine.context(), "", low, high, "linear", layout=True, call="range")
    return Data(sample=sample)


@function("builtins.next")
def _next(machine: Machine, node: Call, given: Arguments, named: dict[str, Value]) -> Value:
    del node, named
    return first(machine, given[0]) if given else Data()
