"""Code with numbered steps: the rows that a path touches, its stretches marked, and arrows from step to step.

`drawing` knows nothing of rules and reports: whoever has places and rows can draw with it.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain, pairwise
from typing import TYPE_CHECKING

from leakguard.reporters.page import arrows
from leakguard.reporters.page.code import Mark, code
from leakguard.reporters.page.text import plain

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from leakguard.diagnostic import Place

    Rows = Callable[[Place], Sequence[str]]

_AROUND = 1  # rows shown before and after a marked one, unless they are empty
_GAP = 3  # rows left out between shown ones, at least
_HEAD = 4  # rows shown of the beginning of a longer stretch


@dataclass(frozen=True, slots=True)
class Step:
    """A stretch of code to mark, and what happened there; `number` is its place in the path, from 1.

    A step without number stands beside the path. The one to blame is drawn in the colour of the finding.
    """

    place: Place
    says: str
    number: int | None = None
    blamed: bool = False


@dataclass(frozen=True, slots=True)
class _Row:
    """One row of the drawing: of the code, of what a step says (`step`), of rows left out, or of a file's name."""

    kind: str
    head: str
    body: str
    step: Step | None = None


def drawing(steps: Sequence[Step], rows_of: Rows, label: str) -> str:
    """Return a figure that shows the steps in their code; empty if there is nothing to show.

    steps    in the order of the path
    rows_of  all rows of the file or cell that a place is in; none if they are not known, which leaves what steps say
    label    what the figure is called for those who do not see it
    Each file and each cell has a frame of its own, in the order in which the path first comes there. If
    there are several, what they are stands above them.
    """
    regions = _regions(steps)
    several = len({step.place.filename for step in steps}) > 1
    names = [_name(region[0].place, several=several) if len(regions) > 1 else "" for region in regions]
    rows = [row for region, name in zip(regions, names, strict=True) for row in _region(region, rows_of, name)]
    if not rows:
        return ""
    numbered = [step for step in steps if step.number is not None]
    at = {row.step: index for index, row in enumerate(rows) if row.step}
    beside, lanes = arrows.pieces([at[step] for step in numbered], len(rows))
    body = "\n".join(_html(row, pieces) for row, pieces in zip(rows, beside, strict=True))
    kind = f"path g{lanes}" if numbered else "path"
    return f'<figure class="{kind}" tabindex="0" aria-label="{plain(label)}"><table>\n{body}\n</table></figure>'


def _regions(steps: Iterable[Step]) -> list[list[Step]]:
    """Gather the steps of each file and cell."""
    found: dict[tuple[str, int | None], list[Step]] = {}
    for step in dict.fromkeys(steps):
        found.setdefault((step.place.filename, step.place.cell), []).append(step)
    return list(found.values())


def _region(steps: list[Step], rows_of: Rows, name: str) -> Iterator[_Row]:
    rows = rows_of(steps[0].place)
    if name:
        yield _Row("file", "", plain(name))
    shown = _shown(steps, rows)
    below: dict[int, list[Step]] = {}
    for step in steps:
        below.setdefault(max((number for number in shown if number <= step.place.end_row), default=0), []).append(step)
    yield from _said(below.get(0, ()))
    before = shown[0] - 1 if shown else 0
    for number in shown:
        if number > before + 1:
            yield _Row("gap", "\N{MIDLINE HORIZONTAL ELLIPSIS}", f"{number - before - 1:,} rows")
        marks = [mark for step in steps if (mark := _mark(step, number, rows[number - 1]))]
        yield _Row("hit" if marks else "", str(number), code(rows[number - 1], marks))
        yield from _said(below.get(number, ()))
        before = number


def _name(place: Place, *, several: bool) -> str:
    """Return the name of the file, and the cell in a notebook; the cell alone if no other file is drawn."""
    cell = [] if place.cell is None else [f"cell {place.cell}"]
    return ", ".join([place.filename, *cell] if several else cell)


def _said(steps: Iterable[Step]) -> Iterator[_Row]:
    for step in steps:
        if step.number is not None or step.says:
            sign = "!" if step.number is None else str(step.number)
            yield _Row("said blamed" if step.blamed else "said", f"<b>{sign}</b>", plain(step.says), step)


def _shown(steps: Iterable[Step], rows: Sequence[str]) -> list[int]:
    """Return the numbers of the rows to show, in order: marked ones, those around them, and what a gap would hide."""
    marked = {number for step in steps for number in _covered(step.place, len(rows))}
    around = {number + way for number in marked for way in range(-_AROUND, _AROUND + 1)}
    kept = sorted(marked | {number for number in around if 1 <= number <= len(rows) and rows[number - 1].strip()})
    between = [range(one + 1, other) for one, other in pairwise(kept) if other - one - 1 < _GAP]
    return sorted({*kept, *chain.from_iterable(between)})


def _covered(place: Place, count: int) -> list[int]:
    """Return the rows of a stretch that are shown: all, or of a long one its beginning and its end."""
    covered = range(place.row, min(place.end_row, count) + 1)
    return list(covered) if len(covered) <= _HEAD + 2 else [*covered[:_HEAD], covered[-1]]


def _mark(step: Step, number: int, row: str) -> Mark | None:
    """Return the columns, from 0, that a step marks in a row; None if it marks nothing there."""
    place = step.place
    if not place.row <= number <= place.end_row or (not row.strip() and place.row != place.end_row):
        return None
    start = place.column - 1 if number == place.row else len(row) - len(row.lstrip())
    end = place.end_column - 1 if number == place.end_row else len(row.rstrip())
    return Mark(start, max(end, start), step.blamed) if end > start or place.row == place.end_row else None


def _html(row: _Row, pieces: Sequence[str]) -> str:
    lines = "".join(f'<i class="{piece}"></i>' for piece in pieces)
    kind = f' class="{row.kind}"' if row.kind else ""
    body = f"<span>{row.body}</span>" if row.kind.startswith(("said", "file")) else row.body
    return f"<tr{kind}><th>{row.head}{lines}</th><td>{body}</td></tr>"
