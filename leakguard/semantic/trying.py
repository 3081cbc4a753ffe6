"""Searches written by hand: loops that hand one value after another to an estimator and train it."""

from __future__ import annotations

import math
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from leakguard.semantic import syntax as s
from leakguard.semantic.events import Dimension, Judge, Search, Tuned, Validate, Watch
from leakguard.semantic.names import is_seed
from leakguard.semantic.trace import trained_since
from leakguard.semantic.values import Choices, Data, Mapping, Sequence, Value, choices_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from leakguard.semantic.machine import Machine
    from leakguard.semantic.spaces import Grid

_RANDOM = frozenset({"random", "rand", "uniform", "randint", "random_sample", "binomial", "choice"})
_PARTS = ("keras.layers.", "keras.optimizers.", "keras.regularizers.", "torch.nn.", "torch.optim.")
_NETWORKS = ("torch.nn.", "keras.", "tensorflow.", "tf_keras.", "lightning.", "pytorch_lightning.")
_ASIDE = frozenset({"n_jobs", "verbose", "verbosity", "nthread", "warm_start", "scoring", "cv"})


@dataclass(slots=True, eq=False)
class Loop:
    """A loop under way, and which parameters of estimators the values that it goes through are handed to."""

    node: s.For
    choices: Choices | None
    grids: tuple[Grid, ...]
    started: int  # how many events there were before
    values: list[Value] = field(default_factory=list)  # what its target holds now
    fed: dict[str, None] = field(default_factory=dict)
    builds: bool = False  # its values go into layers, optimisers or the training of networks
    makes: bool = False  # a network is made anew in its turns
    subsets: bool = False  # goes through subsets of columns
    sizes: range | None = None  # the numbers that it runs over, where these follow each other
    inner: dict[s.Node, Loop] = field(default_factory=dict)
    folds: int | None = None  # fits of one setting, within the loop
    folding: bool = False
    tuned: dict[Tuned, None] = field(default_factory=dict)
    begun: int = 0  # how many events there were before the turn under way
    skips: bool = False  # some turns, or all after one, are left out


@contextmanager
def trying(machine: Machine, node: s.For, iterable: Value) -> Iterator[Loop]:
    """Surround the turns of a loop; whether it searched is known after the last one."""
    grids = iterable.grids if isinstance(iterable, Sequence) else ()
    drawn = isinstance(iterable, Data) and iterable.tuning
    loop = Loop(node, None if drawn else choices_of(iterable), grids, len(machine.trace.events))
    loop.skips = _may_end(node.body) or _is_sampled(node.body)
    loop.sizes = _numbers(iterable)
    loop.subsets = isinstance(iterable, Sequence) and iterable.subsets
    machine.live.append(loop)
    try:
        yield loop
    finally:
        machine.live.pop()
    _finish(machine, loop)


def _numbers(iterable: Value) -> range | None:
    sample = iterable.sample if isinstance(iterable, Data) else None
    if sample is None or sample.call != "range" or sample.low is None or sample.high is None:
        return None
    numbers = range(int(sample.low), int(sample.high) + 1)
    return numbers if choices_of(iterable) == Choices(len(numbers)) else None


def turn(machine: Machine, loop: Loop, value: Value) -> None:
    """The loop's target takes its next value."""
    loop.values, loop.begun = list(_pieces(value)), len(machine.trace.events)
    if any(_is_fold(piece) for piece in loop.values):
        loop.folding = True
        machine.trace.folding.add(loop.node)


def note_skipped(machine: Machine) -> None:
    """The turn under way ends here; where nothing was trained in it, nothing was tried."""
    loop = machine.live[-1] if machine.live else None
    if loop is not None and machine.loops[-1:] == (loop.node,) and not trained_since(machine.trace, loop.begun):
        loop.skips = True


def _may_end(block: s.Block, *, inner: bool = False) -> bool:
    """Whether the loop with this body may end before its last value; a `break` of an inner loop ends only that."""
    for statement in block:
        match statement:
            case s.Break() if not inner:
                return True
            case s.Return() | s.Raise(value=s.Name(id="StopIteration") | s.Call(function=s.Name(id="StopIteration"))):
                return True
            case s.For() | s.While() if _may_end(statement.body, inner=True) or _may_end(statement.orelse, inner=inner):
                return True
            case _ if any(_may_end(part, inner=inner) for part in _blocks(statement)):
                return True
    return False


def _is_sampled(block: s.Block) -> bool:
    """Whether a random number decides what is tried: `if random.random() < 0.1`."""
    tests = [statement for statement in block if isinstance(statement, s.If)]
    return any(_is_random(one.test) or _is_sampled(one.body) for one in tests) or any(
        _is_sampled(part) for statement in block if not isinstance(statement, s.If) for part in _inside(statement)
    )


def _inside(statement: s.Statement) -> Iterator[s.Block]:
    if isinstance(statement, s.For):
        yield statement.body
    yield from _blocks(statement)


def _is_random(node: s.Expression) -> bool:
    match node:
        case s.Call(function=s.Attribute(name=name) | s.Name(id=name)):
            return name in _RANDOM
        case s.Operation() | s.Comparison():
            return any(_is_random(one) for one in node.operands)
        case _:
            return False


def _blocks(statement: s.Statement) -> Iterator[s.Block]:
    """The blocks of a statement that is neither a loop nor a definition."""
    match statement:
        case s.If():
            yield from (statement.body, statement.orelse)
        case s.With():
            yield statement.body
        case s.Try():
            yield from (statement.body, *(handler.body for handler in statement.handlers))
            yield from (statement.orelse, statement.final)
        case s.Match():
            yield from (body for _, _, body in statement.cases)


def _pieces(value: Value, depth: int = 3) -> Iterator[Value]:
    yield value
    if isinstance(value, Sequence) and depth:
        for item in value.items[:16]:
            yield from _pieces(item, depth - 1)


def _is_fold(value: Value) -> bool:
    return isinstance(value, Data) and any(part.cut.how == "folds" for part in value.selects)


def note_given(machine: Machine, node: s.Node, label: str, given: Iterable[tuple[str, Value]]) -> None:
    """An estimator is made or trained with these arguments; note the loops that they come from."""
    if not machine.live:
        return
    for argument in node.arguments if isinstance(node, s.Call) else ():
        for name in _names(argument.value):
            value = machine.scope.find(name)
            if value is not None:
                _feed(machine, value, argument.name or argument.star or "#", label)
    for parameter, value in given:
        for piece in (value, *(value.entries.values() if isinstance(value, Mapping) else ())):
            _feed(machine, piece, parameter, label)


def note_part(machine: Machine, name: str, positional: list[Value], keywords: dict[str, Value]) -> None:
    """What networks are built of and trained with is made: layers, optimisers, loaders of batches."""
    if name.endswith("utils.data.DataLoader"):
        note_built(machine, [*positional[1:2], *(value for key, value in keywords.items() if key == "batch_size")])
    elif any(part in name for part in _PARTS):
        note_built(machine, [*positional, *keywords.values()])
        note_made(machine, name if name.endswith(".Sequential") else "")


def note_built(machine: Machine, given: Iterable[Value]) -> None:
    """A network is built or trained with these values; note the loops that they come from."""
    for value in given if machine.live else ():
        for loop in machine.live:
            loop.builds |= not loop.folding and any(value is one for one in loop.values)


def note_made(machine: Machine, *names: str) -> None:
    """Something of these classes is made, of which some may be those of networks."""
    if machine.live and any(name.startswith(_NETWORKS) for name in names):
        for loop in machine.live:
            loop.makes = True


def note_columns(machine: Machine, columns: Value) -> None:
    """Columns are picked from rows; note the loops that go through subsets of columns."""
    picked = list(_pieces(columns, 1))
    for loop in machine.live:
        if loop.subsets and any(one is value for one in picked for value in loop.values):
            loop.fed["columns"] = None


def _feed(machine: Machine, value: Value, parameter: str, label: str) -> None:
    if isinstance(value, Data) and value.origin.rows:
        return
    for loop in machine.live:
        if any(value is one for one in loop.values) and parameter not in _ASIDE:
            loop.fed["seed" if parameter in {"#", ""} and label == "seed" else parameter] = None
            loop.tuned[Tuned(label)] = None


def _names(node: s.Expression, depth: int = 4) -> Iterator[str]:
    match node:
        case s.Name():
            yield node.id
        case s.Operation() if depth:
            for operand in node.operands:
                yield from _names(operand, depth - 1)
        case s.Display() if depth:
            for item in node.items:
                yield from _names(item, depth - 1)
        case s.Subscript() if depth:
            yield from _names(node.value, depth - 1)
        case s.Call() if depth:
            for argument in node.arguments:
                yield from _names(argument.value, depth - 1)
        case _:
            return


def note_step(machine: Machine, node: s.Call) -> None:
    """`loss.backward()`: the loop around, in which batches are gone through, is one over epochs."""
    trial = machine.search
    if trial is None or not (isinstance(node.function, s.Attribute) and node.function.name == "backward"):
        return
    loops = machine.live[trial.outside :]
    for inner, loop in enumerate(loops, 1):
        count = loop.choices.count if loop.choices is not None else None
        if count is not None and (inner < len(loops) or _is_epoch(loop.node.target)):
            trial.tuned.append(Tuned("a network", ("epochs",), count, loop.skips or _may_raise(loop.node.body)))


def _is_epoch(target: s.Expression) -> bool:
    return isinstance(target, s.Name) and "epoch" in target.id.lower()


def _may_raise(block: s.Block) -> bool:
    return any(isinstance(one, s.Raise) or any(_may_raise(part) for part in _inner_blocks(one)) for one in block)


def _inner_blocks(statement: s.Statement) -> Iterator[s.Block]:
    if isinstance(statement, (s.For, s.While)):
        yield from (statement.body, statement.orelse)
    yield from _blocks(statement)


def note_fold_count(machine: Machine, folds: int | None) -> None:
    """What a loop tries is cross-validated."""
    for loop in machine.live:
        loop.folds = folds


def _finish(machine: Machine, loop: Loop) -> None:
    if loop.builds and loop.makes and trained_since(machine.trace, loop.started):
        loop.fed[getattr(loop.node.target, "id", "#")] = None
    outer = machine.live[-1] if machine.live else None
    if outer is not None:
        before = outer.inner.get(loop.node)  # in a turn before, where functions may have been entered that now are not
        loop.fed = {**before.fed, **loop.fed} if before is not None else loop.fed
        outer.inner[loop.node] = loop
        return
    for nest in _nests(loop):
        if any(isinstance(one, (Validate, Judge, Watch)) for one in machine.trace.events[nest[0].started :]):
            _note(machine, nest)


def _nests(loop: Loop) -> list[tuple[Loop, ...]]:
    """The loops that search together, from the outermost one inwards; folds are gone through beside them."""
    below = [nest for inner in loop.inner.values() for nest in _nests(inner)]
    if not loop.fed:
        return below
    if _repeats(loop):  # repetitions, or a choice of luck: no part of a grid
        return [(loop,), *below]
    grids = [(loop, *nest) for nest in below if not _repeats(nest[0])] or [(loop,)]
    return [*grids, *(nest for nest in below if _repeats(nest[0]))]


def _repeats(loop: Loop) -> bool:
    return all(is_seed(name) for name in loop.fed)


def _note(machine: Machine, nest: tuple[Loop, ...]) -> None:
    counts = [loop.choices.count if loop.choices is not None and not loop.skips else None for loop in nest]
    known = [count for count in counts if count is not None]
    inmost, site = nest[-1], machine.site(nest[0].node.iterable)
    machine.emit(
        Search(
            site,
            site,
            machine.context(),
            "the loop" if len(nest) == 1 else f"{len(nest)} nested loops",
            "exhaustive",
            _grids(nest),
            math.prod(known) if len(known) == len(counts) else None,
            inmost.folds or _folds_within(inmost) or 1,
            tuned=tuple(inmost.tuned),
            loops=tuple(loop.node for loop in nest),
        )
    )


def _folds_within(loop: Loop) -> int | None:
    inner = next((one for one in loop.inner.values() if one.folding), None)
    return inner.choices.count if inner is not None and inner.choices is not None else None


def _grids(nest: tuple[Loop, ...]) -> tuple[Grid, ...]:
    if len(nest) == 1 and nest[0].grids:
        return nest[0].grids
    return (tuple(_dimension(loop, name) for loop in nest for name in _fed(loop)),)


def _fed(loop: Loop) -> list[str]:
    """The parameters that a loop feeds; one that was given by position has its name beside, where that is known."""
    return [name for name in loop.fed if name != "#"] or list(loop.fed)


def _dimension(loop: Loop, name: str) -> Dimension:
    """One hyperparameter; of several that a loop over tuples feeds, how many values each takes is not known."""
    choices = loop.choices
    if choices is None or len(_fed(loop)) > 1:
        return Dimension(name, None)
    return Dimension(name, choices.count, choices.values)
