"""Room for deep recursion and for many new objects, which Python's own settings do not give."""

from __future__ import annotations

import gc
import sys
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

# Enough for the deepest text that is let through to the parser, where a main thread has as little as 1 MB.
_STACK = 256 * 1024 * 1024
_CALLS = 20_000
# Trees live long: with Python's own thresholds a third of the time goes into looking for garbage that isn't there.
_COLLECTED = (200_000, 50, 100)


def in_worker(work: Callable[[], None]) -> None:
    """Run work in a thread with room for deep recursion and for many new objects; raise here what it raises there."""
    raised: list[BaseException] = []

    def run() -> None:
        try:
            work()
        except BaseException as error:  # noqa: BLE001 - raised again below
            raised.append(error)

    limit, size, collected = sys.getrecursionlimit(), threading.stack_size(_STACK), gc.get_threshold()
    sys.setrecursionlimit(max(limit, _CALLS))
    gc.set_threshold(*_COLLECTED)
    try:
        thread = threading.Thread(target=run, daemon=True)  # an interrupt need not wait for it
        thread.start()
        while thread.is_alive():  # an interrupt that comes just before the wait is seen at the next one
            thread.join(1.0)
    finally:
        threading.stack_size(size)
        sys.setrecursionlimit(limit)
        gc.set_threshold(*collected)
    if raised:
        raise raised[0]
