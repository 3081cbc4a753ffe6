"""One file from its bytes to what it says by itself: read, passed over if it cannot matter, else analysed."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from leakguard.diagnostic import Place
from leakguard.outcome import Import, Outcome
from leakguard.source import MARK, SkippedError, UnreadableError, digest_of, is_yaml, make_source, read_bytes, shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from leakguard.discovery import Found
    from leakguard.semantic.options import AnalysisOptions
    from leakguard.semantic.project import Project
    from leakguard.source import Source
    from leakguard.workspace import Files, Workspace


class Examiner:
    """Examines files one after another; what they import is read once for all of them."""

    def __init__(self, *, all_syntax: bool, files: Files) -> None:
        """`all_syntax`: whether files that cannot have a finding are looked at for syntax errors."""
        self.all_syntax = all_syntax
        self._files = files
        self._workspace: Workspace | None = None
        self._kept_project: Project | None = None
        self._imports: dict[str, tuple[tuple[str, int], ...]] = {}  # by path, of those that were read for others
        self._handing: dict[tuple[str, AnalysisOptions], bool] = {}
        self._relevant: dict[tuple[str, AnalysisOptions], bool] = {}  # by path: whether it has what a finding needs

    def outcome(self, found: Found) -> Outcome:
        """Return the outcome of one file, analysed or not."""
        return next((outcome for _, outcome in self.screened([found])), None) or self.examined(found)

    def forget(self, path: str) -> None:
        """Read a file again when it is needed next."""
        self._relevant = {key: known for key, known in self._relevant.items() if key[0] != path}
        self._imports.pop(path, None)
        self._handing.clear()
        if self._workspace is not None:
            self._workspace.forget(path)

    def asked(self, outcome: Outcome, found: Found) -> frozenset[str]:
        """Return the paths of the files that an outcome depends on; others depend on which files there are."""
        return frozenset({str(found.path), *outcome.contents, *self._led_to(outcome, found)})

    def screened(self, files: Iterable[Found]) -> Iterator[tuple[Found, Outcome]]:
        """Yield the outcomes of those files that need not be analysed."""
        candidates = [(found, outcome) for found in files if (outcome := self._read(found))]
        for found, outcome in candidates:
            if not self._leads_on(outcome, found):
                yield found, outcome

    def _read(self, found: Found) -> Outcome | None:
        """Return the outcome of a file that need not be analysed for itself."""
        try:
            data, source = _source(found)
        except (UnreadableError, SkippedError) as error:
            return _unread(found, error)
        from leakguard.prefilter import imports, is_relevant

        text = source.text
        own_imports = tuple(dict.fromkeys(imports(text)))
        relevant = is_relevant(text, found.settings.analysis, own_imports)
        self.remember(found, own_imports, relevant=relevant)
        if relevant or MARK in text or is_yaml(found.shown) or (self.all_syntax and not _compiles(text)):
            return None
        return Outcome(digest_of(data), compiled=self.all_syntax, imports=_to_follow(found, own_imports))

    def remember(self, found: Found, named: tuple[tuple[str, int], ...] | None, *, relevant: bool) -> None:
        """Take down what is known of a file, its imports perhaps, so that it need not be read where it is imported."""
        self._relevant[str(found.path), found.settings.analysis] = relevant
        if named is not None:
            self._imports[str(found.path)] = named

    def may_stay_unanalysed(self, outcome: Outcome, found: Found) -> bool:
        """Say whether a file that was not analysed need not be now."""
        return (outcome.compiled or not self.all_syntax) and not self._leads_on(outcome, found)

    def _project(self) -> Project:
        if self._kept_project is None:
            from leakguard.semantic.project import Project

            self._kept_project = Project(lambda _: None, self._files.entries)
        return self._kept_project

    def path_of(self, one: Import) -> str | None:
        """Return the file of the project that an import means now."""
        return self._project().find(one.importer, one.module, one.level)

    def _leads_on(self, outcome: Outcome, found: Found) -> bool:
        """Whether a file imports a relevant one of its project, whose functions may leak when they are called."""
        return any(self._hands_on(path, found.settings.analysis) for path in self._led_to(outcome, found))

    def _led_to(self, outcome: Outcome, found: Found) -> set[str]:
        """Return the files of the project that the imports of an outcome mean now."""
        importer = str(found.path)
        paths = (self._project().find(one.importer or importer, one.module, one.level) for one in outcome.imports)
        return {path for path in paths if path}

    def _is_relevant(self, path: str, options: AnalysisOptions) -> bool:
        if (path, options) not in self._relevant:
            from leakguard.prefilter import imports, is_relevant

            text = self._text(path)
            self._imports[path] = tuple(imports(text))
            self._relevant[path, options] = is_relevant(text, options, self._imports[path])
        return self._relevant[path, options]

    def _hands_on(self, path: str, options: AnalysisOptions) -> bool:
        """Whether a module is relevant, or a package that may hand on as its own what a relevant one defines."""
        if (path, options) not in self._handing:
            self._handing[path, options] = any(self._is_relevant(one, options) for one in self._with_own(path))
        return self._handing[path, options]

    def _with_own(self, path: str) -> Iterator[str]:
        """Yield a module and, of a package, those of its modules that it imports itself, and so on."""
        seen, left = {path}, [path]
        while left:
            path = left.pop()
            yield path
            folder, name = os.path.split(path)
            if name == "__init__.py":
                found = {self._project().find(path, module, level) for module, level in self._imports_of(path)}
                new = {one for one in found if one and one.startswith(f"{folder}/")} - seen
                seen |= new
                left += sorted(new)

    def _imports_of(self, path: str) -> tuple[tuple[str, int], ...]:
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

    def examined(self, found: Found) -> Outcome:
        """Return the outcome of a file's analysis; nothing that is wrong with the file raises."""
        from leakguard.engine import analyse
        from leakguard.prefilter import imports, is_relevant
        from leakguard.workspace import Workspace

        if self._workspace is None:
            self._workspace = Workspace(self._files)
        try:
            data, source = _source(found)
        except (UnreadableError, SkippedError) as error:
            return _unread(found, error)
        analysis = analyse(source, found.settings, self._workspace)
        return Outcome(
            digest_of(data),
            analysis.found,
            analysis.entered,
            analysis.blanked,
            relevant=is_relevant(source.text, found.settings.analysis, tuple(imports(source.text))),
            analysed=True,
            marked=MARK in source.text,
            lasting=not any(one.name == "internal-error" for one in analysis.found),
            contents=self._workspace.contents(analysis.inputs),
            imports=self._workspace.imports(),
        )


def _source(found: Found) -> tuple[bytes, Source]:
    data = read_bytes(found.path) if found.data is None else found.data
    return data, make_source(found.shown, data)


def _unread(found: Found, error: UnreadableError | SkippedError) -> Outcome:
    """Return what is said of a file that holds nothing to check, or nothing that can be read."""
    from leakguard.remarks import UNREADABLE_FILE

    if isinstance(error, SkippedError):
        return Outcome("", skipped=str(error), lasting=False)
    place = Place(found.shown, None, error.row, error.column, error.row, error.column)
    return Outcome("", (UNREADABLE_FILE.at(place, error.message),), blanked=True, lasting=False)


def _to_follow(found: Found, own_imports: Iterable[tuple[str, int]]) -> tuple[Import, ...]:
    """Return the imports that may mean files of the project; the importer goes without saying."""
    from leakguard.semantic.project import is_library

    folder = os.path.dirname(found.path)
    return tuple(
        Import("", module, level)
        for module, level in own_imports
        if level or not is_library(module.partition(".")[0], folder)
    )


def _compiles(text: str) -> bool:
    from leakguard.lexing import compiles

    return compiles(text)
