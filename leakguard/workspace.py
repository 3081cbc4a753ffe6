"""The modules of one run: each read and parsed once, by the file that is checked or by one that imports it."""

from __future__ import annotations

import os
from collections import OrderedDict
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from leakguard.source import SkippedError, UnreadableError, read_source, shown

if TYPE_CHECKING:
    from collections.abc import Iterable

    from leakguard.diagnostic import Diagnostic
    from leakguard.modules import Module
    from leakguard.semantic.program import Program
    from leakguard.semantic.project import Project
    from leakguard.source import Source

_KEPT = 256  # parsed modules held at a time; one that is needed again later is parsed again


class Files(Protocol):
    """Where the project's modules are read."""

    def read(self, name: str, path: Path) -> Source:
        """Return the source in a file; raises UnreadableError or SkippedError."""

    def entries(self, folder: str) -> Iterable[str]:
        """Return the names in a folder; raises OSError."""


class Disk:
    """The files as they are saved."""

    def read(self, name: str, path: Path) -> Source:
        return read_source(name, path)

    def entries(self, folder: str) -> Iterable[str]:
        return os.listdir(folder)


class Workspace:
    """Parses sources, and finds the project's modules for the interpreter."""

    def __init__(self, files: Files | None = None) -> None:
        self._files = files or Disk()
        self._kept: OrderedDict[str, tuple[Module | None, list[Diagnostic]]] = OrderedDict()
        self._project: Project | None = None
        self.used: dict[str, Module] = {}  # by name: the modules that the analysis under way has come upon
        self.asked: set[str] = set()  # the names of all files that imports led to, be they readable or not

    def project(self) -> Project:
        """Return what resolves imports for the interpreter."""
        from leakguard.semantic.project import Project

        if self._project is None:
            self._project = Project(self._program, self._files.entries)
        return self._project

    def module(self, source: Source) -> tuple[Module | None, list[Diagnostic]]:
        """Return a source's module, None if it cannot be parsed, and what is to be said about that."""
        from leakguard.modules import load

        found = self._kept.get(source.filename) or load(source)
        self._kept[source.filename] = found
        self._kept.move_to_end(source.filename)
        if len(self._kept) > _KEPT:
            self._kept.popitem(last=False)
        if found[0] is not None:
            self.used[source.filename] = found[0]
        return found

    def forget(self, name: str) -> None:
        """Read and parse a file again when it is needed next."""
        self._kept.pop(name, None)

    def _program(self, path: str) -> Program | None:
        """Return the program in a file of the project; what is wrong with one that isn't checked is not our subject."""
        name = shown(path)
        self.asked.add(name)
        kept = self._kept.get(name)
        if kept is None:
            try:
                kept = self.module(self._files.read(name, Path(path)))
            except (UnreadableError, SkippedError):
                return None
        module = kept[0]
        if module is None:
            return None
        self.used[name] = module
        return module.program
