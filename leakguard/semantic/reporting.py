"""Scores that are shown, logged or written down, and whether they are the ones that chose."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leakguard.semantic import syntax as s
from leakguard.semantic.events import Choose, Judge, Provenance, Report
from leakguard.semantic.mentions import mentioned, within
from leakguard.semantic.names import words
from leakguard.semantic.text import text
from leakguard.semantic.values import Bound, Built, Data, Library, Value, origin_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leakguard.semantic.machine import Machine

_SCORES = frozenset({"best_score_", "best_value"})
_TRIALS = frozenset({"best_trial", "best_trial_"})
_TELLS = frozenset(
    "print pprint info debug warning error critical success log log_metric log_metrics log_param add_scalar write "
    "writerow writelines echo metric dump dumps".split()
)
_KEEPS = frozenset({"joblib", "pickle", "dill", "cloudpickle"})  # stored for the program, not for people
# Who calls a score so says what it is, and not that it is the result.
_SAYS_SO = frozenset(
    "cv val valid validation cross fold folds oof train training search tuning inner internal trial trials value "
    "objective".split()
)


def score_that_chose(machine: Machine, holder: Built, name: str) -> Data | None:
    """The best score of a search or study, or its best trial, as an attribute."""
    if not (holder.fact.effect == "search" or "sampler" in holder.fact.options) or name in holder.attributes:
        return None
    if name in _SCORES:
        return _score(machine, holder, name)
    if name in _TRIALS:
        score = _score(machine, holder, f"{name}.value")
        return Data(Provenance(learned=holder.learner.learned), attributes={"value": score})
    return None


def _score(machine: Machine, holder: Built, label: str) -> Data:
    no_rows, no_models, nothing = Provenance().rows, Provenance().models, Provenance().learned
    site, context = machine.here(), machine.context()
    judge = Judge(site, context, label, no_rows, no_models, nothing, nothing, chose=holder.site)
    return Data(Provenance(learned=holder.learner.learned, scores=frozenset({judge})))


def note_told(
    machine: Machine, node: s.Call, function: Value, positional: list[Value], keywords: dict[str, Value]
) -> None:
    """Record the scores that a call shows to people: it prints, logs or writes them."""
    if machine.tuning is not None or not _tells(function):
        return
    for argument, value in _given(node, positional, keywords):
        scores = origin_of(value).scores
        if scores:
            _note(machine, node, argument, scores)


def _tells(function: Value) -> bool:
    if not isinstance(function, (Library, Bound)) or function.name.rpartition(".")[2] not in _TELLS:
        return False
    return not (isinstance(function, Library) and function.name.partition(".")[0] in _KEEPS)


def _given(node: s.Call, positional: list[Value], keywords: dict[str, Value]) -> Iterator[tuple[s.Expression, Value]]:
    by_position = [argument.value for argument in node.arguments if argument.name is None and argument.star != "**"]
    yield from zip(by_position, positional, strict=False)
    for argument in node.arguments:
        if argument.name in keywords:
            yield argument.value, keywords[argument.name]


def _note(machine: Machine, node: s.Call, argument: s.Expression, scores: frozenset[Judge]) -> None:
    chose = sorted((judge for judge in scores if judge.chose is not None), key=lambda judge: judge.metric)
    says_so = _says_so(node)
    site, context = machine.site(argument), machine.context()
    for judge in chose[:1]:
        machine.emit(Report(site, context, judge.metric, judge.chose, says_so=says_so))
    if not chose:
        choice, best = _best_among(machine, argument, scores)
        machine.emit(Report(site, context, best, None, scores, choice, says_so))


def _says_so(node: s.Call) -> bool:
    """Whether a text beside the score says that it is one of validation, or the value of a trial."""
    said = (one.value for one in within(node) if isinstance(one, s.Constant) and isinstance(one.value, str))
    return any(not _SAYS_SO.isdisjoint(words(one)) for one in said)


def _best_among(machine: Machine, argument: s.Expression, scores: frozenset[Judge]) -> tuple[Choose | None, str]:
    """The choice whose best score an expression holds, and how it is written; an empty text where it holds others."""
    for one in within(argument):
        if isinstance(one, s.Call) and one in machine.extremes:
            return machine.extremes[one], text(one)
    names = {text(one) for one in mentioned(argument)}
    for choice in machine.trace.of(Choose):
        kept = sorted(names & choice.kept)
        if kept and choice.judged & scores and not set(choice.context.loops[-1:]) & set(machine.loops):
            return choice, kept[0]
    return None, ""
