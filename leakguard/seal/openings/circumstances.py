"""Under what circumstances a test set is opened: by whom, from which commit, by which command."""

from __future__ import annotations

import getpass
import os
import shlex
import subprocess
import sys
from dataclasses import dataclass

_LONGEST = 500  # characters of a command
_PATIENCE = 10  # seconds for git


@dataclass(frozen=True, slots=True)
class Circumstances:
    """`commit` is "" outside of a repository; `dirty` is None where nobody knows whether files had been changed."""

    user: str
    commit: str
    dirty: bool | None
    command: str


def circumstances() -> Circumstances:
    """Return those of this process."""
    commit, dirty = _commit()
    return Circumstances(_user(), commit, dirty, shlex.join(sys.orig_argv)[:_LONGEST])


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # as in a container whose user has no name
        return str(os.getuid()) if hasattr(os, "getuid") else "unknown"


def _commit() -> tuple[str, bool | None]:
    """Ask git for the commit and for changed files at once, without its taking a lock."""
    command = ["git", "--no-optional-locks", "status", "--porcelain=v2", "--branch", "--untracked-files=no"]
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
