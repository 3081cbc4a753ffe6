"""Under what circumstances a test set is opened: by whom, from which commit, by which command."""

from __future__ import annotations

import getpass
import os
import shlex
import sys
from dataclasses import dataclass

from leakguard.seal.commit import commit_now

_LONGEST = 500  # characters of a command


@dataclass(frozen=True, slots=True)
class Circumstances:
    """`commit` is "" outside of a repository; `dirty` is None where nobody knows whether files had been changed."""

    user: str
    commit: str
    dirty: bool | None
    command: str


def circumstances() -> Circumstances:
    """Return those of this process."""
    commit, dirty = commit_now()
    return Circumstances(_user(), commit, dirty, shlex.join(sys.orig_argv)[:_LONGEST])


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # as in a container whose user has no name
        return str(os.getuid()) if hasattr(os, "getuid") else "unknown"
