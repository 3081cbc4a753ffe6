"""Statements of the running Python's own tree, lowered to the small language: the other half of the walk."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any, Final

from leakguard.semantic import syntax as ir
from leakguard.semantic.lower_python_expressions import (
    OPERATORS,
    expression,
    expressions,
    numbered,
    optional,
    parameters,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator


def lower_python(tree: ast.Module) -> ir.Block:
    """Return the statements of a file; raise a `RecursionError` where it is nested beyond Python's limit."""
    return _block(tree.body)


def _block(nodes: Iterable[ast.stmt]) -> ir.Block:
    lowered = [_STATEMENTS[type(node)](node) for node in nodes]
    return tuple([each for each in lowered if each is not None])


# Statements; None for those that do nothing


def _nothing(_node: ast.Pass) -> None:
    return None


def _evaluate(node: ast.Expr) -> ir.Evaluate | None:
    value = expression(node.value)
    return None if type(value) is ir.Constant else ir.Evaluate(numbered(), value)


def _assign(node: ast.Assign) -> ir.Assign:
    return ir.Assign(numbered(), expressions(node.targets), expression(node.value))


def _annotated(node: ast.AnnAssign) -> ir.Assign | None:
    return None if node.value is None else ir.Assign(numbered(), (expression(node.target),), expression(node.value))


def _augment(node: ast.AugAssign) -> ir.Augment:
    return ir.Augment(numbered(), expression(node.target), OPERATORS[type(node.op)], expression(node.value))


def _type_alias(node: Any) -> ir.Assign:  # noqa: ANN401 - ast.TypeAlias, which not every Python knows
    return ir.Assign(numbered(), (expression(node.name),), expression(node.value))


def _return(node: ast.Return) -> ir.Return:
    return ir.Return(numbered(), optional(node.value))


def _raise(node: ast.Raise) -> ir.Raise:
    return ir.Raise(numbered(), optional(node.exc))


def _break(_node: ast.Break) -> ir.Break:
    return ir.Break(numbered())


def _continue(_node: ast.Continue) -> ir.Continue:
    return ir.Continue(numbered())


def _assert(node: ast.Assert) -> ir.Assert:
    return ir.Assert(numbered(), expression(node.test))


def _delete(node: ast.Delete) -> ir.Delete:
    match node.targets:
        case [ast.Tuple(elts=targets) | ast.List(elts=targets)]:
            return ir.Delete(numbered(), expressions(targets))
        case targets:
            return ir.Delete(numbered(), expressions(targets))


def _global(node: ast.Global) -> ir.Scope:
    return ir.Scope(numbered(), "global", tuple(node.names))


def _nonlocal(node: ast.Nonlocal) -> ir.Scope:
    return ir.Scope(numbered(), "nonlocal", tuple(node.names))


def _import(node: ast.Import) -> ir.Import:
    return ir.Import(numbered(), tuple([_binding(each) for each in node.names]))


def _binding(node: ast.alias) -> tuple[str, str]:
    first = node.name.partition(".")[0]
    return (first, first) if node.asname is None else (node.asname, node.name)


def _import_from(node: ast.ImportFrom) -> ir.ImportFrom:
    names = None
    if node.names[0].name != "*":
        names = tuple([(each.name, each.asname or each.name) for each in node.names])
    return ir.ImportFrom(numbered(), node.module or "", node.level, names)


def _if(node: ast.If) -> ir.If:
    # A chain of `elif` is nested once per branch; it is walked without recursion, since generated code has long ones.
    chain = [node]
    while len(chain[-1].orelse) == 1 and type(chain[-1].orelse[0]) is ast.If:
        chain.append(chain[-1].orelse[0])
    orelse = _block(chain[-1].orelse)
    for each in reversed(chain[1:]):
        orelse = (ir.If(numbered(), expression(each.test), _block(each.body), orelse),)
    return ir.If(numbered(), expression(node.test), _block(node.body), orelse)


def _while(node: ast.While) -> ir.While:
    return ir.While(numbered(), expression(node.test), _block(node.body), _block(node.orelse))


def _for(node: ast.For | ast.AsyncFor) -> ir.For:
    target, iterable = expression(node.target), expression(node.iter)
    return ir.For(numbered(), target, iterable, _block(node.body), _block(node.orelse))


def _try(node: ast.Try | ast.TryStar) -> ir.Try:
    handlers = tuple([ir.Handler(optional(each.type), each.name, _block(each.body)) for each in node.handlers])
    return ir.Try(numbered(), _block(node.body), handlers, _block(node.orelse), _block(node.finalbody))


def _with(node: ast.With | ast.AsyncWith) -> ir.With:
    items = tuple([(expression(each.context_expr), optional(each.optional_vars)) for each in node.items])
    return ir.With(numbered(), items, _block(node.body))


def _match(node: ast.Match) -> ir.Match:
    cases = tuple([(tuple(_bound(each.pattern)), optional(each.guard), _block(each.body)) for each in node.cases])
    return ir.Match(numbered(), expression(node.subject), cases)


def _bound(pattern: ast.pattern) -> Iterator[str]:
    """Yield the names that a pattern binds, in the order in which they are written."""
    if isinstance(pattern, ast.MatchOr):  # every alternative binds the same names
        yield from _bound(pattern.patterns[0])
        return
    for child in ast.iter_child_nodes(pattern):
        if isinstance(child, ast.pattern):
            yield from _bound(child)
    name = getattr(pattern, "rest" if isinstance(pattern, ast.MatchMapping) else "name", None)
    if name is not None:
        yield name


def _function(node: ast.FunctionDef | ast.AsyncFunctionDef) -> ir.Function:
    decorators = expressions(node.decorator_list)
    return ir.Function(numbered(), node.name, parameters(node.args), _block(node.body), decorators)


def _class(node: ast.ClassDef) -> ir.Class:
    bases, decorators = expressions(node.bases), expressions(node.decorator_list)
    fields = tuple([name for each in node.body if (name := _field(each))])
    return ir.Class(numbered(), node.name, bases, _block(node.body), decorators, fields)


def _field(node: ast.stmt) -> str:
    """Return the name that a statement of a class annotates, unless the class shares it among its objects."""
    if type(node) is not ast.AnnAssign or type(node.target) is not ast.Name:
        return ""
    named = node.annotation.value if isinstance(node.annotation, ast.Subscript) else node.annotation
    return "" if "ClassVar" in {getattr(named, "id", ""), getattr(named, "attr", "")} else node.target.id


_STATEMENTS: Final[dict[type[ast.stmt], Callable[[Any], ir.Statement | None]]] = {
    ast.Expr: _evaluate,
    ast.Assign: _assign,
    ast.AnnAssign: _annotated,
    ast.AugAssign: _augment,
    ast.Return: _return,
    ast.Raise: _raise,
    ast.Break: _break,
    ast.Continue: _continue,
    ast.Pass: _nothing,
    ast.Assert: _assert,
    ast.Delete: _delete,
    ast.Global: _global,
    ast.Nonlocal: _nonlocal,
    ast.Import: _import,
    ast.ImportFrom: _import_from,
    ast.If: _if,
    ast.While: _while,
    ast.For: _for,
    ast.AsyncFor: _for,
    ast.Try: _try,
    ast.TryStar: _try,
    ast.With: _with,
    ast.AsyncWith: _with,
    ast.Match: _match,
    ast.FunctionDef: _function,
    ast.AsyncFunctionDef: _function,
    ast.ClassDef: _class,
}
# Syntax that only newer versions of Python know
if hasattr(ast, "TypeAlias"):
    _STATEMENTS[ast.TypeAlias] = _type_alias
