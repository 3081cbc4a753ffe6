"""Expressions of the running Python's own tree, lowered to the small language.

It knows no white space and no comments, so that positions and fixes need the parser's tree; most files have neither.
What the two lowerings make of a file is the same, node for node, but for `origin`, which is a mere number here.
"""

from __future__ import annotations

import ast
from itertools import count
from typing import TYPE_CHECKING, Any, Final, Literal

from leakguard.semantic import syntax as ir

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

OPERATORS: Final[dict[type[ast.AST], str]] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
    ast.FloorDiv: "//",
    ast.Mod: "%",
    ast.Pow: "**",
    ast.LShift: "<<",
    ast.RShift: ">>",
    ast.BitOr: "|",
    ast.BitAnd: "&",
    ast.BitXor: "^",
    ast.MatMult: "@",
    ast.And: "and",
    ast.Or: "or",
    ast.Not: "not",
    ast.USub: "-",
    ast.UAdd: "+",
    ast.Invert: "~",
    ast.Lt: "<",
    ast.Gt: ">",
    ast.Eq: "==",
    ast.LtE: "<=",
    ast.GtE: ">=",
    ast.NotEq: "!=",
    ast.In: "in",
    ast.NotIn: "not in",
    ast.Is: "is",
    ast.IsNot: "is not",
}
numbered: Final = count(1).__next__  # the origin of a node: unlike that of any other in this process


def expression(node: ast.expr) -> ir.Expression:
    """Lower any expression."""
    return _EXPRESSIONS[type(node)](node)


def optional(node: ast.expr | None) -> ir.Expression | None:
    """Lower an expression that may be missing."""
    return None if node is None else _EXPRESSIONS[type(node)](node)


def expressions(nodes: Iterable[ast.expr]) -> tuple[ir.Expression, ...]:
    """Lower several expressions."""
    return tuple([_EXPRESSIONS[type(node)](node) for node in nodes])


def _name(node: ast.Name) -> ir.Name:
    return ir.Name(numbered(), node.id)


def _constant(node: ast.Constant) -> ir.Constant:
    return ir.Constant(numbered(), node.value)


def _attribute(node: ast.Attribute) -> ir.Attribute:
    value = node.value
    return ir.Attribute(numbered(), _EXPRESSIONS[type(value)](value), node.attr)


def _subscript(node: ast.Subscript) -> ir.Subscript:
    return ir.Subscript(numbered(), expression(node.value), expression(node.slice))


def _slice(node: ast.Slice) -> ir.Slice:
    return ir.Slice(numbered(), optional(node.lower), optional(node.upper), optional(node.step))


def _call(node: ast.Call) -> ir.Call:
    function = node.func
    return ir.Call(numbered(), _EXPRESSIONS[type(function)](function), _arguments(node.args, node.keywords))


def _arguments(positional: Sequence[ast.expr], named: Sequence[ast.keyword]) -> tuple[ir.Argument, ...]:
    if not named:
        return tuple([_argument(each) for each in positional])
    # `ast` keeps the two kinds apart; the order of the source is that of the places
    written: list[ast.expr | ast.keyword] = [*positional, *named]
    if positional and any(type(each) is ast.Starred for each in positional):
        written.sort(key=lambda each: (each.lineno, each.col_offset))
    return tuple([_argument(each) for each in written])


def _argument(node: ast.expr | ast.keyword) -> ir.Argument:
    if isinstance(node, ast.keyword):
        return ir.Argument(expression(node.value), node.arg, "**" if node.arg is None else "")
    if isinstance(node, ast.Starred):
        return ir.Argument(expression(node.value), None, "*")
    return ir.Argument(expression(node))


def _starred(node: ast.Starred) -> ir.Starred:
    return ir.Starred(numbered(), expression(node.value))


def _walrus(node: ast.NamedExpr) -> ir.Walrus:
    return ir.Walrus(numbered(), _name(node.target), expression(node.value))


def _lambda(node: ast.Lambda) -> ir.Lambda:
    return ir.Lambda(numbered(), parameters(node.args), expression(node.body))


def _conditional(node: ast.IfExp) -> ir.Conditional:
    return ir.Conditional(numbered(), expression(node.test), expression(node.body), expression(node.orelse))


def _await(node: ast.Await) -> ir.Suspend:
    return ir.Suspend(numbered(), "await", expression(node.value))


def _yield(node: ast.Yield) -> ir.Suspend:
    return ir.Suspend(numbered(), "yield", optional(node.value))


def _yield_from(node: ast.YieldFrom) -> ir.Suspend:
    return ir.Suspend(numbered(), "yield from", expression(node.value))


def _unary(node: ast.UnaryOp) -> ir.Expression:
    value = node.operand.value if isinstance(node.operand, ast.Constant) else None
    if type(node.op) is ast.USub and isinstance(value, (int, float, complex)) and not isinstance(value, bool):
        return ir.Constant(numbered(), -value)
    return ir.Operation(numbered(), OPERATORS[type(node.op)], (expression(node.operand),))


def _binary(node: ast.BinOp) -> ir.Operation:
    return ir.Operation(numbered(), OPERATORS[type(node.op)], (expression(node.left), expression(node.right)))


def _boolean(node: ast.BoolOp) -> ir.Operation:
    return ir.Operation(numbered(), OPERATORS[type(node.op)], expressions(node.values))


def _comparison(node: ast.Compare) -> ir.Comparison:
    operators = tuple([OPERATORS[type(each)] for each in node.ops])
    return ir.Comparison(numbered(), (expression(node.left), *expressions(node.comparators)), operators)


def _list(node: ast.List) -> ir.Display:
    return ir.Display(numbered(), "list", expressions(node.elts))


def _tuple(node: ast.Tuple) -> ir.Display:
    return ir.Display(numbered(), "tuple", expressions(node.elts))


def _set(node: ast.Set) -> ir.Display:
    return ir.Display(numbered(), "set", expressions(node.elts))


def _dict(node: ast.Dict) -> ir.DictDisplay:
    return ir.DictDisplay(numbered(), tuple(zip(map(optional, node.keys), expressions(node.values), strict=True)))


def _list_comprehension(node: ast.ListComp) -> ir.Comprehension:
    return _comprehension("list", node)


def _set_comprehension(node: ast.SetComp) -> ir.Comprehension:
    return _comprehension("set", node)


def _generator(node: ast.GeneratorExp) -> ir.Comprehension:
    return _comprehension("generator", node)


def _comprehension(
    kind: Literal["list", "set", "generator"], node: ast.ListComp | ast.SetComp | ast.GeneratorExp
) -> ir.Comprehension:
    return ir.Comprehension(numbered(), kind, None, expression(node.elt), _clauses(node.generators))


def _dict_comprehension(node: ast.DictComp) -> ir.Comprehension:
    key, value = node.key, getattr(node, "value")  # noqa: B009 - None beside `**mapping` where Python has that
    if value is None:
        return ir.Comprehension(numbered(), "dict", None, expression(key), _clauses(node.generators))
    return ir.Comprehension(numbered(), "dict", expression(key), expression(value), _clauses(node.generators))


def _clauses(nodes: Iterable[ast.comprehension]) -> tuple[ir.Clause, ...]:
    return tuple([ir.Clause(expression(each.target), expression(each.iter), expressions(each.ifs)) for each in nodes])


def _text(node: ast.JoinedStr) -> ir.Text:
    return ir.Text(numbered(), tuple([part for each in node.values for part in _pieces(each)]))


def _pieces(node: Any) -> Iterator[ir.Expression]:  # noqa: ANN401 - not every Python knows all classes of pieces
    if type(node) is ast.Constant:
        yield _constant(node)
        return
    yield expression(node.value)
    for each in node.format_spec.values if node.format_spec is not None else ():
        if type(each) is not ast.Constant:
            yield from _pieces(each)


def parameters(node: ast.arguments) -> tuple[ir.Parameter, ...]:
    """Lower the parameters in the order in which they are written."""
    positional = [*node.posonlyargs, *node.args]
    defaults = [None] * (len(positional) - len(node.defaults)) + node.defaults
    found = [_parameter(each, default) for each, default in zip(positional, defaults, strict=True)]
    if node.vararg is not None:
        found.append(_parameter(node.vararg, None, "*"))
    found += [_parameter(each, default) for each, default in zip(node.kwonlyargs, node.kw_defaults, strict=True)]
    if node.kwarg is not None:
        found.append(_parameter(node.kwarg, None, "**"))
    return tuple(found)


def _parameter(node: ast.arg, default: ast.expr | None, star: Literal["", "*", "**"] = "") -> ir.Parameter:
    return ir.Parameter(node.arg, optional(default), star, optional(node.annotation))


_EXPRESSIONS: Final[dict[type[ast.expr], Callable[[Any], ir.Expression]]] = {
    ast.Name: _name,
    ast.Constant: _constant,
    ast.Attribute: _attribute,
    ast.Call: _call,
    ast.Subscript: _subscript,
    ast.Slice: _slice,
    ast.Starred: _starred,
    ast.NamedExpr: _walrus,
    ast.Lambda: _lambda,
    ast.IfExp: _conditional,
    ast.Await: _await,
    ast.Yield: _yield,
    ast.YieldFrom: _yield_from,
    ast.UnaryOp: _unary,
    ast.BinOp: _binary,
    ast.BoolOp: _boolean,
    ast.Compare: _comparison,
    ast.List: _list,
    ast.Tuple: _tuple,
    ast.Set: _set,
    ast.Dict: _dict,
    ast.ListComp: _list_comprehension,
    ast.SetComp: _set_comprehension,
    ast.GeneratorExp: _generator,
    ast.DictComp: _dict_comprehension,
    ast.JoinedStr: _text,
}
# Syntax that only newer versions of Python know
if hasattr(ast, "TemplateStr"):
    _EXPRESSIONS[ast.TemplateStr] = _text
