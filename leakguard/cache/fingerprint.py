"""What an outcome depends on beside files: leakguard itself, the Python that runs it, and the settings."""

from __future__ import annotations

import hashlib
import os
import sys
from dataclasses import fields
from functools import cache
from importlib.util import find_spec
from typing import TYPE_CHECKING

from leakguard.knowledge.own import OwnKnowledge

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leakguard.config import Settings

_PACKAGE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
_READ_BY_RUNS = (".py", ".toml")


def fingerprint(settings: Settings) -> str:
    """Return what changes with everything but files that an outcome depends on, the current folder included.

    Names in an outcome are relative to that folder.
    """
    selectors = [(one.select, one.extend_select, one.ignore) for one in settings.selectors]
    analysis = [getattr(settings.analysis, field.name) for field in fields(settings.analysis)]
    plain = [value.written if isinstance(value, OwnKnowledge) else value for value in analysis]
    parts = _tool(), os.getcwd(), str(settings.root), selectors, settings.per_file_ignores, plain
    return hashlib.blake2b(repr(parts).encode(errors="surrogateescape"), digest_size=16).hexdigest()


@cache
def _tool() -> str:
    parser = find_spec("libcst")
    installed = os.stat(parser.origin).st_mtime_ns if parser and parser.origin else 0
    return repr((sys.version_info[:3], installed, sorted(_own_files(_PACKAGE))))


def _own_files(folder: str) -> Iterator[tuple[str, int, int]]:
    """Yield what tells whether a file of ours has changed."""
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir():
                yield from _own_files(entry.path)
            elif entry.name.endswith(_READ_BY_RUNS):
                stat = entry.stat()
                yield entry.path, stat.st_size, stat.st_mtime_ns
