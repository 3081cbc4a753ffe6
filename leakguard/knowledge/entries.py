"""Reads one entry of a knowledge file, or of a project's own: what each key may hold, and what is said otherwise."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from leakguard.errors import KnowledgeError
from leakguard.knowledge.facts import (
    EFFECTS,
    ENTRIES,
    FLAGS,
    LEARNS,
    NUMBERS,
    PARAMETER_OPTIONS,
    PLURAL,
    RECEIVERS,
    SEVERAL_WORDS,
    WORDS,
    Fact,
)
from leakguard.spelling import kind_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

# What every entry may hold beside the options of its effect.
_ENTRY_KEYS = frozenset({"effect", "names", "parameters", "removed"})
_PARAMETER = re.compile(r"\*|\*{0,2}[^\W\d]\w*")
# Options that may also name what is no parameter of the call itself, but of its constructor or its fit.
_ELSEWHERE = frozenset({("learner", "watch"), ("learner", "stops"), ("learner", "rounds"), ("learner", "fixed")})


def read_entry(entry: dict[str, Any], where: str, library: str, *, own: bool, method: bool = False) -> Fact:
    """Return the fact, still without a name, that an entry states of all its names; raises KnowledgeError."""
    effect = _effect(entry, where)
    _check_names(entry, where, own=own, method=method)
    if "on" in entry and not method:
        raise KnowledgeError(f"{where}: `on` belongs to a method; write the entry under [[method]]")
    where = f"{where} ({effect})"
    written = {key: value for key, value in entry.items() if key not in _ENTRY_KEYS and key != "on"}
    check_keys(where, written, EFFECTS[effect], also=_ENTRY_KEYS)
    parameters = _parameters(entry, where, own=own)
    if not isinstance(entry.get("removed", True), bool):
        raise KnowledgeError(f"{where}: `removed` must be true or false, got {kind_of(entry['removed'])}")
    if effect == "learner" and "learns" not in entry:
        raise KnowledgeError(f"{where}: `learns` is missing; use one of: {', '.join(sorted(LEARNS))}")
    options = _options(written, effect, where)
    if own and parameters and not method:
        _check_parameters(options, effect, parameters, where)
    return Fact("", library, effect, parameters, options)


def _effect(entry: dict[str, Any], where: str) -> str:
    if "effect" not in entry:
        raise KnowledgeError(f"{where}: `effect` is missing; use one of: {', '.join(sorted(EFFECTS))}")
    return _word(where, "effect", entry["effect"], EFFECTS)


def _check_names(entry: dict[str, Any], where: str, *, own: bool, method: bool) -> None:
    if "names" not in entry:
        raise KnowledgeError(f'{where}: `names` is missing; list what the entry is about, such as ["package.name"]')
    names = entry["names"]
    if not _is_names(names):
        raise KnowledgeError(f"{where}: `names` must be a list of names, got {kind_of(names)}")
    for name in names if own else ():
        if not is_dotted(name) or (method and "." in name):
            kind = "a method's name" if method else "a qualified name"
            raise KnowledgeError(f"{where}: `names` holds {kind_of(name)}, which is not {kind}")
        if "." not in name and not method:
            raise KnowledgeError(
                f"{where}: `{name}` must be qualified as code imports it, such as `package.module.{name}`"
            )


def is_dotted(name: str) -> bool:
    """Say whether a text is a name as code imports it: `package.module.name`."""
    return all(part.isidentifier() for part in name.split("."))


def _parameters(entry: dict[str, Any], where: str, *, own: bool) -> tuple[str, ...]:
    given = entry.get("parameters", [])
    if not _is_names(given, or_none=True):
        raise KnowledgeError(f"{where}: `parameters` must be a list of names, got {kind_of(given)}")
    for name in given if own else ():
        if not _PARAMETER.fullmatch(name):
            raise KnowledgeError(f"{where}: `parameters` holds {kind_of(name)}, which is no parameter")
    return tuple(given)


def _options(written: Mapping[str, Any], effect: str, where: str) -> dict[str, object]:
    """Check the options and bring them into the form that facts.py promises."""
    options: dict[str, object] = {}
    for key, value in written.items():
        if key == "entries":
            options[key] = _entry_of_space(value, f"{where}: entries")
            continue
        _check_option(where, effect, key, value)
        options[key] = _option(key, value)
    return options


def _check_option(where: str, effect: str, key: str, value: object) -> None:
    """Raise KnowledgeError if an option cannot hold this value."""
    words = LEARNS if key == "learns" else WORDS.get((effect, key))
    if words is not None:
        several = value if isinstance(value, list) and (effect, key) in SEVERAL_WORDS else [value]
        for word in several:
            _word(where, key, word, words)
        return
    expected = _expected(effect, key, value)
    if expected:
        raise KnowledgeError(f"{where}: `{key}` must {expected}, got {kind_of(value)}")


def _expected(effect: str, key: str, value: object) -> str:
    """What an option without words of its own must be; empty where it is."""
    if key in FLAGS:
        return "" if isinstance(value, bool) else "be true or false"
    if key in NUMBERS or (effect, key) == ("splitter", "default"):
        numbers = value if isinstance(value, list) and key == "default_trials" and value else [value]
        return "" if all(type(one) is int and one > 0 for one in numbers) else "be a whole number above 0"
    if _is_names(value if isinstance(value, list) else [value]):
        return ""
    return "name a parameter, or several in a list" if key in PARAMETER_OPTIONS else "be a text, or a list of them"


def _check_parameters(options: Mapping[str, object], effect: str, parameters: tuple[str, ...], where: str) -> None:
    """Raise KnowledgeError if an option names a parameter that the entry does not list."""
    known = {name.lstrip("*") for name in parameters} | {"*"}
    for key, value in options.items():
        if key not in PARAMETER_OPTIONS or key in FLAGS or (effect, key) in _ELSEWHERE or (effect, key) in WORDS:
            continue
        for name in value if isinstance(value, tuple) else (value,):
            if str(name) not in known:
                raise KnowledgeError(
                    f"{where}: `{key}` names `{name}`, which is not among the `parameters`; "
                    'what is given by keyword only stands there behind "*"'
                )


def _is_names(value: object, *, or_none: bool = False) -> bool:
    """Say whether a value is a list of texts."""
    return isinstance(value, list) and all(isinstance(name, str) and name for name in value) and bool(value or or_none)


def _entry_of_space(table: object, where: str) -> Fact:
    """Return what the entries of a search space mean, as a fact about calls with the same arguments."""
    if not isinstance(table, dict):
        raise KnowledgeError(f"{where}: expected a table, got {kind_of(table)}")
    check_keys(where, table, ENTRIES)
    options = {key: value for key, value in table.items() if key != "parameters"}
    return Fact("entry", "", "sample", _parameters(table, where, own=False), _options(options, "sample", where))


def _option(key: str, value: object) -> object:
    """Bring an option into the form that facts.py promises: tuples for lists, and for options that name several."""
    if isinstance(value, list):
        return tuple(value)
    return (value,) if key in PLURAL else value


def receivers(entry: Mapping[str, Any], where: str) -> list[str]:
    """Return the one receiver of a method, or the several classes that share it."""
    choice = f"use a qualified class or one of: {', '.join(sorted(RECEIVERS))}"
    if "on" not in entry:
        raise KnowledgeError(f"{where}: `on` is missing; {choice}")
    on = entry["on"]
    if on == []:
        raise KnowledgeError(f"{where}: `on` is an empty list; {choice}")
    found = list(on) if isinstance(on, list) else [on]
    for receiver in found:
        if not isinstance(receiver, str) or not (receiver in RECEIVERS or ("." in receiver and is_dotted(receiver))):
            raise KnowledgeError(f"{where}: `on` is {kind_of(receiver)}; {choice}")
    return found


def check_keys(where: str, keys: Iterable[str], known: frozenset[str], also: frozenset[str] = frozenset()) -> None:
    """Raise KnowledgeError at the first key that is not known."""
    for key in keys:
        if key not in known:
            raise KnowledgeError(f"{where}: unknown key `{key}`{_nearest(key, known | also)}")


def _word(where: str, key: str, word: object, known: Iterable[str]) -> str:
    words = frozenset(known)
    if not isinstance(word, str):
        raise KnowledgeError(f"{where}: `{key}` must be one of {', '.join(sorted(words))}, got {kind_of(word)}")
    if word not in words:
        raise KnowledgeError(f"{where}: unknown {key} `{word}`{_nearest(word, words)}")
    return word


def _nearest(word: str, known: Iterable[str]) -> str:
    import difflib

    match difflib.get_close_matches(word, sorted(known), n=1, cutoff=0.4):
        case [nearest]:
            return f"; did you mean `{nearest}`?"
        case _:
            return f"; use one of: {', '.join(sorted(known))}"
