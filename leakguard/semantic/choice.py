"""Recognising that something is kept because of a score."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leakguard.semantic import syntax as s
from leakguard.semantic.events import Choose, Judge, Search
from leakguard.semantic.names import is_seed
from leakguard.semantic.text import text
from leakguard.semantic.values import Mapping, Sequence, Value, merge, origin_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from leakguard.semantic.machine import Machine
    from leakguard.semantic.rows import Rows

_SAVES = frozenset(
    {"save", "dump", "save_model", "save_weights", "save_pretrained", "state_dict", "deepcopy", "save_checkpoint"}
)
_STOP_FLAGS = frozenset({"stop_training", "should_stop", "should_training_stop"})
_EQUALITIES = frozenset({"==", "!=", "in", "not in", "is", "is not"})


def choose(
    machine: Machine,
    node: s.Node,
    judged: Iterable[Judge],
    how: str,
    kept: Iterable[str] = (),
    *,
    by_luck: bool = False,
) -> Choose | None:
    """Record that something is kept because of these scores."""
    scores = frozenset(judged)
    if not scores:
        return None
    made = Choose(machine.site(node), machine.context(), scores, how, frozenset(kept), by_luck)
    machine.emit(made)
    return made


def choose_among(machine: Machine, node: s.Node, scores: frozenset[Judge], how: str) -> Choose | None:
    """Record a choice if there are at least two scores of one metric to choose among."""
    if not machine.showing and (any(judge.curve for judge in scores) or _are_alternatives(scores)):
        return choose(machine, node, scores, how)
    return None


def _differ_by_seed(scores: frozenset[Judge]) -> bool:
    """Whether the scores are of one model, or of one blend, that was made with other seeds from score to score."""
    alike = len({judge.models for judge in scores}) == 1
    return alike and len({frozenset((model, model.luck) for model in judge.models) for judge in scores}) > 1


def _in_loop_of_seeds(machine: Machine, scores: frozenset[Judge]) -> bool:
    """Whether the scores are of one kind of model in a loop over seeds, such as those of the split."""
    if len({frozenset(model.key[0] for model in judge.models) for judge in scores}) > 1:
        return False
    lucky = [search for search in machine.trace.of(Search) if all(is_seed(one.name) for one in search.dimensions)]
    loops = {search.loops[-1] for search in lucky if search.loops}
    return all(not loops.isdisjoint(judge.context.loops) for judge in scores)


def take_extreme(
    machine: Machine, node: s.Node, scores: frozenset[Judge], how: str, *, place: bool = False
) -> Choose | None:
    """The largest or smallest of several scores is a choice, unless both are asked for: that tells their range.

    Repetitions with several seeds have a largest score too; a choice is only to ask where it stands (`place`).
    """
    seeds = _differ_by_seed(scores)
    choice = None if seeds else choose_among(machine, node, scores, how)
    seeds = seeds or (choice is None and len(scores) > 1 and _in_loop_of_seeds(machine, scores))
    if seeds and place and not machine.showing:
        choice = choose(machine, node, scores, how, by_luck=True)
    other = choice and next((one for one in machine.trace.of(Choose) if _is_other_end(choice, one)), None)
    if choice is None or other is None:
        return choice
    machine.trace.withdraw(choice)
    machine.trace.withdraw(other)
    return None


def _is_other_end(one: Choose, other: Choose) -> bool:
    ends = {next((end for end in ("max", "min") if end in choice.how), "") for choice in (one, other)}
    return (
        ends == {"max", "min"}
        and one.judged == other.judged
        and _among_what(one.site.node) == _among_what(other.site.node)
    )


def _among_what(node: s.Node) -> str:
    """What `max(x)`, `np.max(x)` or `x.max()` looks through."""
    match node:
        case s.Call(arguments=[first, *_]):
            return text(first.value)
        case s.Call(function=s.Attribute(value=receiver)):
            return text(receiver)
        case _:
            return ""


def _are_alternatives(scores: frozenset[Judge]) -> bool:
    """Whether the scores are of several candidates, or of one at several settings; not of one on several groups."""
    alike: dict[tuple[str, frozenset[Rows]], list[Judge]] = {}
    for judge in scores:
        alike.setdefault((judge.metric, judge.rows), []).append(judge)
    return any(_differ(judges) for judges in alike.values())


def is_curve(scores: frozenset[Judge]) -> bool:
    """Whether one fitted model was judged at many thresholds or steps."""
    states = {(judge.models, tuple(model.fits for model in judge.models)) for judge in scores}
    return all(judge.curve for judge in scores) or (len(states) == 1 and not _goes_on(list(scores)))


def _differ(judges: list[Judge]) -> bool:
    """Several candidates, or one fitted model judged again and again at other thresholds; not repetitions of a fit."""
    if len(judges) < 2:
        return False
    if len({judge.models for judge in judges}) > 1:
        return True
    fits = {tuple(model.fits for model in judge.models) for judge in judges}
    return (len(fits) == 1 and not any(_is_subset(judge) for judge in judges)) or _goes_on(judges)


def _goes_on(judges: list[Judge]) -> bool:
    """Whether one model is judged while its training goes on: epochs are alternatives."""
    return any(len(model.fits) > 1 for judge in judges for model in judge.models)


def _is_subset(judge: Judge) -> bool:
    """Whether only a group or a random share of the rows was judged."""
    last = [rows.path[-1] for rows in judge.rows if rows.path]
    return any(part.cut.how in {"mask", "draw", "filter"} and part.role() is None for part in last)


def choose_by_condition(machine: Machine, node: s.If, test: Value) -> None:
    """`if score > best: best = score`, `if score < ...: break` or a model saved, in a loop."""
    scores = origin_of(test).scores
    if not scores or _asks_which(node.test) or isinstance(test, (Sequence, Mapping)):  # whether it is empty
        return
    compared = set(_compared(node.test))
    done = list(flat(node.body))
    keeps = any(isinstance(statement, s.Assign) for statement in done)
    told = isinstance(node.test, s.Name) and keeps
    if (keeps and _are_alternatives(scores)) or told or any(_keeps(statement, compared) for statement in done):
        choose(machine, node.test, scores, "keeping the best score", _assigned(done) & compared)
    elif machine.loops and any(isinstance(statement, s.Break) or _stops_training(statement) for statement in done):
        choose(machine, node.test, scores, "stopping the loop at a score")
    elif machine.loops and any(_saves(statement) for statement in done):
        choose(machine, node.test, scores, "saving the model with the best score")
    elif _in_own_loop(machine) and any(_returns_something(statement) for statement in done):
        choose(machine, node.test, scores, "stopping the loop at a score")
    elif _holds_two(machine, node.test) and any(isinstance(statement, s.Return) for statement in node.body):
        choose_among(machine, node.test, scores, "returning what has the better score")


def _assigned(done: list[s.Statement]) -> set[str]:
    """What is assigned to, as it is written."""
    targets = (target for one in done if isinstance(one, s.Assign) for target in one.targets)
    return {text(one) for target in targets for one in _targets(target)}


def _in_own_loop(machine: Machine) -> bool:
    """Whether a loop of the function under way surrounds this, rather than one of its callers."""
    definition = machine.frames[-1].definition
    body = getattr(getattr(definition, "definition", definition), "body", ())
    own = {statement for statement in flat(body) if isinstance(statement, (s.For, s.While))}
    return isinstance(body, tuple) and not own.isdisjoint(machine.loops)


def _returns_something(statement: s.Statement) -> bool:
    return (
        isinstance(statement, s.Return) and statement.value is not None and not isinstance(statement.value, s.Constant)
    )


def _holds_two(machine: Machine, test: s.Expression) -> bool:
    """Whether a condition is `one > other` of two scores."""
    if not isinstance(test, s.Comparison) or not all(isinstance(one, s.Name) for one in test.operands):
        return False
    found = [origin_of(machine.evaluate(operand)).scores for operand in test.operands]
    return all(found) and len(set(found)) > 1


def ends_at_score(machine: Machine, node: s.While, tests: list[Value]) -> None:
    """`while score < goal`, once the body has run: the loop ends at the score of one of several candidates."""
    scores = merge(origin_of(test) for test in (*tests, machine.evaluate(node.test))).scores
    if scores and (_are_alternatives(scores) or _goes_on(list(scores))):
        choose(machine, node.test, scores, "stopping the loop at a score")


def _asks_which(node: s.Expression) -> bool:
    """`kind == 1`, `"Forest" in name`: which of several cases it is; what is better is asked with < or >."""
    comparisons = list(_comparisons(node))
    return bool(comparisons) and all(
        _EQUALITIES.issuperset(one.operators) and any(isinstance(operand, s.Constant) for operand in one.operands)
        for one in comparisons
    )


def _comparisons(node: s.Expression) -> Iterator[s.Comparison]:
    match node:
        case s.Comparison():
            yield node
        case s.Operation():
            for operand in node.operands:
                yield from _comparisons(operand)


def _compared(node: s.Expression) -> Iterator[str]:
    match node:
        case s.Comparison():
            yield from (text(operand) for operand in node.operands if not isinstance(operand, s.Constant))
        case s.Operation():
            for operand in node.operands:
                yield from _compared(operand)
        case s.Call():
            yield from (text(argument.value) for argument in node.arguments)


def flat(block: s.Block) -> Iterator[s.Statement]:
    """The statements of a block and of the blocks in it, functions left out."""
    for statement in block:
        yield statement
        match statement:
            case s.If() | s.For() | s.While():
                yield from flat(statement.body)
                yield from flat(statement.orelse)
            case s.With():
                yield from flat(statement.body)
            case s.Try():
                for part in (statement.body, *(handler.body for handler in statement.handlers), statement.final):
                    yield from flat(part)
            case s.Match():
                for _, _, body in statement.cases:
                    yield from flat(body)


def _keeps(statement: s.Statement, compared: set[str]) -> bool:
    match statement:
        case s.Assign():
            kept = {text(target) for one in statement.targets for target in _targets(one)}
            return any(one == name or one.startswith((f"{name}[", f"{name}.")) for one in compared for name in kept)
        case _:
            return False


def _targets(target: s.Expression) -> Iterator[s.Expression]:
    if isinstance(target, s.Display):
        yield from target.items
    else:
        yield target


def _stops_training(statement: s.Statement) -> bool:
    """`model.stop_training = True`, as Keras calls it."""
    match statement:
        case s.Assign(targets=targets, value=s.Constant(value=True)):
            return any(isinstance(target, s.Attribute) and target.name in _STOP_FLAGS for target in targets)
        case _:
            return False


def _saves(statement: s.Statement) -> bool:
    match statement:
        case (
            s.Evaluate(value=s.Call(function=s.Attribute(name=name)))
            | s.Assign(
                value=s.Call(function=s.Attribute(name=name)),
            )
        ):
            return name in _SAVES
        case _:
            return False


def chooses_expression(machine: Machine, node: s.Conditional, test: Value) -> None:
    """`best = score if score > best else best`."""
    scores = origin_of(test).scores
    kept = {text(one) for side in (node.body, node.orelse) for one in _targets(side)}
    said = (
        isinstance(node.body, s.Constant) or isinstance(node.orelse, s.Constant) or _asks_which(node.test)
    )  # or kept from dividing by 0
    if scores and not said and (kept & set(_compared(node.test)) or _are_alternatives(scores)):
        choose_among(machine, node, scores, "keeping the best score")
