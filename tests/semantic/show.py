# ruff: noqa: C901, PLR0912 - one branch for each class of node
"""A program of the small language, written so that a test can hold it against a string."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from leakguard.semantic import syntax as ir

if TYPE_CHECKING:
    from collections.abc import Iterable


def block(statements: ir.Block) -> str:
    return "; ".join(map(statement, statements)) or "nothing"


def expression(node: ir.Expression | None) -> str:
    match node:
        case None:
            return ""
        case ir.Name(id=name):
            return name
        case ir.Constant(value=value):
            return "..." if value is ... else repr(value)
        case ir.Text(parts=parts):
            return f"text({_listed(parts)})"
        case ir.Attribute(value=value, name=name):
            return f"{expression(value)}.{name}"
        case ir.Subscript(value=value, index=index):
            return f"{expression(value)}[{expression(index)}]"
        case ir.Slice(lower=lower, upper=upper, step=step):
            return f"slice({expression(lower)}:{expression(upper)}:{expression(step)})"
        case ir.Call(function=function, arguments=arguments):
            return f"{expression(function)}({', '.join(map(_argument, arguments))})"
        case ir.Operation(operator=operator, operands=operands):
            return f"<{' '.join([operator, *map(expression, operands)])}>"
        case ir.Comparison(operands=operands, operators=operators):
            return f"<{' '.join([*operators, ':', *map(expression, operands)])}>"
        case ir.Display(kind=kind, items=items):
            return f"{kind}({_listed(items)})"
        case ir.DictDisplay(items=items):
            return f"dict({', '.join([_pair(key, value) for key, value in items])})"
        case ir.Comprehension(kind=kind, key=key, element=element, clauses=clauses):
            head = _pair(key, element) if kind == "dict" else expression(element)
            return f"{kind}({' '.join([head, *map(_clause, clauses)])})"
        case ir.Lambda(parameters=parameters, body=body):
            return f"lambda({_parameters(parameters)}: {expression(body)})"
        case ir.Conditional(test=test, body=body, orelse=orelse):
            return f"<{expression(body)} if {expression(test)} else {expression(orelse)}>"
        case ir.Starred(value=value):
            return f"*{expression(value)}"
        case ir.Walrus(target=target, value=value):
            return f"<{target.id} := {expression(value)}>"
        case ir.Suspend(kind=kind, value=value):
            return f"<{kind} {expression(value)}>"
        case _:
            assert_never(node)


def _listed(nodes: Iterable[ir.Expression]) -> str:
    return ", ".join(map(expression, nodes))


def _argument(node: ir.Argument) -> str:
    name = "" if node.name is None else f"{node.name}="
    return f"{node.star}{name}{expression(node.value)}"


def _pair(key: ir.Expression | None, value: ir.Expression) -> str:
    return f"**{expression(value)}" if key is None else f"{expression(key)}: {expression(value)}"


def _clause(node: ir.Clause) -> str:
    conditions = "".join(f" if {expression(each)}" for each in node.conditions)
    return f"for {expression(node.target)} in {expression(node.iterable)}{conditions}"


def _parameters(nodes: Iterable[ir.Parameter]) -> str:
    return ", ".join(map(_parameter, nodes))


def _parameter(node: ir.Parameter) -> str:
    annotation = "" if node.annotation is None else f": {expression(node.annotation)}"
    default = "" if node.default is None else f"={expression(node.default)}"
    return f"{node.star}{node.name}{annotation}{default}"


def statement(node: ir.Statement) -> str:
    match node:
        case ir.Assign(targets=targets, value=value):
            return " = ".join(map(expression, [*targets, value]))
        case ir.Augment(target=target, operator=operator, value=value):
            return f"{expression(target)} {operator}= {expression(value)}"
        case ir.Evaluate(value=value):
            return expression(value)
        case ir.Return(value=value) | ir.Raise(value=value):
            return f"{type(node).__name__.lower()} {expression(value)}".rstrip()
        case ir.Break() | ir.Continue():
            return type(node).__name__.lower()
        case ir.Assert(test=test):
            return f"assert {expression(test)}"
        case ir.Delete(targets=targets):
            return f"del {_listed(targets)}"
        case ir.Scope(kind=kind, names=names):
            return f"{kind} {', '.join(names)}"
        case ir.Import(bindings=bindings):
            return f"import {', '.join([f'{name} = {target}' for name, target in bindings])}"
        case ir.ImportFrom(module=module, level=level, names=names):
            imported = "*" if names is None else ", ".join([f"{bound} = {name}" for name, bound in names])
            return f"from {'.' * level}{module} import {imported}"
        case _:
            return _compound(node)


def _compound(node: ir.Statement) -> str:
    match node:
        case ir.If(test=test, body=body, orelse=orelse):
            return f"if {expression(test)} {{{block(body)}}}{_branch('else', orelse)}"
        case ir.While(test=test, body=body, orelse=orelse):
            return f"while {expression(test)} {{{block(body)}}}{_branch('else', orelse)}"
        case ir.For(target=target, iterable=iterable, body=body, orelse=orelse):
            return f"for {expression(target)} in {expression(iterable)} {{{block(body)}}}{_branch('else', orelse)}"
        case ir.Try(body=body, handlers=handlers, orelse=orelse, final=final):
            caught = "".join(map(_handler, handlers))
            return f"try {{{block(body)}}}{caught}{_branch('else', orelse)}{_branch('finally', final)}"
        case ir.With(items=items, body=body):
            return f"with {', '.join([_managed(*item) for item in items])} {{{block(body)}}}"
        case ir.Match(subject=subject, cases=cases):
            return f"match {expression(subject)}{''.join([_case(*case) for case in cases])}"
        case ir.Function(name=name, parameters=parameters, body=body, decorators=decorators):
            return f"{_decorated(decorators)}def {name}({_parameters(parameters)}) {{{block(body)}}}"
        case ir.Class(name=name, bases=bases, body=body, decorators=decorators):
            return f"{_decorated(decorators)}class {name}({_listed(bases)}) {{{block(body)}}}"
    raise AssertionError(node)


def _branch(word: str, statements: ir.Block) -> str:
    return f" {word} {{{block(statements)}}}" if statements else ""


def _handler(node: ir.Handler) -> str:
    name = "" if node.name is None else f" as {node.name}"
    return f" except {expression(node.kind)}{name} {{{block(node.body)}}}"


def _managed(manager: ir.Expression, target: ir.Expression | None) -> str:
    return expression(manager) if target is None else f"{expression(manager)} as {expression(target)}"


def _case(names: tuple[str, ...], guard: ir.Expression | None, body: ir.Block) -> str:
    condition = "" if guard is None else f" if {expression(guard)}"
    return f" case {', '.join(names)}{condition} {{{block(body)}}}"


def _decorated(decorators: Iterable[ir.Expression]) -> str:
    return "".join([f"@{expression(each)} " for each in decorators])
