"""Transforms held-out rows by what was learned from the training rows, where they were fitted on anew."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import libcst as cst

from leakguard.diagnostic import Applicability
from leakguard.fixes.arguments import plain_call, value_span, value_text
from leakguard.fixes.log_scale import Written
from leakguard.fixes.moving import NO_TRANSFORM
from leakguard.fixes.page import CannotFixError, Change
from leakguard.fixes.tree import below, block_of, bound_names
from leakguard.semantic import syntax as s
from leakguard.semantic.names import ROLE_WORDS, words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leakguard.fixes.page import Page
    from leakguard.semantic.events import Fit
    from leakguard.semantic.syntax import Node

_IDENTIFIER = re.compile(r"[^\W\d]\w*")
_FITS = frozenset({"fit", "fit_transform"})
# What was not seen in training may be refused: a category, a word as a target.
_STRICT = frozenset({"categories", "labels", "target", "unknown", "bins", "model"})


def transform_only(page: Page, fit: Fit, earlier: tuple[Fit, ...]) -> Written:
    """Write `transform` for a `fit_transform` that follows the one of the training rows."""
    if fit.label in NO_TRANSFORM:
        raise CannotFixError
    call, origin = plain_call(fit.site.node)
    match call.function:
        case s.Attribute(
            value=s.Name() | s.Attribute() as receiver, name="fit_transform", origin=cst.Attribute() as at
        ):
            pass
        case _:
            raise CannotFixError
    first = _fit_before(page, fit, receiver)
    if not any(first is one.site.node for one in earlier):
        raise CannotFixError
    before, _ = plain_call(first)
    if not call.arguments or any(one.name for one in (*call.arguments, *before.arguments)) or not before.arguments:
        raise CannotFixError
    if _stem(value_text(page, origin, 0)) != _stem(page.written(before.arguments[0].value)):
        raise CannotFixError
    changes = [Change(*page.span(at.attr), "transform")]
    if len(call.arguments) > 1:
        if not all(isinstance(one.value, (s.Name, s.Attribute)) for one in call.arguments[1:]):
            raise CannotFixError
        changes.append(Change(value_span(page, origin, 0)[1], page.span(origin.args[-1])[1], ""))
    trust = Applicability.UNSAFE if fit.learns in _STRICT else Applicability.SAFE
    return Written("Only transform them, by what was learned from the training rows", trust, tuple(changes))


def _fit_before(page: Page, fit: Fit, receiver: s.Expression) -> s.Call:
    """Return the last fit of the same object before this one, if nothing else can have happened to it since."""
    block = block_of(page.module.program.body, fit.site.statement)
    written = page.written(receiver)
    root = next(one.id for one in below(receiver) if isinstance(one, s.Name))
    own = list(_fits(page, fit.site.statement, written))
    before = own[: next((place for place, one in enumerate(own) if one is fit.site.node), 0)]
    if before:
        return before[-1]
    place = next(number for number, one in enumerate(block or ()) if one is fit.site.statement)
    for statement in reversed((block or ())[:place]):
        found = list(_fits(page, statement, written))
        if found and isinstance(statement, (s.Assign, s.Evaluate)):
            return found[-1]
        if found or root in bound_names((statement,)) or _is_assigned(page, statement, written):
            break
    raise CannotFixError


def _fits(page: Page, statement: Node, written: str) -> Iterator[s.Call]:
    for one in below(statement):
        match one:
            case s.Call(function=s.Attribute(value=value, name=name)) if (
                name in _FITS and page.written(value) == written
            ):
                yield one


def _is_assigned(page: Page, statement: Node, written: str) -> bool:
    targets = (target for one in below(statement) if isinstance(one, s.Assign) for target in one.targets)
    return any(page.written(target) == written for target in targets)


def _stem(written: str) -> list[str]:
    """Return the words of an expression apart from those that say which part of the rows is meant."""
    found = (words(name) for name in _IDENTIFIER.findall(written))
    return [word for name in found for word in name if word not in ROLE_WORDS]
