"""Checks the open documents as one project, and only what has changed since the last time."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from leakguard.discovery import Found, is_excluded
from leakguard.errors import UserError
from leakguard.examining import Examiner
from leakguard.failure import internal_error
from leakguard.outcome import Outcome
from leakguard.selection import enabled
from leakguard.server.buffers import Buffers
from leakguard.settling import settled
from leakguard.source import Source, shown

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from leakguard.config import Configuration, Settings
    from leakguard.diagnostic import Diagnostic


@dataclass(frozen=True, slots=True)
class Opened:
    """A document as the editor has it: the bytes of a script, or of a notebook as a file would hold it."""

    uri: str
    path: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Checked:
    """What there is to say about one open document, and the sources whose rows that shows."""

    opened: Opened
    source: Source
    diagnostics: Sequence[Diagnostic] = ()
    sources: Mapping[str, Source] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Known:
    """The outcome of a document, which holds as long as none of the files that it asked for changes."""

    found: Found
    outcome: Outcome
    asked: frozenset[str]


class Checker:
    """Keeps modules and outcomes from one check to the next."""

    def __init__(self) -> None:
        self._files = Buffers()
        self._examiner = Examiner(all_syntax=True, files=self._files)
        self._known: dict[str, _Known] = {}

    def check(self, opened: Sequence[Opened], configuration: Configuration) -> tuple[list[Checked], list[str]]:
        """Return what there is to say about each document, and about settings that cannot be used."""
        self._files.replace({one.path: one.data for one in opened})
        self._forget_changed()
        problems: dict[str, None] = {}
        known = {}
        for one in opened:
            try:
                settings = configuration.for_folder(Path(one.path).parent)
                enabled(settings, shown(one.path))
            except UserError as error:
                problems[str(error)] = None
            else:
                if not is_excluded(one.path, settings):
                    known[shown(one.path)] = self._examined(one, settings)
        self._known = known
        return self._settled(opened), list(problems)

    def _forget_changed(self) -> None:
        if self._files.has_moved():
            self._examiner = Examiner(all_syntax=True, files=self._files)
            self._known.clear()
        changed = self._files.changed()
        for path in changed:
            self._examiner.forget(path)
        self._known = {name: one for name, one in self._known.items() if one.asked.isdisjoint(changed)}

    def _examined(self, one: Opened, settings: Settings) -> _Known:
        known = self._known.get(shown(one.path))
        if known is not None and known.found.settings == settings:
            return known
        path = Path(one.path)
        found = Found(path, shown(one.path), settings, self._files.read(path))
        try:
            outcome = self._examiner.outcome(found)
        except Exception as error:  # noqa: BLE001 - the other documents are still to be checked
            outcome = Outcome("", (internal_error(found.shown, "reading the text", error),), lasting=False)
        return _Known(found, outcome, self._examiner.asked(outcome, found))

    def _settled(self, opened: Sequence[Opened]) -> list[Checked]:
        """Give each document what was found in it, whichever was being run."""
        files = [one.found for one in self._known.values()]
        outcomes = {name: one.outcome for name, one in self._known.items()}
        report = settled(files, outcomes, self._files.peek, lambda _: None)
        found: dict[str, list[Diagnostic]] = {}
        for one in report.diagnostics:
            found.setdefault(one.place.filename, []).append(one)
        checked = []
        for document in opened:
            name = shown(document.path)
            source = report.sources.get(name, Source(name, ""))
            checked.append(Checked(document, source, found.get(name, ()), report.sources))
        return checked
