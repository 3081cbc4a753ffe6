"""The modules of one run: each read and parsed once, by the file that is checked or by one that imports it."""

from __future__ import annotations

import os
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from leakguard.digest import digest_of
from leakguard.outcome import Import
from leakguard.prefilter import brings_rows, imports
from leakguard.source import SkippedError, UnreadableError, make_source, read_module, shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from leakguard.diagnostic import Diagnostic
    from leakguard.modules import Module
    from leakguard.semantic.program import Program
    from leakguard.semantic.project import Project
    from leakguard.source import Source

# Characters of text whose parsed modules are held at a time, which takes ten times as many bytes; what is needed
# again later is parsed again.
_KEPT = 8_000_000


@dataclass(frozen=True, slots=True)
class _Parsed:
    """A text as it was parsed: its module, if it has one, and what is to be said about it."""

    text: str
    module: Module | None
    remarks: list[Diagnostic]


class Files(Protocol):
    """Where the project's modules are read."""

    def read(self, path: Path) -> bytes:
        """Return what is in a file; raises UnreadableError."""

    def entries(self, folder: str) -> Iterable[str]:
        """Return the names in a folder; raises OSError."""


class Disk:
    """The files as they are saved; `contents` says by path what some hold now, which are not yet written so."""

    def __init__(self, contents: Mapping[str, bytes] | None = None) -> None:
        self._contents = contents or {}

    def read(self, path: Path) -> bytes:
        data = self._contents.get(str(path))
        return read_module(path) if data is None else data

    def entries(self, folder: str) -> Iterable[str]:
        return os.listdir(folder)


class Workspace:
    """Parses sources, and finds the project's modules for the interpreter."""

    def __init__(self, files: Files | None = None) -> None:
        self._files = files or Disk()
        self._kept: OrderedDict[str, _Parsed] = OrderedDict()
        self._size = 0  # of the texts of those
        self._digests: dict[str, str] = {}  # of the files behind them, as far as imports led there
        self._project: Project | None = None
        self._names: dict[str, str] = {}  # by path: as people see it
        self._bare: dict[str, bool] = {}  # by path: whether a module has nothing to do with rows
        self._exactly: set[str] = set()  # by name: what the parser does not read as the running Python does
        self._follows_all = True
        self.used: dict[str, Module] = {}  # by name: the modules that the analysis under way has come upon
        self.read: dict[str, str] = {}  # the digests of all files that imports led it to, by path; "": unreadable

    def begin(self, *, follows_all: bool = True) -> None:
        """Forget what the analysis before has come upon.

        Unless this one `follows_all` imports, modules that have nothing to do with rows are passed over: a file that
        uses no library of data may sit on a framework of a thousand modules, of which none matters.
        """
        self._follows_all = follows_all
        for name, module in self.used.items():
            if module.program.holds_tree:  # which takes a hundred times as many bytes as its text
                self.forget(name)
        self.used.clear()
        self.read.clear()
        self.project().looked_for.clear()

    def project(self) -> Project:
        """Return what resolves imports for the interpreter."""
        from leakguard.semantic.project import Project

        if self._project is None:
            self._project = Project(self._program, self._files.entries)
        return self._project

    def contents(self, settings: Iterable[str]) -> Mapping[str, str]:
        """Return the digests of the other files that the analysis depends on: modules, and files of settings."""
        digests = self.project().digests
        return {**self.read, **{path: digests.get(path, "") for path in settings}}

    def imports(self) -> tuple[Import, ...]:
        """Return the imports that the analysis has looked for."""
        return tuple(Import(*wanted, path) for wanted, path in self.project().looked_for.items())

    def module(self, source: Source) -> tuple[Module | None, list[Diagnostic]]:
        """Return a source's module, None if it cannot be parsed, and what is to be said about that."""
        from leakguard.modules import load

        found = self._kept.get(source.filename)
        if found is None or found.text != source.text:  # it may have been written to since an import led there
            self.forget(source.filename)
            found = _Parsed(source.text, *load(source, exactly=source.filename in self._exactly))
            self._kept[source.filename] = found
            self._size += len(source.text)
        self._kept.move_to_end(source.filename)
        while self._size > _KEPT and len(self._kept) > 1:
            self.forget(next(iter(self._kept)))
        if found.module is not None:
            self.used[source.filename] = found.module
        return found.module, found.remarks

    def read_exactly(self, filename: str) -> None:
        """Let the parser alone read a file from now on."""
        self._exactly.add(filename)
        self.forget(filename)

    def forget(self, path: str) -> None:
        """Read and parse a file again when it is needed next."""
        forgotten = self._kept.pop(shown(path), None)
        self._size -= len(forgotten.text) if forgotten else 0
        self._digests.pop(os.path.abspath(path), None)

    def _program(self, path: str) -> Program | None:
        """Return the program in a file of the project; what is wrong with one that isn't checked is not our subject."""
        try:
            module = self._module_at(path)
        except (UnreadableError, SkippedError):
            module = None
        self.read[path] = self._digests.get(path, "")
        if module is None:
            return None
        self.used[module.source.filename] = module
        return module.program

    def _module_at(self, path: str) -> Module | None:
        """Return the module in a file; None if it cannot be parsed, or is passed over."""
        if path in self._digests and self._is_passed_over(path):
            return None
        name = self._names.get(path) or self._names.setdefault(path, shown(path))
        if path in self._digests and name in self._kept:
            return self._kept[name].module
        self._digests.pop(path, None)
        data = self._files.read(Path(path))
        source = make_source(name, data)
        self._bare[path] = not path.endswith("__init__.py") and not brings_rows(imports(source.text))
        module = None if self._is_passed_over(path) else self.module(source)[0]
        self._digests[path] = digest_of(data)
        return module

    def _is_passed_over(self, path: str) -> bool:
        return self._bare[path] and not self._follows_all
