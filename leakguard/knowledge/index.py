"""Writes `index.toml`: what has to be known about all libraries before any of their files is read.

Run `python -m leakguard.knowledge.index` after a change to a knowledge file; a test holds the result against the files.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from leakguard.knowledge import loader

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from leakguard.knowledge.facts import Fact
    from leakguard.knowledge.loader import Library

# A finding needs one of these somewhere in the file. What learns by hand (fillna(df.mean())), or only lays out, loads,
# puts together or shows, becomes a leak through a split, a fit, a score or a search beside it.
TELLING = frozenset(
    {"cross-validate", "fit", "judge", "learn", "optimize", "predict", "sample", "save", "score", "search", "split"}
    | {"splitter", "staged", "train"}
)
# Libraries that code of all kinds imports, so that an import of them says nothing, and few of their names do.
_STANDARD = "stdlib"
_GENERAL = frozenset({"numpy", "pandas", "scipy", _STANDARD})
_TELLING_IN_GENERAL = frozenset({"optimize", "sample", "train"})
# Drawn from in functions that build a Keras model: its import tells already.
_COVERED = frozenset({"Float", "Int"})

_HEADING = """\
# Written by `python -m leakguard.knowledge.index`; do not edit.
# A file can have no finding that imports none of `imports`, calls none of `draws`, calls none of `methods` beside rows,
# and spells none of `names` beside an import of its library. `data`: libraries that rows may come from.
# `roots`: top-level modules and the files that describe them.
"""


@dataclass(frozen=True, slots=True)
class Telling:
    """What a file must have to be able to have a finding: one of these imports, methods, or names of libraries."""

    imports: tuple[str, ...]
    data: tuple[str, ...]
    draws: tuple[str, ...]  # methods of a trial
    methods: tuple[str, ...]  # of a learner
    names: Mapping[str, tuple[str, ...]]  # the top-level modules of which each name has to come


def derive_telling() -> Telling:
    """Return what tells, from all knowledge files."""
    imports: set[str] = set()
    methods: dict[bool, set[str]] = {True: set(), False: set()}
    names: defaultdict[str, set[str]] = defaultdict(set)
    for library, fact in _telling_facts():
        if library.name in _GENERAL:
            for name in _words_of(fact):
                names[name].add((fact.on or fact.name).partition(".")[0])
        elif library.modules:
            imports.update(library.modules)
        else:
            methods[fact.effect == "sample"].add(fact.name.rpartition(".")[2])
    by_name = {name: tuple(sorted(modules)) for name, modules in sorted(names.items())}
    data = {root for root, library in derive_roots().items() if library != _STANDARD}
    return Telling(
        imports=tuple(sorted(imports)),
        data=tuple(sorted(data)),
        draws=tuple(sorted(methods[True])),
        methods=tuple(sorted(methods[False])),
        names=by_name,
    )


def derive_roots() -> dict[str, str]:
    """Return the knowledge file of each top-level module."""
    return {module: name for name in loader.library_names() for module in loader.read_library(name).modules}


def index_text() -> str:
    """Return the whole of `index.toml`."""
    telling = derive_telling()
    lists = "".join(f"{key} = {_array(getattr(telling, key))}\n" for key in ("imports", "data", "draws", "methods"))
    names = "".join(f"{name} = {_array(modules)}\n" for name, modules in telling.names.items())
    roots = "".join(f"{root} = '{name}'\n" for root, name in sorted(derive_roots().items()))
    return f"{_HEADING}\n{lists}\n[names]\n{names}\n[roots]\n{roots}"


def _array(words: Iterable[str]) -> str:
    return "[" + "".join(f"\n    '{word}'," for word in words) + "\n]"


def _telling_facts() -> Iterator[tuple[Library, Fact]]:
    for library in map(loader.read_library, loader.library_names()):
        methods = (fact for on in library.methods.values() for fact in on.values())
        for fact in (*library.facts.values(), *methods):
            if _is_telling(fact) and fact.name.rpartition(".")[0] not in library.facts:
                yield library, fact


def _is_telling(fact: Fact) -> bool:
    """Say whether a finding can hang on this fact alone."""
    match fact.effect:
        case "sample" if fact.name.startswith(
            "suggest_"
        ):  # a trial that is handed over: its module need not import the library
            return True
        case "sample":
            return (
                not fact.options.keys().isdisjoint({"low", "range"})
                and _may_be_linear(fact)
                and fact.name not in _COVERED
            )
        case "make" | "space" | "widen":
            return "entries" in fact.options  # a space may be all that a file has
        case effect if fact.library in _GENERAL:
            return effect in _TELLING_IN_GENERAL
        case effect:
            return effect in TELLING and fact.on not in {"data", "splitter"}


def _may_be_linear(draw: Fact) -> bool:
    return "layout" not in draw.options and draw.options.get("scale") == "linear"


def _words_of(fact: Fact) -> Iterable[str]:
    """Return what code must spell to use a fact of a library that tells nothing by itself."""
    path = fact.name.split(".")
    return path[-2:-1] if fact.effect == "optimize" else path[-1:]


if __name__ == "__main__":
    Path(__file__).with_name("index.toml").write_text(index_text(), "utf-8")
