"""Expressions as short text: for messages, and to recognise the same condition written twice."""

from __future__ import annotations

from leakguard.semantic import syntax as s

_DEPTH = 6


def text(node: s.Expression | None, depth: int = _DEPTH) -> str:  # noqa: C901 - one case for each kind
    """Write an expression much as it stands in the file, cut short where it is deep."""
    if node is None:
        return ""
    if depth == 0:
        return "..."
    match node:
        case s.Name():
            return node.id
        case s.Constant():
            return repr(node.value)
        case s.Attribute():
            return f"{text(node.value, depth - 1)}.{node.name}"
        case s.Subscript():
            return f"{text(node.value, depth - 1)}[{text(node.index, depth - 1)}]"
        case s.Slice():
            return f"{text(node.lower, depth - 1)}:{text(node.upper, depth - 1)}"
        case s.Call():
            inner = ", ".join(_argument(argument, depth - 1) for argument in node.arguments)
            return f"{text(node.function, depth - 1)}({inner})"
        case s.Operation():
            return _operation(node, depth - 1)
        case s.Comparison():
            return " ? ".join([text(operand, depth - 1) for operand in node.operands]) + "".join(node.operators)
        case s.Display():
            return f"[{', '.join(text(item, depth - 1) for item in node.items)}]"
        case _:
            return type(node).__name__


def _argument(argument: s.Argument, depth: int) -> str:
    prefix = f"{argument.name}=" if argument.name else argument.star
    return prefix + text(argument.value, depth)


def _operation(node: s.Operation, depth: int) -> str:
    operands = [text(operand, depth) for operand in node.operands]
    if len(operands) == 1:
        return node.operator + operands[0]
    return f" {node.operator} ".join(operands)
