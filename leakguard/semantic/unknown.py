"""Calls of what nothing is known of: they give something made of all that they were given."""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING

from leakguard.knowledge import loader
from leakguard.semantic import named_parts
from leakguard.semantic import syntax as s
from leakguard.semantic.candidates import call_settings
from leakguard.semantic.choice import choose
from leakguard.semantic.effects import judging
from leakguard.semantic.events import Provenance
from leakguard.semantic.functions import enter
from leakguard.semantic.names import words
from leakguard.semantic.networks import last_name, names_model
from leakguard.semantic.scope import join
from leakguard.semantic.searches import seeds_globally
from leakguard.semantic.siblings import latent_rows
from leakguard.semantic.text import text
from leakguard.semantic.values import (
    Bound,
    Built,
    Closure,
    Data,
    Instance,
    Library,
    Value,
    merge,
    origin_of,
)

if TYPE_CHECKING:
    from leakguard.semantic.machine import Machine
    from leakguard.semantic.rows import Rows

_JUDGES = frozenset({"loss", "criterion", "entropy", "accuracy", "metric", "score"})
_STOPS = frozenset({"stopping", "stopper", "earlystopping"})


def unknown_call(
    machine: Machine, node: s.Call, function: Value, positional: list[Value], keywords: dict[str, Value]
) -> Value:
    """What nothing is known of gives something made of all that it was given."""
    values = [*positional, *keywords.values()]
    enter_lambdas(machine, node, values, None)
    if isinstance(function, Library) and function.name.startswith("joblib."):
        return reduce(join, positional) if positional else Data()
    origin = merge((origin_of(function), *(origin_of(value) for value in values)))
    machine.trace.seeds |= seeds_globally(last_name(node.function))
    name = function.name.rpartition(".")[2] if isinstance(function, (Library, Bound)) else last_name(node.function)
    if not _STOPS.isdisjoint(words(name)) and origin.scores and machine.loops:
        choose(machine, node, origin.scores, name)
    scores = judging.judged_by_unknown(machine, node, values, name) if _may_judge(function, name) else frozenset()
    if isinstance(function, Data) and not function.origin.rows:
        function.gathered |= scores
    helped = _judged_by_helper(machine, node, function, values, name) if not scores else Provenance()
    if helped.scores:
        return Data(helped)
    if not scores and not origin.rows and not origin.learned and not origin.scores:
        return _made_of_nothing(machine, node, function, positional, keywords)
    single = bool(origin.rows) and all(_is_single(value) for value in values)
    whole = Provenance(origin.rows, origin.learned, origin.scores | scores, origin.models, is_vague(values, origin))
    residual = next((value.residual for value in positional if isinstance(value, Data) and value.residual), None)
    return Data(whole, single=single, residual=residual, made=_made(node, positional, keywords))


def _judged_by_helper(machine: Machine, node: s.Call, function: Value, values: list[Value], name: str) -> Provenance:
    """`test_loss = evaluate(model, test_loader)` with a function of a module that isn't there."""
    known = isinstance(function, Library) and (
        function.name.startswith("builtins.") or loader.library_of(function.name)
    )
    starred = any(argument.star for argument in node.arguments)
    if isinstance(function, Bound) or known or starred or not _may_judge(function, name):
        return Provenance()
    models: list[Value] = []
    rest: list[Value] = []
    for argument, value in zip(node.arguments, values, strict=False):
        is_model = names_model(machine, last_name(argument.value)) and not origin_of(value).rows
        (models if is_model and isinstance(value, (Data, Built, Instance)) else rest).append(value)
    return judging.judged_by_helper(machine, node, models, rest, name) if models else Provenance()


def _made_of_nothing(
    machine: Machine, node: s.Call, function: Value, positional: list[Value], keywords: dict[str, Value]
) -> Data:
    made = Data(made=_made(node, positional, keywords))
    known = None
    if isinstance(function, Library):
        given = named_parts.arguments(positional, keywords)
        known = named_parts.dataset(machine, machine.site(node), function.name, given)
    if known is not None and all(not rows.path for rows in known.rows):
        made.origin = known
    else:
        made.latent = known.rows if known else _latent(machine, node, function, positional, keywords)
    return made


def _latent(
    machine: Machine, node: s.Call, function: Value, positional: list[Value], keywords: dict[str, Value]
) -> frozenset[Rows]:
    """What an unknown call gives may be rows: those of what it was given first, or those that a literal tells."""
    if positional and isinstance(positional[0], (Data, Instance)) and positional[0].latent:
        return positional[0].latent
    match function:
        case Library(name=name) if not name.startswith("builtins."):
            return latent_rows(machine, node, name, positional, keywords)
        case Data():
            return latent_rows(machine, node, text(node.function), positional, keywords)
        case _:
            return frozenset()


def _made(node: s.Call, positional: list[Value], keywords: dict[str, Value]) -> tuple[object, ...]:
    return (node, call_settings(positional, keywords))


def _is_single(value: Value) -> bool:
    return not origin_of(value).rows or (isinstance(value, Data) and value.single)


def _may_judge(function: Value, name: str) -> bool:
    if not _JUDGES.isdisjoint(words(name)):
        return True
    if isinstance(function, Library) and (function.name.startswith("builtins.") or loader.library_of(function.name)):
        return False
    lowered = name.lower()
    return bool(name) and not any(
        word in lowered for word in ("plot", "show", "print", "save", "draw", "scatter", "frame")
    )


def is_vague(values: list[Value], origin: Provenance) -> bool:
    """Whether it is unclear which of several rows something unknown gave back."""
    return origin.vague or len({origin_of(value).rows for value in values if origin_of(value).rows}) > 1


def enter_lambdas(machine: Machine, node: s.Node, values: list[Value], receiver: Value | None) -> None:
    """A small function handed to something unknown is most likely called."""
    for value in values:
        if isinstance(value, Closure) and isinstance(value.definition, s.Lambda):
            given: list[Value] = [Data(origin_of(receiver)) if receiver is not None else Data()]
            enter(machine, value, given, {}, node)
