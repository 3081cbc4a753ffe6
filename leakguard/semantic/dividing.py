"""How rows are divided: at random, by groups or in time; and what shows that they have groups or an order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leakguard.semantic.events import Divide, Group, Order
from leakguard.semantic.names import words
from leakguard.semantic.values import Built, Const, Data, Value, constant

if TYPE_CHECKING:
    from leakguard.knowledge.facts import Fact
    from leakguard.semantic.call import Call
    from leakguard.semantic.machine import Machine
    from leakguard.semantic.rows import Rows
    from leakguard.semantic.syntax import Node

_STACKS = frozenset({"concat", "concatenate", "vstack"})  # put rows below rows
_ENTITIES = frozenset("user customer client patient household session".split())
_DATES = frozenset({"date", "dates", "datetime", "timestamp"})


def note_split(call: Call, rows: frozenset[Rows]) -> None:
    """Record how a splitting call, or the split of a splitter, divides rows."""
    receiver = call.receiver
    if receiver is None:
        _note(call, call.fact, call.get(_shuffle(call.fact)), call.label, rows)
    elif isinstance(receiver, Built) and receiver.fact.effect == "splitter":
        _note_splitter(call, receiver, rows, call.get("groups"))


def note_folds(call: Call, folds: Value | None, label: str, rows: frozenset[Rows], groups: Value | None) -> None:
    """Record how cross-validation divides rows: by a splitter, or by plain folds where it is given none or a number."""
    match folds:
        case Built() if folds.fact.effect == "splitter":
            _note_splitter(call, folds, rows, groups)
        case None | Const(value=None | int()):
            _note_groups(call, rows, groups)
            if not _is_of_entities(call):
                call.machine.emit(Divide(call.site, call.machine.context(), label, rows))


def _note_splitter(call: Call, splitter: Built, rows: frozenset[Rows], groups: Value | None) -> None:
    _note_groups(call, rows, groups)
    shuffle = splitter.arguments.get(_shuffle(splitter.fact))
    _note(call, splitter.fact, shuffle, splitter.name.rpartition(".")[2], rows)


def _shuffle(fact: Fact) -> str:
    return str(fact.options.get("shuffle"))


def _note(call: Call, fact: Fact, shuffle: Value | None, label: str, rows: frozenset[Rows]) -> None:
    if _is_of_entities(call):
        return
    shuffled = bool(fact.options.get("shuffled")) if shuffle is None else constant(shuffle) is True
    by_group, in_time = bool(fact.options.get("groups")), bool(fact.options.get("time"))
    context, order = call.machine.context(), _order_of(call)
    call.machine.emit(Divide(call.site, context, label, rows, shuffled, by_group, in_time, order))


def _order_of(call: Call) -> Order | None:
    """How the first of the given tables that is in order was sorted."""
    orders = (value.ordered for value in (*call.arguments(), call.receiver) if isinstance(value, Data))
    return next((order for order in orders if order is not None), None)


def _is_of_entities(call: Call) -> bool:
    """Whether persons or things are divided, each with all of its rows: a column with their names alone is given."""
    tables = [value for value in call.arguments() if isinstance(value, Data) and value.origin.rows]
    return len(tables) == 1 and is_entity(tables[0].column)


def is_entity(name: str) -> bool:
    """Whether the name of a column tells a person or thing with several rows: user, patient_id, not user_agent."""
    last = next(iter(words(name)[-1:]), "").removesuffix("s")
    return last in {"id", "uid"} or last.removesuffix("id") in _ENTITIES


def _note_groups(call: Call, rows: frozenset[Rows], groups: Value | None) -> None:
    if groups is not None and constant(groups) is None and not isinstance(groups, Const):
        call.machine.emit(Group(call.site, call.machine.context(), rows, "they are given as groups"))


def note_order(machine: Machine, node: Node, rows: frozenset[Rows], how: str) -> None:
    """Record that rows are seen to follow each other in time."""
    if rows:
        machine.emit(Order(machine.site(node), machine.context(), rows, how))


def note_group(call: Call, rows: frozenset[Rows], how: str) -> None:
    """Record that several rows are seen to belong to one person or thing."""
    if rows:
        call.machine.emit(Group(call.site, call.machine.context(), rows, how))


def is_date(name: object) -> bool:
    """Whether the name of a column tells a point in time."""
    return isinstance(name, str) and (
        name.lower() == "time" or not _DATES.isdisjoint({*words(name), name.lower(), *words(name.lower())})
    )


def note_copies(call: Call, values: list[Value]) -> None:
    """Record that rows are put below other versions of the same rows: each copy belongs to its original."""
    if call.label not in _STACKS or constant(call.get("axis")) not in {None, 0, "index"}:
        return
    tables = [value for value in values if isinstance(value, Data) and _is_table(value)]
    for table in tables[1:]:
        if table.origin.rows == tables[0].origin.rows:
            how = "they are put together with changed copies of themselves"
            call.machine.emit(Group(call.site, call.machine.context(), table.origin.rows, how, made=True))
            return


def _is_table(value: Data) -> bool:
    """Whether a value is rows with several columns, as far as is known: no record, no column, no prediction."""
    origin = value.origin
    return bool(origin.rows) and not (value.single or value.column or origin.models or origin.vague or value.drawn)
