"""The command line run the way people do, as a process: a fresh one, or one that is forked with all imports done.

Importing takes most of a short run, and is the same in each. What is forked has its own streams, folder, environment
and exit code, and keeps nothing for the next; but it shows nothing of imports, and of what Python does at its start and
at its end.
"""

from __future__ import annotations

import atexit
import json
import os
import signal
import socket
import subprocess
import sys
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory, TemporaryFile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

CAN_FORK = hasattr(os, "fork") and hasattr(socket, "send_fds")
TIMEOUT = 120  # seconds, on a machine that has other things to do
_AT_START = ("LANG", "LC_", "PYTHON")  # variables that Python itself heeds, at its start
_CACHE = TemporaryDirectory(prefix="leakguard-cache-")
_HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Run:
    """What a finished process left behind."""

    code: int
    out: str
    err: str


def plain_environment() -> dict[str, str]:
    """Return the environment without what changes leakguard's output, and with the package under test in reach."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("LEAKGUARD", "PYTHON"))}
    for name in ("NO_COLOR", "FORCE_COLOR"):
        kept.pop(name, None)
    return kept | {"PYTHONPATH": str(_HERE.parent), "LEAKGUARD_CACHE_DIR": _CACHE.name}


def shows_when_forked(env: Mapping[str, str]) -> bool:
    """Whether these variables make the same difference in a process that is forked."""
    return CAN_FORK and not any(name.startswith(_AT_START) for name in env)


def fresh(arguments: Sequence[str], text: bytes, env: Mapping[str, str], cwd: Path, wrapper: Sequence[str] = ()) -> Run:
    """Run `leakguard` with these arguments and this standard input, every warning of Python an error."""
    finished = subprocess.run(
        [*wrapper, sys.executable, "-W", "error", "-m", "leakguard", *arguments],
        input=text,
        cwd=cwd,
        env=plain_environment() | dict(env),
        capture_output=True,
        check=False,
        timeout=TIMEOUT,
    )
    return Run(finished.returncode, finished.stdout.decode(), finished.stderr.decode())


def forked(arguments: Sequence[str], text: bytes, env: Mapping[str, str], cwd: Path) -> Run:
    """Do what `fresh` does in a process that has imported leakguard already."""
    with ExitStack() as stack:
        streams = [stack.enter_context(TemporaryFile()) for _ in range(3)]
        streams[0].write(text)
        for one in streams:
            one.seek(0)
        request = {"arguments": arguments, "env": plain_environment() | dict(env), "cwd": str(cwd)}
        code = _answer(request, [one.fileno() for one in streams])
        for one in streams:
            one.seek(0)
        _, out, err = (one.read().decode() for one in streams)
    return Run(code, out, err)


def _answer(request: Mapping[str, object], streams: Sequence[int]) -> int:
    """Return the exit code of a forked process; raises TimeoutError, and ends what takes too long."""
    parent, channel = _parent()
    try:
        socket.send_fds(channel, [json.dumps(request).encode() + b"\n"], streams)
        return int(channel.recv(16))
    except TimeoutError:
        os.killpg(parent.pid, signal.SIGKILL)
        raise


@cache
def _parent() -> tuple[subprocess.Popen[bytes], socket.socket]:
    """Start the process that forks."""
    mine, its = socket.socketpair()
    mine.settimeout(TIMEOUT)
    with its:
        parent = subprocess.Popen(
            [sys.executable, "-W", "error", _HERE / "forking.py", str(its.fileno())],
            env=plain_environment(),
            stdin=subprocess.DEVNULL,
            pass_fds=[its.fileno()],
            start_new_session=True,
        )
    atexit.register(_end, parent, mine)
    return parent, mine


def _end(parent: subprocess.Popen[bytes], channel: socket.socket) -> None:
    channel.close()
    parent.wait(TIMEOUT)
