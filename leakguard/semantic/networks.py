"""Networks that are made elsewhere: known by their names, and by what is called on them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leakguard.semantic import syntax as s
from leakguard.semantic.names import words
from leakguard.semantic.origins import realised
from leakguard.semantic.values import Bound, Data, Value, learner_of, origin_of

if TYPE_CHECKING:
    from leakguard.semantic.machine import Machine

RELOADS = frozenset({"load_weights", "load_model", "load_state_dict", "load_from_checkpoint", "load_params", "restore"})
_MOVES = frozenset({"to", "cuda", "cpu", "float", "double"})
_MODELS = frozenset({"model", "net", "network", "classifier", "clf", "regressor", "estimator", "encoder"})
_TRAINS = frozenset(
    {"fit", "fits", "fitting", "train", "trains", "trainer", "training", "learn", "backward", "cv"}
    | {"score", "scores", "scoring", "evaluate", "eval", "validate"}
)
_OF_NETWORKS = frozenset({"state_dict", "load_state_dict", "parameters", "named_parameters", "eval", "train"})


def note_network(machine: Machine, node: s.Call, function: Bound) -> None:
    """`gnn.eval()`, `self.cnn.parameters()`: what is called by this name in this file is a network."""
    if function.name in _OF_NETWORKS and isinstance(function.receiver, Data) and isinstance(node.function, s.Attribute):
        machine.networks.add((machine.filename, last_name(node.function.value)))


def last_name(node: s.Expression) -> str:
    return node.id if isinstance(node, s.Name) else getattr(node, "name", "")


def is_model(machine: Machine, function: Value, node: s.Call, positional: list[Value]) -> bool:
    """Whether something unknown is called as networks are: `model(x)`."""
    callee = last_name(node.function)
    if positional:
        realised(positional[0])
    named = names_model(machine, callee) and not machine.answering
    return named and isinstance(function, Data) and bool(positional) and bool(origin_of(positional[0]).rows)


def names_model(machine: Machine, name: str) -> bool:
    if (machine.filename, name) in machine.networks:
        return True
    return not _MODELS.isdisjoint(words(name)) and name not in {"make_model", "build_model"}


def trains(node: s.Call) -> bool:
    """Whether what is called says by its name that it trains or scores a model."""
    return not _TRAINS.isdisjoint(words(last_name(node.function)))


def restored(model: Value) -> Value:
    """A model whose state was read from a file: most likely the one that was saved."""
    learner = None if isinstance(model, Data) and model.origin.rows else learner_of(model)
    if learner is not None:
        learner.restored = True
    return model


def is_moved_network(machine: Machine, node: s.Node, value: Data, method: str) -> bool:
    """Whether a method only moves a network, which is used as one already or called one, to another device or type."""
    if method not in _MOVES:
        return False
    match node:
        case s.Call(function=s.Attribute(value=moved)) if names_model(machine, last_name(moved)):
            return True
        case _:
            return value.learner is not None and not value.origin.rows
