"""Numbers as people write them, and expressions whose value is settled where they stand."""

from __future__ import annotations

import math
from decimal import Decimal
from typing import TYPE_CHECKING

from leakguard.fixes.tree import below, bound_names
from leakguard.semantic import syntax as s

if TYPE_CHECKING:
    from leakguard.fixes.page import Page

_LARGEST = 300


def short(number: float) -> str:
    """Return a number with as few characters as say it."""
    return f"{number:.12g}"


def fewer_digits(one: float, other: float) -> float:
    """Return the rounder of two numbers, the first one where both are alike."""
    return min(one, other, key=lambda number: len(Decimal(short(number)).normalize().as_tuple().digits))


def power_of_ten(exponent: float) -> str:
    """Return 10 to the power of a number, as a literal where that is one."""
    if exponent == 0:
        return "1.0"
    if exponent.is_integer() and abs(exponent) <= _LARGEST:
        return f"1e{exponent:.0f}"
    return f"10**{short(exponent)}"


def exponent_of_ten(number: float) -> str | None:
    """Return the whole exponent of a power of ten, None for other numbers."""
    exponent = round(math.log10(number)) if number > 0 else 0
    return str(exponent) if number > 0 and math.isclose(number, 10.0**exponent, rel_tol=1e-12) else None


def is_settled(page: Page, node: object) -> bool:
    """Say whether an expression always has the same value: literals, and names of the module that are bound once."""
    body = page.module.program.body
    match node:
        case s.Constant():
            return True
        case s.Operation(operands=operands):
            return all(is_settled(page, one) for one in operands)
        case s.Text(parts=parts):
            return all(isinstance(one, (s.Constant, s.Name, s.Attribute)) for one in parts)
        case s.Name(id=name):
            at_top = [one for one in body if isinstance(one, s.Assign) and _binds(one, name)]
            return len(at_top) == 1 and list(bound_names(body)).count(name) == 1
        case s.Display(kind="tuple" | "list", items=items):
            return all(is_settled(page, one) for one in items)
        case s.Call(function=s.Attribute(value=s.Name(id="np" | "numpy" | "math"))):
            return all(isinstance(one, (s.Call, s.Attribute, s.Name, s.Constant, s.Argument)) for one in below(node))
        case _:
            return False


def _binds(statement: s.Assign, name: str) -> bool:
    return any(isinstance(target, s.Name) and target.id == name for target in statement.targets)
