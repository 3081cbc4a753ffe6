"""The project's own modules: which file an import means, and the program in it."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

from leakguard.knowledge import loader
from leakguard.semantic.documents import parse_document

if TYPE_CHECKING:
    from leakguard.semantic.program import Program

_LARGEST = 1 << 21  # bytes of a file of settings
_LEVELS = 8  # folders above a file in which its imports are looked for
_SOURCE_FOLDERS = ("", "src", "lib")
_INSTALLED = frozenset({"site-packages", "dist-packages"})

Load = Callable[[str], "Program | None"]
List = Callable[[str], Iterable[str]]


class Project:
    """Finds and reads the modules that a checked file imports from its own project.

    `program` gives the program in a file, None where it cannot be read or parsed; `entries` what a folder holds.
    """

    def __init__(self, program: Load, entries: List = os.listdir) -> None:
        self.program = program
        self._list = entries
        self._folders: dict[str, frozenset[str]] = {}
        self._documents: dict[str, object] = {}

    def find(self, importer: str, module: str, level: int = 0) -> str | None:
        """The path of the file that `module` means in an import in `importer`; None for libraries.

        `level` counts the leading dots of a relative import.
        """
        path = os.path.abspath(importer)
        if level:
            folder = PurePath(path).parents[min(level, len(PurePath(path).parents)) - 1]
            return self._file(str(folder), module)
        root = module.partition(".")[0]
        if root in sys.stdlib_module_names or (loader.is_known_root(root) and not _is_own(path, root)):
            return None
        return next((found for folder in self._search_path(path, root) if (found := self._file(folder, module))), None)

    def document(self, path: str) -> object:
        """What a file of settings holds, None where it cannot be read."""
        if path not in self._documents:
            try:
                text = Path(path).read_text("utf-8") if os.path.getsize(path) < _LARGEST else ""
            except (OSError, ValueError):
                text = ""
            self._documents[path] = parse_document(text, PurePath(path).suffix[1:].lower()) if text else None
        return self._documents[path]

    def _search_path(self, path: str, root: str) -> Iterator[str]:
        """The folders in which Python may look: the file's own and those above it, up to the repository's root.

        What is installed beside a package is not of its project.
        """
        for folder in PurePath(path).parents[:_LEVELS]:
            installed = folder.name in _INSTALLED
            if not installed or PurePath(path).is_relative_to(folder / root):
                yield from (str(folder / name) for name in _SOURCE_FOLDERS)
            if installed or ".git" in self._entries(str(folder)):
                return

    def _file(self, folder: str, module: str) -> str | None:
        """`folder/a/b.py` or `folder/a/b/__init__.py` for the module a.b; the folder's own package for no name."""
        *packages, last = module.split(".") if module else [""]
        for package in packages:
            if package not in self._entries(folder):
                return None
            folder = f"{folder}/{package}"
        if last and f"{last}.py" in self._entries(folder):
            return f"{folder}/{last}.py"
        if last and last not in self._entries(folder):
            return None
        package = f"{folder}/{last}" if last else folder
        return f"{package}/__init__.py" if "__init__.py" in self._entries(package) else None

    def _entries(self, folder: str) -> frozenset[str]:
        if folder not in self._folders:
            try:
                self._folders[folder] = frozenset(self._list(folder))
            except OSError:
                self._folders[folder] = frozenset()
        return self._folders[folder]


def _is_own(path: str, root: str) -> bool:
    """Whether a file belongs to the package `root` itself: scikit-learn's own files import `sklearn`."""
    return root in PurePath(path).parts[:-1] and "site-packages" not in PurePath(path).parts
