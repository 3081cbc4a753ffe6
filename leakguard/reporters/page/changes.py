"""A fix, as the rows before and after it."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from leakguard.diagnostic import Applicability
from leakguard.reporters.page.code import code
from leakguard.reporters.page.text import prose

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from leakguard.diagnostic import Edit, Fix, Place

    Rows = Callable[[Place], Sequence[str]]

_TRUST = {
    Applicability.SAFE: "safe: it keeps what the code means",
    Applicability.UNSAFE: "look at it before you take it: it may change results",
    Applicability.DISPLAY: "a sketch to be read, not applied",
}
_GAP = '<tr class="gap"><th>\N{MIDLINE HORIZONTAL ELLIPSIS}</th><td></td></tr>'
_NEAR = 3  # rows between two edits that are shown together


@dataclass(frozen=True, slots=True)
class _Change:
    """Rows that become others, from this row of the file or cell on."""

    row: int
    before: Sequence[str]
    after: Sequence[str]


def fix(one: Fix, rows_of: Rows) -> str:
    """Return what the fix is called, how far it may be trusted, and what it changes."""
    changes = [change for edits in _clusters(one.edits) if (change := _change(edits, rows_of(edits[0].place)))]
    table = f"\n{_GAP}\n".join("\n".join(_rows(change)) for change in changes)
    figure = f'<figure class="change" tabindex="0" aria-label="The change"><table>\n{table}\n</table></figure>'
    title = f'<p><strong>Fix:</strong> {prose(one.title)} <span class="quiet">({_TRUST[one.applicability]})</span></p>'
    return f'<div class="fix">{title}{figure if table else ""}</div>'


def _clusters(edits: Sequence[Edit]) -> list[list[Edit]]:
    """Gather edits that stand near each other, in the order of the text."""
    ordered = sorted(edits, key=lambda edit: (edit.place.filename, edit.place.cell or 0, edit.place.row))
    clusters = [ordered[:1]] if ordered else []
    for before, edit in pairwise(ordered):
        same = (before.place.filename, before.place.cell) == (edit.place.filename, edit.place.cell)
        if same and edit.place.row - before.place.end_row <= _NEAR:
            clusters[-1].append(edit)
        else:
            clusters.append([edit])
    return clusters


def _change(edits: Sequence[Edit], rows: Sequence[str]) -> _Change | None:
    first, last = edits[0].place.row, max(edit.place.end_row for edit in edits)
    if last > len(rows):
        return None
    after = list(rows[first - 1 : last])
    for edit in sorted(edits, key=lambda edit: (edit.place.row, edit.place.column), reverse=True):
        start, end = edit.place.row - first, edit.place.end_row - first
        text = after[start][: edit.place.column - 1] + edit.text + after[end][edit.place.end_column - 1 :]
        after[start : end + 1] = text.split("\n")
    return _Change(first, rows[first - 1 : last], after)


def _rows(change: _Change) -> Iterator[str]:
    """Yield what goes and what comes; rows that stay at the beginning and the end are shown once."""
    before, after = list(change.before), list(change.after)
    same = next((i for i, (old, new) in enumerate(zip(before, after, strict=False)) if old != new), len(before))
    same = min(same, len(before), len(after))
    left = min(len(before), len(after)) - same
    tail = next((i for i in range(left) if before[-1 - i] != after[-1 - i]), left)
    gone, come = before[same : len(before) - tail], after[same : len(after) - tail]
    for number, row in enumerate(before[:same], change.row):
        yield _row("", str(number), " ", row)
    for number, row in enumerate(gone, change.row + same):
        yield _row("gone", str(number), "\N{MINUS SIGN}", row)
    for row in come:
        yield _row("come", "", "+", row)
    for number, row in enumerate(before[len(before) - tail :], change.row + len(before) - tail):
        yield _row("", str(number), " ", row)


def _row(kind: str, number: str, sign: str, row: str) -> str:
    return f'<tr class="{kind}"><th>{number}</th><td>{sign} {code(row)}</td></tr>'
