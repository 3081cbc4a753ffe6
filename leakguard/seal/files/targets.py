"""What is sealed: files by inode, name and content, folders with all that is below them, and patterns."""

from __future__ import annotations

import glob
import os
import re
import stat
from typing import TYPE_CHECKING

from leakguard.seal.openings.content import file_digest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

Inode = tuple[int, int]
_WILDCARD = re.compile(r"\*+|\?|\[!?\]?[^\]]*\]|[^*?\[]+|\[")
_WILDCARDS = {"?": "[^/]", "*": "[^/]*"}


class Targets:
    """The sealed files; it grows by those that come to be below a sealed folder, or under a sealed name.

    `files` maps inodes to names, `names` holds real and absolute names, `folders` those that are sealed with all below,
    `patterns` the compiled globs. Contents are read once, here.
    """

    def __init__(self, paths: Iterable[str | os.PathLike[str]], known: Mapping[Inode, str]) -> None:
        """Raise ValueError if there are no paths, and OSError for a file that cannot be read.

        `known` are digests of files that are sealed already and must not be read.
        """
        self.files: dict[Inode, str] = {}
        self.names: set[str] = set()
        self.folders: set[str] = set()
        self.patterns: list[re.Pattern[str]] = []
        self.bases: set[str] = set()  # the folders in which a pattern begins
        self.digests: dict[Inode, str] = {}
        self._known = known
        self.bytes = 0
        self._sizes: set[int] = set()
        self._unlike: set[tuple[int, ...]] = set()
        for path in paths:
            self._add(os.path.abspath(_local(path)))
        if not (self.names or self.folders or self.patterns):
            raise ValueError("no paths to seal: pass at least one file, folder or pattern")

    def _add(self, path: str) -> None:
        if glob.has_magic(path) and not os.path.lexists(path):
            self._add_pattern(path)
        elif os.path.isdir(path):
            folder = os.path.realpath(path)
            self.folders.add(folder)
            for found in _below(folder):
                self.add_file(found)
        else:
            self.names |= {path, os.path.realpath(path)}
            self.add_file(path)

    def _add_pattern(self, path: str) -> None:
        parts = path.split(os.sep)
        plain = next(number for number, part in enumerate(parts) if glob.has_magic(part))
        base = os.path.realpath(os.sep.join(parts[:plain]) or os.sep)
        self.bases.add(base)
        self.patterns.append(_compiled(base, parts[plain:]))
        for found in glob.iglob(os.path.join(base, *parts[plain:]), recursive=True, include_hidden=True):
            for file in _below(found) if os.path.isdir(found) else (found,):
                self.add_file(file)

    def add_file(self, path: str) -> bool:
        """Take in a regular file with its content; tell whether it is one, and new."""
        try:
            found = os.stat(path)
        except OSError:
            return False
        inode = inode_of(found)
        if not stat.S_ISREG(found.st_mode) or inode in self.files:
            return False
        self.digests[inode] = self._known.get(inode) or file_digest(path)
        self._sizes |= {found.st_size} - {0}
        self.bytes += found.st_size
        self.files[inode] = path
        return True

    def forget(self, inode: Inode | None) -> None:
        """Leave out a file that is no more: its number will be another's."""
        if inode is not None:
            self.files.pop(inode, None)

    def add_inode(self, path: str) -> None:
        """Take in a file that came to be while sealed, without reading it."""
        try:
            found = os.stat(path)
        except OSError:
            return
        if stat.S_ISREG(found.st_mode):
            self.files.setdefault(inode_of(found), path)

    def places(self) -> set[str]:
        """Return the real paths of all that is sealed and exists, or has a name."""
        return {os.path.realpath(path) for path in (*self.files.values(), *self.names)} | self.folders

    def by_descriptor(self, descriptor: int) -> str | None:
        """Return the name of the sealed file behind a descriptor."""
        try:
            found = os.fstat(descriptor)
        except OSError:
            return None
        return self.files.get(inode_of(found))

    def by_path(self, path: str) -> str | None:
        """Return the name of the sealed file that a path leads to: itself, a link, a new name, or a copy of it."""
        try:
            found = os.stat(path)
        except (OSError, ValueError):
            found = None
        if found is not None:
            if stat.S_ISDIR(found.st_mode):
                return None
            if sealed := self.files.get(inode_of(found)):
                return sealed
        absolute = os.path.abspath(path)
        if self.covers(absolute) or self.covers(os.path.realpath(absolute)):
            return absolute
        return self._copied(absolute, found) if found is not None else None

    def covers(self, path: str) -> bool:
        """Tell whether an absolute path is sealed by its name, below a sealed folder, or by a pattern."""
        if path in self.names or any(pattern.fullmatch(path.replace(os.sep, "/")) for pattern in self.patterns):
            return True
        return any(path.startswith(folder + os.sep) for folder in self.folders)

    def _copied(self, path: str, found: os.stat_result) -> str | None:
        """Return the name of the sealed file of which this one is a copy; only files of equal size are read."""
        if found.st_size not in self._sizes or not stat.S_ISREG(found.st_mode):
            return None
        key = (found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns)
        if key in self._unlike:
            return None
        try:
            digest = file_digest(path)
        except OSError:
            return None
        original = next((inode for inode, known in self.digests.items() if known == digest), None)
        if original is None:
            self._unlike.add(key)
            return None
        return self.files.get(original, "a sealed file that is no more")


def inode_of(found: os.stat_result) -> Inode:
    """Return what a file has in common with its other names only."""
    return found.st_dev, found.st_ino


def _below(folder: str) -> Iterator[str]:
    for place, _, names in os.walk(folder):
        yield from (os.path.join(place, name) for name in names)


def _compiled(base: str, parts: list[str]) -> re.Pattern[str]:
    """Return the expression for a pattern's names, with all that is below what it matches; `**` is any folders."""
    start = re.escape(base.replace(os.sep, "/").rstrip("/"))
    names = ("(?:/[^/]+)*" if part == "**" else f"/{_of_part(part)}" for part in parts if part)
    return re.compile(f"(?s:{start}{''.join(names)}(?:/.*)?)")


def _of_part(part: str) -> str:
    """Return the expression for one name of a path, in which a wildcard stays within the name."""
    return _WILDCARD.sub(lambda found: _WILDCARDS.get(found[0]) or _of_rest(found[0]), part)


def _of_rest(text: str) -> str:
    """Return the expression for a set of characters, or for plain text."""
    if len(text) > 2 and text[0] == "[":
        return "[^" + text[2:] if text[1] == "!" else text
    return re.escape(text)


def _local(path: str | os.PathLike[str]) -> str:
    """Return a path as text; raises TypeError and ValueError for what is none."""
    text = os.fsdecode(path)
    if not text.strip():
        raise ValueError(f"{text!r} is no path: it would mean the current folder; write '.' to seal that")
    if "://" in text:
        raise ValueError(f"{text!r} is an address: only files of this machine can be sealed")
    return os.path.expanduser(text)
