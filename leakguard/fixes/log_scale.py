"""Puts a draw or layout on a log scale: by the flag of its call, or by the call that does the same on that scale."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import libcst as cst

from leakguard.diagnostic import Applicability
from leakguard.fixes.arguments import (
    append,
    option,
    parameter_of,
    plain_call,
    position_of,
    replace_value,
    set_argument,
    value_span,
    value_text,
)
from leakguard.fixes.imports import Imports
from leakguard.fixes.numbers import exponent_of_ten, fewer_digits, is_settled, short
from leakguard.fixes.page import CannotFixError, Change
from leakguard.fixes.studies import called, check_place, may_be_stored
from leakguard.knowledge import loader
from leakguard.semantic import syntax as s

if TYPE_CHECKING:
    from leakguard.fixes.page import Page
    from leakguard.knowledge.facts import Fact
    from leakguard.semantic.events import Sample

OPEN = "..."  # for a bound that the author has to choose
_STEPS = frozenset({"step", "step_size"})  # no library steps evenly on a log scale
_TITLE = "Draw it on a log scale"
_ROLES = ("label", "low", "high", "range", "count", "endpoint")


@dataclass(frozen=True, slots=True)
class Written:
    """The changes of one fix, before they are checked."""

    title: str
    applicability: Applicability
    changes: tuple[Change, ...]


def on_log_scale(page: Page, sample: Sample) -> Written:
    """Write a draw or layout on a log scale, between the same bounds."""
    fact, node = sample.fact, sample.site.node
    check_place(page, sample)
    if fact is None:
        return _written_out(page, sample)
    if option(fact, "log"):
        changes = _with_flag(page, sample, fact)
    elif option(fact, "log_form"):
        changes = _in_log_form(page, sample, fact, _target(fact))
    elif fact.options.get("immediate"):
        changes = _raised(page, sample, fact)
    elif fact.options.get("step"):
        return _as_geomspace(page, sample, Applicability.UNSAFE)
    else:
        raise CannotFixError
    title = "Space it on a log scale" if sample.layout else _TITLE
    if sample.low:
        return Written(title, _trust(page, node, fact), changes)
    low = _low_span(page, node, fact)
    kept = tuple(one for one in changes if not low[0] <= one.start < low[1])
    title = f"{title}, from a small lower bound that you choose"
    return Written(title, Applicability.DISPLAY, (*kept, Change(*low, OPEN)))


def _trust(page: Page, node: object, fact: Fact) -> Applicability:
    """How far a change of scale may be trusted.

    What is rounded may come out as zero, and a stored study refuses another distribution than it began with.
    """
    rounded = isinstance(node, s.Call) and called(node) == "quniform"
    kept = may_be_stored(page, of_a_trial=fact.on == "any")
    return Applicability.UNSAFE if rounded or kept else Applicability.SAFE


def open_low(page: Page, sample: Sample) -> Written:
    """Leave the lower bound of a log scale to the author."""
    if sample.fact is None:
        raise CannotFixError
    low = _low_span(page, sample.site.node, sample.fact)
    return Written("Choose a small positive lower bound", Applicability.DISPLAY, (Change(*low, OPEN),))


def _low_span(page: Page, node: object, fact: Fact) -> tuple[int, int]:
    """Where the lower bound stands, or the first item of a pair of bounds."""
    if isinstance(node, s.Display):
        return page.span(node.items[0])
    if isinstance(node, s.DictDisplay):
        found = {key.value: value for key, value in node.items if isinstance(key, s.Constant)}
        value = found.get(option(fact, "low")) or found.get(option(fact, "range"))
    else:
        call, _ = plain_call(node)
        number = position_of(call, fact.parameters, option(fact, "low"))
        number = position_of(call, fact.parameters, option(fact, "range")) if number is None else number
        value = None if number is None else call.arguments[number].value
    if isinstance(value, s.Display) and len(value.items) == 2:
        value = value.items[0]
    if not isinstance(value, s.Constant):
        raise CannotFixError
    return page.span(value)


# By a flag: log=True, prior="log-uniform", "distribution": "log_uniform_values"


def _with_flag(page: Page, sample: Sample, fact: Fact) -> tuple[Change, ...]:
    node, name = sample.site.node, option(fact, "log")
    value = _flag_value(page, node, fact)
    match node:
        case s.DictDisplay(origin=cst.Dict() as entries):
            return (_with_entry(page, node, entries, name, value),)
        case s.Display(kind="tuple", origin=cst.Tuple() as items):
            return (_with_item(page, items, fact.parameters.index(name), value),)
    call, origin = plain_call(node)
    entry = fact.name == "entry"
    if entry and not (isinstance(call.function, s.Name) and call.function.id == "dict"):
        raise CannotFixError
    if not entry:
        _check_settled(page, call, fact)
    if any(argument.name in _STEPS for argument in call.arguments):
        raise CannotFixError
    parameters = () if entry else fact.parameters
    if any(position_of(call, parameters, step) is not None for step in _STEPS):
        raise CannotFixError
    return (set_argument(page, call, origin, parameters, (name, value)),)


def _flag_value(page: Page, node: s.Node, fact: Fact) -> str:
    """The value of the flag that means a log scale, quoted as the texts around it are."""
    value = fact.options.get("log_value", True)
    if isinstance(value, tuple):
        value = min(value, key=len)
    if not isinstance(value, str):
        return "True"
    around = page.written(node)
    return f"'{value}'" if "'" in around and '"' not in around else f'"{value}"'


def _with_entry(page: Page, node: s.DictDisplay, origin: cst.Dict, name: str, value: str) -> Change:
    keys = [key.value if isinstance(key, s.Constant) else None for key, _ in node.items]
    if None in keys or "q" in keys or not _STEPS.isdisjoint(keys):
        raise CannotFixError
    if name in keys:
        given = node.items[keys.index(name)][1]
        if not isinstance(given, s.Constant):
            raise CannotFixError
        return Change(*page.span(given), value)
    quote = value[0] if value[0] in "'\"" else _quote(page, node)
    return append(page, origin.elements, f"{quote}{name}{quote}: {value}", before=page.span(origin)[1] - 1)


def _quote(page: Page, node: s.DictDisplay) -> str:
    key = node.items[0][0]
    return "'" if key is not None and page.written(key).endswith("'") else '"'


def _with_item(page: Page, origin: cst.Tuple, place: int, value: str) -> Change:
    if len(origin.elements) == place:
        return append(page, origin.elements, value, before=0)
    if len(origin.elements) < place:
        raise CannotFixError
    return Change(*page.span(origin.elements[place].value), value)


def _check_settled(page: Page, call: s.Call, fact: Fact) -> None:
    """Refuse what a helper draws for whatever name and bounds it is called with."""
    for role in ("label", "low", "high", "range"):
        number = position_of(call, fact.parameters, option(fact, role))
        if number is not None and not is_settled(page, call.arguments[number].value):
            raise CannotFixError


# By another call: loguniform, geomspace


def _target(fact: Fact) -> Fact:
    name = option(fact, "log_form")
    known = loader.methods(fact.on).get(name) if fact.on in {"any", "data"} else loader.class_methods(fact.on).get(name)
    found = known if fact.on else loader.fact(name)
    if found is None:
        raise CannotFixError
    return found


def _in_log_form(page: Page, sample: Sample, fact: Fact, target: Fact) -> tuple[Change, ...]:
    call, origin = plain_call(sample.site.node)
    _check_settled(page, call, fact)
    imports = Imports(page, sample.site.statement)
    changes = _callee(page, call, fact, target, imports)
    for role in ("low", "high"):  # what isn't given has a default that the other call doesn't share
        if position_of(call, fact.parameters, option(fact, role)) is None:
            raise CannotFixError
    by_name = False
    for number in range(len(call.arguments)):
        name = parameter_of(call, fact.parameters, number)
        role = next((role for role in _ROLES if option(fact, role) == name), "")
        new = option(target, role) if role else name
        if not new or not (role or new in target.parameters):
            raise CannotFixError
        positional = call.arguments[number].name is None
        by_name = by_name or not positional or not _stands_at(target, new, number) or not role
        changes += _renamed(page, origin, number, new if by_name else None)
        value = _bound(sample, role, page, origin, number) if role in {"low", "high"} else None
        if value is not None:
            text, added = value
            if target.options.get("bounds") == "exponents":
                text, more = _logarithm(text, imports)
                added += more
            if text != value_text(page, origin, number):
                changes.append(replace_value(page, origin, number, text))
            changes += added
    if option(target, "log"):
        changes.append(append(page, origin.args, f"{option(target, 'log')}=True", before=0))
    return tuple(dict.fromkeys(changes))


def _stands_at(target: Fact, name: str, number: int) -> bool:
    return number < len(target.parameters) and target.parameters[number] == name


def _callee(page: Page, call: s.Call, fact: Fact, target: Fact, imports: Imports) -> list[Change]:
    """Write the name of another call: in the same module, or imported."""
    module, _, last = target.name.rpartition(".")
    match call.function:
        case s.Attribute(name=name, origin=cst.Attribute(attr=attr)) if name == fact.name.rpartition(".")[2]:
            return [Change(*page.span(attr), last)]
        case s.Name(id=name) if imports.alias(fact.name) == name and module:
            written, added = imports.name_from(module, last)
            return [Change(*page.span(call.function), written), *added]
        case _:
            raise CannotFixError


def _renamed(page: Page, origin: cst.Call, number: int, name: str | None) -> list[Change]:
    argument = origin.args[number]
    if argument.keyword is not None:
        old = argument.keyword
        return [] if name is None or old.value == name else [Change(*page.span(old), name)]
    if name is None:
        return []
    start, _ = value_span(page, origin, number)
    return [Change(start, start, f"{name}=")]


def _bound(sample: Sample, role: str, page: Page, origin: cst.Call, number: int) -> tuple[str, list[Change]]:
    """Write a bound as a value: of a start and a width, the second one is the rounder of width and end."""
    bounds = sample.bounds
    if role == "high" and bounds is not None and bounds.meaning == "width":
        if sample.high is None or bounds.second is None:
            raise CannotFixError
        end = fewer_digits(sample.high, bounds.second) if sample.low else sample.high
        same = math.isclose(end, bounds.second)
        return (value_text(page, origin, number) if same else short(end)), []
    return value_text(page, origin, number), []


def _logarithm(text: str, imports: Imports) -> tuple[str, list[Change]]:
    """Write a natural logarithm."""
    if imports.alias("numpy") is None and imports.alias("math") is not None:
        return f"{imports.alias('math')}.log({text})", []
    name, added = imports.module_as("numpy", "np")
    return f"{name}.log({text})", added


def decimal_exponent(text: str, number: float, imports: Imports) -> tuple[str, list[Change]]:
    """Write the exponent of 10 that gives a number."""
    known = exponent_of_ten(number)
    if known is not None:
        return known, []
    if imports.alias("numpy") is None and imports.alias("math") is not None:
        return f"{imports.alias('math')}.log10({text})", []
    name, added = imports.module_as("numpy", "np")
    return f"{name}.log10({text})", added


def natural_exponent(text: str, imports: Imports) -> tuple[str, list[Change]]:
    """Write the natural logarithm of a number."""
    return _logarithm(text, imports)


# As the exponent of 10: what draws a number at once


def _raised(page: Page, sample: Sample, fact: Fact) -> tuple[Change, ...]:
    call, origin = plain_call(sample.site.node)
    _check_settled(page, call, fact)
    imports = Imports(page, sample.site.statement)
    changes: list[Change] = []
    for role, bound in (("low", sample.low), ("high", sample.high)):
        number = position_of(call, fact.parameters, option(fact, role))
        if number is None or bound is None:
            raise CannotFixError
        if bound <= 0:  # the bound is left open
            continue
        text, added = decimal_exponent(value_text(page, origin, number), bound, imports)
        changes += [replace_value(page, origin, number, text), *added]
    start, end = page.span(call)
    opening, closing = ("", "") if _stands_alone(page, sample, start, end) else ("(", ")")
    changes += [Change(start, start, f"{opening}10 ** "), *([Change(end, end, closing)] if closing else [])]
    return tuple(dict.fromkeys(changes))


def _stands_alone(page: Page, sample: Sample, start: int, end: int) -> bool:
    """Whether a call is a whole argument, item or right side, so that an operator before it needs no parentheses."""
    before, after = page.text[:start].rstrip(" \t\n")[-1:], page.text[end:].lstrip()[:1]
    whole = after in {",", ")", "]", "}"} or page.span(sample.site.statement)[1] == end
    return whole and before in {"=", ",", "(", "[", "{", ":"}


# Written out, or in steps: what a geometric sequence would be


def _written_out(page: Page, sample: Sample) -> Written:
    match sample.site.node:
        case s.Display(kind="list") | s.Call(function=s.Name(id="range")):
            return _as_geomspace(page, sample, Applicability.DISPLAY)
        case _:
            raise CannotFixError


def _as_geomspace(page: Page, sample: Sample, applicability: Applicability) -> Written:
    node = sample.site.node
    imports = Imports(page, sample.site.statement)
    positive = [one for one in sample.values if one > 0]
    low, high = min(positive, default=sample.low), sample.high
    count = len(sample.values) or _steps(sample)
    if high is None or low is None or count is None:
        raise CannotFixError
    if isinstance(node, s.Call) and sample.fact is not None:
        plain_call(node)
    numpy, added = imports.module_as("numpy", "np")
    start = OPEN if low <= 0 else short(low)
    text = f"{numpy}.geomspace({start}, {short(high)}, {count})"
    text = f"{text}.tolist()" if isinstance(node, s.Display) else text
    level = Applicability.DISPLAY if low <= 0 else applicability
    return Written("Space it on a log scale", level, (Change(*page.span(node), text), *added))


def _steps(sample: Sample) -> int | None:
    """How many values a layout in steps has, where its numbers are written out."""
    node = sample.site.node
    call, _ = plain_call(node)
    numbers = [one.value.value for one in call.arguments if one.name is None and isinstance(one.value, s.Constant)]
    known = [one for one in numbers if isinstance(one, (int, float)) and not isinstance(one, bool)]
    if len(known) != len(call.arguments):
        return None
    match known:
        case [last]:
            first, step = 0.0, 1.0
        case [first, last]:
            step = 1.0
        case [first, last, step] if step > 0:
            pass
        case _:
            return None
    return math.ceil(round((last - first) / step, 9))
