"""The top of the page: how much was found, by which rule and in which file."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from leakguard.diagnostic import Severity
from leakguard.reporters.page import markdown
from leakguard.reporters.page.findings import UNCHECKED
from leakguard.reporters.page.text import count, plain

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from leakguard.diagnostic import Diagnostic
    from leakguard.reporters.page.findings import Numbered
    from leakguard.selection import Documented

_MOST_FILES = 10  # in a list that is not folded
_WORDS = {".": "the current folder", "-": "standard input"}


def headline(found: Sequence[Diagnostic], checked: int) -> str:
    """Return the result in a few words."""
    if found:
        files = len({one.place.filename for one in found})
        return f"{count(len(found), 'problem')} in {count(files, 'file')}"
    return "No leaks found" if checked else "Nothing was checked"


def lead(found: Sequence[Diagnostic], checked: int, paths: Sequence[str]) -> str:
    """Return what was checked, and how it came out."""
    where = ", ".join(_WORDS.get(path, f"<code>{plain(path)}</code>") for path in paths)
    if not checked:
        return f"There were no Python files or notebooks to check{f' in {where}' if paths else ''}."
    looked_at = f"{count(checked, 'file')} checked{f' in {where}' if paths else ''}."
    if not found:
        return f"{looked_at} As far as leakguard can follow the rows, nothing has learned from those that judge it."
    return looked_at


def tiles(found: Sequence[Diagnostic], checked: int) -> str:
    """Return the main numbers."""
    kinds = Counter(one.severity for one in found if one.name not in UNCHECKED)
    unchecked = len({one.place.filename for one in found if one.name in UNCHECKED})
    numbers = [
        ("error", kinds[Severity.ERROR], "error" if kinds[Severity.ERROR] == 1 else "errors"),
        ("warning", kinds[Severity.WARNING], "warning" if kinds[Severity.WARNING] == 1 else "warnings"),
        ("unchecked", unchecked, "not checked, or only in part"),
        ("", checked, "file" if checked == 1 else "files"),
    ]
    items = "".join(
        f'<div class="{kind if number else ""}"><dt>{noun}</dt><dd>{number:,}</dd></div>'
        for kind, number, noun in numbers
        if number or kind != "unchecked"
    )
    return f'<dl class="tiles">{items}</dl>'


def by_rule(findings: Sequence[Numbered], words: Mapping[str, Documented]) -> str:
    """Return a table of the rules that found something."""
    counts = Counter((one.code, one.name, one.severity) for _, one in findings)
    names = sorted({(code, name) for code, name, _ in counts}, key=lambda item: (item[1] not in UNCHECKED, item[0]))
    rows = "\n".join(
        f'<tr><th scope="row"><a href="#rule-{plain(name)}">{plain(name)}</a></th>'
        f"<td>{markdown.summary(words[name].documentation) if name in words else ''}</td>"
        f"{_numbers([counts[code, name, kind] for kind in Severity])}</tr>"
        for code, name in names
    )
    return _table("rule", "What it finds", rows)


def by_file(findings: Sequence[Numbered]) -> str:
    """Return a table of the files in which something was found, the worst first; folded if it is long."""
    counts = Counter((one.place.filename, one.severity) for _, one in findings)
    first: dict[str, int] = {}

    def worst_first(name: str) -> list[int]:
        return [-counts[name, kind] for kind in Severity]

    for number, one in findings:
        first.setdefault(one.place.filename, number)
    rows = "\n".join(
        f'<tr><th scope="row"><a href="#f{number}">{plain(name)}</a></th>'
        f"{_numbers([counts[name, kind] for kind in Severity])}</tr>"
        for name, number in sorted(first.items(), key=lambda item: worst_first(item[0]))
    )
    table = _table("file", "", rows)
    if len(first) <= _MOST_FILES:
        return table
    return f"<details><summary>{count(len(first), 'file')} with problems</summary>\n{table}\n</details>"


def _numbers(numbers: Sequence[int]) -> str:
    return "".join(f"<td>{number:,}</td>" if number else '<td class="none">0</td>' for number in numbers)


def _table(each: str, says: str, rows: str) -> str:
    heads = "".join(f'<th scope="col">{head}</th>' for head in (each.capitalize(), says, "Errors", "Warnings") if head)
    return f"""\
<table class="counts {each}">
<caption>By {each}</caption>
<thead><tr>{heads}</tr></thead>
<tbody>
{rows}
</tbody>
</table>"""
