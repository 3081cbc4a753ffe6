"""The kernel's file events on Linux: inotify says which file, fanotify whether it was this process.

Both need no rights beyond those of reading the files. See inotify(7), fanotify_init(2) and fanotify_mark(2).
"""

from __future__ import annotations

import ctypes
import errno
import os
import struct
import sys
from typing import NamedTuple

ACCESS, CLOSE_WRITE, CLOSE_NOWRITE, OPEN = 0x1, 0x8, 0x10, 0x20
MOVED_TO, CREATE, DELETED, OVERFLOW, IS_FOLDER = 0x80, 0x100, 0x400, 0x4000, 0x40000000
READS = ACCESS | CLOSE_WRITE | CLOSE_NOWRITE | OPEN
ARRIVALS = MOVED_TO | CREATE
_ADD_TO_MASK = 0x20000000
_MASK_OF_FANOTIFY = ACCESS | OPEN | CLOSE_NOWRITE  # bears the same numbers
_ON_CHILDREN = 0x08000000
_REPORT_FILE_IDS, _CLOSE_ON_EXEC, _DO_NOT_BLOCK = 0x200, 0x1, 0x2
_HERE = -100  # AT_FDCWD
_BUFFER = 1 << 16
_INOTIFY = struct.Struct("iIII")
_FANOTIFY = struct.Struct("=IBBHQii")


class Event(NamedTuple):
    """One event: the watch that it belongs to, its bits, and the name within a watched folder."""

    watch: int
    bits: int
    name: str


class Inotify:
    """A queue of events about files and folders."""

    def __init__(self) -> None:
        """Raise OSError where the system has no inotify, or no more queues for this user."""
        if sys.platform != "linux":
            raise OSError(errno.ENOSYS, "no inotify on this system")
        self._library = ctypes.CDLL(None, use_errno=True)
        self.descriptor: int = _checked(self._library.inotify_init1(os.O_NONBLOCK | os.O_CLOEXEC))

    def add(self, path: str, bits: int) -> int:
        """Watch a file or folder for some events, beside those asked for before; raises OSError."""
        mask = ctypes.c_uint32(bits | _ADD_TO_MASK)
        return _checked(self._library.inotify_add_watch(self.descriptor, os.fsencode(path), mask))

    def read(self) -> list[Event]:
        """Return the events since the last call."""
        found = []
        for buffer in _buffers(self.descriptor):
            offset = 0
            while offset < len(buffer):
                watch, bits, _, length = _INOTIFY.unpack_from(buffer, offset)
                offset += _INOTIFY.size + length
                found.append(Event(watch, bits, os.fsdecode(buffer[offset - length : offset].rstrip(b"\0"))))
        return found

    def close(self) -> None:
        os.close(self.descriptor)


class Fanotify:
    """A queue that tells which process did something to files; others than this one are 0 but for a privileged user."""

    def __init__(self) -> None:
        """Raise OSError where the kernel is older than 5.13, or has no more queues for this user."""
        self._library = ctypes.CDLL(None, use_errno=True)
        flags = _REPORT_FILE_IDS | _CLOSE_ON_EXEC | _DO_NOT_BLOCK
        self._descriptor: int = _checked(self._library.fanotify_init(ctypes.c_uint(flags), os.O_RDONLY))

    def add(self, path: str) -> None:
        """Ask about a file, or about the files in a folder; raises OSError, as for a file system without file ids."""
        mask = ctypes.c_uint64(_MASK_OF_FANOTIFY | (_ON_CHILDREN if os.path.isdir(path) else 0))
        _checked(self._library.fanotify_mark(self._descriptor, 1, mask, _HERE, os.fsencode(path)))

    def read(self) -> set[int]:
        """Return the processes that did anything since the last call."""
        found = set()
        for buffer in _buffers(self._descriptor):
            offset = 0
            while offset < len(buffer):
                length, _, _, _, _, _, process = _FANOTIFY.unpack_from(buffer, offset)
                offset += length
                found.add(process)
        return found

    def close(self) -> None:
        os.close(self._descriptor)


def _buffers(descriptor: int) -> list[bytes]:
    """Read a queue until it is empty."""
    found = []
    while True:
        try:
            found.append(os.read(descriptor, _BUFFER))
        except BlockingIOError:
            return found


def _checked(result: int) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return result
