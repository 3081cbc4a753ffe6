"""Which rules are on: names, codes and code prefixes against the rules that there are."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from leakguard.errors import UserError
from leakguard.patterns import Patterns
from leakguard.remarks import INTERNAL_ERROR, REMARKS, SYNTAX_ERROR, UNREADABLE_FILE
from leakguard.rules.registry import all_rules
from leakguard.spelling import nearest

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from leakguard.config import Selectors, Settings

_CODE_PREFIX = re.compile(r"LG\d*", re.IGNORECASE)
# That a file was not checked is said whatever is selected, unless it is ignored by name.
_ALWAYS = frozenset({SYNTAX_ERROR.name, UNREADABLE_FILE.name, INTERNAL_ERROR.name})


class UnknownRuleError(UserError):
    """A selector that matches no rule."""

    def __init__(self, selector: str, origin: str) -> None:
        meant = nearest(selector, [*all_codes(), *all_codes().values()])
        super().__init__(f"{origin}: unknown rule `{selector}`; did you mean `{meant}`?")


@dataclass(frozen=True, slots=True)
class Documented:
    """The words about a rule or remark."""

    code: str
    name: str
    documentation: str
    preview: bool = False


@cache
def documented() -> Mapping[str, Documented]:
    """Return everything that can be reported, by name, in the order of the codes."""
    known = [Documented(one.code, one.name, one.documentation) for one in REMARKS.values()]
    known += [Documented(one.code, one.name, one.documentation, one.preview) for one in all_rules().values()]
    return {one.name: one for one in sorted(known, key=lambda one: one.code)}


@cache
def all_codes() -> Mapping[str, str]:
    """Return the name behind each code."""
    return {one.code: one.name for one in documented().values()}


def canonical_name(word: str) -> str | None:
    """Return the name that a name or a whole code stands for."""
    return word if word in documented() else all_codes().get(word.upper())


def enabled(settings: Settings, filename: str) -> frozenset[str]:
    """Return the names of all rules and remarks that are on for a file; raises UnknownRuleError."""
    path = str(Path(filename).absolute())
    origin = f"{settings.origin}: per-file-ignores"
    off = [
        name
        for glob, words in settings.per_file_ignores
        for word in words
        for name in _names(word, origin)
        if Patterns(settings.root, (glob,)).match(path)
    ]
    return _apply_layers(settings.selectors, preview=settings.preview).difference(off) | {INTERNAL_ERROR.name}


def idle_selectors(settings: Settings) -> Iterator[str]:
    """Yield what is to be said of selectors that turn nothing on, since all that they mean is in preview."""
    for layer in settings.selectors if not settings.preview else ():
        for word in (*(layer.select or ()), *layer.extend_select):
            if not _selected(word, layer.origin, preview=False):
                yield f"{layer.origin}: `{word}` selects nothing: its rules are in preview, and on with `preview`"


@cache
def _apply_layers(layers: tuple[Selectors, ...], *, preview: bool) -> frozenset[str]:
    on = _selected("ALL", "", preview=preview)
    for layer in layers:
        on = _apply(layer, on, preview=preview)
    return on


def _apply(layer: Selectors, on: frozenset[str], *, preview: bool) -> frozenset[str]:
    """Apply one file's or the command line's selectors: the longer one wins, and a tie switches off."""
    selected = (*(layer.select or ()), *layer.extend_select)
    wanted = [(_weight(word), False, _selected(word, layer.origin, preview=preview)) for word in selected]
    wanted += [(_weight(word), True, _names(word, layer.origin)) for word in layer.ignore]
    result = on if layer.select is None else on & _ALWAYS
    for _, off, names in sorted(wanted, key=lambda item: item[:2]):
        result = result - names if off else result | names
    return result


def _weight(word: str) -> int:
    """Rank a selector: ALL below prefixes, shorter prefixes below longer ones, a name like a whole code."""
    if word == "ALL":
        return 0
    return len(word) if _CODE_PREFIX.fullmatch(word) else len("LG000")


def _selected(word: str, origin: str, *, preview: bool) -> frozenset[str]:
    """Return the names that a selector turns on: those in preview if it means just one, or if `preview` is on."""
    names = _names(word, origin)
    if preview or canonical_name(word):
        return names
    return frozenset(name for name in names if not documented()[name].preview)


@cache
def _names(word: str, origin: str) -> frozenset[str]:
    if word == "ALL":
        return frozenset(documented())
    if name := canonical_name(word):
        return frozenset({name})
    found: frozenset[str] = frozenset()
    if _CODE_PREFIX.fullmatch(word):
        found = frozenset(name for code, name in all_codes().items() if code.startswith(word.upper()))
    if not found:
        raise UnknownRuleError(word, origin)
    return found
