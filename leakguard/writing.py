"""Files written anew in one step: nobody ever sees half of one, and one that cannot be written stays as it was."""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from pathlib import Path

from leakguard.errors import UserError

_WRITABLE = stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH


class NotWritableError(UserError):
    """The file that an option names cannot be written."""

    def __init__(self, option: str, file: str, reason: str) -> None:
        super().__init__(f"{option} {file or repr(file)}: {reason}")


def check_writable(option: str, file: str) -> None:
    """Raise NotWritableError if it is plain before a run that nothing can be written to the file of an option."""
    folder = os.path.dirname(os.path.realpath(file))
    if not file:
        raise NotWritableError(option, file, "is no file name")
    if os.path.isdir(file):
        raise NotWritableError(option, file, "is a folder")
    if not os.path.isdir(folder):
        raise NotWritableError(option, file, "its folder does not exist")
    if not os.access(file if os.path.exists(file) else folder, os.W_OK):
        raise NotWritableError(option, file, "may not be written")


def write_text(option: str, file: str, text: str) -> None:
    """Put a text into the file of an option in place of what it held; raises NotWritableError."""
    try:
        replace_file(Path(file), text.encode("utf-8", "backslashreplace"))
    except OSError as error:
        raise NotWritableError(option, file, error.strerror or str(error)) from error


def why_not_replaceable(file: Path) -> str:
    """Return what forbids to replace somebody's file; empty if nothing does. Raises OSError."""
    status = os.stat(file)
    if not stat.S_ISREG(status.st_mode):
        return "it is no regular file"
    if not status.st_mode & _WRITABLE or not os.access(file, os.W_OK):
        return "it is read-only"
    return ""


def replace_file(file: Path, data: bytes, before: bytes | None = None) -> None:
    """Give a file this content, or make it; raises OSError, also where it no longer holds what it did `before`.

    One that is there keeps its mode and owner. A link stays, and what it leads to is written.
    """
    target = os.path.realpath(file)
    status = os.stat(target) if os.path.exists(target) else None
    if status and not os.access(target, os.W_OK):
        raise PermissionError(13, "Permission denied", str(file))
    if before is not None and Path(target).read_bytes() != before:
        raise OSError("it was changed by somebody else meanwhile")
    if status and not stat.S_ISREG(status.st_mode):  # a pipe or device
        Path(target).write_bytes(data)
    elif status and (status.st_nlink > 1 or not os.access(os.path.dirname(target), os.W_OK)):
        _overwrite(target, data)
    else:
        _replace(target, data, status)


def _overwrite(target: str, data: bytes) -> None:
    """Write into a file that has other names, which would go on leading to the old content, or a place of its own."""
    with open(target, "r+b") as file:
        file.write(data)
        file.truncate()
        file.flush()
        os.fsync(file.fileno())


def _replace(target: str, data: bytes, status: os.stat_result | None) -> None:
    """Write beside the file, then put that in its place."""
    folder, name = os.path.split(target)
    temporary = os.path.join(folder, f".{name[:32]}.{os.urandom(4).hex()}.tmp")
    try:
        with open(temporary, "xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if status:
            _take_over(temporary, status)
        os.replace(temporary, target)
    finally:
        with suppress(OSError):
            os.unlink(temporary)


def _take_over(temporary: str, status: os.stat_result) -> None:
    """Give a new file the owner and mode of the one that it is to replace."""
    if hasattr(os, "chown"):
        with suppress(OSError):  # only the owner of both may
            os.chown(temporary, status.st_uid, status.st_gid)
    os.chmod(temporary, stat.S_IMODE(status.st_mode))
