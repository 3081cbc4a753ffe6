"""Mends bounds: exponents where values are meant, values where exponents are, an end where a width is."""

from __future__ import annotations

import math
from decimal import Decimal
from typing import TYPE_CHECKING

from leakguard.diagnostic import Applicability
from leakguard.fixes.arguments import option, plain_call, position_of, replace_value, value_text
from leakguard.fixes.imports import Imports
from leakguard.fixes.log_scale import Written, decimal_exponent, natural_exponent
from leakguard.fixes.numbers import power_of_ten
from leakguard.fixes.page import CannotFixError, Change
from leakguard.semantic import syntax as s

if TYPE_CHECKING:
    from leakguard.fixes.page import Page
    from leakguard.knowledge.facts import Fact
    from leakguard.semantic.events import Bounds, Sample


def values_as_bounds(page: Page, sample: Sample) -> Written:
    """Write 1e-5 for -5."""
    bounds, fact = _known(sample)
    if "int" in fact.name.rpartition(".")[2].lower():  # no whole number lies below 1 on a log scale
        raise CannotFixError
    changes = [Change(*page.span(node), power_of_ten(exponent)) for node, exponent in _both(sample, fact, bounds)]
    return Written("Give the values instead of exponents of 10", Applicability.UNSAFE, tuple(changes))


def exponents_as_bounds(page: Page, sample: Sample) -> Written:
    """Write log(1e-5), or -5, for 1e-5."""
    bounds, fact = _known(sample)
    title = "Give the logarithms of the bounds"
    if fact.name == "entry":
        return _by_other_word(page, sample, fact)
    call, origin = plain_call(sample.site.node)
    imports = Imports(page, sample.site.statement)
    changes: list[Change] = []
    for node, value in _both(sample, fact, bounds):
        number = next(place for place, one in enumerate(call.arguments) if one.value is node)
        written = value_text(page, origin, number)
        if math.isclose(bounds.base, 10):
            text, added = decimal_exponent(written, value, imports)
        elif math.isclose(bounds.base, math.e):
            text, added = natural_exponent(written, imports)
        else:
            raise CannotFixError
        changes += [replace_value(page, origin, number, text), *added]
    return Written(title, Applicability.UNSAFE, tuple(dict.fromkeys(changes)))


def _by_other_word(page: Page, sample: Sample, fact: Fact) -> Written:
    """Name the distribution that takes values: "log_uniform_values" for "log_uniform"."""
    node, values = sample.site.node, fact.options.get("log_value")
    if not isinstance(node, s.DictDisplay) or not isinstance(values, tuple):
        raise CannotFixError
    for key, given in node.items:
        if isinstance(key, s.Constant) and key.value == option(fact, "log") and isinstance(given, s.Constant):
            wanted = f"{given.value}_values"
            if wanted in values:
                quote = page.written(given)[-1]
                change = Change(*page.span(given), f"{quote}{wanted}{quote}")
                return Written(f"Use {wanted}, which takes values", Applicability.UNSAFE, (change,))
    raise CannotFixError


def width_of_range(page: Page, sample: Sample) -> Written:
    """Write uniform(0.6, 0.3) for uniform(0.6, 0.9)."""
    bounds, fact = _known(sample)
    call, origin = plain_call(sample.site.node)
    number = position_of(call, fact.parameters, option(fact, "high"))
    if number is None or bounds.first is None or bounds.second is None or bounds.second <= bounds.first:
        raise CannotFixError
    if not isinstance(call.arguments[number].value, s.Constant):
        raise CannotFixError
    width = Decimal(value_text(page, origin, number)) - _written_number(page, sample, fact, "low")
    change = replace_value(page, origin, number, f"{width:f}")
    title = f"Give the width, {width:f}, for a range that ends at {bounds.second:g}"
    return Written(title, Applicability.UNSAFE, (change,))


def _written_number(page: Page, sample: Sample, fact: Fact, role: str) -> Decimal:
    call, origin = plain_call(sample.site.node)
    number = position_of(call, fact.parameters, option(fact, role))
    if number is None or not isinstance(call.arguments[number].value, s.Constant):
        raise CannotFixError
    return Decimal(value_text(page, origin, number))


def _known(sample: Sample) -> tuple[Bounds, Fact]:
    if sample.bounds is None or sample.fact is None:
        raise CannotFixError
    return sample.bounds, sample.fact


def _both(sample: Sample, fact: Fact, bounds: Bounds) -> list[tuple[s.Constant, float]]:
    """Return where the two bounds are written as numbers, with their values."""
    node, given = sample.site.node, (bounds.first, bounds.second)
    found = [_written_bound(node, fact, role) for role in ("low", "high")]
    if None in found:
        found = _written_pair(node, fact)
    pairs = [
        (one, value)
        for one, value in zip(found, given, strict=True)
        if isinstance(one, s.Constant) and value is not None and one.value == value
    ]
    if len(pairs) != 2:
        raise CannotFixError
    return pairs


def _written_bound(node: object, fact: Fact, role: str) -> object:
    if isinstance(node, s.DictDisplay):
        named = {key.value: value for key, value in node.items if isinstance(key, s.Constant)}
        return named.get(option(fact, role))
    if isinstance(node, s.Display):
        return node.items[("low", "high").index(role)] if role != "range" else None
    call, _ = plain_call(node)
    number = position_of(call, fact.parameters, option(fact, role))
    return None if number is None else call.arguments[number].value


def _written_pair(node: object, fact: Fact) -> list[object]:
    pair = _written_bound(node, fact, "range")
    if isinstance(pair, s.Display) and len(pair.items) == 2:
        return list(pair.items)
    raise CannotFixError
