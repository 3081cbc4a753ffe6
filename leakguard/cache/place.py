"""Where the cache is: outside the checked tree, one file for each project."""

from __future__ import annotations

import hashlib
import os
import sys
from pathlib import Path

VARIABLE = "LEAKGUARD_CACHE_DIR"
_TAG = """\
Signature: 8a477f597d28d172789f06886806bc55
# This folder is a cache of leakguard and can be deleted. About the tag: https://bford.info/cachedir/
"""


def cache_folder(chosen: str | None = None) -> Path:
    """Return the folder of all caches: the `chosen` one, that of the environment, or the system's place for such."""
    if named := chosen or os.environ.get(VARIABLE):
        return Path(named).absolute()
    home = Path(os.path.expanduser("~"))
    match sys.platform:
        case "win32":
            local = os.environ.get("LOCALAPPDATA")
            return (Path(local) if local else home / "AppData" / "Local") / "leakguard" / "cache"
        case "darwin":
            return home / "Library" / "Caches" / "leakguard"
        case _:
            return Path(os.environ.get("XDG_CACHE_HOME") or home / ".cache") / "leakguard"


def cache_file(folder: Path, root: Path) -> Path:
    """Return the file for the project at `root`."""
    number = hashlib.blake2b(str(root).encode(errors="surrogateescape"), digest_size=6).hexdigest()
    name = "".join(character if character.isalnum() or character in "-_" else "_" for character in root.name)
    return folder / f"{name[:40] or 'root'}-{number}.sqlite"


def prepare(folder: Path) -> None:
    """Make the folder, marked for backup programs as one that need not be saved; raises OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    tag = folder / "CACHEDIR.TAG"
    if not tag.exists():
        tag.write_text(_TAG, "utf-8")
