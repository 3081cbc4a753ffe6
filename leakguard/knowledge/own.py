"""What a project says about its own functions and classes: the words of the knowledge files in its settings."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from fnmatch import fnmatch
from functools import lru_cache
from glob import escape
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from leakguard.errors import KnowledgeError
from leakguard.spelling import kind_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from leakguard.knowledge.facts import Fact

_KEYS = frozenset({"fact", "method", "final-evaluation"})
_FILES = (".py", ".ipynb")
_FINAL = '`knowledge.final-evaluation`: expected a list of modules, functions and files, such as ["pkg.final"]'
_DEEPEST = 12  # folders above a file that a qualified name may start with


@dataclass(frozen=True, slots=True)
class OwnKnowledge:
    """The facts of one project, to be asked before those of the libraries. Equal where the same was written."""

    written: str = ""
    facts: Mapping[str, Fact] = field(default_factory=dict, compare=False)
    methods: Mapping[str, Mapping[str, Fact]] = field(default_factory=dict, compare=False)  # receiver -> method -> fact
    final: tuple[str, ...] = ()  # modules, functions and files in which the test rows are judged for good

    @property
    def is_empty(self) -> bool:
        """Whether the project says nothing."""
        return not (self.facts or self.methods)

    def fact(self, name: str) -> Fact | None:
        """What is said of a name as code imports it; of a relative import the end has to fit."""
        if not name.startswith("."):
            return self.facts.get(name)
        return next((fact for known, fact in self.facts.items() if f".{known}".endswith(f".{name.lstrip('.')}")), None)

    def defined(self, path: str, name: str) -> Fact | None:
        """What is said of a function or class, by the absolute path of the file that defines it."""
        return next((fact for one in modules_of(path) if (fact := self.facts.get(f"{one}.{name}"))), None)

    def method(self, path: str, owner: str, name: str) -> Fact | None:
        """What is said of a method of a class, by the absolute path of the file that defines the class."""
        on = (self.methods.get(f"{one}.{owner}") for one in modules_of(path))
        return next((found[name] for found in on if found is not None and name in found), None)

    def is_final(self, path: str, name: str = "") -> bool:
        """Say whether code of a file, or of a function or class in it, is the final evaluation."""
        return any(_is_within(path, name, place) for place in self.final)

    def words(self) -> Iterator[str]:
        """Return what code must spell so that this knowledge can make a finding possible."""
        if self.is_empty:
            return
        from leakguard.knowledge.index import TELLING

        methods = (fact for on in self.methods.values() for fact in on.values())
        for fact in (*self.facts.values(), *methods):
            if fact.effect in TELLING:
                yield fact.name.rpartition(".")[2]


NOTHING_OWN = OwnKnowledge()


def parse_own(table: Mapping[str, Any]) -> OwnKnowledge:
    """Read the table `knowledge` of a project's settings; raises KnowledgeError."""
    from leakguard.knowledge.entries import check_keys
    from leakguard.knowledge.loader import parse_entries

    check_keys("`knowledge`", table, _KEYS)
    facts, methods = parse_entries("own", table, "`knowledge`: ", own=True)
    final = table.get("final-evaluation", [])
    if not isinstance(final, list) or not all(isinstance(place, str) for place in final):
        raise KnowledgeError(f"{_FINAL}, got {kind_of(final)}")
    for place in final:
        if not is_place(place):
            raise KnowledgeError(f"{_FINAL}, got {kind_of(place)} in it")
    return OwnKnowledge(json.dumps(table, sort_keys=True, default=str), facts, dict(methods), tuple(final))


@lru_cache(maxsize=512)
def modules_of(path: str) -> tuple[str, ...]:
    """Return the names under which code may import the file: `/p/src/pkg/a.py` is a, pkg.a, src.pkg.a and so on."""
    parts = [*PurePath(path).parts[:-1], PurePath(path).stem]
    if parts[-1] == "__init__":
        parts.pop()
    return tuple(".".join(parts[-count:]) for count in range(1, min(len(parts), _DEEPEST)))


def is_place(place: str) -> bool:
    """Say whether a text can name a part of the final evaluation: a file, `file::function`, or a dotted name."""
    from leakguard.knowledge.entries import is_dotted

    file, name = parted(place)
    if not file:
        return is_dotted(place)
    return file.endswith(_FILES) and (is_dotted(f"_.{name}") if "::" in place else True)


def parted(place: str) -> tuple[str, str]:
    """Return the file and the name in it that a place means; no file for a dotted name."""
    file, _, name = place.partition("::")
    return (file, name) if "/" in file or file.endswith(_FILES) or "::" in place else ("", place)


def absolute(place: str, root: str) -> str:
    """Return a place with the path of its file, which is written relative to the root."""
    file, _ = parted(place)
    return os.path.normpath(os.path.join(escape(root), file)) + place[len(file) :] if file else place


def _is_within(path: str, name: str, place: str) -> bool:
    file, member = parted(place)
    if file:
        here = fnmatch(path, file) or fnmatch(path, f"*/{file}")
        return here and (not member or name == member or name.startswith(f"{member}."))
    names = modules_of(path) if not name else (f"{one}.{name}" for one in modules_of(path))
    return any(one == place or one.startswith(f"{place}.") for one in names)
