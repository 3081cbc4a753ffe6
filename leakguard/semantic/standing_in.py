"""Test rows that stand in for validation rows which may not be given: `if val is None: val = test`."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from leakguard.semantic import syntax as s
from leakguard.semantic.names import Role
from leakguard.semantic.rows import role
from leakguard.semantic.values import Data, Value, origin_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leakguard.semantic.machine import Machine

_SIGNS = frozenset({"is", "=="})
_OPPOSITE = {"is not": "is", "!=": "=="}


def stand_in(machine: Machine, node: s.If) -> bool:
    """Whether test rows are what is judged on if no validation rows are given: the way that tells more."""
    asked = _asked(node.test)
    if asked is None or asked[1] or node.orelse or not all(isinstance(one, s.Assign) for one in node.body):
        return False
    assigned = chain.from_iterable(_assigned(one) for one in node.body if isinstance(one, s.Assign))
    return any(
        isinstance(target, s.Name) and target.id == asked[0].id and _replaces(machine, asked[0], value)
        for target, value in assigned
    )


def stand_in_for(machine: Machine, node: s.Conditional) -> s.Expression | None:
    """What `test if val is None else val` gives where no validation rows are given, if these are test rows."""
    asked = _asked(node.test)
    if asked is None:
        return None
    default, given = (node.orelse, node.body) if asked[1] else (node.body, node.orelse)
    same = isinstance(given, s.Name) and given.id == asked[0].id
    return default if same and _replaces(machine, asked[0], default) else None


def _asked(test: s.Expression) -> tuple[s.Name, bool] | None:
    """The name that is held against None, and whether it is asked to be something."""
    match test:
        case s.Comparison(operands=(s.Name() as name, s.Constant(value=None)), operators=(sign,)):
            known = _OPPOSITE.get(sign, sign) in _SIGNS
            return (name, sign in _OPPOSITE) if known else None
        case _:
            return None


def _assigned(node: s.Assign) -> Iterator[tuple[s.Expression, s.Expression]]:
    for target in node.targets:
        match target, node.value:
            case s.Display(items=targets), s.Display(items=values) if len(targets) == len(values):
                yield from zip(targets, values, strict=True)
            case _:
                yield target, node.value


def _replaces(machine: Machine, name: s.Name, default: s.Expression) -> bool:
    """Whether a name's validation rows may be missing, and another name's test rows are taken then."""
    given = machine.evaluate(name)
    if not isinstance(given, Data) or not given.optional or not isinstance(default, s.Name):
        return False
    return _role_of(given) is Role.VALIDATION and _role_of(machine.evaluate(default)) is Role.TEST


def _role_of(value: Value) -> Role | None:
    return role(origin_of(value).rows)
