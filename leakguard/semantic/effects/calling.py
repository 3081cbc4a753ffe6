"""Python's own ways to call a function: `map`, `reduce`, `partial`, pools of threads and processes, futures."""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING

from leakguard.semantic.call import Arguments, apply, function
from leakguard.semantic.iteration import elements
from leakguard.semantic.scope import join
from leakguard.semantic.values import (
    Bound,
    Closure,
    Data,
    Instance,
    Library,
    Partial,
    Sequence,
    Type,
    Value,
    count_of,
    merge,
    origin_of,
)

if TYPE_CHECKING:
    from leakguard.semantic.machine import Machine
    from leakguard.semantic.syntax import Call

_CALLABLE = (Closure, Partial, Library, Bound, Type, Instance)
_POOL = "concurrent.futures.Executor()"  # what any pool of threads or processes is
_FUTURE = "concurrent.futures.Future"


@function("functools.partial", "functools.partialmethod")
def _partial(machine: Machine, node: Call, given: Arguments, named: dict[str, Value]) -> Value:
    del machine, node
    return Partial(given[0], given[1:], named) if given else Data()


@function("builtins.map", f"{_POOL}.map", f"{_POOL}.imap", f"{_POOL}.imap_unordered")
def _map(machine: Machine, node: Call, given: Arguments, named: dict[str, Value]) -> Value:
    called, *iterables = given or [Data()]
    iterables = iterables or list(named.values())[:1]
    if not isinstance(called, _CALLABLE) or not iterables:
        return Data(merge(origin_of(value) for value in given))
    found = [elements(machine, value) for value in iterables]
    rows = zip(*(values for values, _ in found), strict=False)
    results = _results([apply(machine, node, called, *row) for row in rows], certain=all(sure for _, sure in found))
    results.count = count_of(iterables[0]) if len(iterables) == 1 else None
    return results


@function("itertools.starmap", f"{_POOL}.starmap")
def _starmap(machine: Machine, node: Call, given: Arguments, named: dict[str, Value]) -> Value:
    del named
    if len(given) < 2 or not isinstance(given[0], _CALLABLE):
        return Data(merge(origin_of(value) for value in given))
    rows, certain = elements(machine, given[1])
    return _results([apply(machine, node, given[0], *elements(machine, row)[0]) for row in rows], certain=certain)


def _results(results: Arguments, *, certain: bool) -> Sequence:
    """What calls gave; one more stands for those of which only two were tried."""
    return Sequence(results, rest=None if certain or not results else reduce(join, results))


@function(f"{_POOL}.map_async", f"{_POOL}.starmap_async")
def _map_later(machine: Machine, node: Call, given: Arguments, named: dict[str, Value]) -> Value:
    name = getattr(node.function, "name", "")
    return _future((_starmap if name == "starmap_async" else _map)(machine, node, given, named))


@function("builtins.filter")
def _filter(machine: Machine, node: Call, given: Arguments, named: dict[str, Value]) -> Value:
    del named
    if len(given) < 2:
        return Data(merge(origin_of(value) for value in given))
    found, _ = elements(machine, given[1])
    if isinstance(given[0], _CALLABLE):
        for value in found:
            apply(machine, node, given[0], value)
    return Sequence([], rest=reduce(join, found) if found else None)


@function("functools.reduce")
def _reduce(machine: Machine, node: Call, given: Arguments, named: dict[str, Value]) -> Value:
    if len(given) < 2 or not isinstance(given[0], _CALLABLE):
        return Data(merge(origin_of(value) for value in given))
    found, _ = elements(machine, given[1])
    start = given[2] if len(given) > 2 else named.get("initial")
    values = found if start is None else [start, *found]
    return reduce(lambda so_far, value: apply(machine, node, given[0], so_far, value), values) if values else Data()


@function(
    "concurrent.futures.ThreadPoolExecutor",
    "concurrent.futures.ProcessPoolExecutor",
    "concurrent.futures.thread.ThreadPoolExecutor",
    "concurrent.futures.process.ProcessPoolExecutor",
    "multiprocessing.Pool",
    "multiprocessing.pool.Pool",
    "multiprocessing.pool.ThreadPool",
    "multiprocessing.dummy.Pool",
)
def _pool(machine: Machine, node: Call, given: Arguments, named: dict[str, Value]) -> Value:
    del machine, node, given, named
    return Library(_POOL)


@function("multiprocessing.get_context")
def _context(machine: Machine, node: Call, given: Arguments, named: dict[str, Value]) -> Value:
    del machine, node, given, named
    return Library("multiprocessing")


@function(f"{_POOL}.submit")
def _submit(machine: Machine, node: Call, given: Arguments, named: dict[str, Value]) -> Value:
    if not given or not isinstance(given[0], _CALLABLE):
        return Data(merge(map(origin_of, given)))
    return _future(apply(machine, node, given[0], *given[1:], **named))


@function(f"{_POOL}.apply", f"{_POOL}.apply_async")
def _apply(machine: Machine, node: Call, given: Arguments, named: dict[str, Value]) -> Value:
    if not given or not isinstance(given[0], _CALLABLE):
        return Data(merge(map(origin_of, given)))
    arguments = given[1] if len(given) > 1 else named.get("args", Sequence([]))
    result = apply(machine, node, given[0], *elements(machine, arguments)[0])
    return _future(result) if getattr(node.function, "name", "") == "apply_async" else result


def _future(result: Value) -> Partial:
    return Partial(Library(_FUTURE), [result], {})


def result_of(value: Value, name: str) -> Value | None:
    """What a future gives when it is asked for its result; None for anything else."""
    match value:
        case Partial(function=Library(name="concurrent.futures.Future"), positional=[result]) if name in {
            "result",
            "get",
        }:
            return result
        case _:
            return None


@function("concurrent.futures.as_completed", "asyncio.as_completed")
def _as_completed(machine: Machine, node: Call, given: Arguments, named: dict[str, Value]) -> Value:
    del machine, node, named
    return given[0] if given else Data()


@function("asyncio.gather")
def _gather(machine: Machine, node: Call, given: Arguments, named: dict[str, Value]) -> Value:
    del machine, node, named
    return Sequence(given)


@function("asyncio.run", "asyncio.create_task", "asyncio.wait_for", "asyncio.ensure_future")
def _awaited(machine: Machine, node: Call, given: Arguments, named: dict[str, Value]) -> Value:
    del machine, node, named
    return given[0] if given else Data()


@function("contextlib.closing", "contextlib.nullcontext", "contextlib.contextmanager")
def _itself(machine: Machine, node: Call, given: Arguments, named: dict[str, Value]) -> Value:
    del machine, node, named
    return given[0] if given else Data()
