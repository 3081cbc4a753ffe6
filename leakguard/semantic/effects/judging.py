"""Scores: computed, compared, chosen by."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leakguard.semantic.call import Call, effect
from leakguard.semantic.candidates import candidate
from leakguard.semantic.choice import choose, is_curve, take_extreme
from leakguard.semantic.effects.own_steps import through_own_steps
from leakguard.semantic.events import Judge, Provenance
from leakguard.semantic.operations import same_rows
from leakguard.semantic.origins import realised
from leakguard.semantic.rows import held_out, test_parts
from leakguard.semantic.values import (
    Built,
    Const,
    Data,
    Learner,
    Mapping,
    Sequence,
    Value,
    items_of,
    learner_of,
    merge,
    origin_of,
)

if TYPE_CHECKING:
    from leakguard.semantic.machine import Machine
    from leakguard.semantic.syntax import Node

_EXTREMES = frozenset({"max", "nanmax"})  # of losses the smallest is the best, but of scores the worst fold
_GATHERS = frozenset({"update", "update_state", "add_batch", "add", "compute", "forward", "push", "append"})
_RESETS = frozenset({"reset", "reset_state", "reset_states", "reset_metrics"})


@effect("judge")
def _judge(call: Call) -> Value:
    truth, prediction = call.one("truth"), call.one("prediction")
    if truth is None or prediction is None:
        return _judge_estimator(call)
    if _is_written_out(truth):
        return Data(call.origin())
    curve = bool(call.fact.options.get("curve"))
    column = _target(truth, prediction)
    score = judged(
        call.machine, call.node, origin_of(truth), origin_of(prediction), call.label, curve=curve, column=column
    )
    # Precision and recall, or both rates, and then the thresholds, which are no scores.
    return Sequence([Data(score.origin), Data(score.origin), Data()], "tuple") if curve else score


def _target(truth: Value, prediction: Value) -> str:
    """The column that was predicted, also where truth and prediction are given the wrong way round."""
    column, predicted = (value.column if isinstance(value, Data) else "" for value in (truth, prediction))
    return predicted if origin_of(truth).models and not origin_of(prediction).models else column


def _is_written_out(truth: Value) -> bool:
    """Whether the truth is a list of literals: nothing that was held out, but a stand-in or an example."""
    match truth:
        case Sequence(items=[_, *_] as items, rest=None):
            return all(isinstance(item, Const) for item in items)
        case _:
            return False


def _judge_estimator(call: Call) -> Value:
    """A judging call that is given the estimator and the rows."""
    estimator, data = call.one("estimator"), call.given("data")
    learner = learner_of(estimator) if estimator is not None else None
    if estimator is None or learner is None or not data:
        return Data(call.origin())
    return _score(call, estimator, learner, data)


def judged(
    machine: Machine,
    node: Node,
    truth: Provenance,
    prediction: Provenance,
    metric: str,
    *,
    curve: bool = False,
    column: str = "",
) -> Data:
    """Record a score of a prediction against the truth, and give it as a value."""
    if truth.models and not prediction.models:
        truth, prediction = prediction, truth
    rows = truth.rows | prediction.rows
    judge = Judge(
        machine.site(node),
        machine.context(),
        metric,
        rows,
        prediction.models,
        prediction.learned,
        prediction.learned,
        truth.vague or prediction.vague,
        curve,
        column,
    )
    machine.emit(judge)
    return Data(Provenance(scores=frozenset({judge}) | truth.scores | prediction.scores))


@effect("score")
def _score_method(call: Call) -> Value:
    data = [*call.given("data"), *call.given("truth")] or call.positional
    learner = learner_of(call.receiver) if call.receiver is not None else None
    if learner is not None and learner.watched.rows and not data:
        data = [Data(learner.watched)]
    if call.receiver is None or learner is None or not data:
        return Data(call.origin())
    return _score(call, call.receiver, learner, data)


def _score(call: Call, receiver: Value, learner: Learner, data: list[Value]) -> Data:
    features = origin_of(through_own_steps(call, receiver, data[0]))
    origin = merge(origin_of(value) for value in data)
    judge = Judge(
        call.site,
        call.machine.context(),
        call.label,
        origin.rows,
        frozenset({candidate(receiver, learner)}),
        features.learned | learner.learned,
        features.learned,
        origin.vague,
        column=data[1].column if len(data) > 1 and isinstance(data[1], Data) else "",
    )
    call.machine.emit(judge)
    return Data(Provenance(scores=frozenset({judge})))


def judged_by_unknown(machine: Machine, node: Node, values: list[Value], name: str) -> frozenset[Judge]:
    """What is given the truth and a prediction of the same test rows most likely scores it."""
    origins = [origin_of(value) for value in values if not isinstance(value, Built)]
    for prediction in origins:
        for truth in origins:
            if prediction.models and not truth.models and test_parts(truth.rows) and same_rows(truth, prediction):
                return judged(machine, node, truth, prediction, name).origin.scores
    return frozenset()


def gathered(
    machine: Machine, node: Node, receiver: Data, name: str, positional: list[Value], keywords: dict[str, Value]
) -> Data | None:
    """What a method of an unknown metric or running mean gives; None if it is neither.

    It is told truth and prediction, or a score, batch by batch, and asked at the end.
    """
    if name in _RESETS:
        receiver.gathered = frozenset()
        return Data()
    values = [*positional, *keywords.values()]
    if name in _GATHERS and not receiver.origin.rows:
        told = merge(origin_of(value) for value in values).scores
        receiver.gathered |= judged_by_unknown(machine, node, values, _metric_name(name)) or told
    if receiver.gathered and (not values or name in _GATHERS):
        return Data(Provenance(scores=receiver.gathered))
    return None


def _metric_name(method: str) -> str:
    return "a metric" if method != "compute" else "compute"


def judged_by_helper(machine: Machine, node: Node, models: list[Value], values: list[Value], name: str) -> Provenance:
    """A helper that isn't there is given a network and test rows, and nothing else: it most likely scores the one."""
    origin = merge(origin_of(realised(value)) for value in values)
    learners = [(model, learner) for model in models if (learner := learner_of(model)) is not None]
    if not learners or origin.vague or origin.models or not origin.rows or len(test_parts(origin.rows)) != 1:
        return Provenance()
    if any(held_out(rows) is None for rows in origin.rows):
        return Provenance()
    candidates = frozenset(candidate(model, learner) for model, learner in learners)
    judge = Judge(
        machine.site(node), machine.context(), name, origin.rows, candidates, frozenset(), frozenset(), guessed=True
    )
    machine.emit(judge)
    return Provenance(scores=frozenset({judge}))


@effect("choose")
def _choose(call: Call) -> Value:
    values = call.given("data") or ([call.receiver] if call.receiver is not None else call.positional)
    return best_of(call.machine, call.node, values, call.label)


def best_of(
    machine: Machine, node: Node, values: list[Value], how: str, *, aside: bool = True, keyed: bool = False
) -> Data:
    """The largest, smallest or first of several values; `keyed` if what they belong to is taken.

    On a curve the highest point alone is no choice (`aside`), but what is then taken where it stands.
    """
    origin = merge(origin_of(value) for value in values)
    several = all(not isinstance(value, Const) for value in values)
    place = "arg" in how or "idx" in how
    taken = origin.scores and several
    choice = take_extreme(machine, node, origin.scores, f"{how}()", place=place or keyed) if taken else None
    if origin.scores and how in _EXTREMES:
        machine.extremes[node] = choice
    if choice is None or choice.by_luck or not is_curve(choice.judged):
        return Data(origin, extreme=choice)
    if place or (aside and len(values) == 1 and isinstance(values[0], Data)):
        machine.trace.withdraw(choice)  # until something is taken there
    return Data(origin, extreme=choice, pending=choice if place else None)


@effect("report")
def _report(call: Call) -> Value:
    score = call.one("score") or _by_name(call)
    if call.label == "report" and call.machine.search is not None:
        call.machine.search.reports = True
        call.machine.search.prunes |= call.receiver is not None  # a trial that it may end by itself
    tuning = (
        call.machine.tuning is not None or isinstance(call.receiver, Built) or getattr(call.receiver, "tuning", False)
    )
    if score is not None and tuning:
        how = "pruning the trial" if call.label == "report" else "telling the tuner"
        only = bool(call.fact.options.get("logs"))
        choose(call.machine, call.node, told_scores(score, call.machine.metric, only=only), how)
    return Data()


def _by_name(call: Call) -> Mapping | None:
    """The scores of `report(accuracy=...)`."""
    named: dict[object, Value] = dict(call.keywords.items())
    return Mapping(named) if named else None


def told_scores(value: Value, metric: str, *, only: bool = False) -> frozenset[Judge]:
    """The scores by which a tuner chooses, of what it is told: those under the metric's name.

    Where the name isn't known (and `only` that is looked for), all of them if they are of the same rows.
    """
    if isinstance(value, Mapping) and metric in value.entries:
        return origin_of(value.entries[metric]).scores
    if only:
        return frozenset()
    if not isinstance(value, Mapping):
        return origin_of(value).scores
    each = [scores for item in items_of(value) if (scores := origin_of(item).scores)]
    rows = {frozenset(judge.rows for judge in scores) for scores in each}
    return frozenset().union(*each) if len(rows) == 1 else frozenset()
