"""Search spaces and the calls that try them out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leakguard.semantic.call import Call, effect
from leakguard.semantic.choice import choose
from leakguard.semantic.effects.drawing import note_searched, space_of, trial_of
from leakguard.semantic.effects.judging import told_scores
from leakguard.semantic.effects.trials import in_trial
from leakguard.semantic.sampling import note_named
from leakguard.semantic.searches import note_optimized, setup_of, told_by
from leakguard.semantic.spaces import Space, listed
from leakguard.semantic.values import Built, Const, Data, Mapping, Sequence, Value

if TYPE_CHECKING:
    from collections.abc import Iterable

    from leakguard.semantic.machine import Machine


@effect("optimize")
def _optimize(call: Call) -> Value:
    note_searched(call)
    objective = call.one("objective") or _of_receiver(call) or next(iter(call.positional), None)
    if objective is not None:
        metric = call.fact.options.get("key") or metric_of(call.given("metric"))
        with call.machine.inside(tuning=call.site, metric=str(metric)):
            by_name = bool(call.fact.options.get("spread"))
            trial, result = in_trial(call.machine, objective, call.node, trial_of(call), by_name=by_name)
        scores = told_scores(result, str(metric))
        choose(call.machine, call.node, scores, f"{call.label}() over the objective's scores")
        if "kind" in call.fact.options:
            setup, drawn = setup_of(call), Space((tuple(trial.drawn),), whole=True)
            note_optimized(call, trial, setup, drawn if setup.space is None else space_of(call, *setup.space))
    return Data()


def _of_receiver(call: Call) -> Value | None:
    """The objective that the object whose method runs it was made with."""
    made = call.receiver.arguments if isinstance(call.receiver, Built) else {}
    return next((made[name] for name in call.names("objective") if name in made), None)


def metric_of(values: Iterable[Value | None]) -> str:
    """The name of the score that a tuner looks at, empty if it isn't known: a text, or what holds one as `metric`."""
    for value in values:
        match value:
            case Const(value=str(name)):
                return name
            case Built():
                found = metric_of([value.arguments.get("metric"), *_mappings(value.arguments.values())])
            case Mapping():
                found = metric_of([value.entries.get("metric"), value.entries.get("name")])
            case _:
                found = ""
        if found:
            return found
    return ""


def _mappings(values: Iterable[Value]) -> list[Value | None]:
    return [value for value in values if isinstance(value, Mapping)]


@effect("candidates")
def _candidates(call: Call) -> Value:
    note_searched(call)
    given = call.one("space")
    space = listed(given) if given is not None else Space()
    count = told_by(call).trials() if "trials" in call.fact.options else space.combinations
    return Sequence([Data(), Data()], grids=space.grids, count=count)


@effect("save", "show")
def _aside(call: Call) -> Value:
    del call
    return Data()


def note_parameters(machine: Machine, keywords: dict[str, Value]) -> None:
    """`set_params(C=value)`: a drawn value is given to a hyperparameter."""
    for name, value in keywords.items():
        note_named(machine, name, value)
