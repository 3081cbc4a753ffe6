"""Steps of a pipeline that the program itself defines: run on the rows that the pipeline is given."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leakguard.semantic.functions import bound_method, enter, method_of
from leakguard.semantic.values import (
    Built,
    Closure,
    Data,
    Instance,
    Learner,
    Value,
    origin_of,
    parts_of,
    with_learned,
)

if TYPE_CHECKING:
    from leakguard.semantic.call import Call


def _own_steps(value: Value) -> list[Instance]:
    """The transformers of the program in a pipeline or the like, in order."""
    if not isinstance(value, Built) or value.fact.effect != "wrapper":
        return []
    return [part for _, part in parts_of(value) if isinstance(part, Instance) and method_of(part.type, "transform")]


def fit_own_steps(call: Call, receiver: Value, learner: Learner, data: Value) -> None:
    """Let a pipeline's own steps learn from rows; what they keep of them, the pipeline has learned."""
    steps = _own_steps(receiver)
    before = origin_of(data).learned
    targets = call.given("truth") or call.positional[1:2]
    for step in steps:
        fit = bound_method(call.machine, step, "fit")
        if isinstance(fit, Closure):
            enter(call.machine, fit, [data, *targets], {}, call.node)
        data = _transformed(call, step, data)
    learner.learned = learner.learned.union(*(origin_of(step).learned - before for step in steps))


def through_own_steps(call: Call, receiver: Value, data: Value) -> Value:
    """Rows after a pipeline's own steps, which may learn from them once more."""
    for step in _own_steps(receiver):
        data = _transformed(call, step, data)
    return data


def _transformed(call: Call, step: Instance, data: Value) -> Value:
    """The same rows, with what the step's `transform` has learned."""
    transform = bound_method(call.machine, step, "transform")
    if not isinstance(transform, Closure):
        return data
    result = enter(call.machine, transform, [data], {}, call.node)
    return Data(with_learned(origin_of(data), origin_of(result).learned))
