"""Names of files of which one of several holds: which it is depends on the way that a run takes."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import islice, product
from typing import TYPE_CHECKING

from leakguard.semantic.values import Const, Data, Value, merge, origin_of
from leakguard.semantic.values import Sequence as Values

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

_MOST = 8  # names that are told apart
_DEEPEST = 20  # folders
_LONGEST = 300  # characters of a path
_PATH = re.compile(r"[^\n]*(?:[/\\][^\n]*|\.[A-Za-z]\w{0,7})")


def looks_like_path(text: object) -> bool:
    """Whether a text may name a file: it has a separator or an ending."""
    return isinstance(text, str) and len(text) < _LONGEST and _PATH.fullmatch(text) is not None


def paths_of(value: Value) -> tuple[str, ...]:
    """The names of files that a value may be."""
    match value:
        case Const(value=str(text), opened=False) if looks_like_path(text):
            return (text,)
        case Data():
            return value.paths
        case _:
            return ()


def either_path(one: Value, other: Value) -> tuple[str, ...]:
    """The names of files that one of two values may be."""
    found = paths_of(one) + paths_of(other)
    return tuple(dict.fromkeys(found))[:_MOST] if found else found


def told_by(values: Iterable[Value]) -> str:
    """Where a text that is put together of these comes from, if a run may replace some of it."""
    return next((value.told for value in values if isinstance(value, Const) and value.told), "")


def each_way(values: Sequence[Value], make: Callable[[list[Value]], Value]) -> Value:
    """What is made of values of which each may be one of several paths."""
    if not any(isinstance(value, Data) and value.paths for value in values):
        return make(list(values))
    ways = islice(product(*(_ways(value) for value in values)), _MOST)
    made = [make(list(way)) for way in ways]
    if len(made) == 1:
        return made[0]
    texts = dict.fromkeys(text for one in made for text in paths_of(one))
    return Data(merge(map(origin_of, made)), paths=tuple(texts)[:_MOST])


def _ways(value: Value) -> list[Value]:
    if isinstance(value, Data) and value.paths:
        return [Const(path, value.origin) for path in value.paths]
    return [value]


def below(folder: str, path: str) -> str:
    """`folder / path`, which is the path alone where that begins at the root."""
    if path.startswith("/") or folder in {"", "."}:
        return path
    return f"{folder}{path}" if folder.endswith("/") else f"{folder}/{path}"


PATH_ATTRIBUTES = frozenset({"parent", "parents", "name", "stem", "value"})


def path_attribute(path: Const, name: str) -> Value:
    """An attribute of a path, or the value of a member of an enumeration."""
    text = str(path.value)
    last = text.rpartition("/")[2]
    match name:
        case "parent":
            return replace(path, value=parent_of(text))
        case "parents":
            return _parents(path)
        case "name":
            return replace(path, value=last)
        case "stem":
            return replace(path, value=last.rpartition(".")[0] or last)
        case _:
            return path


def parent_of(path: str) -> str:
    """The folder that a path lies in."""
    folder = path.rpartition("/")[0]
    return folder or ("/" if path.startswith("/") else ".")


def _parents(path: Const) -> Values:
    found: list[Value] = []
    text = str(path.value)
    while (above := parent_of(text)) != text and len(found) < _DEEPEST:
        found.append(replace(path, value=above))
        text = above
    return Values(found, "tuple", rest=Data())
