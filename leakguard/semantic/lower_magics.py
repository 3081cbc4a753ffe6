"""Cells and lines that a script made of a notebook hands to IPython as texts: `get_ipython().run_cell_magic(...)`."""

from __future__ import annotations

import ast
import warnings
from dataclasses import fields, is_dataclass
from typing import TYPE_CHECKING

import libcst as cst

from leakguard.lexing import too_deep
from leakguard.notebook import python_of
from leakguard.semantic.syntax import Node

if TYPE_CHECKING:
    from leakguard.semantic.syntax import Block

_NOTHING = frozenset({"", "pass"})


def cell_in(node: cst.Expr) -> cst.Module | None:
    """The Python in a text that is handed to IPython to be run as a cell or line; None for anything else."""
    match node.value:
        case cst.Call(
            func=cst.Attribute(value=cst.Call(func=cst.Name(value="get_ipython")), attr=cst.Name(value=method)),
            args=given,
        ):
            return _parsed(python_of(_shown(method, [_text(one.value) for one in given])))
        case _:
            return None


def _shown(method: str, given: list[str | None]) -> str:
    """The cell or line as it stood in the notebook."""
    match method, given:
        case "run_cell_magic", [str(magic), str(), str(code)]:
            return f"%%{magic}\n{code}"
        case "run_line_magic", [str(magic), str(line)]:
            return f"%{magic} {line}"
        case "magic", [str(line)]:
            return f"%{line}"
        case _:
            return ""


def _text(node: cst.BaseExpression) -> str | None:
    value = node.evaluated_value if isinstance(node, (cst.SimpleString, cst.ConcatenatedString)) else None
    return value if isinstance(value, str) else None


def _parsed(python: str) -> cst.Module | None:
    if python.strip() in _NOTHING or too_deep(python):
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ast.parse(python)  # it knows how deep it may go
        return cst.parse_module(python)
    except (SyntaxError, ValueError, RecursionError, MemoryError, cst.ParserSyntaxError, cst.CSTValidationError):
        return None


def put_at(made: Block, place: cst.CSTNode) -> Block:
    """Let these new statements, whose own text is none of the file's, stand where that text is handed over."""
    for statement in made:
        _put(statement, place)
    return made


def _put(value: object, place: cst.CSTNode) -> None:
    if isinstance(value, (tuple, list)):
        for item in value:
            _put(item, place)
    elif is_dataclass(value):
        if isinstance(value, Node):
            value.origin = place
        for field in fields(value):
            if field.name != "origin":
                _put(getattr(value, field.name), place)
