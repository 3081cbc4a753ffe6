"""From what is known of each file to what is said about it: findings go to the file that they stand in."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from leakguard.report import Report
from leakguard.source import SkippedError, Source, UnreadableError, make_source

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from leakguard.diagnostic import Diagnostic
    from leakguard.discovery import Found
    from leakguard.outcome import Outcome

    Say = Callable[[str], None]
    Read = Callable[[Path], bytes]  # raises UnreadableError


def settled(files: Sequence[Found], outcomes: Mapping[str, Outcome], read: Read, warn: Say) -> Report:
    """Give each file what was found in it, whichever file was being run; `outcomes` are by shown name.

    What a function does with unknown arguments counts only if no other file calls it: its real arguments tell more.
    """
    called = frozenset().union(*(outcome.entered for outcome in outcomes.values()))
    found: dict[str, list[Diagnostic]] = {}
    for one in files:
        for diagnostic in outcomes[one.shown].found:
            if not diagnostic.entries or not diagnostic.entries <= called:
                found.setdefault(diagnostic.place.filename, []).append(diagnostic)
    report = Report()
    for one in files:
        outcome, mine = outcomes[one.shown], found.get(one.shown, [])
        if outcome.skipped is not None:
            warn(f"{one.shown}: skipped, {outcome.skipped}")
            continue
        report.checked += 1
        report.only_read += not (outcome.analysed or outcome.compiled or outcome.found)
        if mine or outcome.marked:
            report.sources[one.shown] = _source(one, read)
            _settle(one, mine, report, blanked=outcome.blanked)
    _add_sources(report, files, read)
    return report


def _settle(one: Found, mine: Sequence[Diagnostic], report: Report, *, blanked: bool) -> None:
    from leakguard.engine import settle

    done = settle(report.sources[one.shown], one.settings, mine, blanked=blanked)
    report.diagnostics += done.shown
    report.suppressed += done.suppressed


def _add_sources(report: Report, files: Iterable[Found], read: Read) -> None:
    """Read the other files that findings show rows of, or that fixes change."""
    shown = [*report.diagnostics, *(one.diagnostic for one in report.suppressed)]
    named = {note.place.filename for one in shown for note in one.notes}
    named |= {edit.place.filename for one in shown if one.fix for edit in one.fix.edits}
    by_name = {one.shown: one for one in files}
    for name in sorted(named - report.sources.keys()):
        report.sources[name] = _source(by_name[name], read) if name in by_name else _made(name, Path(name), read)


def _source(one: Found, read: Read) -> Source:
    data = one.data
    return _made(one.shown, one.path, read if data is None else lambda _: data)


def _made(name: str, path: Path, read: Read) -> Source:
    """Return a file for its rows to be shown; an empty one if it cannot be read."""
    try:
        return make_source(name, read(path))
    except (UnreadableError, SkippedError):
        return Source(name, "")
