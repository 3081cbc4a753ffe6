"""What the fixes that move a fit share: the statement that fits and transforms at once, and who uses its result."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from leakguard.fixes.arguments import plain_call, value_text
from leakguard.fixes.page import CannotFixError, Change
from leakguard.fixes.tree import below, block_of, scope_of, uses
from leakguard.semantic import syntax as s

if TYPE_CHECKING:
    from leakguard.fixes.page import Page
    from leakguard.semantic.events import Fit
    from leakguard.semantic.syntax import Block

# Words in the names of transformers, and what an object of theirs is called.
_CAPITAL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_CALLED = ("scaler", "imputer", "vectorizer", "encoder", "transformer", "selector", "discretizer", "reducer")


@dataclass(frozen=True, slots=True)
class Fitted:
    """`target = receiver.fit_transform(data, *more)` as a statement of a block that runs straight through."""

    statement: s.Assign
    target: str
    receiver: s.Expression
    data: str  # as it is written
    data_name: str | None  # where it is a plain name
    more: tuple[str, ...]  # further arguments, all plain names
    block: Block

    @property
    def receiver_name(self) -> str | None:
        """The name of what is fitted, if it has one."""
        return self.receiver.id if isinstance(self.receiver, s.Name) else None


def fitted(page: Page, fit: Fit) -> Fitted:
    """Read the statement around a fit as one that can be moved; raises CannotFixError."""
    body = page.module.program.body
    match fit.site.statement:
        case (
            s.Assign(
                targets=(s.Name(id=target),),
                value=s.Call(function=s.Attribute(value=receiver, name="fit_transform")) as value,
            ) as statement
        ) if value is fit.site.node:
            pass
        case _:
            raise CannotFixError
    call, origin = plain_call(value)
    block = block_of(body, statement)
    if block is None or block is not scope_of(body, statement) or not _stands_alone(page, statement):
        raise CannotFixError
    if not call.arguments or any(one.name for one in call.arguments):
        raise CannotFixError
    first, *others = (one.value for one in call.arguments)
    more = tuple(one.id for one in others if isinstance(one, s.Name))
    if len(more) != len(others) or not _is_simple(receiver):
        raise CannotFixError
    name = first.id if isinstance(first, s.Name) else None
    return Fitted(statement, target, receiver, value_text(page, origin, 0), name, more, block)


def resampled(page: Page, fit: Fit) -> tuple[Fitted, ...]:
    """Read the statement around a resampling, `X, y = receiver.fit_resample(X, y)`, as one for each of the two."""
    body = page.module.program.body
    match fit.site.statement:
        case (
            s.Assign(
                targets=(s.Display(items=(s.Name(id=rows), s.Name(id=labels))),),
                value=s.Call(
                    function=s.Attribute(value=receiver, name="fit_resample"),
                    arguments=(
                        s.Argument(value=s.Name(id=old_rows), name=None, star=""),
                        s.Argument(value=s.Name(id=old_labels), name=None, star=""),
                    ),
                ) as value,
            ) as statement
        ) if value is fit.site.node:
            pass
        case _:
            raise CannotFixError
    block = block_of(body, statement)
    if block is None or block is not scope_of(body, statement) or not _stands_alone(page, statement):
        raise CannotFixError
    if not _is_simple(receiver) or {rows, labels} & {old_rows, old_labels} not in ({rows, labels}, set()):
        raise CannotFixError
    return (
        Fitted(statement, rows, receiver, old_rows, old_rows, (), block),
        Fitted(statement, labels, receiver, old_labels, old_labels, (), block),
    )


def _is_simple(receiver: s.Expression) -> bool:
    """Whether it is a name, or made where it is fitted."""
    return isinstance(receiver, s.Name) or (
        isinstance(receiver, s.Call) and not any(one.star for one in receiver.arguments)
    )


def _stands_alone(page: Page, statement: s.Node) -> bool:
    """Whether no other statement stands in the rows of this one."""
    start, end = page.span(statement)
    first, last = page.rows(start, end)
    behind = page.text[end:last].strip()
    return not page.text[first:start].strip() and (not behind or behind.startswith("#"))


def without(page: Page, found: Fitted) -> Change:
    """Take the statement out; where its data has no name, the data is what its target is bound to."""
    if found.data_name is None:
        return Change(*page.span(found.statement.value), found.data)
    return rows_without(page, found.statement)


def rows_without(page: Page, statement: s.Node) -> Change:
    """Take a statement out with its rows; raises CannotFixError if something else stands there."""
    start, end = page.span(statement)
    first, last = page.rows(start, end)
    if page.text[first:start].strip() or page.text[end:last].strip():
        raise CannotFixError
    source = page.module.source
    row, last_row = page.row_of(first), page.row_of(end)
    if source.cells and source.cell_at(row) is not source.cell_at(last_row + 1):
        if source.cell_at(row).first_row == row:
            raise CannotFixError  # the cell has nothing else
        first, last = first - 1, last - 1
    return Change(first, last, "")


def data_after(found: Fitted) -> str:
    """Return how the data is called once the statement is taken out."""
    return found.data_name or found.target


def between(found: Fitted, later: s.Node) -> Block:
    """Return the statements between the fit and a later one of the same block."""
    places = [place for place, one in enumerate(found.block) if one is found.statement or one is later]
    if len(places) != 2:
        raise CannotFixError
    return found.block[places[0] + 1 : places[1]]


def check_untouched(found: Fitted, statements: Block) -> None:
    """Refuse if statements use what the fit gives, or change what it needs."""
    names = {found.target, *(one.id for one in below(found.statement.value) if isinstance(one, s.Name))}
    called = {one.id for one in below(found.receiver) if isinstance(one, s.Name)} if not found.receiver_name else set()
    for name in names - called:
        if name in {found.target, found.receiver_name} and uses(statements, name):
            raise CannotFixError
        if any(name == bound for one in statements for bound in _bound(one)):
            raise CannotFixError
    if found.data_name and any(_is_changed(one, found.data_name) for one in below(statements)):
        raise CannotFixError


def _bound(statement: s.Statement) -> list[str]:
    from leakguard.fixes.tree import bound_names

    return list(bound_names((statement,)))


def _is_changed(node: object, name: str) -> bool:
    """Whether something is put into what a name holds: `X[...] = y`, `X.drop(..., inplace=True)`."""
    match node:
        case s.Assign(targets=targets):
            return any(isinstance(one, (s.Subscript, s.Attribute)) and bool(uses(one, name)) for one in targets)
        case s.Augment(target=target) | s.Delete(targets=(target, *_)):
            return bool(uses(target, name))
        case s.Call(function=s.Attribute(value=value)) if uses(value, name):
            return any(one.name == "inplace" for one in node.arguments)
        case _:
            return False


def used_elsewhere(page: Page, found: Fitted, name: str, known: tuple[s.Node, ...]) -> bool:
    """Say whether a name is used behind the fit, other than in these nodes."""
    scope = scope_of(page.module.program.body, found.statement)
    place = next(number for number, one in enumerate(found.block) if one is found.statement)
    allowed = [use for node in (*known, found.statement, *found.block[:place]) for use in uses(node, name)]
    return any(not any(use is one for one in allowed) for use in uses(scope, name))


def called_after(written: str) -> tuple[str, str]:
    """Return what an object of a class may be called: `scaler`, or `standard_scaler`, for StandardScaler."""
    last = written.rpartition(".")[2]
    short = next((word for word in _CALLED if last.lower().endswith(word)), "transformer")
    return short, _CAPITAL.sub("_", last).lower()
