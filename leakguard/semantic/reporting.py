"""The score by which a search chose, read off it and shown or returned."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leakguard.semantic import syntax as s
from leakguard.semantic.events import Report
from leakguard.semantic.values import Built

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leakguard.semantic.machine import Machine

_SCORES = frozenset({"best_score_", "best_value"})
_TRIALS = frozenset({"best_trial", "best_trial_"})


def note_report(machine: Machine, node: s.Expression | None) -> None:
    """Record that an expression that is shown or returned holds the score that chose."""
    if node is None or machine.tuning is not None:
        return
    for holder, label in _scores_in(node):
        search = machine.evaluate(holder)
        if isinstance(search, Built) and (search.fact.effect == "search" or "sampler" in search.fact.options):
            machine.emit(Report(machine.site(node), machine.context(), label, search.site))


def _scores_in(node: s.Expression, depth: int = 6) -> Iterator[tuple[s.Expression, str]]:
    match node:
        case s.Attribute(value=(s.Name() | s.Attribute()) as holder, name=name) if name in _SCORES:
            yield holder, name
        case s.Attribute(value=s.Attribute(value=holder, name=trial), name="value") if trial in _TRIALS:
            yield holder, f"{trial}.value"
        case _ if depth:
            for part in _parts(node):
                yield from _scores_in(part, depth - 1)


def _parts(node: s.Expression) -> tuple[s.Expression, ...]:
    match node:
        case s.Text():
            return tuple(node.parts)
        case s.Operation() | s.Comparison():
            return tuple(node.operands)
        case s.Display():
            return tuple(node.items)
        case s.Call():
            return tuple(argument.value for argument in node.arguments)
        case _:
            return ()
