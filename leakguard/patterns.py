"""Path patterns in the syntax of `.gitignore`, relative to the folder of whoever wrote them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from pathspec import GitIgnoreSpec

_STARS, _MOST_STARS = re.compile(r"\*+"), 4
_PLAIN = re.compile(r"\.?\w[\w.-]*")  # a name without signs of its own: needs no library, which takes time to import


@dataclass(frozen=True, slots=True)
class Patterns:
    """Patterns of one place, relative to `root`."""

    root: Path
    globs: tuple[str, ...]

    def match(self, path: str, chosen: str = "") -> bool:
        """Say whether an absolute path, or a folder above it, matches; a folder's path ends in a slash.

        Patterns that match the folder `chosen`, which somebody named to be looked into, do not count.
        """
        names = _names(self, chosen)
        relative = _relative(path, self.root)
        return _spec(self, chosen).match_file(relative) if names is None else not names.isdisjoint(relative.split("/"))


def is_pattern(glob: str) -> bool:
    """Say whether a text can be a pattern at all.

    One with an unclosed bracket never matches, and many stars in one name take for ever to say so.
    """
    if _PLAIN.fullmatch(glob):
        return True
    if any(len(_STARS.findall(part)) > _MOST_STARS for part in glob.split("/")):
        return False
    from pathspec import GitIgnoreSpec

    try:
        spec = GitIgnoreSpec.from_lines([glob])
    except ValueError:
        return False
    return glob.startswith("#") or not glob.strip() or any(one.include is not None for one in spec.patterns)


@cache
def _names(patterns: Patterns, chosen: str) -> frozenset[str] | None:
    """Return the names of files and folders that match, None if that takes more than names."""
    if not all(map(_PLAIN.fullmatch, patterns.globs)):
        return None
    allowed = _relative(f"{chosen}/", patterns.root).split("/") if chosen else []
    return frozenset(patterns.globs).difference(allowed)


@cache
def _spec(patterns: Patterns, chosen: str) -> GitIgnoreSpec:
    from pathspec import GitIgnoreSpec

    relative = _relative(f"{chosen}/", patterns.root) if chosen else ""
    globs = [glob for glob in patterns.globs if not GitIgnoreSpec.from_lines([glob]).match_file(relative)]
    return GitIgnoreSpec.from_lines(globs)


def _relative(path: str, root: Path) -> str:
    """Return a path below `root` relative to it, of any other path the name."""
    above = f"{root}/".replace("//", "/")
    return path.removeprefix(above) if path.startswith(above) else path.rstrip("/").rpartition("/")[2]
