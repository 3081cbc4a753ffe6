"""Which texts are worth parsing at all: a file with nothing that a finding hangs on cannot have one.

What tells stands in the index of the knowledge: the import of a library, the call of a method, or a name of a library
that code of all kinds imports.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from leakguard.knowledge.hyperparameters import LOG_SCALE, LOG_SCALE_SPELLED
from leakguard.knowledge.loader import index

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from leakguard.semantic.options import AnalysisOptions

_DOTTED = r"[\w.]+(?:[ \t]*\.[ \t]*\w+)*"
_NAME = r"\w+(?:[ \t]+as[ \t]+\w+)?"
_IMPORT = re.compile(
    rf"""
    [ \t\f]* (?:
        from (?=[ \t.]) (?P<dots>[ \t.]*) (?P<module>(?!import\b){_DOTTED})? [ \t]* \b import \b [ \t]*
            (?: \( (?P<enclosed>(?:[^)\#]|\#[^\n]*)*) \) | (?P<names>{_NAME} (?:[ \t]*,[ \t]*{_NAME})* | \*) )
      | import [ \t]+ (?P<modules>[^\n\#;]+)
    )
    """,
    re.VERBOSE,
)
_BEGINS = re.compile(r"[;:]")  # a statement within a row
_AROUND_DOT = re.compile(r"[ \t]*\.[ \t]*")
_COMMENT = re.compile(r"#[^\n]*")
_FIRST_WORD = re.compile(r"^\s*([\w.]+)", re.MULTILINE)
# Bring rows for the networks of a library that other modules may be the only ones to import.
_OF_TORCH = frozenset("dgl timm torch_geometric torchaudio torchtext torchvision".split())
_HP, _OF_KERAS_TUNER = (
    "hp",
    re.compile(r"\bhp\w*\s*\.\s*(?:Choice|Float|Int)\s*\("),
)  # of a model that is built elsewhere
_DRAW, _SPLIT = "suggest_", "_test_split"  # found faster than by a pattern
_ARITHMETIC = frozenset({"numpy", "pandas", "polars", "scipy"})
_SPACES = "scipy"  # whose distributions make up search spaces
# Where nothing else says what the rows are, names such as X_test and val_loader do.
_ROLE = r"(?:[tT]est|[vV]al|[vV]alid|[vV]alidation|[dD]ev|[hH]old_?out|[tT]st|[tT]e)"
_ROWS = r"(?:[xXyY]|[sS]et|[dD]ata\w*|df|[lL]oaders?|dl|ds|[iI]ter\w*|[gG]en\w*|[iI]mages|[lL]abels|[fF]eatures)"
_PART = re.compile(rf"(?<![a-zA-Z])(?:{_ROWS}_?{_ROLE}|{_ROLE}_?{_ROWS})(?![a-z])")
_HANDS_ON = r"\b(?:partial|map|starmap|submit|apply\w*|delayed|Thread|Process|run_in_executor|attrgetter)\b"
# Something between a call's brackets, in which there may be others.
_GIVEN = r"(?:[^()]|\((?:[^()]|\([^()]*\))*\))*?"
_BY_NAME = "import_module"  # whatever it is given


def imports(text: str) -> Iterator[tuple[str, int]]:
    """Yield what a text may import, as far as that shows without parsing: modules, with the number of leading dots."""
    for found in _import_statements(text):
        if found["modules"]:
            yield from ((name, 0) for name in _words(_AROUND_DOT.sub(".", found["modules"])))
            continue
        module, level = _AROUND_DOT.sub(".", found["module"] or ""), found["dots"].count(".")
        yield module, level
        for name in _words(found["enclosed"] or found["names"] or ""):
            yield f"{module}.{name}" if module else name, level


def _import_statements(text: str) -> Iterator[re.Match[str]]:
    """Look at the rows that contain the word alone: looking at each costs more than all the rest."""
    if "\\" in text and "\\\n" in text:
        text = text.replace("\\\n", " ")
    at = text.find("import")
    while at >= 0:
        start = text.rfind("\n", 0, at) + 1
        end = text.find("\n", at)
        end = len(text) if end < 0 else end
        for begin in (start, *(one.end() for one in _BEGINS.finditer(text, start, end))):
            if found := _IMPORT.match(text, begin):
                yield found
        at = text.find("import", end)


def _words(names: str) -> Iterator[str]:
    for name in _COMMENT.sub("", names).split(","):
        if word := _FIRST_WORD.match(name):
            yield word[1]


def is_relevant(text: str, options: AnalysisOptions, imported: Iterable[tuple[str, int]]) -> bool:
    """Say whether a text with such `imports` has what a finding needs.

    That is: by what is known of libraries, and by the project's own settings.
    """
    if options.gated:  # reading a test path takes no library
        return True
    telling = index()
    roots = {module.partition(".")[0] for module, level in imported if not level}
    if (
        not roots.isdisjoint(telling["imports"])
        or not roots.isdisjoint(_OF_TORCH)
        or (_BY_NAME in text and _imported_by_name().search(text))
    ):
        return True
    if (_DRAW in text and _called("draws").search(text)) or (_HP in text and _OF_KERAS_TUNER.search(text)):
        return True
    tells = _spells_method(text)
    if tells and not roots.isdisjoint(telling["data"]):
        return True
    if (tells or not roots.isdisjoint(_ARITHMETIC)) and _names_part(text):  # models may be made of matrices alone
        return True
    return _draws_by_hand(text, roots, options) or any(word in text for word in options.knowledge.words())


def brings_rows(imported: Iterable[tuple[str, int]]) -> bool:
    """Say whether one of the imports is of a library that rows may come from, or pass through."""
    return not {module.partition(".")[0] for module, level in imported if not level}.isdisjoint(index()["data"])


def _names_part(text: str) -> bool:
    """Whether something is called after held-out rows; "generate" ends like "genTe" and is not."""
    from leakguard.semantic.names import ROLE_WORDS, words

    return any(not ROLE_WORDS.isdisjoint(words(found[0])) for found in _PART.finditer(text))


def _draws_by_hand(text: str, roots: set[str], options: AnalysisOptions) -> bool:
    """Whether a general library's name is spelled that draws or optimises; NumPy draws of a learning rate matter."""
    candidates = [word for root in _general().keys() & roots for word in _general()[root]]
    return any(word in text and re.search(rf"\b{word}\b", text) for word in candidates) and (
        _SPACES in roots or _log_scale(options.log_scale_names).search(text) is not None
    )


@cache
def _general() -> dict[str, list[str]]:
    """Return by general library the names of it that tell."""
    found: dict[str, list[str]] = {}
    for word, libraries in index()["names"].items():
        for library in libraries:
            found.setdefault(library, []).append(word)
    return found


def _spells_method(text: str) -> bool:
    """Whether the name of a telling method is spelled: called, handed on, looked up by its text; or that of a split."""
    if _SPLIT in text or (_spelled().search(text) and (_called("methods").search(text) or _kept().search(text))):
        return True
    return "getattr" in text and _looked_up().search(text) is not None


@cache
def _spelled() -> re.Pattern[str]:
    """Return what matches the name of a telling method; it begins with a character that the search can jump to."""
    return re.compile(_name(*index()["methods"]))


@cache
def _kept() -> re.Pattern[str]:
    """Return what matches a method that is assigned, or called in brackets."""
    name = _name(*index()["methods"])
    return re.compile(rf"=[^=\n\#]*{name}\s*(?:[,;\#\n]|if\b|\Z)|{name}\s*\)\s*\(")


@cache
def _looked_up() -> re.Pattern[str]:
    return re.compile(rf"""getattr\s*\([^()]*,\s*['"](?:{"|".join(index()["methods"])})['"]""")


@cache
def _called(kind: str) -> re.Pattern[str]:
    """Return what matches the call of a method of some kind, or its name where it is handed to what may call it."""
    name = _name(*index()[kind])
    return re.compile(rf"{name}\s*\(|{_HANDS_ON}\s*\({_GIVEN}{name}")


def _name(*methods: str) -> str:
    return rf"\.\s*(?:{'|'.join(sorted(methods))})\b"


@cache
def _imported_by_name() -> re.Pattern[str]:
    return re.compile(rf"""['"](?:{"|".join(index()["imports"])})\b""")


@cache
def _log_scale(own: tuple[str, ...]) -> re.Pattern[str]:
    """Return what matches where a hyperparameter whose exponent matters is given a value: as a key or a keyword."""
    names = ["_?".join(words) for words in LOG_SCALE if words != ("c",)] + [*LOG_SCALE_SPELLED, *map(re.escape, own)]
    name = rf"(?<![a-zA-Z])(?:(?i:{'|'.join(sorted(names))})|C)"
    key = rf"{name}['\"]\s*[:\],)]"
    keyword = rf"[(,]\s*(?:\#[^\n]*\s*)*\w*?{name}\s*=(?!=)"
    return re.compile(f"{key}|{keyword}")
