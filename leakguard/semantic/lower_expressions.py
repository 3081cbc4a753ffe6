"""Expressions of the parser's tree, lowered to the small language.

One table from node class to function; every function reads the fields that matter and nothing else. This and the
statements' half run over every node of every parsed file, so plain calls stand where a neater helper would cost time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias, cast

import libcst as cst

from leakguard.semantic import literals
from leakguard.semantic import syntax as ir

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    _Replacement: TypeAlias = cst.FormattedStringExpression | cst.TemplatedStringExpression
    # A stretch of literal text with its node, or what stands between braces
    _Piece: TypeAlias = tuple[cst.CSTNode, str] | ir.Expression

_KEYWORDS: Final = {"None": None, "True": True, "False": False}
_LITERAL_PARTS: Final = (cst.FormattedStringText, getattr(cst, "TemplatedStringText", cst.FormattedStringText))
_NUMBERS: Final = (cst.Integer, cst.Float, cst.Imaginary)
_UNARY: Final[dict[type[cst.BaseUnaryOp], str]] = {cst.Minus: "-", cst.Plus: "+", cst.Not: "not", cst.BitInvert: "~"}
_BOOLEAN: Final[dict[type[cst.BaseBooleanOp], str]] = {cst.And: "and", cst.Or: "or"}
_BINARY: Final[dict[type[cst.BaseBinaryOp], str]] = {
    cst.Add: "+",
    cst.Subtract: "-",
    cst.Multiply: "*",
    cst.Divide: "/",
    cst.FloorDivide: "//",
    cst.Modulo: "%",
    cst.Power: "**",
    cst.LeftShift: "<<",
    cst.RightShift: ">>",
    cst.BitOr: "|",
    cst.BitAnd: "&",
    cst.BitXor: "^",
    cst.MatrixMultiply: "@",
}
_COMPARISON: Final[dict[type[cst.BaseCompOp], str]] = {
    cst.LessThan: "<",
    cst.GreaterThan: ">",
    cst.Equal: "==",
    cst.LessThanEqual: "<=",
    cst.GreaterThanEqual: ">=",
    cst.NotEqual: "!=",
    cst.In: "in",
    cst.NotIn: "not in",
    cst.Is: "is",
    cst.IsNot: "is not",
}


def expression(node: cst.CSTNode) -> ir.Expression:
    """Lower any expression."""
    return _EXPRESSIONS[type(node)](node)


def optional(node: cst.CSTNode | None) -> ir.Expression | None:
    """Lower an expression that may be missing."""
    return None if node is None else _EXPRESSIONS[type(node)](node)


def dotted(node: cst.BaseExpression) -> str:
    """Return the dotted name that an import spells out."""
    names: list[str] = []
    while isinstance(node, cst.Attribute):
        names.append(node.attr.value)
        node = node.value
    names.append(cst.ensure_type(node, cst.Name).value)
    return ".".join(reversed(names))


def parameters(node: cst.Parameters) -> tuple[ir.Parameter, ...]:
    """Lower the parameters in the order in which they are written."""
    found = [_parameter(each, "") for each in (*node.posonly_params, *node.params)]
    if isinstance(node.star_arg, cst.Param):
        found.append(_parameter(node.star_arg, "*"))
    found.extend([_parameter(each, "") for each in node.kwonly_params])
    if node.star_kwarg is not None:
        found.append(_parameter(node.star_kwarg, "**"))
    return tuple(found)


def _parameter(node: cst.Param, star: Literal["", "*", "**"]) -> ir.Parameter:
    annotation = None if node.annotation is None else expression(node.annotation.annotation)
    return ir.Parameter(node.name.value, optional(node.default), star, annotation)


def _name(node: cst.Name) -> ir.Expression:
    value = node.value
    if value in _KEYWORDS:
        return ir.Constant(node, _KEYWORDS[value])
    return ir.Name(node, value)


def _number(node: cst.Integer | cst.Float | cst.Imaginary) -> ir.Constant:
    return ir.Constant(node, literals.number(node.value))


def _ellipsis(node: cst.Ellipsis) -> ir.Constant:
    return ir.Constant(node, ...)


def _string(node: cst.SimpleString) -> ir.Constant:
    return ir.Constant(node, literals.string(node.value))


def _concatenated(node: cst.ConcatenatedString) -> ir.Expression:
    strings: list[Any] = [node.left]
    right: cst.BaseExpression = node.right
    while isinstance(right, cst.ConcatenatedString):
        strings.append(right.left)
        right = right.right
    strings.append(right)
    if all(type(each) is cst.SimpleString for each in strings):
        return ir.Constant(node, _joined([literals.string(each.value) for each in strings]))
    return ir.Text(node, _merged([piece for each in strings for piece in _pieces(each)]))


def _joined(values: list[str | bytes]) -> str | bytes:
    if isinstance(values[0], bytes):
        return b"".join([value for value in values if isinstance(value, bytes)])
    return "".join([value for value in values if isinstance(value, str)])


def _text(node: cst.FormattedString | cst.TemplatedString) -> ir.Text:
    return ir.Text(node, _merged(_pieces(node)))


def _pieces(node: cst.SimpleString | cst.FormattedString | cst.TemplatedString) -> list[_Piece]:
    if isinstance(node, cst.SimpleString):
        return [(node, str(literals.string(node.value)))]
    raw = "r" in node.start.lower()
    pieces: list[_Piece] = []
    for each in node.parts:
        if isinstance(each, _LITERAL_PARTS):
            pieces.append((each, literals.characters(each.value.replace("{{", "{").replace("}}", "}"), raw=raw)))
        else:
            pieces += _replaced(cast("_Replacement", each))
    return pieces


def _replaced(node: _Replacement) -> list[_Piece]:
    echo: list[_Piece] = []
    if node.equal is not None:  # `{x = }` puts "x = " before the value
        bare = node.with_changes(conversion=None, format_spec=None)
        echo.append((node, cst.Module(()).code_for_node(bare)[1:-1]))
    return [*echo, *_embedded(node)]


def _embedded(node: _Replacement) -> list[ir.Expression]:
    """Return the expression between braces and those in its format, whose text is not part of the string."""
    inner = [cast("_Replacement", each) for each in node.format_spec or () if not isinstance(each, _LITERAL_PARTS)]
    return [expression(node.expression), *[found for each in inner for found in _embedded(each)]]


def _merged(pieces: list[_Piece]) -> tuple[ir.Expression, ...]:
    """Make one constant of literal pieces that follow each other, and leave embedded constants alone."""
    parts: list[ir.Expression] = []
    literal: ir.Constant | None = None
    for piece in pieces:
        if not isinstance(piece, tuple):
            parts.append(piece)
            literal = None
        elif literal is not None:
            literal.value = f"{literal.value}{piece[1]}"
        elif piece[1]:
            literal = ir.Constant(*piece)
            parts.append(literal)
    return tuple(parts)


def _attribute(node: cst.Attribute) -> ir.Attribute:
    value = node.value
    return ir.Attribute(node, _EXPRESSIONS[type(value)](value), node.attr.value)


def _call(node: cst.Call) -> ir.Call:
    function = node.func
    return ir.Call(node, _EXPRESSIONS[type(function)](function), tuple([_argument(each) for each in node.args]))


def _argument(node: cst.Arg) -> ir.Argument:
    value, keyword = node.value, node.keyword
    return ir.Argument(_EXPRESSIONS[type(value)](value), None if keyword is None else keyword.value, node.star)


def _subscript(node: cst.Subscript) -> ir.Subscript:
    elements = node.slice
    first = elements[0]
    index: ir.Expression
    if len(elements) == 1 and first.comma is cst.MaybeSentinel.DEFAULT and not _is_starred(first.slice):
        index = _index(first.slice)
    else:
        index = ir.Display(node, "tuple", tuple([_index(each.slice) for each in elements]))
    return ir.Subscript(node, expression(node.value), index)


def _is_starred(node: cst.BaseSlice) -> bool:
    return isinstance(node, cst.Index) and node.star is not None


def _index(node: cst.BaseSlice) -> ir.Expression:
    if isinstance(node, cst.Slice):
        return ir.Slice(node, optional(node.lower), optional(node.upper), optional(node.step))
    index = cst.ensure_type(node, cst.Index)
    value = expression(index.value)
    return value if index.star is None else ir.Starred(index, value)


def _unary(node: cst.UnaryOperation) -> ir.Expression:
    operator, operand = node.operator, node.expression
    if type(operator) is cst.Minus and isinstance(operand, _NUMBERS):
        return ir.Constant(node, -literals.number(operand.value))
    return ir.Operation(node, _UNARY[type(operator)], (expression(operand),))


def _binary(node: cst.BinaryOperation) -> ir.Operation:
    return ir.Operation(node, _BINARY[type(node.operator)], (expression(node.left), expression(node.right)))


def _boolean(node: cst.BooleanOperation) -> ir.Operation:
    # `a and b and c` arrives as `(a and b) and c`, without the parentheses.
    operator = type(node.operator)
    operands = [expression(node.right)]
    left = node.left
    while isinstance(left, cst.BooleanOperation) and type(left.operator) is operator and not left.lpar:
        operands.append(expression(left.right))
        left = left.left
    operands.append(expression(left))
    return ir.Operation(node, _BOOLEAN[operator], tuple(reversed(operands)))


def _comparison(node: cst.Comparison) -> ir.Comparison:
    targets = node.comparisons
    operands = (expression(node.left), *[expression(each.comparator) for each in targets])
    return ir.Comparison(node, operands, tuple([_COMPARISON[type(each.operator)] for each in targets]))


def _list(node: cst.List) -> ir.Display:
    return ir.Display(node, "list", _elements(node.elements))


def _tuple(node: cst.Tuple) -> ir.Display:
    return ir.Display(node, "tuple", _elements(node.elements))


def _set(node: cst.Set) -> ir.Display:
    return ir.Display(node, "set", _elements(node.elements))


def _elements(nodes: Iterable[cst.CSTNode]) -> tuple[ir.Expression, ...]:
    return tuple([_EXPRESSIONS[type(each)](each) for each in nodes])


def _element(node: cst.Element) -> ir.Expression:
    value = node.value
    return _EXPRESSIONS[type(value)](value)


def _starred(node: cst.StarredElement) -> ir.Starred:
    return ir.Starred(node, expression(node.value))


def _dict(node: cst.Dict) -> ir.DictDisplay:
    return ir.DictDisplay(node, tuple([_dict_item(each) for each in node.elements]))


def _dict_item(node: cst.BaseDictElement) -> tuple[ir.Expression | None, ir.Expression]:
    if isinstance(node, cst.DictElement):
        return expression(node.key), expression(node.value)
    return None, expression(node.value)


def _generator(node: cst.GeneratorExp) -> ir.Comprehension:
    return ir.Comprehension(node, "generator", None, expression(node.elt), _clauses(node.for_in))


def _list_comprehension(node: cst.ListComp) -> ir.Comprehension:
    return ir.Comprehension(node, "list", None, expression(node.elt), _clauses(node.for_in))


def _set_comprehension(node: cst.SetComp) -> ir.Comprehension:
    return ir.Comprehension(node, "set", None, expression(node.elt), _clauses(node.for_in))


def _dict_comprehension(node: cst.DictComp) -> ir.Comprehension:
    return ir.Comprehension(node, "dict", expression(node.key), expression(node.value), _clauses(node.for_in))


def _unpacking_dict_comprehension(node: cst.StarredDictComp) -> ir.Comprehension:
    return ir.Comprehension(node, "dict", None, expression(node.value), _clauses(node.for_in))


def _clauses(node: cst.CompFor | None) -> tuple[ir.Clause, ...]:
    found: list[ir.Clause] = []
    while node is not None:
        conditions = tuple([expression(each.test) for each in node.ifs])
        found.append(ir.Clause(expression(node.target), expression(node.iter), conditions))
        node = node.inner_for_in
    return tuple(found)


def _lambda(node: cst.Lambda) -> ir.Lambda:
    return ir.Lambda(node, parameters(node.params), expression(node.body))


def _conditional(node: cst.IfExp) -> ir.Conditional:
    return ir.Conditional(node, expression(node.test), expression(node.body), expression(node.orelse))


def _walrus(node: cst.NamedExpr) -> ir.Walrus:
    target = cst.ensure_type(node.target, cst.Name)
    return ir.Walrus(node, ir.Name(target, target.value), expression(node.value))


def _await(node: cst.Await) -> ir.Suspend:
    return ir.Suspend(node, "await", expression(node.expression))


def _yield(node: cst.Yield) -> ir.Suspend:
    value = node.value
    if isinstance(value, cst.From):
        return ir.Suspend(node, "yield from", expression(value.item))
    return ir.Suspend(node, "yield", optional(value))


_EXPRESSIONS: Final[dict[type[cst.CSTNode], Callable[[Any], ir.Expression]]] = {
    cst.Name: _name,
    cst.Attribute: _attribute,
    cst.Call: _call,
    cst.SimpleString: _string,
    cst.ConcatenatedString: _concatenated,
    cst.FormattedString: _text,
    cst.Integer: _number,
    cst.Float: _number,
    cst.Imaginary: _number,
    cst.Ellipsis: _ellipsis,
    cst.Subscript: _subscript,
    cst.UnaryOperation: _unary,
    cst.BinaryOperation: _binary,
    cst.BooleanOperation: _boolean,
    cst.Comparison: _comparison,
    cst.List: _list,
    cst.Tuple: _tuple,
    cst.Set: _set,
    cst.Element: _element,
    cst.StarredElement: _starred,
    cst.Dict: _dict,
    cst.GeneratorExp: _generator,
    cst.ListComp: _list_comprehension,
    cst.SetComp: _set_comprehension,
    cst.DictComp: _dict_comprehension,
    cst.Lambda: _lambda,
    cst.IfExp: _conditional,
    cst.NamedExpr: _walrus,
    cst.Await: _await,
    cst.Yield: _yield,
}
# Syntax that only newer versions of the parser know
if hasattr(cst, "TemplatedString"):
    _EXPRESSIONS[cst.TemplatedString] = _text
if hasattr(cst, "StarredDictComp"):
    _EXPRESSIONS[cst.StarredDictComp] = _unpacking_dict_comprehension
