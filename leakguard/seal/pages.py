"""Memory of our own for sealed values: without access rights, and with a record of whether anything touched it.

The kernel sets a page's *referenced* bit on any access, by whatever code; `Documentation/filesystems/proc.rst` of
Linux describes `/proc/self/clear_refs` and the field `Referenced` of `/proc/self/smaps`. The pages are shared ones, so
that what a forked child touched counts too, once it has ended.
"""

from __future__ import annotations

import ctypes
import mmap
import os
import re
import sys
import threading
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from weakref import WeakSet

_PAGE = mmap.PAGESIZE
_CHUNK = 1 << 20  # bytes; pages that are never written take no memory
_ALIGNMENT = 64  # bytes, as NumPy and Arrow like their buffers
_NONE, _READ, _WRITE = 0, 1, 2  # PROT_* of POSIX
_MAPPING = re.compile(rb"^([0-9a-f]+)-([0-9a-f]+) [^\n]*\n(?:[A-Z]\w+:[^\n]*\n)*?Referenced: +(\d+) kB", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Sight:
    """What this platform lets us do: take away access rights, and see touched pages; the limits say what it doesn't."""

    protects: bool
    counts: bool
    limits: tuple[str, ...]


@dataclass(slots=True)
class _Chunk:
    memory: mmap.mmap
    used: int = 0

    @property
    def start(self) -> int:
        return ctypes.addressof(ctypes.c_char.from_buffer(self.memory))


class Pages:
    """Pages that hold the buffers of one sealed object. Freed once neither this nor a view of them is referenced."""

    def __init__(self) -> None:
        self._chunks: list[_Chunk] = []
        self._slots: list[tuple[int, int, int]] = []
        self._touched = 0
        self._watched = False

    def add(self, data: memoryview) -> None:
        """Copy a contiguous buffer of bytes into the pages."""
        with self.reserve(data.nbytes) as target:
            target[:] = data

    def reserve(self, size: int) -> memoryview:
        """Return room for the next buffer."""
        if not self._chunks or len(self._chunks[-1].memory) - self._chunks[-1].used < size:
            self._chunks.append(_Chunk(_mapped(size)))
        chunk = self._chunks[-1]
        room = memoryview(chunk.memory)[chunk.used : chunk.used + size]
        self._slots.append((len(self._chunks) - 1, chunk.used, size))
        chunk.used = min(_rounded(chunk.used + size, _ALIGNMENT), len(chunk.memory))
        return room

    def views(self, *, writable: bool) -> list[memoryview]:
        """Return the buffers as they were added; each keeps the pages alive."""
        memories = [memoryview(chunk.memory) for chunk in self._chunks]
        views = [memories[chunk][start : start + size] for chunk, start, size in self._slots]
        return views if writable else [view.toreadonly() for view in views]

    @property
    def watched(self) -> bool:
        """Whether anybody looks on; where nobody does, `touched` gives what was seen until the watch ended."""
        return self._watched

    @property
    def size(self) -> int:
        """The pages that hold values, in bytes."""
        return sum(_rounded(chunk.used, _PAGE) for chunk in self._chunks)

    def close(self) -> None:
        """Take away all access rights where that is possible, and look from now on whether anything touches a page."""
        if sight().protects:
            self._protect(_NONE)
        self._watch()

    def watch(self) -> None:
        """Leave the pages readable, not writable, and look from now on whether anything touches one."""
        if sight().protects:
            self._watch()
            self._protect(_NONE)  # flushes the translations that the processor kept, which would hide a read
            self._protect(_READ)

    def open(self) -> None:
        """End the watch, and let everybody read and write."""
        self.touched()
        self._watched = False
        if sight().protects:
            self._protect(_READ | _WRITE)

    def touched(self) -> int | None:
        """Return how many bytes of pages were touched while they were watched; None if that cannot be seen here."""
        if not sight().counts:
            return None
        with _lock:
            if self._watched:
                _harvest([self])
        return self._touched

    def _protect(self, rights: int) -> None:
        for chunk in self._chunks:
            _protect(chunk.start, len(chunk.memory), rights)

    def _watch(self) -> None:
        if not sight().counts:
            return
        with _lock:
            _harvest(list(_watched))
            _clear()
            self._watched = True
            _watched.add(self)


_lock = threading.Lock()
_watched: WeakSet[Pages] = WeakSet()


def _begin_anew() -> None:
    """Free a forked child of the locks and watches of its parent."""
    global _lock  # noqa: PLW0603 - as `threading` does for its own
    _lock = threading.Lock()
    _watched.clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_begin_anew)


@cache
def sight() -> Sight:
    """Try once what this platform can do, on a page of its own."""
    protects = _can_protect()
    counts = protects and _can_count()
    limits = []
    if not protects:
        limits.append(f"{sys.platform} gives no memory without access rights here: reads past the handles are not seen")
    elif not counts:
        limits.append("the kernel does not tell here which pages were touched (/proc/self/clear_refs and smaps)")
    return Sight(protects, counts, tuple(limits))


def _can_protect() -> bool:
    """Whether a page without access rights can't even be read by the kernel on our behalf, which needs no crash."""
    if not hasattr(mmap, "MAP_ANONYMOUS"):
        return False
    with suppress(OSError, AttributeError):
        chunk = _Chunk(_mapped(_PAGE))
        _protect(chunk.start, _PAGE, _NONE)
        reading, writing = os.pipe()
        try:
            os.write(writing, memoryview(chunk.memory)[:1])
        except OSError:
            return True
        finally:
            os.close(reading)
            os.close(writing)
    return False


def _can_count() -> bool:
    with suppress(OSError):
        chunk = _Chunk(_mapped(2 * _PAGE))
        chunk.memory[: 2 * _PAGE] = bytes(2 * _PAGE)
        _clear()
        _protect(chunk.start, 2 * _PAGE, _NONE)
        _protect(chunk.start, 2 * _PAGE, _READ)
        before = _referenced([chunk], _mappings())
        chunk.memory[_PAGE]
        return before == 0 and _referenced([chunk], _mappings()) == _PAGE
    return False


def _harvest(many: list[Pages]) -> None:
    """Add what was touched of several pages to what is known of them, before the bits are cleared."""
    mappings = _mappings() if many else []
    for pages in many:
        # Pages touched before a clearing and again behind it are one: the larger figure is the safe one.
        pages._touched = max(pages._touched, _referenced(pages._chunks, mappings))  # noqa: SLF001 - this module's own


def _mappings() -> list[tuple[int, int, int]]:
    """Return start, end and referenced bytes of this process's mappings."""
    with open("/proc/self/smaps", "rb") as file:
        found = _MAPPING.findall(file.read())
    return [(int(start, 16), int(end, 16), 1024 * int(kilobytes)) for start, end, kilobytes in found]


def _referenced(chunks: list[_Chunk], mappings: list[tuple[int, int, int]]) -> int:
    """Return how many bytes of some chunks have been referenced since the bits were cleared."""
    ranges = [(chunk.start, chunk.start + len(chunk.memory)) for chunk in chunks]
    return sum(size for start, end, size in mappings if any(start < high and low < end for low, high in ranges))


def _clear() -> None:
    """Clear the referenced bits of all pages of this process."""
    with open("/proc/self/clear_refs", "w") as file:
        file.write("1")


def _mapped(size: int) -> mmap.mmap:
    length = _rounded(max(size, _CHUNK), _PAGE)
    if not hasattr(mmap, "MAP_ANONYMOUS"):
        return mmap.mmap(-1, length)
    memory = mmap.mmap(-1, length, flags=mmap.MAP_SHARED | mmap.MAP_ANONYMOUS)
    if hasattr(mmap, "MADV_NOHUGEPAGE"):
        with suppress(OSError):  # a kernel without huge pages
            memory.madvise(mmap.MADV_NOHUGEPAGE)
    return memory


def _protect(start: int, size: int, rights: int) -> None:
    if _libc().mprotect(ctypes.c_void_p(start), ctypes.c_size_t(size), rights):
        number = ctypes.get_errno()
        raise OSError(number, f"mprotect: {os.strerror(number)}")


@cache
def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def _rounded(size: int, unit: int) -> int:
    return -(-size // unit) * unit
