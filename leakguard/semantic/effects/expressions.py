"""Expressions over columns (polars), which get their rows from the frame that they are evaluated on."""

from __future__ import annotations

from dataclasses import replace

from leakguard.semantic.call import EFFECTS, Call, effect
from leakguard.semantic.events import Fit, Provenance
from leakguard.semantic.rows import Rows, Source
from leakguard.semantic.values import Data, Sequence, Value, constant, items_of, origin_of, with_learned

_COLUMN = Rows(Source(("expression",), "the frame's rows"))


@effect("expression")
def _expression(call: Call) -> Value:
    name = constant(call.one("column"))
    column = Data(Provenance(frozenset({_COLUMN})), column=name if isinstance(name, str) else "")
    if not call.fact.options.get("computes"):
        return column
    return EFFECTS["statistic"](Call(call.machine, call.node, call.fact, [], {}, column))


@effect("evaluate")
def _evaluate(call: Call) -> Value:
    frame = call.receiver
    if not isinstance(frame, Data):
        return Data(call.origin())
    values = [evaluated(value, frame.origin) for value in _flat(call.arguments())]
    numbers = [value for value in values if value.statistic is not None and not value.origin.rows]
    if call.label == "select" and numbers and len(numbers) == len(values):  # a table of statistics
        return numbers[0]
    learned = frozenset(fit for value in values for fit in origin_of(value).learned)
    return replace(frame, origin=with_learned(frame.origin, learned), learner=None, attributes=None, parts=None)


def _flat(values: list[Value]) -> list[Value]:
    return [item for value in values for item in (items_of(value) if isinstance(value, Sequence) else (value,))]


def evaluated(value: Value, rows: Provenance) -> Data:
    """What an expression gives on these rows; anything else stays what it is."""
    known = value if isinstance(value, Data) else Data(origin_of(value))
    origin = known.origin
    mine = (origin.rows - {_COLUMN}) | (rows.rows if _COLUMN in origin.rows else frozenset())
    learned = frozenset(_on(fit, rows) for fit in origin.learned)
    statistic = (known.statistic[0], _on(known.statistic[1], rows)) if known.statistic is not None else None
    origin = replace(origin, rows=mine, learned=learned, vague=origin.vague or rows.vague)
    return replace(known, origin=origin, statistic=statistic)


def _on(fit: Fit, rows: Provenance) -> Fit:
    return replace(fit, rows=rows.rows, vague=rows.vague) if _COLUMN in fit.rows else fit


def is_expression(value: Value) -> bool:
    """Whether a value still waits for the frame to be evaluated on."""
    return isinstance(value, Data) and (
        _COLUMN in value.origin.rows or (value.statistic is not None and _COLUMN in value.statistic[1].rows)
    )
