"""Room for whole files to be worked on: for deep recursion, and for many new objects."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING, TypeVar

from leakguard.semantic.stack import deep_recursion, on_stack

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")

# Enough for the deepest text that is let through to the parser, where a main thread has as little as 1 MB.
_STACK = 256 * 1024 * 1024
_CALLS = 20_000
# Trees live long: with Python's own thresholds a third of the time goes into looking for garbage that isn't there.
_COLLECTED = (200_000, 50, 100)


def in_worker(work: Callable[[], T]) -> T:
    """Return what work returns, done in a thread with such room; raise here what it raises there."""
    collected = gc.get_threshold()
    gc.set_threshold(*_COLLECTED)
    try:
        with deep_recursion(_CALLS):
            return on_stack(_STACK, work)
    finally:
        gc.set_threshold(*collected)
