"""Arithmetic and comparisons: statistics that flow back into rows, predictions held against truth, masks."""

from __future__ import annotations

import operator
import re
from dataclasses import replace
from functools import reduce
from typing import TYPE_CHECKING

from leakguard.semantic import syntax as s
from leakguard.semantic.alternatives import below, each_way, told_by
from leakguard.semantic.events import Sample
from leakguard.semantic.files import filled
from leakguard.semantic.guards import asks_for_clusters
from leakguard.semantic.machine import Machine, evaluates
from leakguard.semantic.pending import compare_with_best
from leakguard.semantic.rows import Cut, Part, complement, contains, held_out
from leakguard.semantic.sampling import raised_draw
from leakguard.semantic.scope import join
from leakguard.semantic.taking import marked, meant_by
from leakguard.semantic.text import text
from leakguard.semantic.values import (
    Built,
    Choices,
    Closure,
    Const,
    Data,
    Instance,
    Mapping,
    Sequence,
    Type,
    Value,
    added,
    constant,
    length,
    merge,
    origin_of,
    with_learned,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from leakguard.semantic.events import Provenance

_NUMBERS: dict[str, Callable[[float, float], float]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "//": operator.floordiv,
    "%": operator.mod,
}
_COMPARE: dict[str, Callable[[object, object], bool]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "is": operator.is_,
    "is not": operator.is_not,
}
# Subtracting a centre or dividing by a spread learns the scale of the rows; subtracting the first date does not.
_CENTRES = frozenset({"mean", "median", "nanmean", "nanmedian", "average"})
_SPREADS = frozenset({"std", "var", "max", "ptp", "range", "nanstd", "quantile", "percentile", "norm", "mad", "sqrt"})
_FIELD = re.compile(r"%[-+ #0-9.]*[a-zA-Z]")
_LARGEST = 1e300
_POLARITY = {
    "==": "in",
    "!=": "out",
    "<": "below",
    "<=": "below",
    ">": "above",
    ">=": "above",
    "in": "in",
    "not in": "out",
}
# A condition given as text: one comparison, which nothing joins with another.
_WRITTEN = re.compile(r"\s*([^<>=!]+?)\s*(==|!=|<>|<=|>=|<|>|=|\bnot\s+in\b|\bin\b)\s*([^<>=!]+?)\s*", re.IGNORECASE)
_JOINED = re.compile(r"[&|~]|\b(?:and|or|between|like)\b|^\s*not\b", re.IGNORECASE)
_SQL = {"=": "==", "<>": "!="}


@evaluates(s.Operation)
def _operation(machine: Machine, node: s.Operation) -> Value:
    values = _operands(machine, node)
    if len(values) == 1:
        return _unary(machine, node, values[0])
    match node.operator:
        case "and" | "or":
            return _either_of(node.operator, values)
        case "**":
            return _power(machine, values[0], values[1])
        case _:
            return reduce(lambda left, right: arithmetic(machine, node, node.operator, left, right), values)


def _on_paths(machine: Machine, node: s.Node, sign: str, left: Value, right: Value) -> Value:
    """`left sign right`, where one side is one of several paths."""
    return each_way([left, right], lambda one: arithmetic(machine, node, sign, *one))


def _operands(machine: Machine, node: s.Operation) -> list[Value]:
    """The values of all operands; after the first of `and` and `or` the others are computed under a condition."""
    values = [machine.evaluate(node.operands[0])]
    guarded = machine.guarded
    machine.guarded |= node.operator in {"and", "or"} and asks_for_clusters(machine, node.operands[0])
    values += [machine.evaluate(operand) for operand in node.operands[1:]]
    machine.guarded = guarded
    return values


def _either_of(sign: str, values: list[Value]) -> Value:
    known = truth(values[0])
    if known is not None and len(values) == 2:
        return values[1] if known is (sign == "and") else values[0]
    return reduce(join, values)


def _unary(machine: Machine, node: s.Operation, value: Value) -> Value:
    match node.operator, value:
        case "not", _:
            known = truth(value)
            return Data(origin_of(value)) if known is None else Const(not known)
        case "-", Const(value=int() | float() as number):
            return Const(-number)
        case "-", Data(sample=Sample() as sample):  # drawn from the other side of zero
            return replace(value, sample=replace(sample, scale="other", low=None, high=None, bounds=None))
        case "~", Data(selects=selects) if selects or (selects := marked(machine, value)):
            return replace(value, selects=tuple(complement(part) for part in selects))
        case "~", Data() if value.origin.rows:
            return Data(value.origin, selects=(mask_part(machine, node, text(node.operands[0]), "out"),))
        case _:
            return value


def _power(machine: Machine, base: Value, exponent: Value) -> Value:
    """`10 ** exponent`, known or drawn."""
    match base, exponent:
        case Const(value=int() | float() as one), Const(value=int() | float() as other):
            try:
                return Const(one**other) if abs(other) < 64 else Data()
            except (ArithmeticError, ValueError):
                return Data()
        case _, Data(sample=sample) if sample is not None:
            return raised_draw(machine, base, exponent, sample)
        case Data(), _:
            return Data(base.origin, residual=base.residual, single=base.single, choices=_as_many(base, exponent))
        case _:
            return Data(merge((origin_of(base), origin_of(exponent))), choices=_as_many(base, exponent))


def _as_many(one: Value, other: Value) -> Choices | None:
    """An array of known length, each of its items taken with the same number."""
    array = next((value for value in (one, other) if isinstance(value, Data) and value.choices is not None), None)
    alone = isinstance(one, Const) or isinstance(other, Const)
    return Choices(array.choices.count) if alone and array is not None and array.choices is not None else None


def arithmetic(machine: Machine, node: s.Node, sign: str, left: Value, right: Value) -> Value:
    """`left sign right`."""
    match left, right:
        case Const(value=str() as one), Const(value=str() as other) if sign in {"+", "/"}:
            return Const(below(one, other) if sign == "/" else one + other, told=told_by([left, right]))
        case (Data(paths=[_, *_]), _) | (_, Data(paths=[_, *_])) if sign in {"+", "/", "%"}:
            return _on_paths(machine, node, sign, left, right)
        case Const(value=int() | float() as one), Const(value=int() | float() as other):
            return _compute(sign, one, other)
        case Sequence(), Sequence() if sign == "+":
            count = added(length(left), length(right))
            return Sequence([*left.items, *right.items], left.kind, left.rest or right.rest, count=count)
        case Sequence(), _ if sign == "*":
            return replace(left, count=None)
        case (Const(value=str()), _) | (_, Const(value=str())) if sign in {"+", "/", "%"}:
            return _partly_known_text(sign, left, right)
    if sign in {"&", "|", "^"} and (_is_mask(left) or _is_mask(right)):
        return Data(merge((origin_of(left), origin_of(right))), selects=_both_masks(machine, node, left, right))
    if sign == "/" and isinstance(right, Data) and right.extreme is not None:
        machine.trace.withdraw(right.extreme)  # to divide by the largest is to scale, not to choose
    result = _flow(sign, _as_data(left), _as_data(right))
    result.choices = _as_many(left, right)
    result.pending = next((value.pending for value in (left, right) if isinstance(value, Data) and value.pending), None)
    return result


def _compute(sign: str, one: float, other: float) -> Value:
    function = _NUMBERS.get(sign)
    if function is None or abs(one) > _LARGEST or abs(other) > _LARGEST:
        return Data()
    try:
        return Const(function(one, other))
    except (ArithmeticError, ValueError):
        return Data()


def _partly_known_text(sign: str, left: Value, right: Value) -> Value:
    if sign == "%":
        given: list[Value] = right.items if isinstance(right, Sequence) else [right]
        return filled(left, _FIELD, given) if isinstance(left, Const) else Data(origin_of(right))
    between = "/" if sign == "/" else ""
    whole = between.join(str(constant(value)) if constant(value) is not None else "{}" for value in (left, right))
    return Const(whole, merge((origin_of(left), origin_of(right))), told_by([left, right]))


def _as_data(value: Value) -> Data:
    return value if isinstance(value, Data) else Data(origin_of(value))


def _flow(sign: str, left: Data, right: Data) -> Data:
    if left.statistic and right.statistic:
        name = "range" if sign == "-" else left.statistic[0]
        return Data(merge((left.origin, right.origin)), statistic=(name, left.statistic[1]))
    for one, other in ((left, right), (right, left)):
        if other.statistic and not one.origin.rows:
            return Data(merge((one.origin, other.origin)), statistic=other.statistic)
    origin = merge((left.origin, right.origin))
    if right.statistic and left.origin.rows:
        origin = merge((left.origin, right.origin)) if right.origin.rows else left.origin
        if _rescales(sign, right.statistic[0]):
            origin = with_learned(origin, frozenset({right.statistic[1]}) | right.origin.learned)
    columns = {**(left.columns or {}), **(right.columns or {})} or None
    single = (left.single or right.single) and all(one.single or not one.origin.rows for one in (left, right))
    return Data(
        origin, columns=columns, single=single, residual=held_against(left, right) or left.residual or right.residual
    )


def _rescales(sign: str, statistic: str) -> bool:
    return (sign == "-" and statistic in _CENTRES) or (sign == "/" and statistic in _SPREADS)


def held_against(left: Data, right: Data) -> tuple[Provenance, Provenance] | None:
    """Truth and prediction, when one side was predicted by a model and the other is of the same rows."""
    for truth_side, predicted in ((left, right), (right, left)):
        if predicted.origin.models and not truth_side.origin.models and same_rows(truth_side.origin, predicted.origin):
            return truth_side.origin, predicted.origin
    return None


def same_rows(one: Provenance, other: Provenance) -> bool:
    """Whether two values are of the same rows: of one source, or the same held-out part of sources cut together."""
    if any(contains(mine, theirs) and contains(theirs, mine) for mine in one.rows for theirs in other.rows):
        return True
    mine = {found[0] for rows in one.rows if (found := held_out(rows))}
    return any((found := held_out(rows)) and found[0] in mine for rows in other.rows)


@evaluates(s.Comparison)
def _comparison(machine: Machine, node: s.Comparison) -> Value:
    values = [machine.evaluate(operand) for operand in node.operands]
    compare_with_best(machine, values)
    if len(values) == 2:
        known = _decided(node.operators[0], values[0], values[1])
        if known is not None:
            return Const(known)
    left, right = _as_data(values[0]), _as_data(values[1])
    origin = merge(_without_statistic(value) for value in values)
    selects = _membership(machine, node.operators[0], right)
    drawn = left.sample is not None and not left.sample.label  # random numbers, one a row
    if (origin.rows or drawn) and not selects and len(values) == 2 and not _asks_for_missing(node):
        polarity = _POLARITY.get(node.operators[0], "in")
        key = " ? ".join(_condition(operand, value) for operand, value in zip(node.operands, values, strict=True))
        selects = (mask_part(machine, node, key, polarity),)
    statistic = next((value.statistic for value in (left, right) if value.statistic), None) if not origin.rows else None
    residual = held_against(left, right) or left.residual or right.residual  # within a tolerance, over a limit
    return Data(origin, selects=selects, statistic=statistic, residual=residual)


def _asks_for_missing(node: s.Comparison) -> bool:
    """`x != x`, which holds where a value is missing, filters rows rather than to cut them in two."""
    return node.operators[0] in {"==", "!="} and text(node.operands[0]) == text(node.operands[1])


def _condition(node: s.Expression, value: Value) -> str:
    """One side of a comparison: what it is where that is known, so that each pass of a loop selects its own rows."""
    return repr(value.value) if isinstance(value, Const) and "{}" not in str(value.value) else text(node)


def _membership(machine: Machine, sign: str, right: Data) -> tuple[Part, ...]:
    """`i not in train_indices` selects what those indices leave."""
    if sign == "in":
        return meant_by(machine, right)
    return tuple(complement(part) for part in meant_by(machine, right)[-1:]) if sign == "not in" else ()


def _without_statistic(value: Value) -> Provenance:
    """Crossing a threshold that was learned selects rows or makes a target; it isn't held to spoil features."""
    return value.origin if isinstance(value, Data) else origin_of(value)


def written_mask(machine: Machine, node: s.Node, condition: str) -> Part:
    """The part for which a condition given as text holds; a single comparison cuts as the opposite one does."""
    condition = " ".join(condition.split())
    match = _WRITTEN.fullmatch(condition)
    if match is None or _JOINED.search(condition):
        return mask_part(machine, node, condition, "in")
    left, sign, right = (" ".join(side.split()) for side in match.groups())
    return mask_part(machine, node, f"{left} ? {right}", _POLARITY[_SQL.get(sign.lower(), sign.lower())])


def mask_part(machine: Machine, node: s.Node, key: str, name: str) -> Part:
    """The part of rows for which a condition holds; the same condition written elsewhere cuts the same way."""
    cut = Cut(("mask", key), "mask", machine.site(node), seen={name})
    known = machine.cuts.setdefault(cut.key, cut)
    known.seen.add(name)
    return Part(known, name)


def _is_mask(value: Value) -> bool:
    return isinstance(value, Data) and bool(value.selects)


def _both_masks(machine: Machine, node: s.Node, left: Value, right: Value) -> tuple[Part, ...]:
    operands = node.operands if isinstance(node, s.Operation) else ()
    if isinstance(node, s.Operation) and node.operator == "&":
        return tuple(part for value in (left, right) if isinstance(value, Data) for part in value.selects)
    return (mask_part(machine, node, " ".join(text(operand) for operand in operands), "in"),)


def _decided(sign: str, left: Value, right: Value) -> bool | None:
    """The outcome of a comparison that is known before running, else None."""
    if isinstance(left, Const) and isinstance(right, Const) and "{}" not in str(left.value):
        if left.told or right.told:
            return None
        compare = _COMPARE.get(sign)
        return None if compare is None else compare(left.value, right.value)
    if sign in {"in", "not in"} and isinstance(left, Const) and isinstance(right, Sequence) and right.rest is None:
        known = [item.value for item in right.items if isinstance(item, Const)]
        return (left.value in known) is (sign == "in") if len(known) == len(right.items) and not left.told else None
    if sign in {"is", "is not", "==", "!="} and constant(right) is None and isinstance(right, Const):
        return sign in {"is not", "!="} if _is_something(left) else None
    return None


def _is_something(value: Value) -> bool:
    match value:
        case Built() | Closure() | Instance() | Type() | Sequence() | Mapping():
            return True
        case Data():
            known = value.origin.rows or value.origin.learned or value.origin.scores or value.statistic
            return bool(known) and not value.origin.vague and value.learner is None
        case _:
            return False


def truth(value: Value) -> bool | None:
    """Whether a value counts as true, None where that isn't known."""
    match value:
        case Const(value=bool() | None as known):
            return bool(known)
        case Built() | Closure() | Type():
            return True
        case _:
            return None
