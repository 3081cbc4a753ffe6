"""The arguments of a call, found by what its fact says about them, and the changes that set them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from leakguard.fixes.page import CannotFixError, Change
from leakguard.semantic import syntax as s

if TYPE_CHECKING:
    from collections.abc import Sequence

    from leakguard.fixes.page import Page
    from leakguard.knowledge.facts import Fact


def plain_call(node: object) -> tuple[s.Call, cst.Call]:
    """Return a call with the parser's node, if none of its arguments is spread."""
    match node:
        case s.Call(origin=cst.Call() as origin) if not any(argument.star for argument in node.arguments):
            return node, origin
        case _:
            raise CannotFixError


def position_of(call: s.Call, parameters: tuple[str, ...], name: str) -> int | None:
    """Return which argument is given for a parameter."""
    place = parameters.index(name) if name in parameters else len(call.arguments)
    for number, argument in enumerate(call.arguments):
        if argument.name == name or (argument.name is None and number == place):
            return number
    return None


def parameter_of(call: s.Call, parameters: tuple[str, ...], number: int) -> str:
    """Return the parameter that an argument is given for."""
    name = call.arguments[number].name
    if name is None and number < len(parameters):
        name = parameters[number]
    if name is None:
        raise CannotFixError
    return name


def option(fact: Fact, name: str) -> str:
    """Return the parameter that an option names; empty if it names none, or several."""
    value = fact.options.get(name)
    return value if isinstance(value, str) else ""


def value_span(page: Page, origin: cst.Call, number: int) -> tuple[int, int]:
    """Return where the value of an argument stands, with its parentheses."""
    argument = origin.args[number]
    _, end = page.span(argument)
    return end - len(cst.Module(()).code_for_node(argument.value)), end


def value_text(page: Page, origin: cst.Call, number: int) -> str:
    """Return how the value of an argument is written."""
    start, end = value_span(page, origin, number)
    return page.text[start:end]


def replace_value(page: Page, origin: cst.Call, number: int, text: str) -> Change:
    """Write another value for an argument."""
    start, end = value_span(page, origin, number)
    return Change(start, end, text)


def set_argument(
    page: Page, call: s.Call, origin: cst.Call, parameters: tuple[str, ...], new: tuple[str, str]
) -> Change:
    """Give an argument a value, which is added by keyword where it isn't given."""
    name, text = new
    number = position_of(call, parameters, name)
    if number is not None:
        return replace_value(page, origin, number, text)
    return append(page, origin.args, f"{name}={text}", before=page.span(origin)[1] - 1)


def append(page: Page, items: Sequence[cst.CSTNode], text: str, before: int) -> Change:
    """Add an item behind the last one, in a row of its own if that has one; `before` is where the bracket closes."""
    if not items:
        return Change(before, before, text)
    start, end = page.span(items[-1])
    row_start, _ = page.row_span(page.row_of(start))
    comma = page.text[end:].lstrip()[:1] == ","
    if not comma or page.text[row_start:start].strip():
        return Change(end, end, f", {text}")
    row_end = page.row_span(page.row_of(end))[1]
    behind = page.text[end:row_end].strip().removeprefix(",").strip()
    if behind.startswith("#"):  # a comment stays with the item that it stands behind
        return Change(row_end, row_end, f"\n{page.indent_at(start)}{text},")
    return Change(end, end, f",\n{page.indent_at(start)}{text}")
