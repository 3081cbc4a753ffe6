"""Which texts are worth parsing at all: a file with nothing that a finding hangs on cannot have one.

What tells stands in the index of the knowledge: the import of a library, the call of a method, or a name of a library
that code of all kinds imports.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from leakguard.knowledge.loader import index

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leakguard.knowledge.own import OwnKnowledge

_NAME = r"\w+(?:[ \t]+as[ \t]+\w+)?"
_IMPORT = re.compile(
    rf"""
    (?: [^\#\n'"]* [;:] )? [ \t]* (?:
        from [ \t]+ (?P<dots>\.*) (?P<module>[\w.]*) [ \t]+ import [ \t]*
            (?: \( (?P<enclosed>[^)]*) \) | (?P<names>{_NAME} (?:[ \t]*,[ \t]*{_NAME})* | \*) )
      | import [ \t]+ (?P<modules>[^\n\#;]+)
    )
    """,
    re.VERBOSE,
)
_FIRST_WORD = re.compile(r"^\s*([\w.]+)", re.MULTILINE)
_BY_NAME = "import_module"  # whatever it is given


def imports(text: str) -> Iterator[tuple[str, int]]:
    """Yield what a text may import, as far as that shows without parsing: modules, with the number of leading dots."""
    for found in _import_statements(text):
        if found["modules"]:
            yield from ((name, 0) for name in _words(found["modules"]))
            continue
        module, level = found["module"], len(found["dots"])
        yield module, level
        for name in _words(found["enclosed"] or found["names"] or ""):
            yield f"{module}.{name}" if module else name, level


def _import_statements(text: str) -> Iterator[re.Match[str]]:
    """Look at the rows that contain the word alone: looking at each costs more than all the rest."""
    at = text.find("import")
    while at >= 0:
        found = _IMPORT.match(text, text.rfind("\n", 0, at) + 1)
        if found:
            yield found
        row_end = text.find("\n", at)
        at = text.find("import", max(found.end() if found else 0, row_end)) if row_end >= 0 else -1


def _words(names: str) -> Iterator[str]:
    for name in names.split(","):
        if word := _FIRST_WORD.match(name):
            yield word[1]


def is_relevant(text: str, own: OwnKnowledge) -> bool:
    """Say whether a text has what a finding needs: of a library, or a word of the project's `own` knowledge."""
    return _calls_telling(text) or _imports_telling(text) or any(word in text for word in own.words())


def _calls_telling(text: str) -> bool:
    stems, exactly = _methods()
    return any(stem in text for stem in stems) and exactly.search(text) is not None


def _imports_telling(text: str) -> bool:
    roots = {module.partition(".")[0] for module, level in imports(text) if not level}
    telling = index()
    if not roots.isdisjoint(telling["imports"]) or (_BY_NAME in text and _imported_by_name().search(text)):
        return True
    candidates = [word for word, libraries in telling["names"].items() if not roots.isdisjoint(libraries)]
    return any(word in text and re.search(rf"\b{word}\b", text) for word in candidates)


@cache
def _imported_by_name() -> re.Pattern[str]:
    return re.compile(rf"""['"](?:{"|".join(index()["imports"])})\b""")


@cache
def _methods() -> tuple[tuple[str, ...], re.Pattern[str]]:
    """Return the fewest beginnings that all telling methods have, and what matches nothing but these methods."""
    names = sorted(index()["methods"])
    stems = [name for name in names if not any(name != other and name.startswith(other) for other in names)]
    return tuple(f".{stem}" for stem in stems), re.compile(rf"\.(?:{'|'.join(names)})\b")
