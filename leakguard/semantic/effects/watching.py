"""Rows that are scored while a model trains, and whether that score decides anything."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leakguard.knowledge import loader
from leakguard.semantic.events import Fit, Provenance, Watch
from leakguard.semantic.functions import library_bases
from leakguard.semantic.values import (
    Built,
    Const,
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
    from leakguard.semantic.call import Call

CHECKPOINT = "Checkpoint"  # what only saves matters once it is loaded again
_TRAIN_METRICS = ("loss", "acc", "accuracy", "train_loss")


def watch(call: Call, receiver: Value, fit: Fit) -> None:
    """Record the rows that a training call is given to watch."""
    watched = [origin for origin in map(origin_of, _watched(call, receiver)) if origin.rows]
    if not watched:
        return
    is_search = fit.chooses or (isinstance(receiver, Built) and receiver.fact.effect == "search")
    how = "the search" if is_search else _chooses(call, receiver)
    for origin in _each(watched):
        call.machine.emit(Watch(call.site, call.machine.context(), fit.label, origin.rows, how, is_search))


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
        value = call.get(name)
        if value is not None:
            sets = _sets(value)
            found.extend(sets[-1:] if _options(call, receiver, "decides") == ["last"] else sets)
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
        given = (call.get(name), *(learner.arguments.get(name) for learner in _with_parts(receiver)))
        value = next((value for value in given if value is not None), None)
        how = how or _stops(name, value)
    if how:
        return how
    always = call.fact.options.get("always_stops") or any(
        learner.fact.options.get("always_stops") for learner in _with_parts(receiver)
    )
    off = call.get("use_best_model") or (
        receiver.arguments.get("use_best_model") if isinstance(receiver, Built) else None
    )
    return "the best iteration" if always and not (isinstance(off, Const) and off.value is False) else ""


def _stops(name: str, value: Value | None) -> str:
    match value:
        case None | Const(value=None | False | 0):
            return ""
        case Sequence() | Mapping():
            found = [how for item in items_of(value) if (how := _stops(name, item))]
            return min(found, key=lambda how: how.endswith(CHECKPOINT), default="")
        case Built() if value.fact.effect == "stopper":
            return _stopper(value)
        case Instance() if _looks_like_stopper(value):
            return value.type.definition.name
        case _ if name == "callbacks":
            return ""
        case _:
            return "early stopping"


def _looks_like_stopper(value: Instance) -> bool:
    """A callback of the program that inherits from a library's stopper or is called one."""
    inherited = (loader.fact(name) for name in library_bases(value.type))
    return "stop" in value.type.definition.name.lower() or any(fact and fact.effect == "stopper" for fact in inherited)


def _stopper(value: Built) -> str:
    flag = value.fact.options.get("flag")
    if flag and not constant(value.arguments.get(str(flag))):
        return ""
    parameter = value.fact.options.get("monitor")
    monitored = constant(value.arguments.get(str(parameter))) if parameter else None
    if monitored is None:
        monitored = value.fact.options.get("default")
    if monitored in _TRAIN_METRICS:
        return ""
    return value.name.rpartition(".")[2]
