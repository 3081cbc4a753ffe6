"""Looking up attributes: of objects of the program, of library objects, of data."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from leakguard.knowledge import loader
from leakguard.semantic.alternatives import PATH_ATTRIBUTES, each_way, path_attribute
from leakguard.semantic.events import Provenance
from leakguard.semantic.functions import bound_method, method_of
from leakguard.semantic.modules import member
from leakguard.semantic.named_parts import index_by_name, is_index_name
from leakguard.semantic.names import asks_for_best
from leakguard.semantic.records import is_field
from leakguard.semantic.reporting import score_that_chose
from leakguard.semantic.values import (
    Bound,
    Built,
    Closure,
    Const,
    Data,
    Instance,
    Library,
    Mapping,
    Module,
    Sequence,
    Type,
    Value,
    parts_of,
)

if TYPE_CHECKING:
    from leakguard.semantic.machine import Machine

_SAME = frozenset("values T iloc loc at iat ix A array str dt cat data x y features target real".split())
_METHODS = frozenset("fit predict predict_proba transform score evaluate decision_function append".split())
_SHAPE = frozenset(
    "columns shape size ndim dtype dtypes empty nbytes device axes names name feature_names target_names DESCR style "
    "plot".split()
)


def attribute(machine: Machine, value: Value, name: str) -> Value:
    """`value.name`; a method comes bound to its receiver and is decided on when it is called."""
    machine.trace.takes_best |= asks_for_best(name)
    match value:
        case Library():
            return Library(f"{value.name}.{name}", value.origin)
        case Module():
            return member(machine, value, name) or Data()
        case Instance():
            return _of_instance(machine, value, name)
        case Type():
            return _of_type(value, name)
        case Built():
            return score_that_chose(machine, value, name) or _of_built(value, name)
        case Data() if value.paths and name in PATH_ATTRIBUTES:
            return each_way([value], lambda one: attribute(machine, one[0], name))
        case Data():
            return _of_data(value, name)
        case Const(value=str()) if name in PATH_ATTRIBUTES:
            return path_attribute(value, name)
        case _:
            return Bound(value, name)


def _of_instance(machine: Machine, value: Instance, name: str) -> Value:
    if name in value.attributes:
        return value.attributes[name]
    found = bound_method(machine, value, name)
    if found is not None:
        return found if not is_field(found) else Data()
    if name.endswith("_") and not name.startswith("_"):
        return Data(Provenance(learned=value.learner.learned))
    return Bound(value, name)


def _of_type(value: Type, name: str) -> Value:
    found = method_of(value, name)
    if found is None:
        return Bound(value, name)
    member = found[0]
    if isinstance(member, Closure) and member.kind == "class":
        return replace(member, receiver=value)
    return member


def _of_built(value: Built, name: str) -> Value:
    if name in value.attributes:
        return value.attributes[name]
    if name in {"best_estimator_", "base_estimator_", "estimator_"}:
        return _chosen_by(value)
    if name in {"named_steps", "named_transformers_", "steps", "named_estimators_"}:
        parts = parts_of(value)
        return Mapping({**dict(parts)}) if name != "steps" else Sequence([part for _, part in parts])
    if name.endswith("_") and not name.startswith("_"):
        return Data(Provenance(learned=value.learner.learned))
    if name in value.arguments and name not in loader.methods("learner"):
        return value.arguments[name]
    return Bound(value, name)


def _chosen_by(value: Built) -> Built:
    """The estimator that a search has chosen: as fitted as the search, but it searches no more."""
    options = {name: option for name, option in value.fact.options.items() if name != "kind"}
    return replace(value, fact=replace(value.fact, options=options)) if value.fact.effect == "search" else value


def _of_data(value: Data, name: str) -> Value:
    if value.attributes is not None and name in value.attributes:
        return value.attributes[name]
    if name in _SAME:
        return value if name in {"loc", "iloc", "ix", "at", "iat"} else replace(value, attributes=None)
    if name == "index" or (name == "indices" and any(rows.path for rows in value.origin.rows)):
        return (
            Data(value.origin, statistic=value.statistic, ranked=value.ranked)
            if not value.origin.rows
            else Data(index_of=value.origin.rows)
        )
    if name == "columns" and not value.statistic:
        chosen = frozenset(fit for fit in value.origin.learned if fit.learns == "selection")
        return Data(Provenance(learned=chosen), labels=True)
    if name in _SHAPE:
        return Data(statistic=value.statistic) if value.statistic else Data()
    if value.columns is not None and name in value.columns:
        return Data(Provenance(value.origin.rows, value.origin.learned | value.columns[name]))
    return Bound(value, name)


def _kept(receiver: Data, name: str, value: Data) -> Data:
    """An unknown object's attribute that was fitted is the same object when it is looked up again."""
    receiver.parts = receiver.parts or {}
    before = receiver.parts.get(name)
    if before is not None and before.learner is not None:
        return before
    receiver.parts[name] = value
    return value


def plain(machine: Machine, value: Value) -> Value:
    """What an attribute is when it isn't called after all: `df.price`, `model.classes`."""
    match value:
        case Bound(receiver=Data(gathered=scores)) if scores:
            return Data(Provenance(scores=scores))
        case Bound(receiver=Data() as receiver) if is_index_name(value.name):
            return index_by_name(machine, receiver, value.name)
        case Bound(receiver=Data() as receiver) if value.name not in _METHODS:
            if value.name.endswith("_") and receiver.learner is not None:
                return Data(Provenance(learned=receiver.learner.learned))
            return _kept(
                receiver, value.name, replace(receiver, columns=None, attributes=None, learner=None, column=value.name)
            )
        case _:
            return value
