"""The commit that is checked out, asked of git before files are sealed: git reads those that look changed."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_PATIENCE = 10  # seconds for git


@dataclass(slots=True)
class _Held:
    """What git said before the first of the seals that there are now."""

    seals: int = 0
    commit: tuple[str, bool | None] = ("", None)


_held = _Held()


def hold(sealed: Iterable[str]) -> None:
    """Ask git now, and answer with that until as many calls of `release` as there were of this.

    The paths that are to be sealed are left out: another process may have sealed them already.
    """
    if not _held.seals:
        _held.commit = _ask(sealed)
    _held.seals += 1


def release() -> None:
    """Undo one call of `hold`."""
    _held.seals -= 1


def commit_now() -> tuple[str, bool | None]:
    """Return the commit, "" outside of a repository, and whether tracked files are changed; None if nobody knows."""
    return _held.commit if _held.seals else _ask()


def _ask(without: Iterable[str] = ()) -> tuple[str, bool | None]:
    """Ask git for the commit and for changed files at once, without its taking a lock."""
    command = ["git", "--no-optional-locks", "status", "--porcelain=v2", "--branch", "--untracked-files=no", "--"]
    command += _everything_but(without)
    try:
        done = subprocess.run(  # noqa: S603 - no word of it comes from outside
            command, capture_output=True, text=True, timeout=_PATIENCE, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return "", None
    if done.returncode:
        return "", None
    lines = done.stdout.splitlines()
    commits = [line.removeprefix("# branch.oid ") for line in lines if line.startswith("# branch.oid ")]
    commit = commits[0] if commits and commits[0] != "(initial)" else ""
    return commit, any(not line.startswith("#") for line in lines)


def _everything_but(paths: Iterable[str]) -> list[str]:
    """Return the pathspecs of the whole repository without those that lie in it."""
    here = os.path.realpath(os.curdir)
    top = next((str(one) for one in (Path(here), *Path(here).parents) if (one / ".git").exists()), here)
    within = {os.path.relpath(real, top) for path in paths if (real := os.path.realpath(path)).startswith(top + os.sep)}
    return [":/", *(f":(top,exclude,literal){path}" for path in sorted(within))]
