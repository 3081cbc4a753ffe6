"""Whether statements only read rows: whatever else mentions them may change them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leakguard.fixes.imports import Imports
from leakguard.fixes.page import CannotFixError
from leakguard.fixes.tree import at_once, below, bound_names, free_uses, uses
from leakguard.semantic import syntax as s

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leakguard.fixes.page import Page
    from leakguard.semantic.syntax import Block

_FUNCTIONS = frozenset(
    {"abs", "all", "any", "float", "id", "int", "len", "max", "min", "print", "repr", "round", "str"}
)
_FUNCTIONS_OF_NUMPY = frozenset({"max", "mean", "median", "min", "shape", "std", "sum", "unique", "var", "zeros_like"})
_FIELDS = frozenset({"columns", "dtype", "dtypes", "ndim", "shape", "size"})
_METHODS = frozenset(
    {"corr", "count", "describe", "head", "info", "isna", "isnull", "max", "mean", "median", "min", "nunique", "sample"}
    | {"std", "sum", "tail", "value_counts", "var", "copy", "drop"}
)


def aliases(block: Block, names: set[str]) -> set[str]:
    """Return names that may stand for the same rows, or a part of them: `Z = X`, `Z = X.values`, `Z = X[:9]`."""
    pairs = [pair for one in below(block) if isinstance(one, s.Assign) for pair in _same(one)]
    known, size = set(names), 0
    while size != len(known):
        size = len(known)
        known |= {name for pair in pairs if pair & known for name in pair}
    return known


def _same(statement: s.Assign) -> Iterator[set[str]]:
    value: s.Expression = statement.value
    while isinstance(value, (s.Attribute, s.Subscript)):
        value = value.value
    if isinstance(value, s.Name):
        yield from ({value.id, target.id} for target in statement.targets if isinstance(target, s.Name))


def check_only_read(page: Page, statements: Block, names: set[str]) -> None:
    """Refuse if statements may change what names stand for."""
    if names & set(bound_names(statements)) - _new_columns(statements, names):
        raise CannotFixError
    read = [one for statement in statements for one in _read(page, statement)]
    for name in names:
        mentioned = [one for one in at_once(statements) if isinstance(one, s.Name) and one.id == name]
        if any(not any(use is one for one in read) for use in mentioned):
            raise CannotFixError
    functions = [one for one in below(page.module.program.body) if isinstance(one, s.Function)]
    for function in functions:
        if uses(statements, function.name) and any(free_uses((function,), name) for name in names):
            raise CannotFixError


def _new_columns(statements: Block, names: set[str]) -> set[str]:
    """Return the names that are bound to a part of the rows here and that nothing here uses afterwards."""
    found = [
        target.id
        for one in statements
        if isinstance(one, s.Assign) and isinstance(one.value, s.Subscript) and isinstance(one.value.value, s.Name)
        for target in one.targets
        if isinstance(target, s.Name) and one.value.value.id in names
    ]
    return {name for name in found if len(uses(statements, name)) == 1}


def _read(page: Page, statement: s.Statement) -> Iterator[s.Name]:
    """Yield the names that are only read, whatever they stand for."""
    match statement:
        case s.Assign(targets=(s.Name() as target,), value=s.Subscript(value=s.Name() as rows, index=s.Constant())):
            yield from (target, rows)
    imports = Imports(page, statement)
    for one in at_once(statement):
        match one:
            case s.Attribute(value=s.Name() as rows, name=name) if name in _FIELDS:
                yield rows
            case s.Call(function=s.Attribute(value=value, name=name), arguments=arguments) if (
                name in _METHODS
                and not any(argument.name in {"inplace", "out"} or argument.star for argument in arguments)
            ):
                yield from _whole(value)
            case s.Call(function=function, arguments=arguments) if _is_known(imports, function) and not any(
                argument.name == "out" or argument.star for argument in arguments
            ):
                yield from (use for argument in arguments for use in _whole(argument.value))


def _whole(value: s.Expression) -> Iterator[s.Name]:
    match value:
        case s.Name():
            yield value
        case s.Subscript(value=s.Name() as rows):
            yield rows


def _is_known(imports: Imports, function: s.Expression) -> bool:
    if isinstance(function, s.Name) and function.id in _FUNCTIONS:
        return imports.is_free_of_bindings(function.id)
    qualified = imports.qualified(function) or ""
    return qualified.removeprefix("numpy.") in _FUNCTIONS_OF_NUMPY and qualified.startswith("numpy.")
