"""What the fixes that move a fit share: the statement that fits and transforms at once, and who uses its result."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from leakguard.fixes.arguments import plain_call, value_text
from leakguard.fixes.page import CannotFixError, Change
from leakguard.fixes.reading import aliases, check_only_read
from leakguard.fixes.tree import at_once, below, block_of, bound_names, free_uses, scope_of, uses
from leakguard.semantic import syntax as s

if TYPE_CHECKING:
    from leakguard.fixes.page import Page
    from leakguard.semantic.events import Fit
    from leakguard.semantic.syntax import Block

# They place the rows that they are fitted on, and cannot place others.
NO_TRANSFORM = frozenset({"ClassicalMDS", "MDS", "SpectralEmbedding", "TSNE"})
# What reaches names by their texts.
_BY_TEXT = frozenset({"eval", "exec", "globals", "locals", "vars"})
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
    _check_copies(body)
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


def _check_copies(body: Block) -> None:
    """Refuse where a transformer may change the rows that it is given: `copy=False`."""
    given = (one for one in below(body) if isinstance(one, s.Argument) and one.name == "copy")
    if any(not (isinstance(one.value, s.Constant) and one.value.value is True) for one in given):
        raise CannotFixError


def without(page: Page, found: Fitted, *, carried: bool = False) -> Change:
    """Take the statement out; where its data has no name, the data is what its target is bound to.

    A comment behind it is left as a row of its own unless it is carried along.
    """
    if found.data_name is None:
        return Change(*page.span(found.statement.value), found.data)
    return rows_without(page, found.statement, carried=carried)


def comment_behind(page: Page, statement: s.Node) -> str:
    """Return the comment behind a statement, with the space before it."""
    _, end = page.span(statement)
    return page.text[end : page.row_span(page.row_of(end))[1]]


def rows_without(page: Page, statement: s.Node, *, carried: bool = False) -> Change:
    """Take a statement out with its rows; raises CannotFixError if something else stands there."""
    start, end = page.span(statement)
    first, last = page.rows(start, end)
    behind = page.text[end:last].strip()
    if page.text[first:start].strip() or (behind and not behind.startswith("#")):
        raise CannotFixError
    if behind and not carried:
        return Change(start, end + page.text[end:last].index("#"), "")
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


def check_untouched(page: Page, found: Fitted, statements: Block) -> None:
    """Refuse if statements use what the fit gives, or change what it needs."""
    given = {one.id for one in below(found.statement.value) if isinstance(one, s.Name)}
    called = {one.id for one in below(found.receiver) if isinstance(one, s.Name)} if not found.receiver_name else set()
    if any(name and uses(statements, name) for name in (found.target, found.receiver_name)):
        raise CannotFixError
    if (given - called) & set(bound_names(statements)):
        raise CannotFixError
    rows = given - called - {found.receiver_name}
    check_only_read(page, statements, aliases(found.block, rows))


def used_elsewhere(page: Page, found: Fitted, name: str, known: tuple[s.Node, ...]) -> bool:
    """Say whether a name is used behind the fit, other than in these nodes: by what runs later too."""
    body = page.module.program.body
    scope = scope_of(body, found.statement)
    place = next(number for number, one in enumerate(found.block) if one is found.statement)
    before = [one for one in at_once(found.block[:place]) if isinstance(one, s.Name)]
    allowed = [*before, *(use for node in (*known, found.statement) for use in uses(node, name))]
    if scope is body and is_public(page, name):
        return True
    if is_reached_by_text(page, name) or any(isinstance(one, s.Scope) and name in one.names for one in below(scope)):
        return True
    return any(not any(use is one for one in allowed) for use in free_uses(scope, name))


def is_public(page: Page, name: str) -> bool:
    """Say whether a module names it among what others may import."""
    return any(
        isinstance(one, s.Constant) and one.value == name
        for statement in below(page.module.program.body)
        if isinstance(statement, (s.Assign, s.Augment, s.Evaluate)) and uses(statement, "__all__")
        for one in below(statement)
    )


def is_reached_by_text(page: Page, name: str) -> bool:
    """Say whether a name may be meant by a text: in a line for the shell, a query, or code that is built."""
    body = page.module.program.body
    if any(isinstance(one, s.Name) and one.id in _BY_TEXT for one in below(body)):
        return True
    texts = (one.value for one in below(body) if isinstance(one, s.Constant) and isinstance(one.value, str))
    if any(f"@{name}" in text for text in texts):
        return True
    word = re.compile(rf"\b{re.escape(name)}\b")
    cells = [cell.code for cell in page.module.source.cells or ()]
    return any(len(word.findall(code.shown)) > len(word.findall(code.python)) for code in cells)


def called_after(written: str) -> tuple[str, str]:
    """Return what an object of a class may be called: `scaler`, or `standard_scaler`, for StandardScaler."""
    last = written.rpartition(".")[2]
    short = next((word for word in _CALLED if last.lower().endswith(word)), "transformer")
    return short, _CAPITAL.sub("_", last).lower()
