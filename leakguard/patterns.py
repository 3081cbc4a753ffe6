"""Path patterns in the syntax of `.gitignore`, relative to the folder of whoever wrote them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from pathspec import GitIgnoreSpec

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Patterns:
    """Patterns of one place, relative to `root`."""

    root: Path
    globs: tuple[str, ...]

    def match(self, path: str, chosen: str = "") -> bool:
        """Say whether an absolute path, or a folder above it, matches; a folder's path ends in a slash.

        Patterns that match the folder `chosen`, which somebody named to be looked into, do not count.
        """
        return _spec(self, chosen).match_file(_relative(path, self.root))


def is_pattern(glob: str) -> bool:
    """Say whether a text can be a pattern at all."""
    try:
        GitIgnoreSpec.from_lines([glob])
    except ValueError:
        return False
    return True


@cache
def _spec(patterns: Patterns, chosen: str) -> GitIgnoreSpec:
    relative = _relative(f"{chosen}/", patterns.root) if chosen else ""
    globs = [glob for glob in patterns.globs if not GitIgnoreSpec.from_lines([glob]).match_file(relative)]
    return GitIgnoreSpec.from_lines(globs)


def _relative(path: str, root: Path) -> str:
    """Return a path below `root` relative to it, of any other path the name."""
    above = f"{root}/".replace("//", "/")
    return path.removeprefix(above) if path.startswith(above) else path.rstrip("/").rpartition("/")[2]
