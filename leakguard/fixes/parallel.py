"""Lets a search use all processors: it is over sooner, though it still tries as many combinations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leakguard.diagnostic import Applicability
from leakguard.fixes.arguments import append, plain_call
from leakguard.fixes.imports import Imports
from leakguard.fixes.log_scale import Written
from leakguard.fixes.page import CannotFixError
from leakguard.knowledge import loader

if TYPE_CHECKING:
    from leakguard.fixes.page import Page
    from leakguard.semantic.events import Search

_JOBS = "n_jobs"


def in_parallel(page: Page, search: Search) -> Written:
    """Write `n_jobs=-1`."""
    call, origin = plain_call(search.site.node)
    qualified = Imports(page, search.site.statement).qualified(call.function) or ""
    fact = loader.fact(qualified)
    if fact is None or fact.effect != "search" or not qualified.startswith("sklearn."):
        raise CannotFixError
    if any(one.name == _JOBS for one in call.arguments) or not call.arguments:
        raise CannotFixError
    if sum(one.name is None for one in call.arguments) > len(fact.parameters):
        raise CannotFixError
    change = append(page, origin.args, f"{_JOBS}=-1", before=page.span(origin)[1] - 1)
    title = "Add n_jobs=-1: as many processes as processors"
    return Written(title, Applicability.DISPLAY, (change,))
