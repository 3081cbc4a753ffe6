"""Writes the pages about the rules, and the one about what can be imported, from the docstrings.

Run it after a change to one of them: `python docs/generate.py`. A test compares.
"""

from __future__ import annotations

import inspect
from importlib import import_module
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from leakguard.commands.rule import page
from leakguard.selection import documented

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leakguard.selection import Documented

DOCS = Path(__file__).parent
_GROUPS = {
    "LG0": "About the checked file",
    "LG1": "What test rows may not decide",
    "LG2": "What is learned too early",
    "LG3": "Where a search looks",
    "LG4": "How a search looks",
    "LG5": "What is searched over",
}
_MODULES = {
    "pytest_leakguard": "In tests",
    "leakguard.seal": "Sealing by hand",
    "leakguard.tuners": "Tuning",
}
_API = """\
# Python API

<!-- Written by docs/generate.py from the docstrings: change those. -->

All that may be imported; `help(NAME)` tells the arguments, attributes and errors of each. Everything else is internal
and may change at any time; what changes when is said in [versioning.md](versioning.md). The linter has no Python API:
its interface is the command line, with [JSON and SARIF](output-formats.md).
"""
_HEAD = """\
# Rules

<!-- Written by docs/generate.py from the rules' own texts: change those. -->

`leakguard rule NAME` prints the same pages. A rule in preview is on only where it is selected, see
[configuration.md](configuration.md#preview); what may change when is said in [versioning.md](versioning.md).
"""


def pages() -> dict[str, str]:
    """Return the text of each page by its path below this folder."""
    rules = documented().values()
    made = {"rules.md": "".join(_index(list(rules))), "python-api.md": "".join(_api())}
    return made | {f"rules/{one.name}.md": page(one) for one in rules}


def _api() -> Iterator[str]:
    yield _API
    for name, heading in _MODULES.items():
        module = import_module(name)
        yield f"\n## {heading}\n\n`from {name} import ...`\n\n| name | |\n|---|---|\n"
        for public in sorted(module.__all__, key=str.lower):
            text = " ".join((inspect.getdoc(getattr(module, public)) or "").partition("\n\n")[0].split())
            yield f"| `{public}` | {text.replace('|', chr(92) + '|')} |\n"


def _index(rules: list[Documented]) -> Iterator[str]:
    yield _HEAD
    for prefix, group in groupby(rules, key=lambda one: one.code[:3]):
        yield f"\n## {_GROUPS[prefix]}\n\n| rule | code | |\n|---|---|---|\n"
        for one in group:
            summary = one.documentation.partition("\n")[0] + (" (preview)" if one.preview else "")
            yield f"| [`{one.name}`](rules/{one.name}.md) | {one.code} | {summary} |\n"


def main() -> None:
    """Write all pages, and remove those of rules that are no more."""
    written = pages()
    (DOCS / "rules").mkdir(exist_ok=True)
    for file in (DOCS / "rules").glob("*.md"):
        if f"rules/{file.name}" not in written:
            file.unlink()
    for name, text in written.items():
        (DOCS / name).write_text(text, "utf-8", newline="\n")


if __name__ == "__main__":
    main()
