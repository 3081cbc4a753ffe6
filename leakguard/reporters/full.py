"""The findings with the code they are about, step by step, for people."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from leakguard.remarks import INTERNAL_ERROR
from leakguard.reporters import concise
from leakguard.reporters.fixes import fixable, title
from leakguard.reporters.terminal import drawn, location, painter, visible, width_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from leakguard.diagnostic import Diagnostic, Note, Place
    from leakguard.report import Report

    Painter = Callable[[str, str], str]

_MOST_ROWS = 4
_MOST_CHARACTERS = 140
_MOST_BEFORE = 60  # characters shown before the marked ones in a row that is cut


def render(report: Report, *, color: bool, suppressed: bool = False) -> str:
    """Return each diagnostic with its rows and the steps that led to it, and a line that sums up."""
    paint = painter(color=color)
    blocks = ["\n".join(_block(one, report, paint)) + "\n" for one in report.diagnostics]
    if suppressed and report.suppressed:
        blocks.append(concise.suppressed_lines(report, color=color))
    return "\n".join([*blocks, summary(report, paint)])


@dataclass(frozen=True, slots=True)
class _Row:
    """A row as it is drawn, with the columns to mark."""

    number: int
    text: str
    before: int
    width: int


@dataclass(frozen=True, slots=True)
class _Frame:
    """Draws rows behind a gutter of row numbers."""

    gutter: int
    paint: Painter

    def bar(self, end: str = " |", number: int | None = None) -> str:
        return self.paint(f"{'' if number is None else number:>{self.gutter}}{end}", "frame")

    def row(self, row: _Row, sign: str, style: str, label: str = "") -> Iterator[str]:
        yield f"{self.bar(number=row.number)} {row.text}"
        mark = self.paint(f"{sign * row.width} {visible(label)}".rstrip(), style)
        yield f"{self.bar()} {' ' * row.before}{mark}"


def _block(one: Diagnostic, report: Report, paint: Painter) -> Iterator[str]:
    kind = paint(f"{one.severity}[{one.code}]", one.severity)
    yield f"{paint(location(one.place), 'place')}: {kind} {paint(one.name, 'place')}"
    yield f"  {visible(one.message)}"
    if one.fix is not None:
        yield f"  help: {title(one.fix)}"
    label = "; ".join(note.message for note in one.notes if note.place == one.place)
    steps = [note for note in one.notes if note.place != one.place]
    frame = _Frame(max(len(str(place.end_row)) for place in (one.place, *(step.place for step in steps))), paint)
    rows = [] if one.name == INTERNAL_ERROR.name else _marked(report, one.place)
    if rows:
        yield frame.bar()
        *first, last = rows[:_MOST_ROWS]
        for row in first:
            yield from frame.row(row, "^", one.severity)
        yield from frame.row(last, "^", one.severity, label)
        if len(rows) > _MOST_ROWS:
            yield frame.bar(" | ...")
    if steps:
        yield frame.bar()
    before = one.place
    for step in steps:
        yield from _step(step, before, report, frame)
        before = step.place


def _step(step: Note, before: Place, report: Report, frame: _Frame) -> Iterator[str]:
    """Draw the first row of one step of the path, and what happened there; say where if that is a new cell or file."""
    if (step.place.filename, step.place.cell) != (before.filename, before.cell):
        yield f"{frame.bar(' -->')} {location(step.place)}"
    for row in _marked(report, step.place)[:1]:
        yield from frame.row(row, "-", "note", step.message)


def _marked(report: Report, place: Place) -> list[_Row]:
    """Return the rows that a place covers, except for empty ones; none if they are not known."""
    rows = report.rows(place)
    covered = range(place.row, min(place.end_row, len(rows)) + 1)
    return [_row(number, rows[number - 1], place) for number in covered if rows[number - 1].strip()]


def _row(number: int, text: str, place: Place) -> _Row:
    text = text.rstrip()
    start = place.column - 1 if number == place.row else len(text) - len(text.lstrip())
    end = place.end_column - 1 if number == place.end_row else len(text)
    start = min(start, len(text))
    end = max(min(end, len(text)), start)
    first = 0 if len(text) <= _MOST_CHARACTERS else max(start - _MOST_BEFORE, 0)
    last = first + _MOST_CHARACTERS
    pieces = drawn(text)
    lead, trail = "..." if first else "", "..." if last < len(text) else ""
    before = width_of(lead + "".join(pieces[first:start]))
    width = width_of("".join(pieces[start : min(end, last)]))
    return _Row(number, lead + "".join(pieces[first:last]) + trail, before, max(width, 1))


def summary(report: Report, paint: Painter) -> str:
    """Return a line with the numbers of findings, of files, and of findings that comments suppress."""
    found, fixed = report.diagnostics, report.fixed_count()
    number = len(report.suppressed)
    by = "a comment" if number == 1 else "comments"
    suppressed = f"; {number:,} suppressed by {by}" if number else ""
    known = f"; {report.known:,} known by the baseline" if report.known else ""
    if not found and fixed:
        return (
            paint(f"Found {_count(fixed, 'problem')} ({fixed:,} fixed, 0 remaining){known}{suppressed}.", "good") + "\n"
        )
    if not found:
        text = f"No{' new' if known else ''} leaks found in {_count(report.checked, 'file')}{known}{suppressed}."
        return paint(text, "good") + "\n" if report.checked else ""
    by_severity = Counter(one.severity.value for one in found)
    parts = ", ".join(_count(by_severity[kind], kind) for kind in ("error", "warning") if by_severity[kind])
    files = _count(len({one.place.filename for one in found}), "file")
    parts = f"{fixed:,} fixed, {len(found):,} remaining: {parts}" if fixed else parts
    return f"Found {_count(fixed + len(found), 'problem')} ({parts}) in {files}{known}{suppressed}.\n{fixable(report)}"


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
