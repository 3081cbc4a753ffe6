"""Writes `index.toml`: what has to be known about all libraries before any of their files is read.

Run `python -m leakguard.knowledge.index` after a change to a knowledge file; a test holds the result against the files.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from leakguard.knowledge import loader

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from leakguard.knowledge.facts import Fact
    from leakguard.knowledge.loader import Library

# A finding needs one of these somewhere in the file. What learns by hand (fillna(df.mean())), or only lays out, loads,
# puts together or shows, becomes a leak through a split, a fit, a score or a search beside it.
TELLING = frozenset(
    {"cross-validate", "fit", "judge", "learn", "optimize", "predict", "sample", "save", "score", "search", "split"}
    | {"splitter", "staged", "train"}
)
# Libraries that code of all kinds imports, so that their own names have to serve as words, and few of them tell.
_GENERAL = frozenset({"numpy", "pandas", "scipy", "stdlib"})
_TELLING_IN_GENERAL = frozenset({"optimize", "sample", "train"})
# Drawn from in functions that build a Keras model: its import tells already.
_COVERED = frozenset({"Float", "Int"})
# A shorter module name stands in too many other words ("ray" in "array").
_SHORTEST_ROOT = 4

_HEADING = """\
# Written by `python -m leakguard.knowledge.index`; do not edit.
# `words`: a file with none of them can have no finding. `roots`: top-level modules and the files that describe them.
"""


def derive_words() -> frozenset[str]:
    """Return the words of which a file must contain one to be able to have a finding."""
    libraries = [loader.read_library(name) for name in loader.library_names()]
    return frozenset(_collapsed({word for library in libraries for word in _words(library)}))


def derive_roots() -> dict[str, str]:
    """Return the knowledge file of each top-level module."""
    return {module: name for name in loader.library_names() for module in loader.read_library(name).modules}


def index_text() -> str:
    """Return the whole of `index.toml`."""
    words = "".join(f"    '{word}',\n" for word in sorted(derive_words()))
    roots = "".join(f"{root} = '{name}'\n" for root, name in sorted(derive_roots().items()))
    return f"{_HEADING}\nwords = [\n{words}]\n\n[roots]\n{roots}"


def _words(library: Library) -> Iterator[str]:
    methods = (fact for on in library.methods.values() for fact in on.values())
    for fact in (*library.facts.values(), *methods):
        if _is_telling(fact) and fact.name.rpartition(".")[0] not in library.facts:
            yield from _words_of(fact, library)


def _is_telling(fact: Fact) -> bool:
    """Say whether a finding can hang on this fact alone."""
    match fact.effect:
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


def _words_of(fact: Fact, library: Library) -> Iterable[str]:
    """Return what code must spell to use the fact: an import of the library, or the name itself."""
    path = fact.name.split(".")
    if library.name in _GENERAL and fact.effect == "optimize":
        return path[-2:-1]
    if library.name in _GENERAL or not library.modules:
        return path[-1:]
    if min(map(len, library.modules)) < _SHORTEST_ROOT:
        return path[1:2] or path  # what is imported from it, or a method
    return library.modules


def _collapsed(words: set[str]) -> Iterator[str]:
    """Leave out each word that contains another one."""
    return (word for word in words if not any(other in word for other in words - {word}))


if __name__ == "__main__":
    Path(__file__).with_name("index.toml").write_text(index_text(), "utf-8")
