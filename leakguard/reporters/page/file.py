"""Writing the page to a file: the whole of it or nothing."""

from __future__ import annotations

import os
from pathlib import Path

from leakguard.errors import UserError


def ensure_writable(path: str) -> None:
    """Raise UserError if a file cannot be written there; called before a run that takes its time."""
    folder = os.path.dirname(os.path.abspath(path))
    if not os.path.isdir(folder):
        raise UserError(f"--report {path}: there is no folder {folder}")
    if os.path.isdir(os.path.abspath(path)):
        raise UserError(f"--report {path}: that is a folder; name a file")
    if not os.access(folder if not os.path.exists(path) else path, os.W_OK):
        raise UserError(f"--report {path}: no permission to write there")


def write(path: str, text: str) -> None:
    """Write the file, in one step for whoever reads it meanwhile; raises OSError."""
    target = Path(os.path.realpath(path))
    if target.exists() and not target.is_file():  # such as a pipe, which cannot be replaced
        target.write_text(text, "utf-8", newline="\n")
        return
    beside = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        beside.write_text(text, "utf-8", newline="\n")
        beside.replace(target)
    finally:
        beside.unlink(missing_ok=True)
