"""The project's own modules: which file an import means, and the program in it."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

from leakguard.digest import digest_of
from leakguard.knowledge import loader

if TYPE_CHECKING:
    from leakguard.semantic.program import Program

_LARGEST = 1 << 21  # bytes of a file of settings
_LEVELS = 8  # folders above a file in which its imports are looked for
_SOURCE_FOLDERS = ("src", "lib")
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
        self._documents: dict[str, object] = {}
        self.digests: dict[str, str] = {}  # of the files of settings that were read, by path
        self.looked_for: dict[tuple[str, str, int], str | None] = {}  # each import so far, and the path it led to
        self._entries_of: dict[str, frozenset[str]] = {}
        self._folders_of: dict[str, str] = {}  # by importer
        self._names_of: dict[str, str] = {}
        self._found: dict[tuple[str, str, int], str | None] = {}
        self._holders: dict[tuple[str, str], list[str]] = {}  # where a root is to be found, seen from a folder
        self._bases_of: dict[str, Sequence[tuple[str, str]]] = {}
        self._files: dict[tuple[str, str], str | None] = {}

    def find(self, importer: str, module: str, level: int = 0) -> str | None:
        """The path of the file that `module` means in an import in `importer`; None for libraries.

        `level` counts the leading dots of a relative import.
        """
        wanted = importer, module, level
        if wanted not in self.looked_for:
            if importer not in self._folders_of:
                self._folders_of[importer] = os.path.dirname(os.path.abspath(importer))
            self.looked_for[wanted] = self.in_folder(self._folders_of[importer], module, level)
        return self.looked_for[wanted]

    def in_folder(self, folder: str, module: str, level: int = 0) -> str | None:
        """The same for any importer in an absolute folder."""
        wanted = folder, module, level
        if wanted not in self._found:
            self._found[wanted] = self._find(folder, module, level)
        return self._found[wanted]

    def _find(self, folder: str, module: str, level: int) -> str | None:
        if level:
            for _ in range(level - 1):
                folder = os.path.dirname(folder)
            return self._file(folder, module)
        root = module.partition(".")[0]
        if is_library(root, folder):
            return None
        if (folder, root) not in self._holders:
            holders = [base for base, only in self._bases(folder) if only in {"", root} and self._holds(base, root)]
            self._holders[folder, root] = holders
        return next((found for base in self._holders[folder, root] if (found := self._file(base, module))), None)

    def name_of(self, path: str) -> str:
        """The name by which programs import the module in a file: its folder's packages, then its own."""
        if path not in self._names_of:
            folder, name = os.path.split(os.path.abspath(path))
            parts = [] if name == "__init__.py" else [name.removesuffix(".py")]
            while "__init__.py" in self._entries(folder):
                folder, package = os.path.split(folder)
                parts.append(package)
            self._names_of[path] = ".".join(reversed(parts))
        return self._names_of[path]

    def document(self, path: str) -> object:
        """What a file of settings holds, None where it cannot be read."""
        if path not in self._documents:
            from leakguard.semantic.documents import parse_document

            try:
                data = Path(path).read_bytes() if os.path.getsize(path) < _LARGEST else b""
                self.digests[path] = digest_of(data)
                text = data.decode()
            except UnicodeDecodeError:
                text = ""
            except (OSError, ValueError):  # it is there, and may be readable soon
                self.digests[path] = "unreadable"
                text = ""
            self._documents[path] = parse_document(text, PurePath(path).suffix[1:].lower()) if text else None
        return self._documents[path]

    def _holds(self, folder: str, root: str) -> bool:
        entries = self._entries(folder)
        return root in entries or f"{root}.py" in entries

    def _bases(self, folder: str) -> Sequence[tuple[str, str]]:
        """The folders in which Python may look, each with the only module to be found there ("": any).

        These are the file's own and those above it, up to the repository's root; what is installed beside a package
        is not of its project.
        """
        if folder not in self._bases_of:
            self._bases_of[folder] = list(self._search_path(folder))
        return self._bases_of[folder]

    def _search_path(self, folder: str) -> Iterator[tuple[str, str]]:
        below = ""
        for _ in range(_LEVELS):
            entries = self._entries(folder)
            if os.path.basename(folder) in _INSTALLED:
                yield folder, os.path.basename(below) or folder
                return
            yield folder, ""
            yield from ((os.path.join(folder, name), "") for name in _SOURCE_FOLDERS if name in entries)
            if ".git" in entries or os.path.dirname(folder) == folder:
                return
            folder, below = os.path.dirname(folder), folder

    def _file(self, folder: str, module: str) -> str | None:
        key = folder, module
        if key not in self._files:
            self._files[key] = self._file_below(folder, module)
        return self._files[key]

    def _file_below(self, folder: str, module: str) -> str | None:
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
        if folder not in self._entries_of:
            try:
                self._entries_of[folder] = frozenset(self._list(folder))
            except OSError:
                self._entries_of[folder] = frozenset()
        return self._entries_of[folder]


def is_library(root: str, folder: str) -> bool:
    """Say whether a top-level module, imported by a file of `folder`, is no module of the file's own project."""
    return _is_library(root) and (root in sys.stdlib_module_names or not _is_own(folder, root))


@cache
def _is_library(root: str) -> bool:
    return root in sys.stdlib_module_names or loader.is_known_root(root)


def _is_own(folder: str, root: str) -> bool:
    """Whether a folder belongs to the package `root` itself: scikit-learn's own files import `sklearn`."""
    parts = folder.split(os.sep)
    return root in parts and "site-packages" not in parts
