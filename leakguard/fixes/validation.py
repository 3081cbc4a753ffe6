"""Whether a cross-validation or search may get a pipeline for its estimator: nothing around it may depend on that."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from leakguard.fixes.arguments import option, parameter_of
from leakguard.fixes.moving import is_public, is_reached_by_text
from leakguard.fixes.page import CannotFixError
from leakguard.fixes.tree import below, holds, uses
from leakguard.semantic import syntax as s

if TYPE_CHECKING:
    from leakguard.fixes.page import Page
    from leakguard.knowledge.facts import Fact

# What means the same for any estimator, whatever its value.
_ALIKE = frozenset(
    {"cv", "error_score", "groups", "n_jobs", "pre_dispatch", "random_state", "return_train_score", "verbose"}
    | {"method", "n_permutations", "shuffle", "train_sizes", "exploit_incremental_learning"}
    | {"iid", "n_iter", "n_points", "optimizer_kwargs"}
    | {"aggressive_elimination", "factor", "max_resources", "min_resources", "n_candidates"}
    | {"param_name", "param_range"}
)
# What does so where it is written out: a callable is given the estimator or the results.
_WRITTEN = frozenset({"refit", "scoring"})
_ROWS = frozenset({"X", "y"})
_FALSE, _BY_ROWS = "return_estimator", "resource"
# What a search offers that does not depend on how its parameters are called.
_NEUTRAL = frozenset(
    {"fit", "score", "predict", "predict_proba", "decision_function", "best_score_", "best_index_", "n_splits_"}
)
_SHOWN = frozenset({"best_estimator_", "best_params_"})


@dataclass(frozen=True, slots=True)
class Validated:
    """A cross-validation or search: the call that holds the estimator, the one that is given the rows."""

    setup: s.Call
    fact: Fact
    run: s.Call


def check_arguments(what: Validated) -> None:
    """Refuse arguments whose meaning depends on the bare estimator: what it is fitted with, who looks at it."""
    own = {option(what.fact, "estimator"), option(what.fact, "space")} | (_ROWS if what.run is what.setup else set())
    for number, one in enumerate(what.setup.arguments):
        name = parameter_of(what.setup, what.fact.parameters, number)
        if name not in own and not _is_alike(name, one.value):
            raise CannotFixError
    if what.run is not what.setup and any(one.name not in {None, "groups", *_ROWS} for one in what.run.arguments):
        raise CannotFixError


def _is_alike(name: str, value: s.Expression) -> bool:
    if name == _FALSE:
        return isinstance(value, s.Constant) and value.value is False
    if name == _BY_ROWS:
        return isinstance(value, s.Constant) and value.value == "n_samples"
    if name in _WRITTEN:
        return all(isinstance(one, (s.Constant, s.Display, s.DictDisplay)) for one in below(value))
    return name in _ALIKE


def names_of(scope: s.Block, what: Validated) -> set[str]:
    """Return what a search is called."""
    found = (one for one in scope if isinstance(one, s.Assign) and (one.value is what.run or one.value is what.setup))
    return {target.id for one in found for target in one.targets if isinstance(target, s.Name)}


def check_results(page: Page, scope: s.Block, what: Validated) -> None:
    """Refuse if what the search found is used by the names of its parameters, or taken apart."""
    if any(not _is_plain(one, what) for one in scope if holds(one, what.run)):
        raise CannotFixError
    body = page.module.program.body
    harmless = [use for one in below(body) for use in _harmless(one)]
    for name in names_of(scope, what):
        if scope is body and is_public(page, name):
            raise CannotFixError
        if is_reached_by_text(page, name) or any(not any(use is one for one in harmless) for use in uses(body, name)):
            raise CannotFixError


def _is_plain(statement: s.Statement, what: Validated) -> bool:
    """Whether a statement runs the search and at most keeps it, or shows what it found."""
    match statement:
        case s.Assign(value=value):
            return value is what.run
        case s.Evaluate(value=s.Call() as value):
            shown = [one for one in _printed(value) if isinstance(one, s.Attribute) and one.value is what.run]
            return value is what.run or any(one.name in _NEUTRAL | _SHOWN for one in shown)
        case _:
            return False


def _harmless(node: object) -> list[s.Expression]:
    """Return the uses of a search in a node that have the same meaning for any estimator."""
    match node:
        case s.Assign(targets=targets):
            return list(targets)
        case s.Attribute(value=value, name=name) if name in _NEUTRAL:
            return [value]
        case s.Call():
            return [one.value for one in _printed(node) if isinstance(one, s.Attribute) and one.name in _SHOWN]
        case _:
            return []


def _printed(call: s.Call) -> list[s.Expression]:
    """Return what is printed as it is, by itself or in a text."""
    if not isinstance(call.function, s.Name) or call.function.id != "print":
        return []
    given = [one.value for one in call.arguments]
    return [part for one in given for part in (one.parts if isinstance(one, s.Text) else (one,))]
