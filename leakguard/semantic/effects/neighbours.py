"""What looks from one row at others: at those before it in time, at those near it in space."""

from __future__ import annotations

from dataclasses import replace

from leakguard.semantic.call import Call, effect
from leakguard.semantic.clusterings import note_cluster_score
from leakguard.semantic.dividing import note_group, note_order
from leakguard.semantic.events import Provenance
from leakguard.semantic.values import Data, Value, constant


@effect("window")
def _window(call: Call) -> Value:
    """Each row is seen with its neighbours: what is computed next comes from rows near it, not from all."""
    receiver = call.receiver
    if not isinstance(receiver, Data):
        return Data(call.origin())
    _note_sequence(call, receiver)
    return replace(receiver, windowed=True, learner=None, raw=None)


@effect("lag")
def _lag(call: Call) -> Value:
    """Each row is held against one before it."""
    receiver = call.receiver
    if not isinstance(receiver, Data):
        return Data(call.origin())
    _note_sequence(call, receiver)
    return replace(receiver, learner=None, attributes=None, raw=None)


def _note_sequence(call: Call, receiver: Data) -> None:
    if not receiver.single and constant(call.one("axis")) not in {1, "columns"}:
        note_order(call.machine, call.node, receiver.origin.rows, f"{call.label}() looks at the rows before")
        if receiver.entity:
            note_group(call, receiver.origin.rows, f"{call.label}() within each {receiver.entity}")


@effect("cluster-score")
def _cluster_score(call: Call) -> Value:
    labels = call.one("labels")
    if labels is not None:
        note_cluster_score(call, labels)
    return Data(Provenance(learned=call.origin().learned))
