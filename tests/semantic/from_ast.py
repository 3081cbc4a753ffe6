"""The same lowering once more, from the standard library's `ast`: what the one under test is held against."""

# ruff: noqa: C901, PLR0912 - one branch for each class of node
from __future__ import annotations

import ast
import unicodedata
from dataclasses import fields, is_dataclass
from itertools import zip_longest
from typing import TYPE_CHECKING, Any, Final

from leakguard.semantic import syntax as ir

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

_OPERATORS: Final = {
    "Add": "+",
    "Sub": "-",
    "Mult": "*",
    "Div": "/",
    "FloorDiv": "//",
    "Mod": "%",
    "Pow": "**",
    "LShift": "<<",
    "RShift": ">>",
    "BitOr": "|",
    "BitAnd": "&",
    "BitXor": "^",
    "MatMult": "@",
    "And": "and",
    "Or": "or",
    "Not": "not",
    "USub": "-",
    "UAdd": "+",
    "Invert": "~",
    "Lt": "<",
    "Gt": ">",
    "Eq": "==",
    "LtE": "<=",
    "GtE": ">=",
    "NotEq": "!=",
    "In": "in",
    "NotIn": "not in",
    "Is": "is",
    "IsNot": "is not",
}
_COMPREHENSIONS: Final[dict[type[ast.AST], Any]] = {
    ast.ListComp: "list",
    ast.SetComp: "set",
    ast.GeneratorExp: "generator",
}


def block(nodes: Iterable[ast.stmt]) -> ir.Block:
    lowered = [_statement(node) for node in nodes]
    return tuple([each for each in lowered if each is not None])


def differences(left: object, right: object, path: str = "") -> Iterator[tuple[str, object, object]]:
    """Yield where two lowered programs differ, with the path there; origins are not compared."""
    if is_dataclass(left) and type(left) is type(right):
        for name in _field_names(left):
            inner = f"{path}.{type(left).__name__}.{name}"
            yield from differences(getattr(left, name), getattr(right, name), inner)
    elif isinstance(left, tuple) and isinstance(right, tuple):
        for index, (one, other) in enumerate(zip_longest(left, right)):
            yield from differences(one, other, f"{path}[{index}]")
    elif not _same(left, right, is_literal=path.endswith(".Constant.value")):
        yield path, left, right


def pairs(left: object, right: object) -> Iterator[tuple[ir.Node, ir.Node]]:
    """Yield the nodes of two equal programs side by side, without those in f-strings, which old Pythons misplace."""
    if isinstance(left, ir.Node) and isinstance(right, ir.Node):
        yield left, right
    if isinstance(left, tuple) and isinstance(right, tuple):
        for one, other in zip(left, right, strict=True):
            yield from pairs(one, other)
    elif is_dataclass(left) and not isinstance(left, ir.Text):
        for name in _field_names(left):
            yield from pairs(getattr(left, name), getattr(right, name))


def _field_names(node: object) -> list[str]:
    return [field.name for field in fields(node) if field.name != "origin"]  # type: ignore[arg-type]


def _same(left: object, right: object, *, is_literal: bool) -> bool:
    if isinstance(left, str) and isinstance(right, str) and not is_literal:
        return unicodedata.normalize("NFKC", left) == right  # `ast` respells names, we keep them as written
    return type(left) is type(right) and repr(left) == repr(right)  # nan, -0.0 and 1 == True need more than ==


def _operator(node: ast.AST) -> str:
    return _OPERATORS[type(node).__name__]


def _optional(node: ast.expr | None) -> ir.Expression | None:
    return None if node is None else expression(node)


def _all(nodes: Iterable[ast.expr]) -> tuple[ir.Expression, ...]:
    return tuple([expression(node) for node in nodes])


def expression(node: ast.expr) -> ir.Expression:
    match node:
        case ast.Name(id=name):
            return ir.Name(node, name)
        case ast.Constant(value=value):
            return ir.Constant(node, value)
        case ast.Attribute(value=value, attr=name):
            return ir.Attribute(node, expression(value), name)
        case ast.Subscript(value=value, slice=index):
            return ir.Subscript(node, expression(value), expression(index))
        case ast.Slice(lower=lower, upper=upper, step=step):
            return ir.Slice(node, _optional(lower), _optional(upper), _optional(step))
        case ast.Call(func=function, args=arguments, keywords=keywords):
            return ir.Call(node, expression(function), _arguments(arguments, keywords))
        case ast.Starred(value=value):
            return ir.Starred(node, expression(value))
        case ast.NamedExpr(target=target, value=value):
            return ir.Walrus(node, ir.Name(target, target.id), expression(value))
        case ast.Lambda(args=arguments, body=body):
            return ir.Lambda(node, _parameters(arguments), expression(body))
        case ast.IfExp(test=test, body=body, orelse=orelse):
            return ir.Conditional(node, expression(test), expression(body), expression(orelse))
        case ast.Await(value=value):
            return ir.Suspend(node, "await", expression(value))
        case ast.Yield(value=optional):
            return ir.Suspend(node, "yield", _optional(optional))
        case ast.YieldFrom(value=value):
            return ir.Suspend(node, "yield from", expression(value))
    return _operation(node) or _collection(node) or _text(node)


def _operation(node: ast.expr) -> ir.Expression | None:
    match node:
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() | float() | complex() as value)) if not (
            isinstance(value, bool)
        ):
            return ir.Constant(node, -value)
        case ast.UnaryOp(op=operator, operand=operand):
            return ir.Operation(node, _operator(operator), (expression(operand),))
        case ast.BinOp(left=left, op=operator, right=right):
            return ir.Operation(node, _operator(operator), (expression(left), expression(right)))
        case ast.BoolOp(op=operator, values=values):
            return ir.Operation(node, _operator(operator), _all(values))
        case ast.Compare(left=left, ops=operators, comparators=comparators):
            return ir.Comparison(node, _all([left, *comparators]), tuple([_operator(each) for each in operators]))
    return None


def _collection(node: ast.expr) -> ir.Expression | None:
    match node:
        case ast.List(elts=items):
            return ir.Display(node, "list", _all(items))
        case ast.Tuple(elts=items):
            return ir.Display(node, "tuple", _all(items))
        case ast.Set(elts=items):
            return ir.Display(node, "set", _all(items))
        case ast.Dict(keys=keys, values=values):
            return ir.DictDisplay(node, tuple(zip(map(_optional, keys), _all(values), strict=True)))
        case ast.ListComp(elt=element) | ast.SetComp(elt=element) | ast.GeneratorExp(elt=element):
            kind = _COMPREHENSIONS[type(node)]
            return ir.Comprehension(node, kind, None, expression(element), _clauses(node.generators))
        case ast.DictComp(key=key, value=value, generators=generators):
            return ir.Comprehension(node, "dict", expression(key), expression(value), _clauses(generators))
    return None


def _clauses(nodes: Iterable[ast.comprehension]) -> tuple[ir.Clause, ...]:
    return tuple([ir.Clause(expression(each.target), expression(each.iter), _all(each.ifs)) for each in nodes])


def _text(node: ast.expr) -> ir.Text:
    # JoinedStr, or TemplateStr where Python has it
    return ir.Text(node, tuple(_parts(getattr(node, "values"))))  # noqa: B009 - not every Python knows both classes


def _parts(nodes: Iterable[ast.expr]) -> Iterator[ir.Expression]:
    for node in nodes:
        if isinstance(node, ast.Constant):
            yield ir.Constant(node, node.value)
        else:
            yield from _embedded(node)


def _embedded(node: ast.expr) -> Iterator[ir.Expression]:
    yield expression(getattr(node, "value"))  # noqa: B009 - FormattedValue or Interpolation
    specification = getattr(node, "format_spec", None)
    for each in [] if specification is None else specification.values:
        if not isinstance(each, ast.Constant):
            yield from _embedded(each)


def _arguments(arguments: Sequence[ast.expr], keywords: Sequence[ast.keyword]) -> tuple[ir.Argument, ...]:
    # `ast` keeps the two kinds apart; the order of the source is that of the places
    written: list[ast.expr | ast.keyword] = [*arguments, *keywords]
    return tuple([_argument(each) for each in sorted(written, key=_place)])


def _place(node: ast.expr | ast.keyword) -> tuple[int, int]:
    return node.lineno, node.col_offset


def _argument(node: ast.expr | ast.keyword) -> ir.Argument:
    match node:
        case ast.Starred(value=value):
            return ir.Argument(expression(value), None, "*")
        case ast.keyword(arg=None, value=value):
            return ir.Argument(expression(value), None, "**")
        case ast.keyword(arg=name, value=value):
            return ir.Argument(expression(value), name)
        case _:
            return ir.Argument(expression(node))


def _parameters(node: ast.arguments) -> tuple[ir.Parameter, ...]:
    positional = [*node.posonlyargs, *node.args]
    defaults = [None] * (len(positional) - len(node.defaults)) + node.defaults
    found = [_parameter(each, default) for each, default in zip(positional, defaults, strict=True)]
    if node.vararg is not None:
        found.append(_parameter(node.vararg, None, "*"))
    found += [_parameter(each, default) for each, default in zip(node.kwonlyargs, node.kw_defaults, strict=True)]
    if node.kwarg is not None:
        found.append(_parameter(node.kwarg, None, "**"))
    return tuple(found)


def _parameter(node: ast.arg, default: ast.expr | None, star: Any = "") -> ir.Parameter:  # noqa: ANN401 - a literal
    return ir.Parameter(node.arg, _optional(default), star, _optional(node.annotation))


def _statement(node: ast.stmt) -> ir.Statement | None:
    if isinstance(node, ast.Pass):
        return None
    if isinstance(node, ast.Expr):
        value = expression(node.value)
        return None if isinstance(value, ir.Constant) else ir.Evaluate(node, value)
    return _assignment(node) or _small(node) or _import(node) or _compound(node) or _definition(node)


def _assignment(node: ast.stmt) -> ir.Statement | None:
    match node:
        case ast.Assign(targets=targets, value=value):
            return ir.Assign(node, _all(targets), expression(value))
        case ast.AnnAssign(target=target, value=ast.expr() as value):
            return ir.Assign(node, (expression(target),), expression(value))
        case ast.AugAssign(target=target, op=operator, value=value):
            return ir.Augment(node, expression(target), _operator(operator), expression(value))
        case ast.Delete(targets=[ast.Tuple(elts=targets) | ast.List(elts=targets)]) | ast.Delete(targets=targets):
            return ir.Delete(node, _all(targets))
    if type(node).__name__ == "TypeAlias":
        return ir.Assign(node, (expression(getattr(node, "name")),), expression(getattr(node, "value")))  # noqa: B009
    return None


def _small(node: ast.stmt) -> ir.Statement | None:
    match node:
        case ast.Return(value=value):
            return ir.Return(node, _optional(value))
        case ast.Raise(exc=value):
            return ir.Raise(node, _optional(value))
        case ast.Assert(test=test):
            return ir.Assert(node, expression(test))
        case ast.Break():
            return ir.Break(node)
        case ast.Continue():
            return ir.Continue(node)
        case ast.Global(names=names):
            return ir.Scope(node, "global", tuple(names))
        case ast.Nonlocal(names=names):
            return ir.Scope(node, "nonlocal", tuple(names))
    return None


def _import(node: ast.stmt) -> ir.Statement | None:
    match node:
        case ast.Import(names=names):
            return ir.Import(node, tuple([_binding(each) for each in names]))
        case ast.ImportFrom(module=module, names=[ast.alias(name="*")], level=level):
            return ir.ImportFrom(node, module or "", level, None)
        case ast.ImportFrom(module=module, names=names, level=level):
            pairs = tuple([(each.name, each.asname or each.name) for each in names])
            return ir.ImportFrom(node, module or "", level, pairs)
    return None


def _binding(node: ast.alias) -> tuple[str, str]:
    first = node.name.split(".")[0]
    return (first, first) if node.asname is None else (node.asname, node.name)


def _compound(node: ast.stmt) -> ir.Statement | None:
    match node:
        case ast.If(test=test, body=body, orelse=orelse):
            return ir.If(node, expression(test), block(body), block(orelse))
        case ast.While(test=test, body=body, orelse=orelse):
            return ir.While(node, expression(test), block(body), block(orelse))
        case ast.For() | ast.AsyncFor():
            target, iterable = expression(node.target), expression(node.iter)
            return ir.For(node, target, iterable, block(node.body), block(node.orelse))
        case ast.With() | ast.AsyncWith():
            items = tuple([(expression(each.context_expr), _optional(each.optional_vars)) for each in node.items])
            return ir.With(node, items, block(node.body))
        case ast.Try() | ast.TryStar():
            handlers = tuple([ir.Handler(_optional(each.type), each.name, block(each.body)) for each in node.handlers])
            return ir.Try(node, block(node.body), handlers, block(node.orelse), block(node.finalbody))
        case ast.Match(subject=subject, cases=cases):
            lowered = tuple([(tuple(_bound(each.pattern)), _optional(each.guard), block(each.body)) for each in cases])
            return ir.Match(node, expression(subject), lowered)
    return None


def _bound(pattern: ast.pattern) -> Iterator[str]:
    if isinstance(pattern, ast.MatchOr):
        yield from _bound(pattern.patterns[0])
        return
    for child in ast.iter_child_nodes(pattern):
        if isinstance(child, ast.pattern):
            yield from _bound(child)
    name = getattr(pattern, "rest" if isinstance(pattern, ast.MatchMapping) else "name", None)
    if name is not None:
        yield name


def _definition(node: ast.stmt) -> ir.Statement | None:
    match node:
        case ast.FunctionDef() | ast.AsyncFunctionDef():
            parameters = _parameters(node.args)
            return ir.Function(node, node.name, parameters, block(node.body), _all(node.decorator_list))
        case ast.ClassDef(name=name, bases=bases, body=body, decorator_list=decorators):
            fields = tuple([each.target.id for each in body if _is_field(each)])  # type: ignore[attr-defined]
            return ir.Class(node, name, _all(bases), block(body), _all(decorators), fields)
    return None


def _is_field(node: ast.stmt) -> bool:
    match node:
        case (
            ast.AnnAssign(target=ast.Name(), annotation=ast.Subscript(value=kind))
            | ast.AnnAssign(target=ast.Name(), annotation=kind)
        ):
            return "ClassVar" not in {getattr(kind, "id", ""), getattr(kind, "attr", "")}
        case _:
            return False
