"""Checks many files: reads each, passes over what cannot concern any rule, and gathers what is found."""

from __future__ import annotations

import sys
import threading
from typing import TYPE_CHECKING

from leakguard.diagnostic import Place
from leakguard.engine import check_source
from leakguard.errors import UserError
from leakguard.failure import internal_error
from leakguard.lexing import compiles
from leakguard.prefilter import is_relevant
from leakguard.remarks import UNREADABLE_FILE
from leakguard.report import Report
from leakguard.selection import enabled
from leakguard.source import SkippedError, Source, UnreadableError, make_source, read_source
from leakguard.suppression import MARK

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from leakguard.config import Settings
    from leakguard.discovery import Found

# Enough for the deepest text that is let through to the parser, where a main thread has as little as 1 MB.
_STACK = 256 * 1024 * 1024
_CALLS = 20_000


def check_files(files: Iterable[Found], warn: Callable[[str], None]) -> Report:
    """Check files one after another; what is passed over is said to `warn`.

    Raises UnknownRuleError, and what iterating over `files` raises.
    """
    report = Report()

    def check_all() -> None:
        for found in files:
            try:
                _check(_source(found), found.settings, report)
            except SkippedError as reason:
                warn(f"{found.shown}: skipped, {reason}")
            except UnreadableError as error:
                _add_unreadable(found.shown, error, found.settings, report)
            except UserError:
                raise
            except Exception as error:  # noqa: BLE001 - the other files are still to be checked
                report.diagnostics.append(internal_error(found.shown, "reading the file", error))

    _with_deep_stack(check_all)
    return report


def _source(found: Found) -> Source:
    return read_source(found.shown, found.path) if found.data is None else make_source(found.shown, found.data)


def _check(source: Source, settings: Settings, report: Report) -> None:
    enabled(settings, source.filename)  # wrong settings are told whether or not the file needs them
    report.checked += 1
    if found := check_source(source, settings) if _needs_parsing(source.text) else []:
        report.diagnostics += found
        report.sources[source.filename] = source


def _needs_parsing(text: str) -> bool:
    """Say whether there can be anything to say about a text: findings, suppressions, or an error that Python sees."""
    return is_relevant(text) or MARK in text or not compiles(text)


def _add_unreadable(shown: str, error: UnreadableError, settings: Settings, report: Report) -> None:
    report.checked += 1
    if UNREADABLE_FILE.name in enabled(settings, shown):
        place = Place(shown, None, error.row, error.column, error.row, error.column)
        report.diagnostics.append(UNREADABLE_FILE.at(place, error.message))


def _with_deep_stack(work: Callable[[], None]) -> None:
    """Run work in a thread of its own with room for deep recursion, and raise here what it raises there."""
    raised: list[BaseException] = []

    def run() -> None:
        try:
            work()
        except BaseException as error:  # noqa: BLE001 - raised again below
            raised.append(error)

    limit, size = sys.getrecursionlimit(), threading.stack_size(_STACK)
    sys.setrecursionlimit(max(limit, _CALLS))
    try:
        thread = threading.Thread(target=run, daemon=True)  # an interrupt need not wait for it
        thread.start()
        thread.join()
    finally:
        threading.stack_size(size)
        sys.setrecursionlimit(limit)
    if raised:
        raise raised[0]
