"""Rows that are scored while a model trains, and whether that score decides anything."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leakguard.knowledge import loader
from leakguard.semantic.choice import flat
from leakguard.semantic.events import Fit, Provenance, Watch
from leakguard.semantic.functions import bound_method, enter, library_bases, method_of
from leakguard.semantic.origins import realised
from leakguard.semantic.syntax import Constant, Function, Return
from leakguard.semantic.values import (
    Built,
    Closure,
    Const,
    Data,
    Instance,
    Mapping,
    Sequence,
    Value,
    constant,
    items_of,
    origin_of,
    parts_of,
)

if TYPE_CHECKING:
    from leakguard.knowledge.facts import Fact
    from leakguard.semantic.call import Call
    from leakguard.semantic.syntax import Block

CHECKPOINT = "Checkpoint"  # what only saves matters once it is loaded again
_TRAIN_METRICS = ("loss", "acc", "accuracy", "train_loss")


def watch(call: Call, receiver: Value, fit: Fit) -> None:
    """Record the rows that a training call is given to watch."""
    watched = watched_rows(call, receiver)
    if not watched:
        return
    is_search = fit.chooses or (isinstance(receiver, Built) and receiver.fact.effect == "search")
    how = "the search" if is_search else _chooses(call, receiver)
    for origin in _each(watched):
        call.machine.emit(Watch(call.site, call.machine.context(), fit.label, origin.rows, how, is_search))


def watched_rows(call: Call, receiver: Value) -> list[Provenance]:
    """What the watched sets are made of, as far as that is known."""
    return [origin for origin in map(origin_of, _watched(call, receiver)) if origin.rows]


def _each(watched: list[Provenance]) -> list[Provenance]:
    """One entry for features and target of the same rows."""
    return list({origin.rows: origin for origin in watched}.values())


def _options(call: Call, receiver: Value, option: str) -> list[str]:
    """The parameters that the call's own fact, and the fact of the class it is called on, name."""
    own = call.names(option)
    for learner in _with_parts(receiver):
        named = learner.fact.options.get(option)
        own = [*own, *([named] if isinstance(named, str) else named if isinstance(named, (list, tuple)) else [])]
    return list(dict.fromkeys(own))


def _with_parts(receiver: Value) -> list[Built]:
    """A learner and the learners that it is made of."""
    if not isinstance(receiver, Built):
        return []
    return [receiver, *(learner for _, part in parts_of(receiver) for learner in _with_parts(part))]


def _watched(call: Call, receiver: Value) -> list[Value]:
    found: list[Value] = []
    wanted = _options(call, receiver, "watch")
    for name in dict.fromkeys((*wanted, *(key for key in call.keywords if key.rpartition("__")[2] in wanted))):
        value = _argument(call, receiver, name)
        if value is not None:
            sets = [realised(one) for one in _sets(value)]
            found.extend(sets[-1:] if _options(call, receiver, "decides") == ["last"] else sets)
    if call.fact.options.get("search") and isinstance(receiver, Data) and receiver.learner is not None:
        found.append(Data(receiver.learner.watched))  # each trial is judged on what the trainer was made to watch
    return [*found, *(value for method in call.names("watch_method") for value in handed_out(call, method))]


def _argument(call: Call, receiver: Value, name: str) -> Value | None:
    """An argument of the call, or else of the constructor."""
    given = (call.get(name), *(learner.arguments.get(name) for learner in _with_parts(receiver)))
    return next((value for value in given if value is not None), None)


def handed_out(call: Call, method: str) -> list[Value]:
    """What the given objects of the program hand out by a method that the library calls (val_dataloader)."""
    found: list[Value] = []
    for given in call.arguments():
        own = bound_method(call.machine, given, method) if isinstance(given, Instance) else None
        if isinstance(own, Closure) and isinstance(given, Instance):
            prepare = bound_method(call.machine, given, "setup")
            if isinstance(prepare, Closure):
                enter(call.machine, prepare, [], {}, call.node)
            found.append(enter(call.machine, own, [], {}, call.node))
    return found


def _sets(value: Value) -> list[Value]:
    """The single sets in a list of sets."""
    match value:
        case Sequence(kind="list") | Mapping():
            return list(items_of(value))
        case _:
            return [value]


def _chooses(call: Call, receiver: Value) -> str:
    """What the score on the watched rows decides, empty if it is only shown."""
    how = ""
    for name in _options(call, receiver, "stops"):
        how = how or _stops(name, _argument(call, receiver, name))
    how = how or _stops_by_setting(call)
    if how:
        return how
    always = call.fact.options.get("always_stops") or any(
        learner.fact.options.get("always_stops") for learner in _with_parts(receiver)
    )
    off = call.get("use_best_model") or (
        receiver.arguments.get("use_best_model") if isinstance(receiver, Built) else None
    )
    return "the best iteration" if always and not (isinstance(off, Const) and off.value is False) else ""


def _stops_by_setting(call: Call) -> str:
    """Whether a dictionary of parameters says to stop early."""
    wanted = call.fact.options.get("stop_settings", ())
    for settings in call.given("settings"):
        given = settings.entries if isinstance(settings, Mapping) else {}
        if isinstance(wanted, (list, tuple)) and any(given.get(name) and constant(given[name]) for name in wanted):
            return "early stopping"
    return ""


def may_stop(call: Call, receiver: Value | None) -> bool:
    """Whether something may end the training early, on whichever rows it looks; unknown callbacks may."""
    found: list[Value | None] = []
    for name in _options(call, receiver, "stops") if receiver is not None else call.names("stops"):
        found += [call.get(name), *(value for key, value in call.keywords.items() if key.endswith(f"__{name}"))]
        found += [learner.arguments.get(name) for learner in _with_parts(receiver)] if receiver is not None else []
    if _stops_by_setting(call) or (receiver is not None and "**" in getattr(receiver, "arguments", {})):
        return True
    return any(value is not None and not _is_nothing(value) for value in (*found, call.keywords.get("**")))


def _is_nothing(value: Value) -> bool:
    return isinstance(value, Const) and not value.value


def _stops(name: str, value: Value | None) -> str:
    match value:
        case None | Const(value=None | False | 0):
            return ""
        case Sequence() | Mapping():
            found = [how for item in items_of(value) if (how := _stops(name, item))]
            return min(found, key=lambda how: how.endswith(CHECKPOINT), default="")
        case Built() if value.fact.effect == "stopper":
            return _stopper(value.fact, value.arguments)
        case Instance():
            return _own_stopper(value)
        case _ if name == "callbacks":
            return ""
        case _:
            return "early stopping"


def _own_stopper(value: Instance) -> str:
    """A callback that inherits from a library's stopper, with its options, or whose own hook says when to stop."""
    inherited = (loader.fact(name) for name in library_bases(value.type))
    fact = next((fact for fact in inherited if fact and fact.effect == "stopper"), None)
    if fact is None:
        return ""
    hook = fact.options.get("hook")
    if hook is None:
        return _stopper(fact, value.options)
    found = method_of(value.type, str(hook))
    own = found[0].definition if found is not None and isinstance(found[0], Closure) else None
    return value.type.definition.name if isinstance(own, Function) and _may_say_yes(own.body) else ""


def _may_say_yes(block: Block) -> bool:
    """Whether a function may return anything else than false."""
    return any(
        (
            isinstance(one, Return)
            and not (one.value is None or (isinstance(one.value, Constant) and not one.value.value))
        )
        for one in flat(block)
    )


def _stopper(fact: Fact, arguments: dict[str, Value]) -> str:
    flag = fact.options.get("flag")
    unless = fact.options.get("unless")
    if flag and not constant(arguments.get(str(flag))):
        return ""
    if unless and constant(arguments.get(str(unless))):
        return ""
    parameter = fact.options.get("monitor")
    monitored = constant(arguments.get(str(parameter))) if parameter else None
    if monitored is None:
        monitored = fact.options.get("default")
    training = fact.options.get("training", _TRAIN_METRICS)
    if isinstance(training, (list, tuple)) and monitored in training:
        return ""
    return fact.name.rpartition(".")[2]
