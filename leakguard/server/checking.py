"""Checks the open documents as one project, and only what has changed since the last time."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from leakguard.diagnostic import Place
from leakguard.discovery import is_excluded
from leakguard.engine import Analysis, analyse, settle
from leakguard.errors import UserError
from leakguard.failure import internal_error
from leakguard.lexing import compiles
from leakguard.prefilter import imports, is_relevant
from leakguard.remarks import UNREADABLE_FILE
from leakguard.selection import enabled
from leakguard.server.buffers import Buffers
from leakguard.source import MARK, SkippedError, Source, UnreadableError, is_yaml, make_source, shown
from leakguard.workspace import Workspace

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
    """The analysis of a document, which holds as long as none of the files that it asked for changes."""

    source: Source
    settings: Settings
    analysis: Analysis
    asked: frozenset[str]
    sources: Mapping[str, Source]


class Checker:
    """Keeps modules and analyses from one check to the next."""

    def __init__(self) -> None:
        self._files = Buffers()
        self._workspace = Workspace(self._files)
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
                    known[shown(one.path)] = self._analysis(one, settings)
        self._known = known
        found = self._settled()
        return [self._checked(one, found) for one in opened], list(problems)

    def _forget_changed(self) -> None:
        if self._files.has_moved():
            self._workspace = Workspace(self._files)
            self._known.clear()
        changed = {shown(path) for path in self._files.changed()}
        for name in changed:
            self._workspace.forget(name)
        self._known = {name: one for name, one in self._known.items() if changed.isdisjoint(one.asked)}

    def _analysis(self, one: Opened, settings: Settings) -> _Known:
        name = shown(one.path)
        known = self._known.get(name)
        if known is not None and known.settings == settings:
            return known
        self._workspace.begin()
        try:
            source = make_source(name, self._files.read(Path(one.path)))
            analysis = self._analyse(source, settings)
        except SkippedError:
            source, analysis = Source(name, ""), Analysis(())
        except UnreadableError as error:
            place = Place(name, None, error.row, error.column, error.row, error.column)
            source, analysis = Source(name, ""), Analysis((UNREADABLE_FILE.at(place, error.message),), blanked=True)
        except Exception as error:  # noqa: BLE001 - the other documents are still to be checked
            source, analysis = Source(name, ""), Analysis((internal_error(name, "reading the text", error),))
        used = {used: module.source for used, module in self._workspace.used.items()}
        return _Known(source, settings, analysis, frozenset({name, *map(shown, self._workspace.read)}), used)

    def _analyse(self, source: Source, settings: Settings) -> Analysis:
        """Analyse a text unless there can be nothing to say about it."""
        text = source.text
        if (
            is_yaml(source.filename)
            or is_relevant(text, settings.analysis, imports(text))
            or MARK in text
            or not compiles(text)
            or any(self._workspace.project().find(source.filename, name, level) for name, level in imports(text))
        ):
            return analyse(source, settings, self._workspace)
        return Analysis(())

    def _settled(self) -> dict[str, list[Diagnostic]]:
        """Give each document what was found in it, whichever was being run.

        What a function does with unknown arguments counts only if no other document calls it.
        """
        called = frozenset().union(*(one.analysis.entered for one in self._known.values()))
        found: dict[str, list[Diagnostic]] = {name: [] for name in self._known}
        for known in self._known.values():
            for one in known.analysis.found:
                if one.place.filename in found and not (one.entries and one.entries <= called):
                    found[one.place.filename].append(one)
        return {
            name: settle(known.source, known.settings, found[name], blanked=known.analysis.blanked).shown
            for name, known in self._known.items()
        }

    def _checked(self, one: Opened, found: Mapping[str, Sequence[Diagnostic]]) -> Checked:
        name = shown(one.path)
        known = self._known.get(name)
        if known is None:
            return Checked(one, Source(name, ""))
        sources = {key: source for each in self._known.values() for key, source in each.sources.items()}
        return Checked(one, known.source, found[name], sources | {name: known.source})
