"""Reports that go to a file: whole or not at all, and told before the run where that cannot be."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from leakguard.errors import UserError


class OutputError(UserError):
    """The report cannot be written to the file that was named."""

    def __init__(self, file: str, reason: str) -> None:
        super().__init__(f"--output-file {file}: {reason}")


def check_writable(file: str) -> None:
    """Raise OutputError if it is plain already that nothing can be written to the file."""
    if not file:
        raise OutputError("''", "is no file name")
    folder = os.path.dirname(os.path.realpath(file))
    if os.path.isdir(file):
        raise OutputError(file, "is a folder")
    if not os.path.isdir(folder):
        raise OutputError(file, "its folder does not exist")
    if not os.access(file if os.path.exists(file) else folder, os.W_OK):
        raise OutputError(file, "may not be written")


def write_file(file: str, text: str) -> None:
    """Put a text into a file in place of what it held; raises OutputError, and leaves the file as it was."""
    data = text.encode("utf-8", "backslashreplace")
    try:
        if os.path.exists(file) and not stat.S_ISREG(os.stat(file).st_mode):  # a pipe or device is only written to
            Path(file).write_bytes(data)
        else:
            _replace(Path(os.path.realpath(file)), data)
    except OSError as error:
        raise OutputError(file, error.strerror or str(error)) from error


def _replace(file: Path, data: bytes) -> None:
    """Write beside the file, then put that in its place."""
    new = file.with_name(f".{file.name}.{os.getpid()}.tmp")
    try:
        new.write_bytes(data)
        if file.exists():
            new.chmod(stat.S_IMODE(file.stat().st_mode))
        new.replace(file)
    finally:
        new.unlink(missing_ok=True)
