"""Writes the pages about the rules, `docs/rules/*.md` and their index `docs/rules.md`, from the rules themselves.

Run it after a change to a rule's docstring: `python docs/generate.py`. A test compares.
"""

from __future__ import annotations

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
_HEAD = """\
# Rules

<!-- Written by docs/generate.py from the rules' own texts: change those. -->

`leakguard rule NAME` prints the same pages. A rule in preview is on only where it is selected, see
[configuration.md](configuration.md#preview); what may change when is said in [versioning.md](versioning.md).
"""


def pages() -> dict[str, str]:
    """Return the text of each page by its path below this folder."""
    rules = documented().values()
    return {"rules.md": "".join(_index(list(rules))), **{f"rules/{one.name}.md": page(one) for one in rules}}


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
