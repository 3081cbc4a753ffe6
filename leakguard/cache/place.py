"""Where the cache is: outside the checked tree, one file for each project."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

from leakguard.digest import digest_of
from leakguard.writing import replace_file

_OURS = re.compile(r"[\w-]+-[0-9a-f]{12}\.sqlite(?:-journal)?")
_TAG_NAME = "CACHEDIR.TAG"
_TAG = """\
Signature: 8a477f597d28d172789f06886806bc55
# This folder is a cache of leakguard and can be deleted. About the tag: https://bford.info/cachedir/
"""


def cache_folder(chosen: Path | None = None) -> Path | None:
    """Return the folder of all caches: the `chosen` one, or the system's place for such; None if there is none."""
    folder = chosen or _usual_folder()
    return folder if folder.is_absolute() else None


def _usual_folder() -> Path:
    home = Path(os.path.expanduser("~"))  # stays as it is where nobody knows it
    match sys.platform:
        case "win32":
            local = os.environ.get("LOCALAPPDATA")
            return (Path(local) if local else home / "AppData" / "Local") / "leakguard" / "cache"
        case "darwin":
            return home / "Library" / "Caches" / "leakguard"
        case _:
            named = Path(os.environ.get("XDG_CACHE_HOME", ""))  # to be ignored if it is relative
            return (named if named.is_absolute() else home / ".cache") / "leakguard"


def cache_file(folder: Path, root: Path) -> Path:
    """Return the file for the project at `root`."""
    number = digest_of(str(root).encode(errors="surrogateescape"), size=6)
    name = "".join(character if character.isalnum() or character in "-_" else "_" for character in root.name)
    return folder / f"{name[:40] or 'root'}-{number}.sqlite"


def with_journal(file: Path) -> list[Path]:
    """Return a cache file and the one that SQLite may have left beside it, which has to go first."""
    return [Path(f"{file}-journal"), file]


def kept_in(folder: Path) -> list[Path]:
    """Return what is ours in a folder of caches: nothing unless it bears our tag."""
    tag = folder / _TAG_NAME
    try:
        if tag.read_text("utf-8") != _TAG:
            return []
        names = sorted(os.listdir(folder))
    except (OSError, UnicodeDecodeError):
        return []
    return [*(folder / name for name in names if _OURS.fullmatch(name)), tag]


def prepare(folder: Path) -> None:
    """Make the folder, marked for backup programs as one that need not be saved; raises OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    tag = folder / _TAG_NAME
    if tag.is_symlink():
        raise OSError(f"{tag} is a link")
    if not tag.exists() or _is_torn(tag):
        replace_file(tag, _TAG.encode())


def _is_torn(tag: Path) -> bool:
    """Whether a process was ended while it wrote the tag."""
    found = tag.read_bytes()
    return len(found) < len(_TAG) and _TAG.encode().startswith(found)
