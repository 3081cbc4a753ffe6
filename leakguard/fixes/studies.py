"""What a draw shares with the rest of its program: the study that keeps it, other draws, other uses of its values."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leakguard.fixes.moving import is_public
from leakguard.fixes.page import CannotFixError
from leakguard.fixes.tree import below, scope_of, uses
from leakguard.semantic import syntax as s

if TYPE_CHECKING:
    from leakguard.fixes.page import Page
    from leakguard.semantic.events import Sample

_STUDIES = frozenset({"Study", "create_study", "load_study"})


def called(call: s.Call) -> str:
    """Return the last name of what is called."""
    function = call.function
    return function.name if isinstance(function, s.Attribute) else getattr(function, "id", "")


def may_be_stored(page: Page, *, of_a_trial: bool) -> bool:
    """Say whether a study may go on with what it began with: a trial's, unless all studies are seen to be new."""
    calls = [one for one in below(page.module.program.body) if isinstance(one, s.Call)]
    if any(one.name == "storage" for call in calls for one in call.arguments):
        return True
    studies = [call for call in calls if called(call) in _STUDIES]
    return of_a_trial and not (studies and all(_is_new(one) for one in studies))


def _is_new(study: s.Call) -> bool:
    """Whether a study is created with named arguments alone, and without a storage."""
    return called(study) == "create_study" and all(one.name and not one.star for one in study.arguments)


def check_place(page: Page, sample: Sample) -> None:
    """Refuse to change one draw of several by a name, and values that are used for more than the search."""
    match sample.site.node, sample.site.statement:
        case s.Call() as call, _ if sample.fact is not None and sample.fact.on:
            _check_single(page, call)
        case node, s.Assign(targets=(s.Name(id=name),), value=value) if value is node and sample.layout:
            _check_uses(page, sample, name)


def _check_single(page: Page, call: s.Call) -> None:
    """A study refuses one name with two distributions."""
    label = _label(call)
    scope = scope_of(page.module.program.body, call)
    alike = [one for one in below(scope) if isinstance(one, s.Call) and called(one).startswith("suggest_")]
    bounds = {_written(page, one) for one in (*alike, call) if label is not None and _label(one) == label}
    if len(bounds) > 1:
        raise CannotFixError


def _label(call: s.Call) -> object:
    given = next((one.value for one in call.arguments if one.name in {None, "name"} and not one.star), None)
    return given.value if isinstance(given, s.Constant) else None


def _written(page: Page, call: s.Call) -> str:
    return "".join(page.written(call).split())


def _check_uses(page: Page, sample: Sample, name: str) -> None:
    body = page.module.program.body
    scope = scope_of(body, sample.site.statement)
    known = [use for one in below(body) for use in _in_space(one)]
    others = [one for one in uses(body, name) if not any(one is use for use in known)]
    is_target = 1
    if len(others) > is_target or (scope is body and is_public(page, name)):
        raise CannotFixError


def _in_space(node: object) -> list[s.Expression]:
    """Return the values that a node tries."""
    match node:
        case s.DictDisplay(items=items):
            return [value for _, value in items]
        case s.Call(function=s.Name(id="dict"), arguments=arguments):
            return [one.value for one in arguments]
        case s.Argument(name="param_range", value=value) | s.For(iterable=value):
            return [value]
        case _:
            return []
