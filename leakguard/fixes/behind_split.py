"""Moves a fit behind the split: it then learns from the training part, and the other part is only transformed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leakguard.diagnostic import Applicability
from leakguard.fixes.arguments import plain_call
from leakguard.fixes.imports import Imports
from leakguard.fixes.log_scale import Written
from leakguard.fixes.moving import (
    NO_TRANSFORM,
    Fitted,
    between,
    called_after,
    check_untouched,
    comment_behind,
    data_after,
    fitted,
    resampled,
    used_elsewhere,
    without,
)
from leakguard.fixes.page import CannotFixError, Change
from leakguard.fixes.tree import uses
from leakguard.semantic import syntax as s

if TYPE_CHECKING:
    from leakguard.fixes.page import Page
    from leakguard.semantic.events import Fit
    from leakguard.semantic.site import Site

_SPLITS = "train_test_split"
_MOVED = frozenset({"scale", "impute", "vocabulary", "decomposition", "selection", "bins"})


def behind_split(page: Page, fit: Fit, split: Site) -> Written:
    """Write `fit_transform` of the training part and `transform` of the other one behind the split."""
    if fit.learns == "resample":
        return _resampled_behind_split(page, fit, split)
    if fit.learns not in _MOVED or fit.label in NO_TRANSFORM:
        raise CannotFixError
    found = fitted(page, fit)
    pairs = _pairs(split)
    statement = split.statement
    check_untouched(page, found, between(found, statement))
    given = [name for name in pairs if name == found.target]
    if len(given) != 1 or len(uses(split.node, found.target)) != 1 or not set(found.more) <= set(pairs):
        raise CannotFixError
    if used_elsewhere(page, found, found.target, (split.node,)):
        raise CannotFixError
    changes = [without(page, found, carried=True), _new_rows(page, found, pairs, statement)]
    renamed = data_after(found)
    if renamed != found.target:
        changes.append(Change(*page.span(uses(split.node, found.target)[0]), renamed))
    title = f"Fit {fit.label} on the training part, behind the split"
    return Written(title, Applicability.UNSAFE, tuple(changes))


def _resampled_behind_split(page: Page, fit: Fit, split: Site) -> Written:
    """Write `fit_resample` of the training part behind the split."""
    found = resampled(page, fit)
    pairs = _pairs(split)
    changes = [without(page, found[0], carried=True)]
    for one in found:
        check_untouched(page, one, between(one, split.statement))
        if one.target not in pairs or used_elsewhere(page, one, one.target, (split.node,)):
            raise CannotFixError
        changes += [Change(*page.span(use), data_after(one)) for use in uses(split.node, one.target)]
    comment = comment_behind(page, found[0].statement)
    parts = ", ".join(pairs[one.target][0] for one in found)
    row = f"{parts} = {page.written(found[0].receiver)}.fit_resample({parts}){comment}"
    changes.append(_row_behind(page, found[0], row, split.statement))
    title = f"Apply {fit.label} to the training part alone, behind the split"
    return Written(
        title, Applicability.UNSAFE, tuple(one for one in changes if page.text[one.start : one.end] != one.text)
    )


def _pairs(split: Site) -> dict[str, tuple[str, str]]:
    """Return for each name that is split what its training and its other part are called."""
    match split.statement:
        case s.Assign(targets=(s.Display(items=targets),), value=value) if value is split.node:
            pass
        case _:
            raise CannotFixError
    call, _ = plain_call(value)
    called = call.function.name if isinstance(call.function, s.Attribute) else getattr(call.function, "id", "")
    names = [one.value.id for one in call.arguments if one.name is None and isinstance(one.value, s.Name)]
    positional = [one for one in call.arguments if one.name is None]
    parts = [one.id for one in targets if isinstance(one, s.Name)]
    if called != _SPLITS or len(parts) != len(targets) or len(parts) != 2 * len(positional):
        raise CannotFixError
    if len(set(parts)) != len(parts):
        raise CannotFixError
    places = {one.value.id: number for number, one in enumerate(positional) if isinstance(one.value, s.Name)}
    if len(places) != len(names):
        raise CannotFixError
    return {name: (parts[2 * number], parts[2 * number + 1]) for name, number in places.items()}


def _new_rows(page: Page, found: Fitted, pairs: dict[str, tuple[str, str]], statement: s.Node) -> Change:
    train, test = pairs[found.target]
    name, made = found.receiver_name, ""
    if name is None and isinstance(found.receiver, s.Call):
        name = _free_name(page, found)
        made = f"{name} = {page.written(found.receiver)}\n"
    more = "".join(f", {pairs[one][0]}" for one in found.more)
    comment = comment_behind(page, found.statement) if found.data_name else ""
    rows = f"{made}{train} = {name}.fit_transform({train}{more}){comment}\n{test} = {name}.transform({test})"
    return _row_behind(page, found, rows, statement)


def _row_behind(page: Page, found: Fitted, rows: str, statement: s.Node) -> Change:
    """Put rows behind a statement, as far indented."""
    start, end = page.span(statement)
    row_end = page.row_span(page.row_of(end))[1]
    if page.text[end:row_end].strip() and not page.text[end:row_end].strip().startswith("#"):
        raise CannotFixError
    if "\n" in page.written(found.receiver):
        raise CannotFixError
    indent = page.indent_at(start)
    return Change(row_end, row_end, "".join(f"\n{indent}{row}" for row in rows.split("\n")))


def _free_name(page: Page, found: Fitted) -> str:
    function = found.receiver.function if isinstance(found.receiver, s.Call) else found.receiver
    imports = Imports(page, found.statement)
    names = [name for name in called_after(page.written(function)) if imports.is_free(name)]
    if not names:
        raise CannotFixError
    return names[0]
