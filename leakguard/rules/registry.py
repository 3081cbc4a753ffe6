"""What a rule is, and how one is found: every module of this folder that uses the decorator `rule`."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from leakguard.diagnostic import Confidence, Severity

if TYPE_CHECKING:
    from leakguard.rules.proposals import Proposal
    from leakguard.semantic.site import Site
    from leakguard.semantic.trace import Trace


@dataclass(frozen=True, slots=True)
class Finding:
    """A place that a rule blames, and the path that led there as (where, what happened) steps in order."""

    at: Site
    message: str
    notes: tuple[tuple[Site, str], ...] = ()
    severity: Severity = Severity.ERROR
    confidence: Confidence = Confidence.HIGH
    fix: Proposal | None = None


Check = Callable[["Trace"], Iterator[Finding]]


@dataclass(frozen=True, slots=True)
class Rule:
    """A check with its name, code and documentation (the docstring of its module).

    A rule in preview is on only where it is selected.
    """

    code: str
    name: str
    check: Check
    documentation: str
    preview: bool = False


_rules: dict[str, Rule] = {}


def rule(code: str, name: str, *, preview: bool = False) -> Callable[[Check], Check]:
    """Register a generator over the trace as the rule `name`."""

    def register(check: Check) -> Check:
        documentation = inspect.getdoc(inspect.getmodule(check)) or ""
        _rules[name] = Rule(code, name, check, documentation, preview)
        return check

    return register


@cache
def all_rules() -> Mapping[str, Rule]:
    """Every rule by name, in the order of the codes."""
    package = importlib.import_module("leakguard.rules")
    for module in pkgutil.iter_modules(package.__path__):
        importlib.import_module(f"leakguard.rules.{module.name}")
    return dict(sorted(_rules.items(), key=lambda item: item[1].code))
