"""The parent of the processes that `processes.forked` runs: imports all of the linter once, and forks for each run."""

from __future__ import annotations

import gc
import json
import os
import pkgutil
import runpy
import socket
import sys
from importlib import import_module
from typing import Any

_MOST = 1 << 20  # bytes that are received at a time
_APART = frozenset({"__main__", "seal", "server", "tuners"})  # not of the command line, or with libraries of its own


def main() -> None:
    """Fork once for each line of JSON that comes with three streams, and answer with the exit code."""
    _import_all()
    gc.freeze()  # the children share what is there by now
    with socket.socket(fileno=int(sys.argv[1])) as channel:
        while request := _received(channel):
            child = os.fork()
            if child == 0:
                channel.close()
                _become(*request)
            for stream in request[1]:
                os.close(stream)
            _, status = os.waitpid(child, 0)
            channel.sendall(str(os.waitstatus_to_exitcode(status)).encode())


def _received(channel: socket.socket) -> tuple[dict[str, Any], list[int]] | None:
    """Return what is to be run, and its streams; None once nobody asks any more."""
    line, streams, _, _ = socket.recv_fds(channel, _MOST, 3)
    while line and not line.endswith(b"\n"):
        line += channel.recv(_MOST)
    return (json.loads(line), streams) if line else None


def _import_all() -> None:
    import leakguard

    for module in pkgutil.iter_modules(leakguard.__path__):
        if module.name not in _APART:
            _import_below(f"leakguard.{module.name}")


def _import_below(name: str) -> None:
    for module in pkgutil.walk_packages(getattr(import_module(name), "__path__", ()), f"{name}."):
        import_module(module.name)


def _become(run: dict[str, Any], streams: list[int]) -> None:
    """Be `python -m leakguard` with these arguments, streams, environment and folder, and end at once.

    What Python does at its end would copy all the memory that is shared with the parent, which takes longer than a run.
    """
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
        os.close(stream)
    sys.stdin = os.fdopen(0, closefd=False)
    sys.stdout = os.fdopen(1, "w", closefd=False)
    sys.stderr = os.fdopen(2, "w", errors="backslashreplace", buffering=1, closefd=False)
    os.environ.clear()
    os.environ.update(run["env"])
    os.chdir(run["cwd"])
    sys.path[0] = run["cwd"]
    sys.argv = ["leakguard", *run["arguments"]]
    try:
        runpy.run_module("leakguard", run_name="__main__", alter_sys=True)
    except SystemExit as end:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(int(end.code or 0))


if __name__ == "__main__":
    main()
