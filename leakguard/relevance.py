"""Which files of a project have what a finding needs, and which import one that has."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from leakguard.semantic.project import Project, is_library
from leakguard.source import SkippedError, UnreadableError, make_source, shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from leakguard.semantic.options import AnalysisOptions
    from leakguard.workspace import Files

Named: TypeAlias = "tuple[str, int]"  # a module as an import names it, with the number of leading dots


@dataclass(slots=True, eq=False)
class _Folder:
    """What is known of the imports in the files of a folder."""

    leading: dict[Named, bool] = field(default_factory=dict)  # whether it means a file that matters
    closed: set[Named] = field(default_factory=set)  # libraries, and modules that are no packages: none lies in them


@dataclass(slots=True, eq=False)
class _Known:
    """What is known by path, for files with the same options."""

    options: AnalysisOptions
    relevant: dict[str, bool] = field(default_factory=dict)  # whether a file has what a finding needs
    handing: dict[str, bool] = field(default_factory=dict)  # the same of a module with all that it hands on as its own
    folders: dict[str, _Folder] = field(default_factory=dict)


class Relevance:
    """Remembers what was read, so that a file that several import is read once."""

    def __init__(self, files: Files) -> None:
        self._files = files
        self._kept_project: Project | None = None
        self._imports: dict[str, Sequence[Named]] = {}  # by path
        self._imported: dict[str, set[str]] = {}  # by path, the files of the project
        self._there: dict[str, dict[Named, str | None]] = {}  # by folder, the file that an import means
        self._known: dict[int, _Known] = {}  # by the identity of options, which cost more to compare than all the rest

    def note(self, path: str, options: AnalysisOptions, named: Sequence[Named] | None, *, relevant: bool) -> None:
        """Take down what is known of a file, its imports perhaps, so that it need not be read where it is imported."""
        self._of(options).relevant[path] = relevant
        if named is not None:
            self._imports[path] = named

    def forget(self, path: str) -> None:
        """Read a file again when it is needed next."""
        self._imports.pop(path, None)
        self._imported.clear()
        self._there.clear()
        for known in self._known.values():
            known.relevant.pop(path, None)
            known.handing.clear()
            known.folders.clear()

    def project(self) -> Project:
        """Return what says which file an import means."""
        if self._kept_project is None:
            self._kept_project = Project(lambda _: None, self._files.entries)
        return self._kept_project

    def leads_on(self, importer: str, named: Iterable[Named], options: AnalysisOptions) -> bool:
        """Say whether one of a file's imports means a relevant file, whose functions may leak when they are called."""
        known, folder = self._of(options), os.path.dirname(os.path.abspath(importer))
        there = known.folders.setdefault(folder, _Folder())
        for one in named:
            leads = there.leading.get(one)
            if leads is None and (one[0].rpartition(".")[0], one[1]) not in there.closed:
                leads = there.leading[one] = self._leads(folder, one, there, known)
            if leads:
                return True
        return False

    def _leads(self, folder: str, named: Named, there: _Folder, known: _Known) -> bool:
        module, level = named
        path = self.project().in_folder(folder, module, level)
        if path is None:
            if not level and is_library(module.partition(".")[0], folder):
                there.closed.add(named)
            return False
        if not path.endswith("__init__.py"):
            there.closed.add(named)
        return self._hands_on(path, known)

    def _of(self, options: AnalysisOptions) -> _Known:
        known = self._known.get(id(options))
        if known is None:
            known = self._known[id(options)] = _Known(options)
        return known

    def _is_relevant(self, path: str, known: _Known) -> bool:
        if path not in known.relevant:
            from leakguard.prefilter import imports, is_relevant

            text = self._text(path)
            self._imports[path] = tuple(imports(text))
            known.relevant[path] = is_relevant(text, known.options, self._imports[path])
        return known.relevant[path]

    def _hands_on(self, path: str, known: _Known) -> bool:
        """Whether a module is relevant, or imports one that is, itself or by way of others."""
        if path not in known.handing:
            seen = {path}
            if self._reaches(path, seen, known):
                known.handing[path] = True
            else:  # nor does any module on the way
                known.handing |= dict.fromkeys(seen, False)
        return known.handing[path]

    def _reaches(self, path: str, seen: set[str], known: _Known) -> bool:
        left = [path]
        while left:
            path = left.pop()
            if known.handing.get(path) or self._is_relevant(path, known):
                return True
            new = self._imported_by(path) - seen - known.handing.keys()
            seen |= new
            left += sorted(new, reverse=True)
        return False

    def _imported_by(self, path: str) -> set[str]:
        """Return the files of the project that a module imports."""
        if path not in self._imported:
            folder = os.path.dirname(path)
            found = (self._found(folder, named) for named in self._imports_of(path))
            self._imported[path] = {one for one in found if one is not None}
        return self._imported[path]

    def _found(self, folder: str, named: Named) -> str | None:
        there = self._there.setdefault(folder, {})
        if named not in there:
            there[named] = self.project().in_folder(folder, *named)
        return there[named]

    def _imports_of(self, path: str) -> Sequence[Named]:
        if path not in self._imports:
            from leakguard.prefilter import imports

            self._imports[path] = tuple(imports(self._text(path)))
        return self._imports[path]

    def _text(self, path: str) -> str:
        """Return what is in a file of the project; nothing if it cannot be read."""
        try:
            return make_source(shown(path), self._files.read(Path(path))).text
        except (SkippedError, UnreadableError):
            return ""
