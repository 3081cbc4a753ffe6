"""Wakes this process once the kernel has seen a sealed file read, so that a native reader is stopped too.

The kernel sends SIGURG with each event, which does no harm where nobody handles it, and does not queue up. Python
handles it in the main thread as soon as the native call is over, on the line that made it. See F_SETSIG in fcntl(2).
"""

from __future__ import annotations

import os
import signal
import struct
import sys
import threading
from typing import TYPE_CHECKING

if sys.platform == "linux":
    import fcntl

    _SIGNAL = signal.SIGURG

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType

_SET_SIGNAL, _SET_OWNER = 10, 15  # F_SETSIG, F_SETOWN_EX
_THREAD = 0  # F_OWNER_TID: the main thread, which bears the number of the process; others would not wake it up
_listeners: dict[int, Callable[[], None]] = {}


def listen(descriptor: int, listener: Callable[[], None]) -> bool:
    """Call the listener in the main thread whenever a descriptor of inotify has something to read.

    Returns whether that can be: not outside of Linux, nor where the signal is taken by somebody else.
    """
    if sys.platform != "linux" or not _is_ours():
        return False
    _listeners[descriptor] = listener
    fcntl.fcntl(descriptor, _SET_OWNER, struct.pack("ii", _THREAD, os.getpid()))
    fcntl.fcntl(descriptor, _SET_SIGNAL, _SIGNAL)
    fcntl.fcntl(descriptor, fcntl.F_SETFL, fcntl.fcntl(descriptor, fcntl.F_GETFL) | os.O_ASYNC)
    return True


def forget(descriptor: int) -> None:
    """Call no more."""
    _listeners.pop(descriptor, None)


def _is_ours() -> bool:
    """Take the signal, unless somebody else has or this is not the main thread; tell whether we have it."""
    if signal.getsignal(_SIGNAL) is _handle:
        return True
    in_main = threading.current_thread() is threading.main_thread()
    if not in_main or signal.getsignal(_SIGNAL) is not signal.SIG_DFL:
        return False
    signal.signal(_SIGNAL, _handle)
    signal.siginterrupt(_SIGNAL, False)  # noqa: FBT003 - takes no name
    return True


def _handle(_number: int, _frame: FrameType | None) -> None:
    for listener in tuple(_listeners.values()):
        listener()
