"""`.gitignore` files, each for its own folder, as git reads them."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from leakguard.patterns import is_pattern

if TYPE_CHECKING:
    from collections.abc import Callable

    from pathspec import GitIgnoreSpec

NAME = ".gitignore"


@dataclass(frozen=True, slots=True)
class Ignores:
    """The patterns of one file, and those of the files above it, which count where it says nothing."""

    folder: str
    spec: GitIgnoreSpec
    above: Ignores | None

    def ignores(self, path: str) -> bool:
        """Say whether an absolute path below the folder is ignored; a folder's path ends in a slash."""
        level: Ignores | None = self
        while level is not None:
            decision = level.spec.check_file(path[len(level.folder) :].lstrip("/")).include
            if decision is not None:
                return decision
            level = level.above
        return False


def ignores_above(folder: str, warn: Callable[[str], None]) -> Ignores | None:
    """Return what the folders above `folder` say, up to the top of the repository.

    Nothing if they ignore the folder itself: whoever names it wants it checked.
    """
    chain = [Path(folder)]
    while not os.path.exists(chain[-1] / ".git") and chain[-1].parent != chain[-1]:
        chain.append(chain[-1].parent)
    ignores = read_ignores(chain[-1], ".git/info/exclude", None, warn)
    for one in reversed(chain[1:]):
        ignores = read_ignores(one, NAME, ignores, warn)
    return None if ignores is None or ignores.ignores(f"{folder}/") else ignores


def read_ignores(folder: Path, name: str, above: Ignores | None, warn: Callable[[str], None]) -> Ignores | None:
    """Return the patterns of a folder's file with those above it, or only these if there is no such file."""
    file = folder / name
    if not os.path.isfile(file):
        return above
    from pathspec import GitIgnoreSpec

    try:
        lines = file.read_text("utf-8", "replace").splitlines()
    except OSError as error:
        warn(f"{file}: cannot be read ({error.strerror}); nothing is ignored by it")
        return above
    for line in lines:
        if not is_pattern(line):
            warn(f"{file}: not a pattern, passed over: {line}")
    return Ignores(str(folder), GitIgnoreSpec.from_lines(filter(is_pattern, lines)), above)
