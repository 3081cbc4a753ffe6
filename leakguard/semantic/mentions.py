"""What an expression mentions, however deep it stands in it."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from functools import cache
from typing import TYPE_CHECKING

from leakguard.semantic import syntax as s

if TYPE_CHECKING:
    from collections.abc import Iterator

_DEPTH = 12


def mentioned(node: s.Expression) -> Iterator[s.Name | s.Attribute]:
    """Each name and attribute within an expression."""
    return (one for one in within(node) if isinstance(one, (s.Name, s.Attribute)))


def within(node: object, depth: int = _DEPTH) -> Iterator[s.Node]:
    """An expression and those that it is made of, the outer ones first; functions defined in it are left out."""
    if isinstance(node, tuple):
        for item in node:
            yield from within(item, depth)
        return
    if not depth or isinstance(node, s.Lambda) or not is_dataclass(node) or isinstance(node, type):
        return
    if isinstance(node, s.Node):
        yield node
    for name in _fields(type(node)):
        yield from within(getattr(node, name), depth - 1)


@cache
def _fields(kind: type) -> tuple[str, ...]:
    """The fields of a kind of node in which further expressions may stand."""
    return tuple(field.name for field in fields(kind) if field.name != "origin")
