"""The project's files with the texts of open documents in place of what is saved, and what of them has changed."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from leakguard.source import read_bytes

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path


class Buffers:
    """What an editor's user sees of the project."""

    def __init__(self) -> None:
        self._open: Mapping[str, bytes] = {}
        self._read: dict[str, object] = {}  # by path: what told one state of a file from another when it was read
        self._listed: dict[str, frozenset[str]] = {}

    def replace(self, opened: Mapping[str, bytes]) -> None:
        """Take these as the contents of the open documents, by path."""
        self._open = opened

    def read(self, path: Path) -> bytes:
        self._read[str(path)] = self._state(str(path))
        return self.peek(path)

    def peek(self, path: Path) -> bytes:
        """Return what is in a file, without asking for what becomes of it; raises UnreadableError."""
        data = self._open.get(str(path))
        return read_bytes(path) if data is None else data

    def entries(self, folder: str) -> Iterable[str]:
        self._listed[folder] = self._modules(folder)
        return self._listed[folder]

    def changed(self) -> list[str]:
        """Return the paths of the files that are no longer what they were when they were read, and forget these."""
        paths = [path for path, state in self._read.items() if self._state(path) != state]
        for path in paths:
            del self._read[path]
        return paths

    def has_moved(self) -> bool:
        """Say whether modules have come to or gone from a folder since it was listed, and forget the lists if so."""
        moved = any(self._modules(folder) != names for folder, names in self._listed.items())
        if moved:
            self._listed.clear()
        return moved

    def _state(self, path: str) -> object:
        if (data := self._open.get(path)) is not None:
            return data
        try:
            status = os.stat(path)
        except OSError:
            return None
        return status.st_mtime_ns, status.st_size, status.st_ino

    def _modules(self, folder: str) -> frozenset[str]:
        """Return what imports can mean in a folder, documents that were never saved among it."""
        opened = [name for parent, name in map(os.path.split, self._open) if parent == folder]
        try:
            names = os.listdir(folder)
        except OSError:
            names = []
        return frozenset(name for name in [*names, *opened] if _is_module(name))


def _is_module(name: str) -> bool:
    """Say whether a name is a module's or a folder's; what editors leave beside them while they save is neither."""
    return name.endswith(".py") or "." not in name or name == ".git"
