"""Statements that transform further rows by what was fitted: they go too, once the pipeline does that by itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from leakguard.fixes.moving import rows_without
from leakguard.fixes.page import CannotFixError, Change
from leakguard.fixes.tree import below, bound_names, scope_of, uses
from leakguard.semantic import syntax as s

if TYPE_CHECKING:
    from leakguard.fixes.moving import Fitted
    from leakguard.fixes.page import Page

# What asks a fitted search about rows.
_ASKS = frozenset({"score", "predict", "predict_proba", "predict_log_proba", "decision_function"})


@dataclass(frozen=True, slots=True)
class Follower:
    """`target = receiver.transform(data)` in the block of the fit."""

    statement: s.Assign
    target: str
    data: str


def followers(found: Fitted) -> list[Follower]:
    """Return the statements behind a fit that transform by it."""
    name = found.receiver_name
    place = next(number for number, one in enumerate(found.block) if one is found.statement)
    return [one for statement in found.block[place + 1 :] if name and (one := _follower(statement, name))]


def _follower(statement: s.Statement, name: str) -> Follower | None:
    match statement:
        case s.Assign(
            targets=(s.Name(id=target),),
            value=s.Call(
                function=s.Attribute(value=s.Name(id=receiver), name="transform"),
                arguments=(s.Argument(value=s.Name(id=data), name=None, star=""),),
            ),
        ) if receiver == name:
            return Follower(statement, target, data)
        case _:
            return None


def left_out(page: Page, found: Fitted, one: Follower, searches: set[str]) -> list[Change]:
    """Take a statement out whose rows only the searches are asked about; these then get the rows as they were."""
    place = next(number for number, other in enumerate(found.block) if other is one.statement)
    later = found.block[place + 1 :]
    scope = scope_of(page.module.program.body, found.statement)
    before = [use for statement in found.block[: place + 1] for use in uses(statement, one.target)]
    asked = [use for node in below(later) if _asks(node, searches) for use in uses(node, one.target)]
    if any(not any(use is known for known in (*before, *asked)) for use in uses(scope, one.target)):
        raise CannotFixError
    if {one.target, one.data} & set(bound_names(later)):
        raise CannotFixError
    changes = [rows_without(page, one.statement)]
    if one.target != one.data:
        changes += [Change(*page.span(use), one.data) for use in asked]
    return changes


def _asks(node: object, searches: set[str]) -> bool:
    match node:
        case s.Call(function=s.Attribute(value=s.Name(id=name), name=asked)):
            return name in searches and asked in _ASKS
        case _:
            return False
