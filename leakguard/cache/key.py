"""What an outcome depends on beside files: leakguard itself, the Python that runs it, and the settings."""

from __future__ import annotations

import os
import sys
from dataclasses import fields, is_dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from leakguard import __version__
from leakguard.digest import digest_of
from leakguard.knowledge.own import OwnKnowledge

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leakguard.config import Settings

_PACKAGE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
# Settings that say which files are checked, what becomes of the findings, or where the others were written.
_WITHOUT_EFFECT = frozenset(
    "origin cache_dir exclude force_exclude respect_gitignore min_confidence output_format baseline "
    "documentation_url fix unsafe_fixes show_fixes".split()
)
_LIBRARIES = ("libcst", "pathspec", "yaml", "yaml_ft")  # whose releases may see another thing in the same file
_READ_BY_RUNS = (".py", ".toml")


def cache_key(settings: Settings) -> str:
    """Return what changes with everything but files that an outcome depends on, the current folder included.

    Names in an outcome are relative to that folder.
    """
    kept = [_plain(getattr(settings, field.name)) for field in fields(settings) if field.name not in _WITHOUT_EFFECT]
    return digest_of(repr((_tool(), os.getcwd(), kept)).encode(errors="surrogateescape"))


def _plain(value: object) -> object:
    """Return a setting as something whose text is the same in every process: sets and facts are not."""
    match value:
        case OwnKnowledge():
            return value.written, value.final
        case tuple():
            return tuple(map(_plain, value))
        case _ if is_dataclass(value):
            return [_plain(getattr(value, field.name)) for field in fields(value)]
        case _:
            return repr(value)


@cache
def _tool() -> str:
    return repr((__version__, sys.version_info, list(map(_installed, _LIBRARIES)), sorted(_own_files(_PACKAGE))))


def _installed(library: str) -> object:
    """Return what tells one release of a library from another, without importing it."""
    found = find_spec(library)
    if found is None or found.origin is None:
        return None
    stat = os.stat(found.origin)
    try:
        version = Path(found.origin).with_name("_version.py").read_bytes()
    except OSError:
        version = b""
    return found.origin, stat.st_size, stat.st_mtime_ns, version


def _own_files(folder: str) -> Iterator[tuple[str, int, int]]:
    """Yield what tells whether a file of ours has changed."""
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir():
                yield from _own_files(entry.path)
            elif entry.name.endswith(_READ_BY_RUNS):
                stat = entry.stat()
                yield entry.path, stat.st_size, stat.st_mtime_ns
