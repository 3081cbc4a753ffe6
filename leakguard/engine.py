"""From a source to its diagnostics: parse, interpret, ask the rules, find the places, apply suppressions."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from leakguard.diagnostic import Diagnostic, Note, Suppressed
from leakguard.failure import internal_error
from leakguard.prefilter import brings_rows, imports
from leakguard.remarks import ANALYSIS_LIMIT, INTERNAL_ERROR, UNUSED_SUPPRESSION
from leakguard.rules.registry import all_rules
from leakguard.selection import enabled
from leakguard.semantic.program import RefusedError
from leakguard.suppression import Settled, apply_suppressions
from leakguard.timing import Spent
from leakguard.workspace import Workspace

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from leakguard.config import Settings
    from leakguard.diagnostic import Confidence, Fix
    from leakguard.modules import Module
    from leakguard.rules.registry import Finding, Rule
    from leakguard.semantic.syntax import Node
    from leakguard.semantic.trace import Trace
    from leakguard.source import Source

_MOST_FIXES = 100  # that are looked for in a file at once: each looks at all of it, and the others follow


@dataclass(frozen=True, slots=True)
class Analysis:
    """What one source says, before suppressions: findings may stand in other files that it imports.

    `entered` names the functions of other files that it calls, `inputs` by absolute path the files of settings that
    were looked for, be they there or not; `blanked`: parts of the source could not be parsed.
    """

    found: tuple[Diagnostic, ...]
    entered: frozenset[str] = frozenset()
    inputs: frozenset[str] = frozenset()
    blanked: bool = False
    spent: Spent | None = None


def check_source(source: Source, settings: Settings) -> list[Diagnostic]:
    """Return what there is to say about a single source, in order of place.

    Nothing that is wrong with the source, and no defect of ours, raises: both become diagnostics.
    Raises UnknownRuleError if the settings name a rule that there isn't.
    """
    analysis = analyse(source, settings, Workspace())
    own = [one for one in analysis.found if one.place.filename == source.filename]
    return settle(source, settings, own, blanked=analysis.blanked).shown


def analyse(source: Source, settings: Settings, workspace: Workspace) -> Analysis:
    """Run a source, with what it uses of the project's other modules, and let the rules judge what happened."""
    on = enabled(settings, source.filename)
    try:
        while True:
            try:
                return _analyse(source, settings, on, workspace)
            except RefusedError as error:
                workspace.read_exactly(error.filename)
    except Exception as error:  # noqa: BLE001 - the other files are still to be checked
        return Analysis((internal_error(source.filename, "the analysis", error),))


def settle(source: Source, settings: Settings, found: Iterable[Diagnostic], *, blanked: bool) -> Settled:
    """Return the diagnostics of one file that its settings let through, by its comments, in order of place."""
    on = enabled(settings, source.filename)
    mine = [one for one in found if one.name in on or one.name == INTERNAL_ERROR.name]
    settled = Settled(mine) if blanked else apply_suppressions(source, mine, on)
    if any(one.name == ANALYSIS_LIMIT.name for one in mine):  # what a comment silences may be in the part not analysed
        settled = Settled([one for one in settled.shown if one.name != UNUSED_SUPPRESSION.name], settled.suppressed)
    reasons = {one.diagnostic: one.reason for one in settled.suppressed}
    suppressed = [Suppressed(one, reasons[one]) for one in _in_order(reasons, settings.min_confidence)]
    return Settled(_in_order(settled.shown, settings.min_confidence), suppressed)


def _analyse(source: Source, settings: Settings, on: Collection[str], workspace: Workspace) -> Analysis:
    workspace.begin(follows_all=settings.analysis.gated or brings_rows(imports(source.text)))
    start = time.perf_counter()
    module, remarks = workspace.module(source)
    found = [remark for remark in remarks if remark.name in on]
    if module is None:
        return Analysis(tuple(found), blanked=True)
    from leakguard.semantic.interpreter import run

    parsed = time.perf_counter()
    trace = run(module.program, settings.analysis, workspace.project())
    followed = time.perf_counter()
    found += _judge(trace, workspace.used, on)
    spent = Spent(parsed - start, followed - parsed, time.perf_counter() - followed)
    if not (trace.complete and module.whole) and ANALYSIS_LIMIT.name in on:
        found.append(
            ANALYSIS_LIMIT.at(source.place(1, 1, 1, 1), "too large to analyse to the end; what follows is unchecked")
        )
    return Analysis(tuple(found), frozenset(trace.entered), frozenset(trace.inputs), bool(remarks), spent)


def _judge(trace: Trace, modules: Mapping[str, Module], on: Collection[str]) -> list[Diagnostic]:
    """Let every rule that is on read the trace; one that fails does not stop the others."""
    found: list[Diagnostic] = []
    entries = _entries(trace)
    fixes = 0
    for rule in all_rules().values():
        if rule.name in on:
            try:
                for finding in rule.check(trace):
                    one = _diagnostic(rule, finding, modules, entries, offers=fixes < _MOST_FIXES)
                    fixes += finding.fix is not None
                    found.append(one)
            except RefusedError:
                raise
            except Exception as error:  # noqa: BLE001 - as in `analyse`
                found.append(internal_error(next(iter(modules)), f"the rule {rule.name}", error))
    return found


def _entries(trace: Trace) -> Mapping[Node, frozenset[str]]:
    """Return for each place where something happened the entry functions under which it did, "" for none."""
    found: dict[Node, set[str]] = {}
    for event in trace.events:
        found.setdefault(event.site.node, set()).add(event.context.entry)
    return {node: frozenset(names) if "" not in names else frozenset() for node, names in found.items()}


def _diagnostic(
    rule: Rule,
    finding: Finding,
    modules: Mapping[str, Module],
    entries: Mapping[Node, frozenset[str]],
    *,
    offers: bool,
) -> Diagnostic:
    module = modules[finding.at.filename]
    notes = (Note(modules[site.filename].place(site.node, site.statement), message) for site, message in finding.notes)
    return Diagnostic(
        rule.code,
        rule.name,
        finding.message,
        module.place(finding.at.node, finding.at.statement),
        finding.severity,
        finding.confidence,
        tuple(notes),
        statement_rows=module.statement_rows(finding.at),
        entries=entries.get(finding.at.node, frozenset()),
        fix=_fix(finding, module) if offers else None,
    )


def _fix(finding: Finding, module: Module) -> Fix | None:
    if finding.fix is None:
        return None
    from leakguard.fixes.offer import fix_for

    return fix_for(finding.fix, module)


def _in_order(found: Iterable[Diagnostic], least: Confidence) -> list[Diagnostic]:
    """Sort by place; of several findings of one rule at one place the surest stays."""
    unique: dict[tuple[object, ...], Diagnostic] = {}
    sure = (one for one in found if one.confidence.rank >= least.rank)
    for one in sorted(sure, key=lambda one: (one.place, one.code, -one.confidence.rank, one.severity, one.message)):
        detail = one.message if one.name == INTERNAL_ERROR.name else ""
        unique.setdefault((one.code, one.place, detail), one)
    return list(unique.values())
