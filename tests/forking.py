"""The parent of the processes that `processes.forked` runs: imports all of leakguard once, and forks for each run."""

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

MOST = 1 << 20  # bytes that are received at a time


def main() -> None:
    """Fork once for each line of JSON that comes with three streams, and answer with the exit code."""
    _import_all()
    gc.freeze()  # the children share what is there by now
    channel = socket.socket(fileno=int(sys.argv[1]))
    while True:
        line, streams, _, _ = socket.recv_fds(channel, MOST, 3)
        if not line:
            return
        while not line.endswith(b"\n"):
            line += channel.recv(MOST)
        child = os.fork()
        if child == 0:
            channel.close()
            _become(json.loads(line), streams)
        for stream in streams:
            os.close(stream)
        _, status = os.waitpid(child, 0)
        channel.sendall(str(os.waitstatus_to_exitcode(status)).encode())


def _import_all() -> None:
    import leakguard

    for module in pkgutil.walk_packages(leakguard.__path__, "leakguard."):
        if not module.name.startswith(("leakguard.__main__", "leakguard.server")):  # the server's library is an extra
            import_module(module.name)


def _become(run: dict[str, Any], streams: list[int]) -> None:
    """Be `python -m leakguard` with these arguments, streams, environment and folder."""
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
    runpy.run_module("leakguard", run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
