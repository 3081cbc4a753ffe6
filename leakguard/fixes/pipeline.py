"""Puts a transformer that was fitted outside the folds into a pipeline around the estimator."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from leakguard.diagnostic import Applicability
from leakguard.fixes.arguments import option, plain_call, position_of, value_span
from leakguard.fixes.followers import followers, left_out
from leakguard.fixes.imports import Imports
from leakguard.fixes.log_scale import Written
from leakguard.fixes.moving import (
    NO_TRANSFORM,
    Fitted,
    between,
    check_untouched,
    data_after,
    fitted,
    is_public,
    is_reached_by_text,
    resampled,
    used_elsewhere,
    without,
)
from leakguard.fixes.page import CannotFixError, Change
from leakguard.fixes.tree import bound_names, holds, scope_of, uses
from leakguard.fixes.validation import Validated, check_arguments, check_results, names_of
from leakguard.knowledge import loader
from leakguard.semantic import syntax as s

if TYPE_CHECKING:
    from leakguard.fixes.page import Page
    from leakguard.knowledge.facts import Fact
    from leakguard.semantic.events import Fit
    from leakguard.semantic.site import Site

_MOVED = frozenset(
    {"scale", "impute", "vocabulary", "decomposition", "selection", "bins", "target", "categories"} | {"resample"}
)


def into_pipeline(page: Page, fit: Fit, validated: Site) -> Written:
    """Write `make_pipeline(transformer, estimator)`, and the names of the estimator's parameters behind its own."""
    if fit.learns not in _MOVED or fit.label in NO_TRANSFORM:
        raise CannotFixError
    parts = resampled(page, fit) if fit.learns == "resample" else (fitted(page, fit),)
    found = parts[0]
    imports = Imports(page, found.statement)
    scope = scope_of(page.module.program.body, found.statement)
    later = next((one for one in found.block if holds(one, validated.node)), None)
    if later is None or isinstance(later, (s.Function, s.Class, s.For, s.While)):
        raise CannotFixError
    what = _validated(page, imports, scope, validated.node)
    more = followers(found)
    middle = between(found, later)
    if not any(holds(one, what.setup) for one in (*middle, later)):
        raise CannotFixError  # set up before there is a transformer
    for part in parts:
        check_untouched(page, part, tuple(one for one in middle if not any(one is other.statement for other in more)))
        _check_rows(page, part, what.run)
    if found.receiver_name and used_elsewhere(page, found, found.receiver_name, tuple(one.statement for one in more)):
        raise CannotFixError
    check_arguments(what)
    if what.fact.effect == "search":
        check_results(page, scope, what)
    changes = [without(page, found), *_wrapped(page, found, what, imports, resamples=len(parts) > 1)]
    changes += [change for one in more for change in left_out(page, found, one, names_of(scope, what))]
    changes += [
        Change(*page.span(uses(what.run, part.target)[0]), data_after(part))
        for part in parts
        if data_after(part) != part.target
    ]
    changes += _prefixed(page, scope, what, f"{_step_name(page, imports, scope, _estimator(what))}__")
    title = f"Put {fit.label} into a pipeline, so that it is fitted in each fold"
    return Written(title, Applicability.UNSAFE, tuple(dict.fromkeys(changes)))


def _validated(page: Page, imports: Imports, scope: s.Block, node: object) -> Validated:
    call, _ = plain_call(node)
    fact = _fact(imports, call.function)
    if fact is not None and fact.effect == "cross-validate":
        return Validated(call, fact, call)
    match call.function:
        case s.Attribute(value=s.Call() as setup, name="fit"):
            pass
        case s.Attribute(value=s.Name(id=name), name="fit"):
            setup = _bound_once(page, scope, name)
        case _:
            raise CannotFixError
    plain_call(setup)
    fact = _fact(imports, setup.function)
    if fact is None or fact.effect != "search":
        raise CannotFixError
    return Validated(setup, fact, call)


def _fact(imports: Imports, function: s.Expression) -> Fact | None:
    qualified = imports.qualified(function)
    return loader.fact(qualified) if qualified else None


def _bound_once(page: Page, scope: s.Block, name: str) -> s.Call:
    """Return the call whose result a name of this scope always stands for."""
    found = _assigned(scope, name)
    if (
        len(found) != 1
        or list(bound_names(page.module.program.body)).count(name) != 1
        or not isinstance(found[0], s.Call)
    ):
        raise CannotFixError
    return found[0]


def _assigned(scope: s.Block, name: str) -> list[s.Expression]:
    """Return what a block binds a name to, by statements that bind nothing else."""
    own = [one for one in scope if isinstance(one, s.Assign) and len(one.targets) == 1]
    return [one.value for one in own if isinstance(one.targets[0], s.Name) and one.targets[0].id == name]


def _check_rows(page: Page, found: Fitted, run: s.Call) -> None:
    """See to it that the rows are given once, and with the target that the transformer was fitted on."""
    given = [one.value.id for one in run.arguments if isinstance(one.value, s.Name)]
    if given.count(found.target) != 1 or len(uses(run, found.target)) != 1:
        raise CannotFixError
    if not set(found.more) <= set(given) or used_elsewhere(page, found, found.target, (run,)):
        raise CannotFixError


def _estimator(what: Validated) -> s.Expression:
    number = position_of(what.setup, what.fact.parameters, option(what.fact, "estimator"))
    if number is None:
        raise CannotFixError
    return what.setup.arguments[number].value


def _wrapped(page: Page, found: Fitted, what: Validated, imports: Imports, *, resamples: bool) -> list[Change]:
    setup, origin = plain_call(what.setup)
    number = position_of(setup, what.fact.parameters, option(what.fact, "estimator"))
    if number is None:
        raise CannotFixError
    make, added = imports.name_from("imblearn.pipeline" if resamples else "sklearn.pipeline", "make_pipeline")
    start, end = value_span(page, origin, number)
    transformer = found.receiver_name or page.written(found.receiver)
    if "#" in transformer or "\n" in transformer:
        raise CannotFixError
    return [Change(start, start, f"{make}({transformer}, "), Change(end, end, ")"), *added]


def _step_name(page: Page, imports: Imports, scope: s.Block, estimator: s.Expression) -> str:
    """Return what `make_pipeline` calls the step of an estimator: its class in lower case."""
    if isinstance(estimator, s.Name):
        estimator = _bound_once(page, scope, estimator.id)
    if not isinstance(estimator, s.Call):
        raise CannotFixError
    qualified = imports.qualified(estimator.function)
    if qualified is None:
        raise CannotFixError
    last = qualified.rpartition(".")[2]
    if last == "make_pipeline":
        return "pipeline"
    if not last[:1].isupper() or loader.fact(qualified) is None:
        raise CannotFixError
    return last.lower()


def _prefixed(page: Page, scope: s.Block, what: Validated, prefix: str) -> list[Change]:
    """Write a prefix before the names of all parameters that are searched."""
    if what.fact.effect != "search":
        named = position_of(what.setup, what.fact.parameters, "param_name")
        place = None if named is None else _inside_quotes(page, what.setup.arguments[named].value)
        return [] if place is None else [Change(place, place, prefix)]
    number = position_of(what.setup, what.fact.parameters, option(what.fact, "space"))
    if number is None:
        raise CannotFixError
    space = what.setup.arguments[number].value
    if isinstance(space, s.Name):
        space = _space_of(page, scope, space.id)
    return [change for grid in _grids(space) for change in _keys(page, grid, prefix)]


def _space_of(page: Page, scope: s.Block, name: str) -> s.Expression:
    """Return the space that a name stands for, if nothing but this search uses it."""
    found = _assigned(scope, name)
    known = is_public(page, name) or is_reached_by_text(page, name)
    if known or len(found) != 1 or len(uses(page.module.program.body, name)) != 2:
        raise CannotFixError
    return found[0]


def _grids(space: s.Expression) -> tuple[s.Expression, ...]:
    return space.items if isinstance(space, s.Display) and space.kind == "list" else (space,)


def _keys(page: Page, grid: s.Expression, prefix: str) -> list[Change]:
    match grid:
        case s.DictDisplay(items=items):
            places = [_inside_quotes(page, key) for key, _ in items]
        case s.Call(function=s.Name(id="dict"), arguments=arguments, origin=cst.Call() as origin) if arguments:
            keywords = [one.keyword for one in origin.args if one.keyword is not None]
            if len(keywords) != len(arguments):
                raise CannotFixError
            places = [page.span(keyword)[0] for keyword in keywords]
        case _:
            raise CannotFixError
    return [Change(place, place, prefix) for place in places]


def _inside_quotes(page: Page, key: s.Expression | None) -> int:
    if (
        not isinstance(key, s.Constant)
        or not isinstance(key.value, str)
        or not isinstance(key.origin, cst.SimpleString)
    ):
        raise CannotFixError
    start, _ = page.span(key)
    return start + len(key.origin.prefix) + len(key.origin.quote)
