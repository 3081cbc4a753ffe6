"""Statements of the parser's tree, lowered to the small language: the other half of the one walk over a file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import libcst as cst

from leakguard.semantic import syntax as ir
from leakguard.semantic.lower_expressions import dotted, expression, optional, parameters
from leakguard.semantic.lower_magics import cell_in, put_at

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

_AUGMENTED: Final[dict[type[cst.BaseAugOp], str]] = {
    cst.AddAssign: "+",
    cst.SubtractAssign: "-",
    cst.MultiplyAssign: "*",
    cst.MatrixMultiplyAssign: "@",
    cst.DivideAssign: "/",
    cst.ModuloAssign: "%",
    cst.BitAndAssign: "&",
    cst.BitOrAssign: "|",
    cst.BitXorAssign: "^",
    cst.LeftShiftAssign: "<<",
    cst.RightShiftAssign: ">>",
    cst.PowerAssign: "**",
    cst.FloorDivideAssign: "//",
}


def lower(module: cst.Module) -> ir.Block:
    """Return the statements of a parsed file; raise a `RecursionError` where it is nested beyond Python's limit."""
    return _block(module.body)


def _block(nodes: Iterable[cst.CSTNode]) -> ir.Block:
    found: list[ir.Statement] = []
    for node in nodes:
        if type(node) is cst.SimpleStatementLine:
            for each in node.body:
                _simple(each, found)
        else:
            found.append(_COMPOUND[type(node)](node))
    return tuple(found)


def _suite(node: cst.BaseSuite) -> ir.Block:
    if type(node) is cst.IndentedBlock:
        return _block(node.body)
    found: list[ir.Statement] = []
    for each in node.body:
        _simple(each, found)
    return tuple(found)


def _simple(node: cst.CSTNode, found: list[ir.Statement]) -> None:
    cell = cell_in(node) if type(node) is cst.Expr else None
    if cell is not None:
        found.extend(put_at(_block(cell.body), node))
        return
    statement = _SIMPLE[type(node)](node)
    if statement is not None:
        found.append(statement)


# Simple statements; None for those that do nothing


def _evaluate(node: cst.Expr) -> ir.Evaluate | None:
    if type(node.value) is cst.SimpleString:  # a docstring, whose value nobody needs
        return None
    value = expression(node.value)
    return None if type(value) is ir.Constant else ir.Evaluate(node, value)


def _assign(node: cst.Assign) -> ir.Assign:
    return ir.Assign(node, tuple([expression(each.target) for each in node.targets]), expression(node.value))


def _annotated(node: cst.AnnAssign) -> ir.Assign | None:
    if node.value is None:
        return None
    return ir.Assign(node, (expression(node.target),), expression(node.value))


def _augment(node: cst.AugAssign) -> ir.Augment:
    return ir.Augment(node, expression(node.target), _AUGMENTED[type(node.operator)], expression(node.value))


def _type_alias(node: cst.TypeAlias) -> ir.Assign:
    return ir.Assign(node, (expression(node.name),), expression(node.value))


def _return(node: cst.Return) -> ir.Return:
    return ir.Return(node, optional(node.value))


def _raise(node: cst.Raise) -> ir.Raise:
    return ir.Raise(node, optional(node.exc))


def _assert(node: cst.Assert) -> ir.Assert:
    return ir.Assert(node, expression(node.test))


def _delete(node: cst.Del) -> ir.Delete:
    target = expression(node.target)
    return ir.Delete(node, target.items if isinstance(target, ir.Display) else (target,))


def _scope(node: cst.Global | cst.Nonlocal) -> ir.Scope:
    names = tuple([each.name.value for each in node.names])
    return ir.Scope(node, "global" if isinstance(node, cst.Global) else "nonlocal", names)


def _import(node: cst.Import | cst.LazyImport) -> ir.Import:
    return ir.Import(node, tuple([_binding(each) for each in node.names]))


def _binding(node: cst.ImportAlias) -> tuple[str, str]:
    name = dotted(node.name)
    if node.asname is not None:
        return dotted(node.asname.name), name
    first = name.partition(".")[0]
    return first, first


def _import_from(node: cst.ImportFrom | cst.LazyImportFrom) -> ir.ImportFrom:
    module = "" if node.module is None else dotted(node.module)
    names = None if isinstance(node.names, cst.ImportStar) else tuple([_imported(each) for each in node.names])
    return ir.ImportFrom(node, module, len(node.relative), names)


def _imported(node: cst.ImportAlias) -> tuple[str, str]:
    name = dotted(node.name)
    return name, name if node.asname is None else dotted(node.asname.name)


def _nothing(_node: cst.CSTNode) -> None:
    return None


_SIMPLE: dict[type[cst.CSTNode], Callable[[Any], ir.Statement | None]] = {
    cst.Expr: _evaluate,
    cst.Assign: _assign,
    cst.AnnAssign: _annotated,
    cst.AugAssign: _augment,
    cst.TypeAlias: _type_alias,
    cst.Return: _return,
    cst.Raise: _raise,
    cst.Break: ir.Break,
    cst.Continue: ir.Continue,
    cst.Pass: _nothing,
    cst.Assert: _assert,
    cst.Del: _delete,
    cst.Global: _scope,
    cst.Nonlocal: _scope,
    cst.Import: _import,
    cst.ImportFrom: _import_from,
}
# Syntax that only newer versions of the parser know
if hasattr(cst, "LazyImport"):
    _SIMPLE |= {cst.LazyImport: _import, cst.LazyImportFrom: _import_from}

# Compound statements


def _if(node: cst.If) -> ir.If:
    # A chain of `elif` is nested once per branch; it is walked without recursion, since generated code has long ones.
    chain = [node]
    while isinstance(chain[-1].orelse, cst.If):
        chain.append(chain[-1].orelse)
    orelse = _else(chain[-1].orelse)
    for each in reversed(chain[1:]):
        orelse = (ir.If(each, expression(each.test), _suite(each.body), orelse),)
    return ir.If(node, expression(node.test), _suite(node.body), orelse)


def _else(node: cst.CSTNode | None) -> ir.Block:
    return _suite(node.body) if isinstance(node, (cst.Else, cst.Finally)) else ()


def _while(node: cst.While) -> ir.While:
    return ir.While(node, expression(node.test), _suite(node.body), _else(node.orelse))


def _for(node: cst.For) -> ir.For:
    return ir.For(node, expression(node.target), expression(node.iter), _suite(node.body), _else(node.orelse))


def _try(node: cst.Try | cst.TryStar) -> ir.Try:
    handlers = tuple([_handler(each) for each in node.handlers])
    return ir.Try(node, _suite(node.body), handlers, _else(node.orelse), _else(node.finalbody))


def _handler(node: cst.ExceptHandler | cst.ExceptStarHandler) -> ir.Handler:
    name = None if node.name is None else dotted(node.name.name)
    return ir.Handler(optional(node.type), name, _suite(node.body))


def _with(node: cst.With) -> ir.With:
    return ir.With(node, tuple([_with_item(each) for each in node.items]), _suite(node.body))


def _with_item(node: cst.WithItem) -> tuple[ir.Expression, ir.Expression | None]:
    return expression(node.item), None if node.asname is None else expression(node.asname.name)


def _function(node: cst.FunctionDef) -> ir.Function:
    decorators = tuple([expression(each.decorator) for each in node.decorators])
    return ir.Function(node, node.name.value, parameters(node.params), _suite(node.body), decorators)


def _class(node: cst.ClassDef) -> ir.Class:
    decorators = tuple([expression(each.decorator) for each in node.decorators])
    bases = tuple([_base(each) for each in node.bases])
    return ir.Class(node, node.name.value, bases, _suite(node.body), decorators, tuple(_fields(node.body)))


def _fields(body: cst.BaseSuite) -> Iterator[str]:
    """Yield the names that a class annotates, those left out that it shares among its objects."""
    for line in body.body:
        for each in line.body if type(line) is cst.SimpleStatementLine else (line,):
            if type(each) is cst.AnnAssign and type(each.target) is cst.Name and not _is_shared(each.annotation):
                yield each.target.value


def _is_shared(annotation: cst.Annotation) -> bool:
    kind = annotation.annotation
    named = kind.value if isinstance(kind, cst.Subscript) else kind
    return getattr(getattr(named, "attr", named), "value", "") == "ClassVar"


def _base(node: cst.Arg) -> ir.Expression:
    value = expression(node.value)
    return ir.Starred(node, value) if node.star else value


def _match(node: cst.Match) -> ir.Match:
    cases = tuple([(tuple(_bound(each.pattern)), optional(each.guard), _suite(each.body)) for each in node.cases])
    return ir.Match(node, expression(node.subject), cases)


def _bound(pattern: cst.CSTNode | None) -> Iterator[str]:
    """Yield the names that a pattern binds, in the order in which they are written."""
    match pattern:
        case cst.Name(value=name):
            yield name
        case cst.MatchAs(pattern=inner, name=alias):
            yield from _bound_in([inner, alias])
        case cst.MatchStar(name=rest):
            yield from _bound(rest)
        case cst.MatchMapping(elements=elements, rest=rest):
            yield from _bound_in([*[each.pattern for each in elements], rest])
        case cst.MatchClass(patterns=patterns, kwds=keywords):
            yield from _bound_in([*[each.value for each in patterns], *[each.pattern for each in keywords]])
        case cst.MatchOr(patterns=patterns):  # every alternative binds the same names
            yield from _bound(patterns[0].pattern)
        case cst.MatchList(patterns=patterns) | cst.MatchTuple(patterns=patterns):
            yield from _bound_in(patterns)
        case cst.MatchSequenceElement(value=inner):
            yield from _bound(inner)


def _bound_in(patterns: Iterable[cst.CSTNode | None]) -> Iterator[str]:
    for each in patterns:
        yield from _bound(each)


_COMPOUND: Final[dict[type[cst.CSTNode], Callable[[Any], ir.Statement]]] = {
    cst.If: _if,
    cst.While: _while,
    cst.For: _for,
    cst.Try: _try,
    cst.TryStar: _try,
    cst.With: _with,
    cst.FunctionDef: _function,
    cst.ClassDef: _class,
    cst.Match: _match,
}
