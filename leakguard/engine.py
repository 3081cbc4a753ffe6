"""From a source to its diagnostics: parse, interpret, ask the rules, find the places, apply suppressions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leakguard.diagnostic import Confidence, Diagnostic, Note
from leakguard.failure import internal_error
from leakguard.remarks import INTERNAL_ERROR
from leakguard.rules.registry import all_rules
from leakguard.selection import enabled
from leakguard.suppression import apply_suppressions

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from leakguard.config import Settings
    from leakguard.modules import Module
    from leakguard.rules.registry import Finding, Rule
    from leakguard.semantic.events import Trace
    from leakguard.source import Source

_RANKS = {Confidence.LOW: 0, Confidence.MEDIUM: 1, Confidence.HIGH: 2}


def check_source(source: Source, settings: Settings) -> list[Diagnostic]:
    """Return what there is to say about a source, in order of place.

    Nothing that is wrong with the source, and no defect of ours, raises: both become diagnostics.
    Raises UnknownRuleError if the settings name a rule that there isn't.
    """
    on = enabled(settings, source.filename)
    try:
        found = _check(source, settings, on)
    except Exception as error:  # noqa: BLE001 - the other files are still to be checked
        found = [internal_error(source.filename, "the analysis", error)]
    return _in_order(one for one in found if _RANKS[one.confidence] >= _RANKS[settings.min_confidence])


def _check(source: Source, settings: Settings, on: Collection[str]) -> list[Diagnostic]:
    from leakguard.modules import load

    module, remarks = load(source)
    found = [remark for remark in remarks if remark.name in on]
    if module is not None:
        from leakguard.semantic.interpreter import run

        trace = run(module.program, settings.analysis)
        found += _judge(trace, {source.filename: module}, on)
    return found if remarks else apply_suppressions(source, found, on)


def _judge(trace: Trace, modules: Mapping[str, Module], on: Collection[str]) -> list[Diagnostic]:
    """Let every rule that is on read the trace; one that fails does not stop the others."""
    found: list[Diagnostic] = []
    for rule in all_rules().values():
        if rule.name in on:
            try:
                found.extend(_diagnostic(rule, finding, modules) for finding in rule.check(trace))
            except Exception as error:  # noqa: BLE001 - as in `check_source`
                found += [internal_error(filename, f"the rule {rule.name}", error) for filename in modules]
    return found


def _diagnostic(rule: Rule, finding: Finding, modules: Mapping[str, Module]) -> Diagnostic:
    module = modules[finding.at.filename]
    notes = (Note(modules[site.filename].place(site.node), message) for site, message in finding.notes)
    return Diagnostic(
        rule.code,
        rule.name,
        finding.message,
        module.place(finding.at.node),
        finding.severity,
        finding.confidence,
        tuple(notes),
        statement_rows=module.statement_rows(finding.at),
    )


def _in_order(found: Iterable[Diagnostic]) -> list[Diagnostic]:
    """Sort by place; of several findings of one rule at one place the surest stays."""
    unique: dict[tuple[object, ...], Diagnostic] = {}
    for one in sorted(found, key=lambda one: (one.place, one.code, -_RANKS[one.confidence], one.severity, one.message)):
        detail = one.message if one.name == INTERNAL_ERROR.name else ""
        unique.setdefault((one.code, one.place, detail), one)
    return list(unique.values())
