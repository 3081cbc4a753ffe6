"""What conditions ask: how many clusters were found, and which file a path is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leakguard.semantic import syntax as s
from leakguard.semantic.mentions import mentioned
from leakguard.semantic.text import text
from leakguard.semantic.values import Built, Data, Value, origin_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from leakguard.semantic.machine import Machine

_CAUGHT = frozenset({"ValueError", "Exception", "BaseException"})  # what a score of one cluster raises, or more
_FEWEST = 2  # clusters that can be scored


def note_counted(machine: Machine, targets: Iterable[s.Expression], computed: s.Expression, value: Value) -> None:
    """What is computed from the labels of a clustering may be its number of clusters."""
    if machine.clusterings and (_is_of_clusters(machine, value) or _mentions_clusters(machine, computed)):
        machine.tallies.update(text(one) for target in targets for one in _bound(target))


def _bound(target: s.Expression) -> Iterator[s.Expression]:
    if isinstance(target, s.Display):
        for item in target.items:
            yield from _bound(item)
    else:
        yield target.value if isinstance(target, s.Starred) else target


def asks_for_clusters(machine: Machine, test: s.Expression) -> bool:
    """Whether a condition is one on the labels of a clustering, or on how many clusters it is told to find."""
    return _is_on_count(machine, test) or (bool(machine.clusterings) and _mentions_clusters(machine, test))


def note_sifted(machine: Machine, test: s.Expression) -> None:
    """Take down the paths that a condition looks at: it may leave the one out that nobody may read."""
    if machine.gate is not None:
        names = (one.id for one in mentioned(test) if isinstance(one, s.Name))
        values = [value for name in names if (value := machine.scope.find(name)) is not None]
        machine.sifted |= {path for value in values if isinstance(value, Data) for path in value.paths}


def _mentions_clusters(machine: Machine, node: s.Expression) -> bool:
    for one in mentioned(node):
        if text(one) in machine.tallies:
            return True
        value = machine.scope.find(one.id) if isinstance(one, s.Name) else None
        if value is not None and _is_of_clusters(machine, value):
            return True
    return False


def _is_of_clusters(machine: Machine, value: Value) -> bool:
    """Whether a value is a fitted clustering, or what it says of rows."""
    if isinstance(value, Built):
        return any(fit in machine.clusterings for fit in value.learner.fits)
    origin = origin_of(value)
    fits = origin.learned.union(*(model.fits for model in origin.models))
    return any(fit in machine.clusterings for fit in fits)


def _is_on_count(machine: Machine, test: s.Expression) -> bool:
    """`k > 1`, where a loop or a tuner goes through numbers from one."""
    match test:
        case s.Comparison(operands=operands) if any(isinstance(one, s.Constant) for one in operands):
            found = [machine.scope.find(one.id) for one in operands if isinstance(one, s.Name)]
            samples = [value.sample for value in found if isinstance(value, Data) and value.sample is not None]
            return any(sample.low in range(_FEWEST) for sample in samples)
        case s.Operation(operands=operands):
            return any(_is_on_count(machine, one) for one in operands)
        case _:
            return False


def catches(handlers: Iterable[s.Handler]) -> bool:
    """Whether the error that a score of one cluster raises is caught."""
    return any(handler.kind is None or not _CAUGHT.isdisjoint(_named(handler.kind)) for handler in handlers)


def _named(kind: s.Expression) -> set[str]:
    return {text(one).rpartition(".")[2] for one in mentioned(kind)}
