"""Estimators as a search finds them: how many rounds they train, and what ends their training."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from leakguard.semantic.choice import choose
from leakguard.semantic.effects.watching import may_stop
from leakguard.semantic.events import Tuned
from leakguard.semantic.values import Built, Const, Data, Value, constant, merge, origin_of, parts_of

if TYPE_CHECKING:
    from leakguard.semantic.call import Call

_PLAIN = frozenset({"learner", "wrapper"})


def tuned_by(call: Call, search: Built) -> tuple[Tuned, ...]:
    """The estimators that a search tunes when it is run by this call."""
    return tuple(replace(_tuned(call, part), path=path) for _, one in parts_of(search) for path, part in _learners(one))


def note_trained(call: Call, model: Value | None = None) -> None:
    """A model is trained by this call, in the trial of a search that is under way, if one is."""
    trial = call.machine.search
    if trial is None:
        return
    if isinstance(model, Built):
        trial.tuned.extend(_tuned(call, part) for _, part in _learners(model))
    elif call.fact.effect == "train":
        trial.tuned.append(replace(_trained(call), label=call.label))


def trained_for(call: Call) -> tuple[Tuned, ...]:
    """How long each trial trains what a function builds, as the call says that runs the search."""
    return (_trained(call),) if call.names("rounds") else ()


def _trained(call: Call) -> Tuned:
    rounds = tuple(call.names("rounds"))
    return Tuned("the model", rounds, _number(call, None, rounds), stops=may_stop(call, None))


def note_scored_settings(call: Call) -> None:
    """Settings of a training that were computed from scores: the number of epochs that was best."""
    rows = {id(value) for option in ("data", "truth", "watch", "stops") for value in call.given(option)}
    settings = [value for value in call.arguments() if id(value) not in rows and isinstance(value, (Data, Const))]
    choose(call.machine, call.node, merge(map(origin_of, settings)).scores, "a setting of the next training")


def _learners(value: Value, path: tuple[str, ...] = ()) -> list[tuple[tuple[str, ...], Built]]:
    """The learners that are trained with this, each with the names of the steps that lead to it."""
    if not isinstance(value, Built) or value.fact.effect not in _PLAIN:
        return []
    if value.fact.effect == "learner":
        return [(path, value)]
    parts = parts_of(value)
    return [one for name, part in parts for one in _learners(part, (*path, name or _step(value, part)))]


def _step(whole: Built, part: Value) -> str:
    """The name of a step that was given none: that of the parameter, or of the class as `make_pipeline` takes it."""
    given = next((name for name, value in whole.arguments.items() if value is part), "#")
    return part.learner.label.lower() if given.startswith("#") and isinstance(part, Built) else given


def _tuned(call: Call, learner: Built) -> Tuned:
    named = learner.fact.options.get("rounds")
    rounds = tuple(str(name) for name in named) if isinstance(named, tuple) else ()
    return Tuned(learner.learner.label, rounds, _number(call, learner, rounds), stops=may_stop(call, learner))


def _number(call: Call, learner: Built | None, rounds: tuple[str, ...]) -> int | None:
    for name in rounds:
        value = call.get(name) or (learner.arguments.get(name) if learner is not None else None)
        known = constant(value)
        if type(known) is int:
            return known
    return None
