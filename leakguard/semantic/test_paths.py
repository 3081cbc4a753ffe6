"""Whether a text of the program names a file that the patterns `test-paths` cover."""

from __future__ import annotations

import os
import re
from fnmatch import fnmatch
from pathlib import Path

from leakguard.patterns import Patterns

ON = "on"  # the text names such a file, or a folder that holds such files alone
WIDE = "wide"  # a pattern in the text takes in such a file beside others
_UNKNOWN = "{}"
_WILD = frozenset("*?[")
# sqlite:///data/test.db, file:data/test.db?mode=ro
_SCHEME = re.compile(r"^(?:sqlite|duckdb|file)(?:\+\w+)?:(?:///|//(?=[^/]))?")


class TestPaths:
    """The patterns of one project, in the syntax of `.gitignore` and relative to its root."""

    __test__ = False  # no case of pytest's

    def __init__(self, root: str, patterns: tuple[str, ...]) -> None:
        self._root = root or os.getcwd()
        self._patterns = patterns
        self._known: dict[tuple[str, str], str] = {}
        remote = tuple(pattern for pattern in patterns if "://" in pattern)
        self._remote = remote
        self._spec = Patterns(Path("/"), tuple(pattern for pattern in patterns if pattern not in remote))

    def match(self, text: str, filename: str) -> str:
        """How a text names a test file in the code of a file: ON, WIDE, or not at all."""
        key = text, os.path.dirname(filename)
        if key not in self._known:
            self._known[key] = self._match(text, key[1])
        return self._known[key]

    def _match(self, text: str, folder: str) -> str:
        if not text or len(text) > 1000 or "\n" in text:
            return ""
        if "://" in text and not _SCHEME.match(text):
            return ON if any(fnmatch(text, pattern) for pattern in self._remote) else ""
        path = _SCHEME.sub("", text).partition("?mode=")[0].replace("\\", "/")
        if "/" not in path and "." not in path:  # a word, which may mean anything
            return ""
        found = [one for one in self._places(path, os.path.abspath(folder)) if one not in {"", "."}]
        if any(self._covers(one) for one in found):
            return ON
        return WIDE if not _WILD.isdisjoint(path) and any(self._takes_in(one) for one in found) else ""

    def _covers(self, relative: str) -> bool:
        return self._spec.match(f"/{relative}") or self._spec.match(f"/{relative}/")

    def _takes_in(self, glob: str) -> bool:
        plain = (pattern.strip("/") for pattern in self._patterns if _WILD.isdisjoint(pattern))
        globs = {glob, glob.replace("**/", "")}  # which stands for any number of folders, or none
        return any(fnmatch(pattern, one) and pattern.count("/") >= one.count("/") for pattern in plain for one in globs)

    def _places(self, path: str, folder: str) -> list[str]:
        """Where a path may lie, relative to the root: a program may be started in any folder above its file."""
        if path.startswith(_UNKNOWN + "/"):
            known = path
            while known.startswith(_UNKNOWN + "/"):
                known = known[len(_UNKNOWN) + 1 :]
            return [os.path.normpath(known) if "/" in known else f"{_UNKNOWN}/{known}"]
        if os.path.isabs(path):
            return [self._relative(os.path.normpath(path))]
        found = (self._relative(os.path.normpath(os.path.join(one, path))) for one in self._folders(folder))
        return list(dict.fromkeys(found))

    def _folders(self, folder: str) -> list[str]:
        """The root, and the folders from there down to the file's own."""
        found = [self._root]
        if folder.startswith(os.path.join(self._root, "")):
            parts = os.path.relpath(folder, self._root).split(os.sep)
            found += [os.path.join(self._root, *parts[:count]) for count in range(1, len(parts) + 1)]
        return found

    def _relative(self, path: str) -> str:
        above = os.path.join(self._root, "")
        return path.removeprefix(above) if path.startswith(above) else path.lstrip("/")
