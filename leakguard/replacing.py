"""Writes a file anew in one step, so that nobody ever sees half of it."""

from __future__ import annotations

import os
import stat
import tempfile
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_WRITABLE = stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH


def why_not_writable(path: Path) -> str:
    """Return what forbids to replace a file; empty if nothing does. Raises OSError."""
    real = os.path.realpath(path)
    status = os.stat(real)
    if not stat.S_ISREG(status.st_mode):
        return "it is no regular file"
    if not status.st_mode & _WRITABLE or not os.access(real, os.W_OK):
        return "it is read-only"
    return ""


def replace_file(path: Path, before: bytes, after: bytes) -> None:
    """Write a file anew, with its permissions; a link stays, and what it leads to is written. Raises OSError."""
    real = os.path.realpath(path)
    status = os.stat(real)
    with open(real, "rb") as file:
        if file.read() != before:
            raise OSError("it was changed by somebody else meanwhile")
    if status.st_nlink > 1:  # its other names would go on leading to the old content
        with open(real, "r+b") as file:
            file.write(after)
            file.truncate()
        return
    folder, name = os.path.split(real)
    handle, temporary = tempfile.mkstemp(prefix=f".{name}.", suffix=".tmp", dir=folder)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(after)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(temporary, stat.S_IMODE(status.st_mode))
        with suppress(OSError):  # only the owner of both may
            os.chown(temporary, status.st_uid, status.st_gid)
        os.replace(temporary, real)
    except BaseException:
        with suppress(OSError):
            os.unlink(temporary)
        raise
