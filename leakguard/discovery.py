"""Which files are checked: those that are named, and those in named folders that nothing excludes."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from leakguard.config import FILE_NAME as CONFIGURATION
from leakguard.errors import UserError
from leakguard.gitignore import NAME as IGNORES
from leakguard.gitignore import Ignores, ignores_above, read_ignores
from leakguard.source import is_yaml, looks_like_sweep, shown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from leakguard.config import Configuration, Settings

_SUFFIXES = (".py", ".pyi", ".ipynb")
_File: TypeAlias = "tuple[str, str, Settings]"  # path, path without links, settings


_LARGEST_SWEEP = 1 << 20  # bytes


class _Folder(NamedTuple):
    """A folder that is walked: its path, that without links, and what holds in it."""

    path: str
    real: str
    settings: Settings
    ignores: Ignores | None


class MissingPathError(UserError):
    """Paths were named at which there is nothing."""


@dataclass(frozen=True, slots=True)
class Found:
    """A file to check: where it is, how it is shown, and the settings that hold for it.

    `data` is its content where that came by standard input; the path then need not exist.
    """

    path: Path
    shown: str
    settings: Settings
    data: bytes | None = None


def discover(paths: Sequence[str], configuration: Configuration, warn: Callable[[str], None]) -> Iterator[Found]:
    """Yield each file once, in the order of the paths and by name within a folder.

    Links to files are followed, links to folders are not. What cannot be read is said to `warn`.
    Raises MissingPathError, and ConfigError if a folder's configuration is wrong.
    """
    if missing := [shown(path) for path in paths if not os.path.exists(path)]:
        raise MissingPathError(f"no such file or folder: {', '.join(missing)}")
    seen: set[str] = set()
    here = os.path.join(os.getcwd(), "")
    for path in paths:
        absolute = _absolute(path)
        walk = _walk if os.path.isdir(absolute) else _named
        for file, real, settings in walk(absolute, configuration, warn):
            if real not in seen:
                seen.add(real)
                yield Found(Path(file), file.removeprefix(here), settings)  # like `shown`, for a path that is absolute


def is_excluded(path: str, settings: Settings) -> bool:
    """Say whether an absolute path is excluded, itself or with a folder above it."""
    return any(patterns.match(path) for patterns in settings.exclude)


def _absolute(path: str) -> str:
    return os.path.abspath(path)


def _named(path: str, configuration: Configuration, _: Callable[[str], None]) -> Iterator[_File]:
    settings = configuration.for_folder(Path(path).parent)
    if not (settings.force_exclude and is_excluded(path, settings)):
        yield path, os.path.realpath(path), settings


def _walk(root: str, configuration: Configuration, warn: Callable[[str], None]) -> Iterator[_File]:
    settings = configuration.for_folder(Path(root))
    if settings.force_exclude and is_excluded(f"{root}/", settings):
        return
    folders = [_Folder(root, os.path.realpath(root), settings, ignores_above(root, warn))]
    while folders:
        folder = folders.pop()
        entries = _entries(folder.path, warn)
        folder = _with_own_rules(folder, {entry.name for entry in entries}, configuration, warn)
        inner = []
        for entry in _kept(entries, root, folder):
            if entry.is_dir(follow_symlinks=False):
                inner.append(folder._replace(path=entry.path, real=f"{folder.real}/{entry.name}"))
            elif _is_file(entry, warn):
                real = os.path.realpath(entry.path) if entry.is_symlink() else f"{folder.real}/{entry.name}"
                yield entry.path, real, folder.settings
        folders += reversed(inner)


def _entries(folder: str, warn: Callable[[str], None]) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as scan:
            return sorted(scan, key=lambda entry: entry.name)
    except OSError as error:
        warn(f"{shown(folder)}: cannot be read ({error.strerror}); skipped")
        return []


def _with_own_rules(
    folder: _Folder, names: set[str], configuration: Configuration, warn: Callable[[str], None]
) -> _Folder:
    """Return the folder with the settings and the ignores that it brings itself, beside those from above."""
    if CONFIGURATION in names:
        folder = folder._replace(settings=configuration.for_folder(Path(folder.path)))
    if IGNORES in names:
        folder = folder._replace(ignores=read_ignores(Path(folder.path), IGNORES, folder.ignores, warn))
    return folder


def _kept(entries: Iterable[os.DirEntry[str]], root: str, folder: _Folder) -> Iterator[os.DirEntry[str]]:
    """Yield the folders, Python files and sweeps of a folder that neither settings nor git leave out."""
    settings, ignores = folder.settings, folder.ignores
    for entry in entries:
        is_folder = entry.is_dir(follow_symlinks=False)
        path = f"{entry.path}/" if is_folder else entry.path
        if not is_folder and not entry.name.endswith(_SUFFIXES) and not is_yaml(entry.name):
            continue
        if settings.respect_gitignore and ignores is not None and ignores.ignores(path):
            continue
        excluded = any(patterns.match(path, root) for patterns in settings.exclude)
        if not excluded and (is_folder or not is_yaml(entry.name) or _is_sweep(entry)):
            yield entry


def _is_sweep(entry: os.DirEntry[str]) -> bool:
    """Say whether a YAML file defines a sweep; all others are passed over silently, as are pipes and devices."""
    try:
        regular = entry.is_file() and entry.stat().st_size <= _LARGEST_SWEEP
        return regular and looks_like_sweep(Path(entry.path).read_text("utf-8"))
    except (OSError, UnicodeDecodeError):
        return False


def _is_file(entry: os.DirEntry[str], warn: Callable[[str], None]) -> bool:
    """Say whether an entry leads to a regular file; pipes and folders behind links are passed over silently."""
    try:
        if entry.is_file():
            return True
        entry.stat()
    except OSError as error:
        warn(f"{shown(entry.path)}: a link that leads nowhere ({error.strerror}); skipped")
    return False
