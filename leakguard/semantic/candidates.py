"""What makes two models the same candidate: what they were made with, and what they were trained on."""

from __future__ import annotations

from itertools import takewhile
from typing import TYPE_CHECKING

from leakguard.semantic.events import Candidate
from leakguard.semantic.names import Role
from leakguard.semantic.values import (
    Built,
    Const,
    Data,
    Instance,
    Learner,
    Library,
    Sequence,
    Value,
    constant,
    parts_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from leakguard.semantic.rows import Part, Rows

_SEEDS = frozenset({"random_state", "seed"})
_LUCK = _SEEDS | {"n_jobs", "verbose"}


def candidate(receiver: Value, learner: Learner) -> Candidate:
    """The model in its present state. Two of the same class, settings and training rows are the same candidate."""
    incremental = not isinstance(receiver, Built) or receiver.fact.options.get("incremental")
    made = _made(receiver, learner) if incremental else settings(receiver)
    seen = () if incremental else (_rows_seen(learner.trained_on, _is_drawn),)
    recipe = () if incremental else (made, learner.version, _rows_seen(learner.trained_on, _is_share))
    return Candidate(
        (made, learner.version, *seen),
        learner.label,
        learner.fits,
        _is_baseline(receiver),
        learner.restored,
        _luck(receiver),
        recipe,
    )


def _luck(value: Value, depth: int = 4) -> Hashable:
    """The seeds of a learner and its parts that are written out or come from a loop; others may all be one."""
    if not isinstance(value, Built) or not depth:
        return None
    own = [given for name, given in value.arguments.items() if name in _SEEDS]
    known = [constant(one) if isinstance(one, Const) else one for one in own if isinstance(one, Const) or _varies(one)]
    within = (_luck(part, depth - 1) for _, part in parts_of(value))
    return (*known, *(luck for luck in within if luck is not None)) or None


def _varies(value: Value) -> bool:
    return isinstance(value, Data) and value.sample is not None


def _is_baseline(value: Value) -> bool:
    """Whether this is a dummy, or a pipeline that ends in one."""
    if not isinstance(value, Built):
        return False
    parts = parts_of(value)
    return bool(value.fact.options.get("baseline")) or (bool(parts) and _is_baseline(parts[-1][1]))


def _made(value: Value, learner: Learner) -> Hashable:
    """How a model came about whose training goes on and on: two that were made alike are repetitions."""
    match value:
        case Built():
            return settings(value)
        case Instance() | Data() if value.made is not None:
            return value.made
        case _:
            return learner


def _rows_seen(value: Value | None, passed: Callable[[Part, Rows], bool]) -> Hashable:
    """The rows and columns that a model was trained on, but for the parts that are passed over."""
    if not isinstance(value, Data):
        return value
    rows = frozenset(
        (one.source, tuple(part for part in one.path if not passed(part, one))) for one in value.origin.rows
    )
    return (rows, value.origin.learned, value.column)


def _is_drawn(part: Part, _: Rows) -> bool:
    """Whether a part is a share drawn by chance."""
    return part.cut.how == "draw"


def _is_share(part: Part, rows: Rows) -> bool:
    """Whether a part is only so many of the training rows, as for a learning curve: drawn, the first n, split again."""
    match part.cut.how:
        case "draw":
            return True
        case "slice":
            return part.cut.seen == {part.name}
        case "split":
            before = takewhile(lambda other: other != part, rows.path)
            return part.role() is Role.TRAIN and any(other.role() is Role.TRAIN for other in before)
        case _:
            return False


def call_settings(positional: list[Value], keywords: dict[str, Value]) -> tuple[Hashable, ...]:
    """What a call was given, to tell whether two were given the same."""
    return (*(settings(value) for value in positional), *((name, settings(value)) for name, value in keywords.items()))


def settings(value: Value, depth: int = 4) -> Hashable:
    """What a learner was made with, seeds left out; unknown values are only like themselves."""
    match value:
        case Built() if depth:
            given = value.arguments.items()
            return (value.name, *((name, settings(item, depth - 1)) for name, item in given if name not in _LUCK))
        case Const(value=str() | int() | float() | bool() | None as known):
            return (type(known).__name__, known)
        case Sequence(rest=None) if depth:
            return tuple(settings(item, depth - 1) for item in value.items[:16])
        case Library():
            return value.name
        case _:
            return value
