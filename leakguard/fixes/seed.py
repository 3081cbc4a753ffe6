"""Gives a search a seed: 0, as good as any other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leakguard.diagnostic import Applicability
from leakguard.fixes.arguments import append, option, plain_call, position_of, set_argument
from leakguard.fixes.imports import Imports
from leakguard.fixes.log_scale import Written
from leakguard.fixes.page import CannotFixError, Change
from leakguard.knowledge import loader

if TYPE_CHECKING:
    from leakguard.fixes.page import Page
    from leakguard.semantic import syntax as s
    from leakguard.semantic.events import Search

_SAMPLER = "optuna.samplers.TPESampler"  # what a study takes by itself
_GENERATORS = frozenset({"rstate"})  # parameters that take a generator of random numbers, not a number


def seed(page: Page, search: Search) -> Written:
    """Write `random_state=0` and the like."""
    changes = _of_study(page, search) if search.seed == "sampler" else _of_search(page, search)
    return Written("Give the search a seed", Applicability.UNSAFE, tuple(changes))


def _of_search(page: Page, search: Search) -> list[Change]:
    call, origin = plain_call(search.site.node)
    imports = Imports(page, search.site.statement)
    qualified = imports.qualified(call.function)
    fact = loader.fact(qualified) if qualified else None
    if fact is None or option(fact, "seed") != search.seed:
        raise CannotFixError
    text = "0"
    added: list[Change] = []
    if search.seed in _GENERATORS:
        numpy, added = imports.module_as("numpy", "np")
        text = f"{numpy}.random.default_rng(0)"
    return [set_argument(page, call, origin, fact.parameters, (search.seed, text)), *added]


def _of_study(page: Page, search: Search) -> list[Change]:
    """Give the study a sampler with a seed, or a seed to the sampler that it is given."""
    if search.study is None:
        raise CannotFixError
    call, origin = plain_call(search.study.node)
    imports = Imports(page, search.study.statement)
    if imports.qualified(call.function) != "optuna.create_study":
        raise CannotFixError
    if any(one.name in {"directions", "storage", "study_name", "load_if_exists"} for one in call.arguments):
        raise CannotFixError
    number = position_of(call, ("storage", "sampler"), "sampler")
    if number is None and not any(one.name is None for one in call.arguments):
        sampler = imports.path(_SAMPLER)
        added: list[Change] = []
        if sampler is None:
            sampler, added = imports.name_from("optuna.samplers", "TPESampler")
        return [append(page, origin.args, f"sampler={sampler}(seed=0)", before=page.span(origin)[1] - 1), *added]
    if number is None:
        raise CannotFixError
    return [_seeded(page, imports, call.arguments[number].value)]


def _seeded(page: Page, imports: Imports, sampler: s.Expression) -> Change:
    call, origin = plain_call(sampler)
    qualified = imports.qualified(call.function)
    fact = loader.fact(qualified) if qualified else None
    if fact is None or fact.effect != "sampler" or not option(fact, "seed"):
        raise CannotFixError
    return set_argument(page, call, origin, fact.parameters, (option(fact, "seed"), "0"))
