"""Finds the fact about a name: reads a library's TOML file when it is first asked for, and never before.

The files hold facts alone; all that is decided here is how a name that code uses leads to the name in a file.
"""

from __future__ import annotations

import tomllib
from collections import defaultdict
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from leakguard.errors import KnowledgeError
from leakguard.knowledge.entries import check_keys, read_entry, receivers

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from leakguard.knowledge.facts import Fact

_FOLDER = Path(__file__).parent
_PROTOCOL = "protocol"
_INDEX = "index"
_LIBRARY_KEYS = frozenset({"modules", "distribution", "aliases"})
_NOTHING: Mapping[str, Fact] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Library:
    """One knowledge file, with its names ready to be looked up."""

    name: str
    modules: tuple[str, ...]
    distribution: str | None
    aliases: Mapping[str, str]  # a module below another one comes before it
    facts: Mapping[str, Fact]
    methods: Mapping[str, Mapping[str, Fact]]  # receiver -> method -> fact
    removed: frozenset[str]  # names that only older releases have


def fact(qualified: str) -> Fact | None:
    """Return what calling `qualified` does, or None if nothing is known.

    A name in a private or former module ("sklearn.preprocessing._data.StandardScaler") leads to the public one.
    Raises KnowledgeError if the library's file is wrong.
    """
    return _fact(qualified) if is_known_root(_root(qualified)) else None


def star_names(module: str) -> Mapping[str, str]:
    """Return what `from module import *` brings: each bare name with the qualified name of its fact."""
    library = _library_for(module)
    if library is None:
        return {}
    prefix = _public(library, module) + "."
    return {
        name.removeprefix(prefix): name
        for name in library.facts
        if name.startswith(prefix) and "." not in name.removeprefix(prefix)
    }


def methods(on: str) -> Mapping[str, Fact]:
    """Return the methods that every "data", "learner", "splitter" or "any" object is taken to have."""
    return read_library(_PROTOCOL).methods.get(on, _NOTHING)


@cache
def class_methods(qualified_class: str) -> Mapping[str, Fact]:
    """Return the methods of one known class, such as "optuna.study.Study"."""
    library = _library_for(qualified_class)
    if library is None:
        return _NOTHING
    return library.methods.get(_known_name(library, qualified_class, library.methods), _NOTHING)


def library_of(qualified: str) -> str | None:
    """Return the library whose file covers the name's top-level module."""
    return _index_roots().get(_root(qualified))


def is_known_root(root: str) -> bool:
    """Say whether a top-level module has a knowledge file, without reading that file."""
    return root in _index_roots()


@cache
def library_names() -> tuple[str, ...]:
    """Return the stems of all knowledge files, the protocol's included."""
    return tuple(sorted(path.stem for path in _FOLDER.glob("*.toml") if path.stem != _INDEX))


@cache
def read_library(name: str) -> Library:
    """Read one knowledge file; raises KnowledgeError if it breaks the vocabulary."""
    return parse_library(name, (_FOLDER / f"{name}.toml").read_text("utf-8"))


def parse_library(name: str, text: str) -> Library:
    """Make a library from the text of its file; raises KnowledgeError."""
    document = _document(name, text)
    header = document.get("library", {})
    check_keys(f"{name}.toml: [library]", header, _LIBRARY_KEYS)
    facts, methods_by_receiver = parse_entries(name, document, f"{name}.toml: ")
    return Library(
        name=name,
        modules=tuple(header.get("modules", ())),
        distribution=header.get("distribution"),
        aliases=dict(sorted(header.get("aliases", {}).items(), reverse=True)),
        facts=facts,
        methods=methods_by_receiver,
        removed=frozenset(_removed(document)),
    )


def parse_entries(
    library: str, document: Mapping[str, Any], origin: str, *, own: bool = False
) -> tuple[dict[str, Fact], dict[str, dict[str, Fact]]]:
    """Return the facts by name and the methods by receiver that `fact` and `method` of a document describe.

    What a project says of its `own` code is held to more. Raises KnowledgeError, whose text starts with `origin`.
    """
    facts: dict[str, Fact] = {}
    methods_by_receiver: defaultdict[str, dict[str, Fact]] = defaultdict(dict)
    for where, entry in _entries(document, "fact", origin):
        _add_facts(facts, read_entry(entry, where, library, own=own), entry["names"], where)
    for where, entry in _entries(document, "method", origin):
        fact = read_entry(entry, where, library, own=own, method=True)
        for on in receivers(entry, where):
            _add_facts(methods_by_receiver[on], replace(fact, on=on), entry["names"], where)
    return facts, methods_by_receiver


def _entries(document: Mapping[str, Any], kind: str, origin: str) -> Iterator[tuple[str, dict[str, Any]]]:
    entries = document.get(kind, [])
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise KnowledgeError(f"{origin}{kind}: expected entries under double brackets, as in [[{kind}]]")
    yield from ((f"{origin}{kind} {number}", entry) for number, entry in enumerate(entries, 1))


def _removed(document: Mapping[str, Any]) -> Iterator[str]:
    """Return the names that only older releases have, those of methods with their class."""
    for entry in document.get("fact", ()):
        yield from entry["names"] if entry.get("removed") else ()
    for entry in document.get("method", ()):
        for on in receivers(entry, "") if entry.get("removed") else ():
            yield from (f"{on}.{method}" for method in entry["names"])


def _document(name: str, text: str) -> dict[str, Any]:
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise KnowledgeError(f"{name}.toml: {error}") from error
    check_keys(f"{name}.toml", document, frozenset({"library", "fact", "method"}))
    return document


def _add_facts(into: dict[str, Fact], fact: Fact, names: Iterable[str], where: str) -> None:
    for name in names:
        if name in into:
            raise KnowledgeError(f"{where}: `{name}` is already described as {into[name].effect}")
        into[name] = replace(fact, name=name)


def _root(qualified: str) -> str:
    return qualified.partition(".")[0]


def _library_for(qualified: str) -> Library | None:
    name = library_of(qualified)
    return None if name is None else read_library(name)


@cache
def _fact(qualified: str) -> Fact | None:
    library = _library_for(qualified)
    if library is None:
        return None
    public = _public(library, qualified)
    if library_of(public) != library.name:  # such as sklearn.externals.joblib
        return fact(public)
    return library.facts.get(_known_name(library, public, library.facts))


def _known_name(library: Library, qualified: str, known: Mapping[str, object]) -> str:
    """Return the name among `known` that `qualified` most likely is another path to, else `qualified` itself."""
    public = _public(library, qualified)
    if public in known:
        return public
    module, _, last = public.rpartition(".")
    candidates = [name for name in known if name.endswith(f".{last}")]
    above = [name for name in candidates if f"{module}.".startswith(name.removesuffix(last))]
    match above, candidates:
        case [_, *_], _:
            return max(above, key=len)
        case [], [only] if is_distinctive(last):
            return only
        case _:
            return public


def is_distinctive(name: str) -> bool:
    """Say whether a bare name stands for one thing in a library: a class or several words, not `norm`."""
    return "_" in name.strip("_") or name[:1].isupper()


def _public(library: Library, qualified: str) -> str:
    """Replace former and private modules at the start of the name, as long as there are any."""
    for former, public in library.aliases.items():
        if qualified == former or qualified.startswith(f"{former}."):
            return _public(library, public + qualified[len(former) :])
    return qualified


@cache
def index() -> Mapping[str, Any]:
    """Return what is known of all libraries without reading any of their files: see `index.toml`."""
    return tomllib.loads((_FOLDER / f"{_INDEX}.toml").read_text("utf-8"))


@cache
def _index_roots() -> Mapping[str, str]:
    roots: Mapping[str, str] = index()["roots"]
    return roots
