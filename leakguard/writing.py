"""Files written all at once or not at all."""

from __future__ import annotations

import os
import shutil
from pathlib import Path


def replace_file(file: Path, data: bytes) -> None:
    """Give a file this content; one that is there keeps its mode, and stays as it is if that fails. Raises OSError."""
    target = Path(os.path.realpath(file))
    if target.exists() and not os.access(target, os.W_OK):
        raise PermissionError(13, "Permission denied", str(file))
    temporary = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        temporary.write_bytes(data)
        if target.exists():
            shutil.copymode(target, temporary)
        temporary.replace(target)
    finally:
        temporary.unlink(missing_ok=True)
