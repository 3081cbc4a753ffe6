"""Search spaces and the calls that try them out."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from leakguard.semantic.call import EFFECTS, Call, effect
from leakguard.semantic.choice import choose
from leakguard.semantic.effects.drawing import note_searched, space_of, trial_of
from leakguard.semantic.effects.judging import told_scores
from leakguard.semantic.effects.trials import in_trial
from leakguard.semantic.events import Tuned
from leakguard.semantic.sampling import note_named
from leakguard.semantic.searches import Asked, Trial, note_optimized, search_of, setup_of, told_by
from leakguard.semantic.spaces import Space, listed
from leakguard.semantic.trace import trained_since
from leakguard.semantic.values import Built, Const, Data, Mapping, Sequence, Value

if TYPE_CHECKING:
    from collections.abc import Iterable

    from leakguard.knowledge.facts import Fact
    from leakguard.semantic.machine import Machine
    from leakguard.semantic.searches import Setup

_EPOCHS = ("epochs", "num_epochs", "n_epochs", "nb_epochs", "max_epochs", "num_train_epochs", "num_boost_round")


@effect("optimize")
def _optimize(call: Call) -> Value:
    note_searched(call)
    objective = call.one("objective") or _of_receiver(call)
    if objective is None and call.fact.options.get("program"):
        _run_program(call)
        return Data()
    objective = objective or next(iter(call.positional), None)
    if objective is not None:
        metric = call.fact.options.get("key") or metric_of(call.given("metric"))
        with call.machine.inside(tuning=call.site, metric=str(metric)):
            by_name = bool(call.fact.options.get("spread")) or _spreads(setup_of(call).space)
            trial, result = in_trial(call.machine, objective, call.node, trial_of(call), by_name=by_name)
        scores = told_scores(result, str(metric))
        choose(call.machine, call.node, scores, f"{call.label}() over the objective's scores")
        if "kind" in call.fact.options:
            setup = setup_of(call)
            note_optimized(call, trial, setup, _searched(call, setup, trial))
    return Data()


def _run_program(call: Call) -> None:
    """Each trial is a run of a program elsewhere, which trains a model."""
    setup = setup_of(call)
    if setup.space is not None:
        elsewhere = Trial(None, tuned=[Tuned("the program", _EPOCHS)], trains=True)
        note_optimized(call, elsewhere, setup, space_of(call, *setup.space), "the sweep")


def _spreads(space: tuple[Fact, Value] | None) -> bool:
    held = space[1] if space is not None else None
    return isinstance(held, Built) and bool(held.fact.options.get("spread"))


def _searched(call: Call, setup: Setup, trial: Trial) -> Space:
    """What a search goes through: the space that it was given or that was added to it, else what trials draw."""
    given = [setup.space] if setup.space is not None else []
    given += call.receiver.widened if isinstance(call.receiver, Built) else []
    spaces = [space_of(call, *one) for one in given] or [Space((tuple(trial.drawn),), whole=True)]
    return Space((sum((one.dimensions for one in spaces), ()),), all(one.whole for one in spaces))


@effect("space")
def _space(call: Call) -> Value:
    return EFFECTS["make"](call)


@effect("widen")
def _widen(call: Call) -> Value:
    """`cs.add(a, b)`, `client.create_experiment(parameters=[...])`."""
    note_searched(call)
    given = call.given("space")
    if isinstance(call.receiver, Built) and given:
        call.receiver.widened.append((call.fact, Sequence(given) if len(given) > 1 else given[0]))
    return Data()


@effect("ask")
def _ask(call: Call) -> Value:
    """A trial that the program runs itself; what it draws from here on belongs to it."""
    note_searched(call)
    machine = call.machine
    if isinstance(call.receiver, Built) and all(one.call.receiver is not call.receiver for one in machine.asked):
        trial = Trial(machine.branch)
        machine.asked.append(Asked(call, trial, machine.context(), len(machine.trace.events)))
        machine.search = machine.search or trial
    return EFFECTS["make"](call) if "gives" in call.fact.options else Data(tuning=True)


def settle_asked(machine: Machine) -> None:
    """Record the searches whose trials the program ran itself: all that there is in them is known at the end."""
    for asked in machine.asked:
        call, setup = asked.call, setup_of(asked.call)
        asked.trial.trains |= trained_since(machine.trace, asked.before)
        found = search_of(call, asked.trial, setup, _searched(call, setup, asked.trial))
        owner = call.receiver
        if isinstance(owner, Built) and "kind" in call.fact.options:
            label = owner.name.rpartition(".")[2].lstrip("_")
            machine.emit(replace(found, site=owner.site, run=owner.site, context=asked.context, label=label))


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
