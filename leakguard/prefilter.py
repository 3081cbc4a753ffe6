"""Which texts are worth parsing at all: a file without any of the words that findings need cannot have one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from leakguard.knowledge.loader import trigger_words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leakguard.knowledge.own import OwnKnowledge

_NAME = r"\w+(?:[ \t]+as[ \t]+\w+)?"
_IMPORT = re.compile(
    rf"""
    ^[ \t]* (?:
        from [ \t]+ (?P<dots>\.*) (?P<module>[\w.]*) [ \t]+ import [ \t]*
            (?: \( (?P<enclosed>[^)]*) \) | (?P<names>{_NAME} (?:[ \t]*,[ \t]*{_NAME})* | \*) )
      | import [ \t]+ (?P<modules>[^\n\#;]+)
    )
    """,
    re.VERBOSE | re.MULTILINE,
)
_FIRST_WORD = re.compile(r"^\s*([\w.]+)", re.MULTILINE)


def imports(text: str) -> Iterator[tuple[str, int]]:
    """Yield what a text may import, as far as that shows without parsing: modules, with the number of leading dots."""
    for found in _IMPORT.finditer(text):
        if found["modules"]:
            yield from ((name, 0) for name in _words(found["modules"]))
            continue
        module, level = found["module"], len(found["dots"])
        yield module, level
        for name in _words(found["enclosed"] or found["names"] or ""):
            yield f"{module}.{name}" if module else name, level


def _words(names: str) -> Iterator[str]:
    for name in names.split(","):
        if word := _FIRST_WORD.match(name):
            yield word[1]


def is_relevant(text: str, own: OwnKnowledge) -> bool:
    """Say whether a text contains a word, a library's or one of the project's `own`, that a finding needs."""
    return any(word in text for word in trigger_words()) or any(word in text for word in own.words())
