"""One file from its bytes to what it says by itself: read, passed over if it cannot matter, else analysed."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from leakguard.diagnostic import Place
from leakguard.digest import digest_of
from leakguard.outcome import Import, Outcome
from leakguard.relevance import Relevance
from leakguard.source import MARK, MOST_BYTES, SkippedError, UnreadableError, is_yaml, make_source, read_bytes

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from leakguard.discovery import Found
    from leakguard.relevance import Named
    from leakguard.source import Source
    from leakguard.workspace import Files, Workspace


class Examiner:
    """Examines files one after another; what they import is read once for all of them."""

    def __init__(self, *, all_syntax: bool, files: Files, kept: bool = True) -> None:
        """`all_syntax`: whether files that cannot have a finding are looked at for syntax errors.

        `kept`: whether outcomes are for later runs too, and have to tell what they depend on.
        """
        self.all_syntax = all_syntax
        self._kept = kept
        self._files = files
        self._workspace: Workspace | None = None
        self._relevance = Relevance(files)

    def outcome(self, found: Found) -> Outcome:
        """Return the outcome of one file, analysed or not."""
        return next((outcome for _, outcome in self.screened([found])), None) or self.examined(found)

    def forget(self, path: str) -> None:
        """Read a file again when it is needed next."""
        self._relevance.forget(path)
        if self._workspace is not None:
            self._workspace.forget(path)

    def asked(self, outcome: Outcome, found: Found) -> frozenset[str]:
        """Return the paths of the files that an outcome depends on; others depend on which files there are."""
        project, importer = self._relevance.project(), str(found.path)
        led_to = (project.find(one.importer or importer, one.module, one.level) for one in outcome.imports)
        return frozenset({importer, *outcome.contents, *(path for path in led_to if path)})

    def screened(self, files: Iterable[Found]) -> Iterator[tuple[Found, Outcome]]:
        """Yield the outcomes of those files that need not be analysed."""
        candidates = [(found, *read) for found in files if (read := self._read(found))]
        for found, outcome, named in candidates:
            if not self._relevance.leads_on(str(found.path), named, found.settings.analysis):
                yield found, outcome

    def _read(self, found: Found) -> tuple[Outcome, Sequence[Named]] | None:
        """Return the outcome of a file that need not be analysed for itself, and what it imports."""
        try:
            data, source = _source(found)
        except (UnreadableError, SkippedError) as error:
            return _unread(found, error), ()
        from leakguard.prefilter import imports, is_relevant

        text = source.text
        named = tuple(dict.fromkeys(imports(text)))
        relevant = is_relevant(text, found.settings.analysis, named)
        self.remember(found, named, relevant=relevant)
        if relevant or MARK in text or is_yaml(found.shown) or (self.all_syntax and not _compiles(text)):
            return None
        if not self._kept:
            return Outcome("", compiled=self.all_syntax), named
        return Outcome(digest_of(data), compiled=self.all_syntax, imports=_to_follow(found, named)), named

    def remember(self, found: Found, named: Sequence[Named] | None, *, relevant: bool) -> None:
        """Take down what is known of a file, its imports perhaps, so that it need not be read where it is imported."""
        self._relevance.note(str(found.path), found.settings.analysis, named, relevant=relevant)

    def may_stay_unanalysed(self, outcome: Outcome, found: Found) -> bool:
        """Say whether a file that was not analysed need not be now."""
        named = ((one.module, one.level) for one in outcome.imports)
        return (outcome.compiled or not self.all_syntax) and not self._relevance.leads_on(
            str(found.path), named, found.settings.analysis
        )

    def must_be_analysed(self, outcome: Outcome, found: Found) -> bool:
        """Say whether a file that has nothing of its own that a finding needs would be analysed in this run."""
        if outcome.marked or is_yaml(found.shown) or (self.all_syntax and outcome.blanked):
            return True
        try:
            text = _source(found)[1].text
        except (UnreadableError, SkippedError):
            return False
        from leakguard.prefilter import imports

        named = dict.fromkeys(imports(text))
        if self.all_syntax and not _compiles(text):
            return True
        return self._relevance.leads_on(str(found.path), named, found.settings.analysis)

    def path_of(self, one: Import) -> str | None:
        """Return the file of the project that an import means now."""
        return self._relevance.project().find(one.importer, one.module, one.level)

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
            spent=analysis.spent,
        )


def _source(found: Found) -> tuple[bytes, Source]:
    """Return a file's bytes, and what they say; raises UnreadableError and SkippedError."""
    if found.data is None and (size := _size(found)) > MOST_BYTES:
        raise SkippedError(f"{found.shown}: skipped, as its {size:,} bytes are more than anybody writes by hand")
    data = read_bytes(found.path) if found.data is None else found.data
    return data, make_source(found.shown, data)


def _size(found: Found) -> int:
    try:
        return os.path.getsize(found.path)
    except OSError:
        return 0  # reading it says why


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
