"""Sibling calls of something unknown: `Scans(part="train")` beside `Scans(part="test")` are two parts of one whole.

What such a call gives may as well be a logger: it is taken for rows only once it is used as rows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from leakguard.knowledge import loader
from leakguard.semantic.names import PARTS, Role, data_role_of, holds_rows, role_of_path, words
from leakguard.semantic.rows import Cut, Part, Rows, Source
from leakguard.semantic.values import Data, Value, constant

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator

    from leakguard.semantic.machine import Machine
    from leakguard.semantic.syntax import ImportFrom, Node

_FLAGS = {"train": Role.TRAIN, "training": Role.TRAIN, "test": Role.TEST, "testing": Role.TEST}
_FLAG_WORDS = frozenset({"is", "mode", "set", "data", "split", "flag"})
_TITLES = frozenset({"name", "title", "label", "prefix", "tag", "desc", "description", "help", "transform"})
_LONGEST = 200


def latent_rows(
    machine: Machine, node: Node, callee: Hashable, positional: list[Value], keywords: dict[str, Value]
) -> frozenset[Rows]:
    """The rows that a call gives if it gives any: one of its arguments says which part they are."""
    roles = {*_told_by_texts(positional), *_told_by_keywords(keywords)}
    if len(roles) != 1:
        return frozenset()
    return _part_of(machine, node, ("calls", callee), str(callee), roles.pop())


def _told_by_texts(values: list[Value]) -> Iterator[Role]:
    for value in values:
        known = constant(value)
        if isinstance(known, str) and len(known) < _LONGEST and " " not in known and holds_rows(known):
            role = role_of_path(known)
            if role is not None:
                yield role


def _told_by_keywords(keywords: dict[str, Value]) -> Iterator[Role]:
    yield from _told_by_texts([value for name, value in keywords.items() if name not in _TITLES])
    for name, value in keywords.items():
        flag = constant(value)
        told = [word for word in words(name) if word not in _FLAG_WORDS]
        if isinstance(flag, bool) and len(told) == 1 and told[0] in _FLAGS:
            role = _FLAGS[told[0]]
            yield role if flag else Role.TEST if role is Role.TRAIN else Role.TRAIN


def _part_of(machine: Machine, node: Node, key: Hashable, label: str, role: Role) -> frozenset[Rows]:
    cut = Cut(key, "calls", machine.site(node), defaults=dict(PARTS))
    cut = machine.cuts.setdefault(key, cut)
    cut.seen.add(role.value)
    cut.sites.setdefault(role.value, machine.site(node))
    part = Part(cut, role.value)
    machine.taken[part] = machine.statement
    return frozenset({Rows(Source(key, label), (part,))})


def imported_parts(machine: Machine, node: ImportFrom) -> dict[str, Value]:
    """`from data import train_set, test_set` of a module that isn't there."""
    if loader.is_known_root(node.module.partition(".")[0]):
        return {}
    roles = {bound: role for _, bound in node.names or () if (role := data_role_of(bound)) is not None}
    if len({*roles.values()}) < 2:
        return {}
    key = ("calls", node)
    return {bound: Data(latent=_part_of(machine, node, key, node.module, role)) for bound, role in roles.items()}
