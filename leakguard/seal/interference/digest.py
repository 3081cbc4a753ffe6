"""Digests of whatever a tuner returns: a tree of marks, equal where two values are equal to the last bit.

A digest does not depend on addresses, on the order of sets or on PYTHONHASHSEED, so that those of two processes
can be compared. The marks form a Merkle tree (Merkle 1987): where two trees differ, the difference is found by
walking down the marks that differ.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from hashlib import blake2b
from typing import TYPE_CHECKING

from leakguard.seal.interference.contents import Branch, Leaf, contents_of
from leakguard.seal.interference.volatile import is_private, is_time

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from leakguard.seal.interference.contents import Contents

_DEEPEST = 120  # levels; each takes a few frames of the interpreter's thousand
_ABSENT = "nothing"


@dataclass(frozen=True, slots=True)
class Node:
    """A value as it was: its type's name, a mark of all that it held, and its parts with their labels.

    `values` are a leaf's elements, kept to say which of them differs; empty if there are too many.
    """

    kind: str
    mark: bytes
    parts: tuple[tuple[str, Node], ...] = ()
    values: Sequence[object] = ()
    shape: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Digest:
    """The marks of a value, and which of its parts they do not cover.

    left_out   paths of times, process ids and the like, and of what the caller left out
    unread     paths of values that cannot be looked into, such as generators and locks
    leaves     how many values they cover
    """

    root: Node
    left_out: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()
    leaves: int = 0

    @property
    def text(self) -> str:
        """The mark of the whole in hexadecimal digits."""
        return self.root.mark.hex()


@dataclass(frozen=True, slots=True)
class Difference:
    """The path of a part, `best_estimator_.steps[0][1].mean_[3]` for example, and what it held in either value."""

    path: str
    one: str
    other: str

    def __str__(self) -> str:
        return f"{self.path or 'the returned value'}: {self.one} against {self.other}"


def digest(value: object, leave_out: Collection[str] = (), passed_on: Collection[bytes] = ()) -> Digest:
    """Return the marks of a value.

    leave_out  patterns of paths that do not count, `*.loss_curve_` for example; `*` is any text
    passed_on  marks of values that count as themselves only, wherever plain lists, tuples and dicts hold them
    """
    walk = _Walk(leave_out, frozenset(passed_on))
    root = walk.node(value, "", 0, plain=True)
    return Digest(root, tuple(walk.left_out), tuple(walk.unread), walk.leaves)


def differences(one: Node, other: Node, path: str = "") -> Iterator[Difference]:
    """Yield where two values differ, in the order of the first one's parts."""
    if one.mark == other.mark:
        return
    if one.kind != other.kind or not (one.parts and other.parts):
        yield _leaves_differ(one, other, path)
        return
    ours, theirs = dict(one.parts), dict(other.parts)
    for label in dict.fromkeys([*ours, *theirs]):
        here = _joined(path, label)
        match ours.get(label), theirs.get(label):
            case Node() as mine, Node() as yours:
                yield from differences(mine, yours, here)
            case Node() as mine, None:
                yield Difference(here, _told(mine), _ABSENT)
            case None, Node() as yours:
                yield Difference(here, _ABSENT, _told(yours))
    if list(ours) != list(theirs) and set(ours) == set(theirs):
        yield Difference(path, f"in the order {_short(list(ours))}", _short(list(theirs)))


@dataclass(slots=True)
class _Walk:
    """Goes through a value once; what was met before is marked as it was then, and cycles end where they close."""

    leave_out: Collection[str]
    passed_on: frozenset[bytes]
    left_out: dict[str, None] = field(default_factory=dict)
    unread: dict[str, None] = field(default_factory=dict)
    known: dict[int, tuple[object, Node]] = field(default_factory=dict)  # the object too, so that its id stays its own
    open: set[int] = field(default_factory=set)
    leaves: int = 0

    def node(self, value: object, path: str, depth: int, *, plain: bool) -> Node:
        """Return the marks of a value; `plain` if nothing but lists, tuples and dicts holds it."""
        if known := self.known.get(id(value)):
            return self._unless_passed_on(known[1], path, plain=plain)
        kind = _kind(value)
        if id(value) in self.open:
            return Node(kind, _mark(kind, b"cycle"))
        if depth > _DEEPEST:
            self.unread[path] = None
            return Node(kind, _mark(kind, b"deep"))
        node = self._entered(value, kind, path, depth, plain=plain)
        return self._unless_passed_on(node, path, plain=plain)

    def _entered(self, value: object, kind: str, path: str, depth: int, *, plain: bool) -> Node:
        self.open.add(id(value))
        try:
            contents = contents_of(value)
            node = self._of(contents, kind, path, depth, plain=plain and isinstance(value, (list, tuple, dict)))
        finally:
            self.open.discard(id(value))
        if isinstance(contents, Branch) or node.values:
            self.known[id(value)] = (value, node)
        return node

    def _of(self, contents: Contents, kind: str, path: str, depth: int, *, plain: bool) -> Node:
        match contents:
            case Leaf(data, values, shape):
                self.leaves += 1
                return Node(kind, _mark(kind, b"leaf", data), values=values, shape=shape)
            case Branch(parts, ordered):
                nodes = [
                    (label, self.node(part, here, depth + 1, plain=plain))
                    for label, part in parts
                    if not self._is_left_out(here := _joined(path, label), label, part)
                ]
                if not ordered:
                    nodes = [(f"{{{at}}}", node) for at, (_, node) in enumerate(sorted(nodes, key=_by_mark))]
                pieces = (piece for label, node in nodes for piece in (label.encode("utf-8", "replace"), node.mark))
                return Node(kind, _mark(kind, b"branch", *pieces), tuple(nodes))
        self.unread[path] = None
        return Node(kind, _mark(kind, b"unread"))

    def _is_left_out(self, path: str, label: str, part: object) -> bool:
        if is_private(label, part):
            return True
        if is_time(label, part) or any(_pattern(one).fullmatch(path) for one in self.leave_out):
            self.left_out[path] = None
            return True
        return False

    def _unless_passed_on(self, node: Node, path: str, *, plain: bool) -> Node:
        if plain and node.mark in self.passed_on:
            self.left_out[path] = None
            return Node(node.kind, _mark(node.kind, b"passed on"))
        return node


@cache
def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(re.escape(text).replace(r"\*", ".*"), re.DOTALL)


def _mark(kind: str, *pieces: bytes) -> bytes:
    """Return a mark of pieces; each is preceded by its length, so that no two lists of pieces run into one text."""
    state = blake2b(kind.encode(), digest_size=16)
    for piece in pieces:
        state.update(len(piece).to_bytes(8, "little"))
        state.update(piece)
    return state.digest()


def _kind(value: object) -> str:
    return f"{type(value).__module__}.{type(value).__qualname__}".removeprefix("builtins.")


def _by_mark(part: tuple[str, Node]) -> bytes:
    return part[1].mark


def _joined(path: str, label: str) -> str:
    return f"{path}{label}" if path else label.removeprefix(".")


def _leaves_differ(one: Node, other: Node, path: str) -> Difference:
    """Return the first element that differs where both values have theirs at hand, else what they are."""
    if one.kind == other.kind and len(one.values) == len(other.values) > 1:
        for at, (mine, yours) in enumerate(zip(one.values, other.values, strict=True)):
            if repr(mine) != repr(yours):
                return Difference(f"{path}[{_index(at, one.shape)}]", _short(mine), _short(yours))
    mine, yours = _told(one), _told(other)
    return Difference(path, mine, yours if yours != mine else "one with other contents")


def _index(at: int, shape: tuple[int, ...]) -> str:
    """Return the index of the element that stands at a place in the flat order."""
    index: list[int] = []
    for length in reversed(shape[1:]):
        at, along = divmod(at, length)
        index.append(along)
    return ", ".join(map(str, [at, *reversed(index)]))


def _told(node: Node) -> str:
    match node.values:
        case [value]:
            return _short(value)
        case [_, *_] as several:
            return f"{len(several)} values of {node.kind}"
        case _:
            return node.kind


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
