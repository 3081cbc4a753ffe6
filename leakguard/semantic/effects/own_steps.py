"""Transformers that the program itself defines, whole or as a function: run on the rows that they are given."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leakguard.semantic.call import apply
from leakguard.semantic.functions import bound_method, enter, method_of
from leakguard.semantic.values import (
    Built,
    Closure,
    Data,
    Instance,
    Learner,
    Partial,
    Value,
    origin_of,
    parts_of,
    with_learned,
)

if TYPE_CHECKING:
    from leakguard.semantic.call import Call


def _own_steps(value: Value) -> list[Value]:
    """The transformers of the program in a pipeline or the like, in order."""
    match value:
        case Built() if value.fact.effect == "wrapper":
            return [part for _, part in parts_of(value) if _is_own(part)]
        case Built() if _function_of(value) is not None:
            return [value]
        case _:
            return []


def _is_own(part: Value) -> bool:
    match part:
        case Instance():
            return method_of(part.type, "transform") is not None
        case Built():
            return _function_of(part) is not None
        case _:
            return False


def _function_of(value: Built) -> Value | None:
    """The program's function that a library's transformer applies to the rows."""
    found = value.arguments.get(str(value.fact.options.get("function")))
    return found if isinstance(found, (Closure, Partial)) else None


def fit_own_steps(call: Call, receiver: Value, learner: Learner, data: Value) -> None:
    """Let a pipeline's own steps learn from rows; what they keep of them, the pipeline has learned."""
    before = origin_of(data).learned
    targets = call.given("truth") or call.positional[1:2]
    for step in _own_steps(receiver):
        fit = bound_method(call.machine, step, "fit") if isinstance(step, Instance) else None
        if isinstance(fit, Closure):
            enter(call.machine, fit, [data, *targets], {}, call.node)
        if isinstance(step, Instance):
            learner.learned |= origin_of(step).learned - before
        data = _transformed(call, step, data)


def through_own_steps(call: Call, receiver: Value, data: Value) -> Value:
    """Rows after a pipeline's own steps, which may learn from them once more."""
    for step in _own_steps(receiver):
        data = _transformed(call, step, data)
    return data


def _transformed(call: Call, step: Value, data: Value) -> Value:
    """The same rows, with what the step has learned from them by transforming them."""
    match step:
        case Instance() if isinstance(transform := bound_method(call.machine, step, "transform"), Closure):
            result = enter(call.machine, transform, [data], {}, call.node)
        case Built() if (function := _function_of(step)) is not None:
            result = apply(call.machine, call.node, function, data)  # type: ignore[arg-type]
        case _:
            return data
    return Data(with_learned(origin_of(data), origin_of(result).learned))
