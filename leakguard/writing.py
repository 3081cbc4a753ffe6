"""Files written anew in one step: nobody ever sees half of one, and one that cannot be written stays as it was."""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

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


def why_not_replaceable(file: Path, root: Path | None = None) -> str:
    """Return what forbids to replace somebody's file; empty if nothing does. Raises OSError.

    A link that leads out of the project at `root` is followed for reading alone: a tree must not have others written.
    """
    status = os.stat(file)
    if not stat.S_ISREG(status.st_mode):
        return "it is no regular file"
    if root is not None and file.is_symlink() and not _lies_in(file, root):
        return "it is a link that leads out of the project"
    if not status.st_mode & _WRITABLE or not os.access(file, os.W_OK):
        return "it is read-only"
    return ""


def _lies_in(file: Path, root: Path) -> bool:
    return Path(os.path.realpath(file)).is_relative_to(os.path.realpath(root))


def replace_file(file: Path, data: bytes, before: bytes | None = None) -> None:
    """Give a file this content, or make it; raises OSError, also where it no longer holds what it did `before`.

    One that is there keeps its mode and owner. A symbolic link stays, and what it leads to is written. Other names of
    the file, hard links, keep the old content: what is written in place could be left half written.
    """
    target = os.path.realpath(file)
    status = os.stat(target) if os.path.exists(target) else None
    if status and not os.access(target, os.W_OK):
        raise PermissionError(13, "Permission denied", str(file))
    if before is not None and Path(target).read_bytes() != before:
        raise OSError("it was changed by somebody else meanwhile")
    if status and not stat.S_ISREG(status.st_mode):  # a pipe or device
        Path(target).write_bytes(data)
    elif status and not os.access(os.path.dirname(target), os.W_OK):
        _overwrite(target, data)
    else:
        _replace(target, data, status)


def _overwrite(target: str, data: bytes) -> None:
    """Write into a file beside which nothing can be written; an error leaves it as it was."""
    before = Path(target).read_bytes()
    with open(target, "r+b", buffering=0) as file:
        try:
            _write_all(file, data)
        except OSError:
            file.seek(0)
            with suppress(OSError):  # what could not be written at all has not been changed
                _write_all(file, before)
            raise


def _write_all(file: BinaryIO, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[file.write(view) :]
    file.truncate(len(data))
    os.fsync(file.fileno())


def _replace(target: str, data: bytes, status: os.stat_result | None) -> None:
    """Write beside the file, then put that in its place."""
    folder, name = os.path.split(target)
    temporary = os.path.join(folder, f".{name[:32]}.{os.urandom(4).hex()}.tmp")
    try:
        _write_beside(folder, temporary, data, status)
        os.replace(temporary, target)
    finally:
        with suppress(OSError):
            os.unlink(temporary)


def _write_beside(folder: str, temporary: str, data: bytes, status: os.stat_result | None) -> None:
    """Make a file; where the system can, it has no name until it is whole, so that a killed process leaves none."""
    descriptor = _nameless(folder)
    if descriptor is None:
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
        named = True
    else:
        named = False
    with open(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        if status:
            _take_over(file.fileno(), status)
        os.fsync(file.fileno())
        if not named:
            _name(file.fileno(), folder, temporary)


def _nameless(folder: str) -> int | None:
    """Return the descriptor of a new file without a name; None where there is no such thing."""
    flag = getattr(os, "O_TMPFILE", None)
    if flag is None or not os.path.isdir("/proc/self/fd"):
        return None
    try:
        return os.open(folder, flag | os.O_WRONLY, 0o666)
    except OSError:  # not on all file systems
        return None


def _name(descriptor: int, folder: str, name: str) -> None:
    place = os.open(folder, os.O_RDONLY)
    try:  # with a folder given, what stands in /proc is followed
        os.link(f"/proc/self/fd/{descriptor}", os.path.basename(name), src_dir_fd=place, dst_dir_fd=place)
    finally:
        os.close(place)


def _take_over(descriptor: int, status: os.stat_result) -> None:
    """Give a new file the owner and mode of the one that it is to replace."""
    if hasattr(os, "fchown"):
        with suppress(OSError):  # only the owner of both may
            os.fchown(descriptor, status.st_uid, status.st_gid)
        os.fchmod(descriptor, stat.S_IMODE(status.st_mode))
