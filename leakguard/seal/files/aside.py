"""Moves sealed files aside within their folders, and back again whatever happens.

The hidden name holds the name and the process that hid it, so that it is a journal by itself: whoever seals in that
folder later puts back what a dead process has left, and `mv` does so by hand. Long before that, a guardian process of
its own notices the end of this one and puts everything back, see `leakguard.seal.files.guardian`.
"""

from __future__ import annotations

import atexit
import json
import os
import re
import subprocess
import sys
import weakref
from typing import IO, TYPE_CHECKING

from leakguard.seal.files.guardian import put_back

if TYPE_CHECKING:
    from collections.abc import Iterable

_HIDDEN = re.compile(r"\.(?P<name>.+)\.leakguard-(?P<process>\d+)-(?P<started>\d+)", re.DOTALL)
_GUARDIAN = os.path.join(os.path.dirname(os.path.abspath(__file__)), "guardian.py")
_pipes: weakref.WeakSet[IO[str]] = weakref.WeakSet()


class Aside:
    """Files that can be moved aside and back; both can be called again."""

    def __init__(self, files: Iterable[str]) -> None:
        suffix = f"leakguard-{os.getpid()}-{_started(os.getpid())}"
        originals = sorted({os.path.realpath(file) for file in files})
        self._pairs = [
            (os.path.join(os.path.dirname(one), f".{os.path.basename(one)}.{suffix}"), one) for one in originals
        ]
        self.linked = [one for one in originals if os.stat(one).st_nlink > 1]
        self._owner = os.getpid()
        self._guardian: subprocess.Popen[str] | None = None
        self.taken: list[str] = []  # what was written anew in the place of a hidden file, which is kept beside it

    def hide(self) -> None:
        """Move the files aside, all or none of them; raises OSError."""
        self._guardian = _guardian(self._pairs)
        atexit.register(self.restore)
        try:
            for hidden, original in self._pairs:
                os.rename(original, hidden)
        except OSError:
            self.restore()
            raise

    def restore(self) -> None:
        """Move the files back; raises OSError, after which the guardian tries again at the end."""
        if os.getpid() != self._owner or self._guardian is None:
            return
        self.taken += [
            f"{original} (as {hidden})" for hidden, original in self._pairs if not put_back(hidden, original)
        ]
        atexit.unregister(self.restore)
        guardian, self._guardian = self._guardian, None
        if guardian.stdin is not None:
            guardian.stdin.close()
        guardian.wait()


def _guardian(pairs: list[tuple[str, str]]) -> subprocess.Popen[str]:
    """Start a guardian that knows all pairs; it ignores signals, and is in no group that they are sent to."""
    process = subprocess.Popen(  # noqa: S603 - our own script
        [sys.executable, "-I", "-S", _GUARDIAN],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    if process.stdin is None or process.stdout is None:
        raise AssertionError
    _pipes.add(process.stdin)
    with process.stdout as answer:
        if answer.readline() != "ready\n":
            raise OSError(None, "the process that would put hidden files back did not start")
    process.stdin.write("".join(json.dumps(pair) + "\n" for pair in pairs))
    process.stdin.flush()
    return process


def recover(paths: Iterable[str | os.PathLike[str]]) -> None:
    """Put back what dead processes have hidden beside or below some paths; raises OSError."""
    for folder in {place for path in paths for place in _folders(os.path.realpath(os.fsdecode(path)))}:
        for name in os.listdir(folder):
            found = _HIDDEN.fullmatch(name)
            if found and not _lives(int(found["process"]), found["started"]):
                put_back(os.path.join(folder, name), os.path.join(folder, found["name"]))


def _folders(path: str) -> list[str]:
    if os.path.isdir(path):
        return [folder for folder, _, _ in os.walk(path)]
    parent = os.path.dirname(path)
    return [parent] if os.path.isdir(parent) else []


def _lives(process: int, started: str) -> bool:
    """Tell whether a process is still the one of that number; where its start is not known, the number decides."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return _started(process) == started


def _started(process: int) -> str:
    """Return when a process was started, in ticks since the system was; "0" where nobody tells."""
    try:
        with open(f"/proc/{process}/stat", "rb") as file:
            return file.read().rpartition(b")")[2].split()[19].decode()
    except OSError:
        return "0"


def _let_go() -> None:
    """Close a fork's ends of the pipes, which would keep guardians waiting for it too."""
    for pipe in tuple(_pipes):
        pipe.close()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_let_go)
