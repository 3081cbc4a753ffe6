"""Verdicts for a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leakguard.reporters.terminal import drawn, painter, visible
from leakguard.seal.rendering.lines import by_place, lines_around, shown_path
from leakguard.seal.verdict import Ruling

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from leakguard.seal.verdict import Breach, Evidence, Verdict

    Painter = Callable[[str, str], str]

_STYLES = {Ruling.HELD: "good", Ruling.VIOLATED: "error", Ruling.NOT_PROVEN: "warning"}
_MOST = 140  # characters of a line of code


def as_text(verdict: Verdict, *, color: bool = False) -> str:
    """Return a verdict with what each witness has shown, line by line; it ends with a line break."""
    paint = painter(color=color)
    rows = [f"{paint(visible(verdict.subject), 'place')}: {_ruling(verdict.ruling, paint)}"]
    for one in verdict.evidence:
        rows += _evidence(one, paint)
    if not verdict.evidence:
        rows.append("  no witness was there")
    return "\n".join(rows) + "\n"


def breaches_as_text(breaches: Iterable[Breach], *, color: bool = False) -> str:
    """Return what must not have happened, with the user's lines; it ends with a line break."""
    return "".join(f"{row}\n" for row in _all_breaches(breaches, painter(color=color)))


def _all_breaches(breaches: Iterable[Breach], paint: Painter) -> Iterator[str]:
    for alike in by_place(breaches):
        yield from _breaches(alike, paint)


def _ruling(ruling: Ruling, paint: Painter) -> str:
    return paint(str(ruling), _STYLES[ruling])


def _evidence(one: Evidence, paint: Painter) -> Iterator[str]:
    yield f"  {_ruling(one.ruling, paint)} by {visible(one.witness)}: {visible(one.shown)}"
    yield from (f"    {row}" for row in _all_breaches(one.breaches, paint))
    for limit in one.limits:
        yield f"    {paint('limit:', 'note')} {visible(limit)}"


def _breaches(breaches: Sequence[Breach], paint: Painter) -> Iterator[str]:
    cause, reader = breaches[0].cause, breaches[0].reader
    where = paint(f"{visible(shown_path(reader.file))}:{reader.line}", "place") + ": " if reader else ""
    yield f"{where}{paint(f'error[{cause.code}]', 'error')} {paint(cause.rule, 'place')}"
    for one in breaches:
        yield f"  {visible(one.message)}"
    lines = lines_around(reader)
    width = max((len(str(line.number)) for line in lines), default=0)
    for line in lines:
        sign = paint(">", "error") if line.named else " "
        yield f"{sign} {paint(f'{line.number:>{width}} |', 'frame')} {_code(line.text)}".rstrip()
    yield f"  why: {cause.why}"
    yield f"  help: {cause.advice}"


def _code(text: str) -> str:
    shown = "".join(drawn(text))
    return shown if len(shown) <= _MOST else f"{shown[:_MOST]}..."
