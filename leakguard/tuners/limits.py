"""What one fit may use: threads, so that its result does not depend on its neighbours; and time."""

from __future__ import annotations

import faulthandler
import os
import signal
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

# After the soft limit, which Python code obeys, compiled code has this long to return to Python.
GRACE_SECONDS = 1.0


class FitTimeoutError(TimeoutError):
    """A fit took longer than it may."""


@contextmanager
def few_threads(count: int | None) -> Iterator[None]:
    """Give BLAS and OpenMP `count` threads inside the block: how many there are can change a result's last bits.

    BLAS's number is the process's and belongs to the thread that first sets it; OpenMP's is each thread's own. So a
    search sets both around itself, and each fit sets them again in its own thread or process.
    """
    with _controller().limit(limits=count):
        yield


@cache
def _controller() -> Any:
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()


@contextmanager
def time_limit(seconds: float | None) -> Iterator[None]:
    """End the block after `seconds`; only in the main thread of a process that may be killed.

    Python code is interrupted. Compiled code that does not come back in time takes the process with it.

    Raises:
        FitTimeoutError: the time was up.
    """
    if seconds is None:
        yield
        return

    def ring(*_: object) -> None:
        raise FitTimeoutError(f"the fit took longer than trial_timeout={seconds:g} s")

    with open(os.devnull, "w", encoding="utf-8") as nowhere, _alarm(seconds, ring):
        faulthandler.dump_traceback_later(seconds + GRACE_SECONDS, exit=True, file=nowhere)
        try:
            yield
        finally:
            faulthandler.cancel_dump_traceback_later()


@contextmanager
def _alarm(seconds: float, ring: Any) -> Iterator[None]:
    if not hasattr(signal, "setitimer"):  # Windows: the hard limit is the only one
        yield
        return
    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
