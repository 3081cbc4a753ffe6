"""What a library's training loop does between its epochs: it calls the program's callbacks and writes a history."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leakguard.semantic.candidates import candidate
from leakguard.semantic.effects.watching import watched_rows
from leakguard.semantic.events import Judge, Provenance
from leakguard.semantic.functions import bound_method, enter
from leakguard.semantic.values import Built, Closure, Data, Instance, Sequence, Value, learner_of, merge

if TYPE_CHECKING:
    from leakguard.semantic.call import Call

VALIDATION = "val_*"  # the columns of a history that are scores of the watched rows
_EPOCHS = 2
_HOOKS = ("on_epoch_begin", "on_epoch_end")


def note_epochs(call: Call, receiver: Value) -> None:
    """Keep a history of scores on the watched rows, and run the callbacks that the program itself defines."""
    if call.fact.options.get("history") is None:
        return
    logs = _history(call, receiver)
    if isinstance(receiver, (Built, Instance)):
        receiver.attributes["history"] = logs
    for callback in _own_callbacks(call):
        callback.attributes["model"] = receiver
        _run(call, callback, "on_train_begin", [logs])
        with call.machine.inside(loop=call.node):
            for _ in range(_EPOCHS):
                for hook in _HOOKS:
                    _run(call, callback, hook, [Data(), logs])
        _run(call, callback, "on_train_end", [logs])


def _history(call: Call, receiver: Value) -> Data:
    """A table of scores with one row an epoch; that of the training rows is no honest score and none here."""
    origin = merge(watched_rows(call, receiver))
    learner = learner_of(receiver)
    if not origin.rows or learner is None:
        return Data(cells={VALIDATION: Provenance()})
    models = frozenset({candidate(receiver, learner)})
    learned = origin.learned | learner.learned
    judge = Judge(
        call.site, call.machine.context(), "validation_data", origin.rows, models, learned, origin.learned, origin.vague
    )
    return Data(cells={VALIDATION: Provenance(scores=frozenset({judge}))})


def _own_callbacks(call: Call) -> list[Instance]:
    given = call.get(str(call.fact.options["history"]))
    found = given.items if isinstance(given, Sequence) else [given]
    return [callback for callback in found if isinstance(callback, Instance)]


def _run(call: Call, callback: Instance, hook: str, arguments: list[Value]) -> None:
    method = bound_method(call.machine, callback, hook)
    if isinstance(method, Closure):
        count = len(getattr(method.definition, "parameters", ())) - 1
        enter(call.machine, method, arguments[: max(count, 0)], {}, call.node)
