"""The names that an expression mentions, however deep they stand in it."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from functools import cache
from typing import TYPE_CHECKING

from leakguard.semantic import syntax as s

if TYPE_CHECKING:
    from collections.abc import Iterator

_DEPTH = 12


def mentioned(node: object, depth: int = _DEPTH) -> Iterator[s.Name | s.Attribute]:
    """Each name and attribute within an expression, the outer ones first; functions defined in it are left out."""
    if isinstance(node, tuple):
        for item in node:
            yield from mentioned(item, depth)
        return
    if not depth or isinstance(node, s.Lambda) or not is_dataclass(node) or isinstance(node, type):
        return
    if isinstance(node, (s.Name, s.Attribute)):
        yield node
    for name in _within(type(node)):
        yield from mentioned(getattr(node, name), depth - 1)


@cache
def _within(kind: type) -> tuple[str, ...]:
    """The fields of a kind of node in which further expressions may stand."""
    return tuple(field.name for field in fields(kind) if field.name != "origin")
