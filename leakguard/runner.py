"""Checks many files: reads each, passes over what cannot concern any rule, and gathers what is found."""

from __future__ import annotations

import gc
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from leakguard.diagnostic import Place
from leakguard.engine import Analysis, analyse, settle
from leakguard.errors import UserError
from leakguard.failure import internal_error
from leakguard.final import called_by_final, check_final
from leakguard.lexing import compiles
from leakguard.prefilter import imports, is_relevant
from leakguard.remarks import UNREADABLE_FILE
from leakguard.report import Report
from leakguard.selection import enabled
from leakguard.source import SkippedError, Source, UnreadableError, is_yaml, make_source, read_source, shown
from leakguard.suppression import MARK
from leakguard.workspace import Workspace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from leakguard.config import Settings
    from leakguard.diagnostic import Diagnostic
    from leakguard.discovery import Found

# Enough for the deepest text that is let through to the parser, where a main thread has as little as 1 MB.
_STACK = 256 * 1024 * 1024
_CALLS = 20_000
# Trees live long: with Python's own thresholds a third of the time goes into looking for garbage that isn't there.
_COLLECTED = (200_000, 50, 100)


def check_files(
    files: Iterable[Found], warn: Callable[[str], None], checked: Callable[[], None] = lambda: None
) -> Report:
    """Check files one after another; what is passed over is said to `warn`, and `checked` is called after each.

    Raises UnknownRuleError, and what iterating over `files` raises.
    """
    run = _Run(warn, checked)
    in_worker(lambda: run.check_all(files))
    return run.report


class _Run:
    """One run over files, which may import one another."""

    def __init__(self, warn: Callable[[str], None], checked: Callable[[], None]) -> None:
        self.report = Report()
        self._warn = warn
        self._checked = checked
        self._workspace = Workspace()
        self._relevant: dict[str, bool] = {}  # by path: whether an imported file has the words of a finding
        self._analysed: dict[str, tuple[Source, Settings, Analysis]] = {}

    def check_all(self, files: Iterable[Found]) -> None:
        """Analyse each file, then settle what the analyses found in each."""
        for found in files:
            try:
                self._check(found)
            except SkippedError as reason:
                self._warn(f"{found.shown}: skipped, {reason}")
            except UnreadableError as error:
                place = Place(found.shown, None, error.row, error.column, error.row, error.column)
                self._add_unread(found, UNREADABLE_FILE.at(place, error.message))
            except UserError:
                raise
            except Exception as error:  # noqa: BLE001 - the other files are still to be checked
                self._add_unread(found, internal_error(found.shown, "reading the file", error))
            self._checked()
        self._settle()

    def _check(self, found: Found) -> None:
        source = _source(found)
        check_final(found.settings)
        enabled(found.settings, source.filename)  # wrong settings are told whether or not the file needs them
        self.report.checked += 1
        needed = is_yaml(source.filename) or self._needs_parsing(source, found.settings)
        analysis = analyse(source, found.settings, self._workspace) if needed else Analysis(())
        self._analysed[source.filename] = source, found.settings, analysis
        if analysis.found:
            self.report.sources.update({name: one.source for name, one in self._workspace.used.items()})
            self.report.sources[source.filename] = source

    def _needs_parsing(self, source: Source, settings: Settings) -> bool:
        """Say whether there can be anything to say: findings, suppressions, or an error that Python sees."""
        text = source.text
        if (
            settings.analysis.gated
            or is_relevant(text, settings.analysis.knowledge)
            or MARK in text
            or not compiles(text)
        ):
            return True
        return any(self._leads_on(source.filename, name, level, settings) for name, level in imports(text))

    def _leads_on(self, importer: str, module: str, level: int, settings: Settings) -> bool:
        """Whether an import means a file of the project that is relevant: its functions may leak when called here."""
        path = self._workspace.project().find(importer, module, level)
        if path is None:
            return False
        if path not in self._relevant:
            self._relevant[path] = _is_relevant_file(path, settings)
        return self._relevant[path]

    def _add_unread(self, found: Found, remark: Diagnostic) -> None:
        self.report.checked += 1
        self._analysed[found.shown] = Source(found.shown, ""), found.settings, Analysis((remark,), blanked=True)

    def _settle(self) -> None:
        """Give each file what was found in it, whichever file was being run.

        What a function does with unknown arguments counts only if no other file calls it: its real arguments tell more.
        """
        called = frozenset().union(*(analysis.entered for _, _, analysis in self._analysed.values()))
        called |= called_by_final({one for _, one, _ in self._analysed.values()}, self._analysed, self._workspace)
        found: dict[str, list[Diagnostic]] = {}
        for _, _, analysis in self._analysed.values():
            for one in analysis.found:
                if not one.entries or not one.entries <= called:
                    found.setdefault(one.place.filename, []).append(one)
        for filename, (source, settings, analysis) in self._analysed.items():
            mine = found.get(filename, [])
            if mine or MARK in source.text:
                if source.text:
                    self.report.sources[filename] = source
                settled = settle(source, settings, mine, blanked=analysis.blanked)
                self.report.diagnostics += settled.shown
                self.report.suppressed += settled.suppressed


def _source(found: Found) -> Source:
    return read_source(found.shown, found.path) if found.data is None else make_source(found.shown, found.data)


def _is_relevant_file(path: str, settings: Settings) -> bool:
    try:
        return is_relevant(read_source(shown(path), Path(path)).text, settings.analysis.knowledge)
    except (SkippedError, UnreadableError):
        return False


def in_worker(work: Callable[[], None]) -> None:
    """Run work in a thread with room for deep recursion and for many new objects; raise here what it raises there."""
    raised: list[BaseException] = []

    def run() -> None:
        try:
            work()
        except BaseException as error:  # noqa: BLE001 - raised again below
            raised.append(error)

    limit, size, collected = sys.getrecursionlimit(), threading.stack_size(_STACK), gc.get_threshold()
    sys.setrecursionlimit(max(limit, _CALLS))
    gc.set_threshold(*_COLLECTED)
    try:
        thread = threading.Thread(target=run, daemon=True)  # an interrupt need not wait for it
        thread.start()
        while thread.is_alive():  # an interrupt that comes just before the wait is seen at the next one
            thread.join(1.0)
    finally:
        threading.stack_size(size)
        sys.setrecursionlimit(limit)
        gc.set_threshold(*collected)
    if raised:
        raise raised[0]
