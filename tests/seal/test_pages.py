"""Pages refuse reads, and tell whether anything touched them."""

from __future__ import annotations

import ctypes
import mmap
import os
import threading
from multiprocessing import get_context

import pytest

from leakguard.seal import pages as module
from leakguard.seal.pages import Pages, sight

pytestmark = pytest.mark.skipif(not sight().counts, reason="the kernel does not tell which pages were touched")
_DATA = bytes(range(256)) * 320  # 80 kB


def _pages(data: bytes = _DATA) -> Pages:
    pages = Pages()
    pages.add(memoryview(data))
    return pages


def test_time_and_again_touched_and_untouched() -> None:
    pages = _pages()
    (view,) = pages.views(writable=False)
    for number in range(25):
        pages = _pages()
        (view,) = pages.views(writable=False)
        pages.watch()
        assert pages.touched() == 0
        view[number * 800]
        assert pages.touched() == mmap.PAGESIZE


def test_closed_pages_cannot_be_read_and_count_nothing() -> None:
    pages = _pages()
    reading, writing = os.pipe()
    pages.close()
    with pytest.raises(OSError, match="Bad address"):
        os.write(writing, pages.views(writable=False)[0][:100])
    assert pages.touched() == 0
    pages.open()
    assert bytes(pages.views(writable=False)[0]) == _DATA
    assert pages.touched() == 0, "what is read once they are open does not count"
    os.close(reading)
    os.close(writing)


def test_a_read_through_the_kernels_own_door_is_seen() -> None:
    pages = _pages()
    address = ctypes.addressof(ctypes.c_char.from_buffer(pages.views(writable=True)[0]))
    pages.close()
    with open("/proc/self/mem", "rb", buffering=0) as memory:
        memory.seek(address + 3 * mmap.PAGESIZE)
        assert memory.read(4) == _DATA[:4]
    assert pages.touched() == mmap.PAGESIZE


def test_sealing_anew_forgets_nothing() -> None:
    first = _pages()
    (view,) = first.views(writable=False)
    first.watch()
    view[0]
    others = [_pages() for _ in range(5)]
    for other in others:
        other.close()
    assert first.touched() == mmap.PAGESIZE
    assert [other.touched() for other in others] == [0] * 5


def test_a_read_in_a_forked_child_counts_once_it_has_ended() -> None:
    pages = _pages()
    (view,) = pages.views(writable=False)
    pages.watch()
    quiet = get_context("fork").Process(target=len, args=(view,))
    quiet.start()
    quiet.join()
    assert pages.touched() == 0
    reader = get_context("fork").Process(target=bytes, args=(view,))
    reader.start()
    reader.join()
    assert pages.touched() == len(_DATA)


def test_a_forked_child_seals_on_its_own() -> None:
    held = module._lock  # noqa: SLF001 - as another thread of the parent might
    held.acquire()
    try:
        child = get_context("fork").Process(target=_seal_in_child)
        child.start()
        child.join(60)
        assert child.exitcode == 0
    finally:
        held.release()


def _seal_in_child() -> None:
    pages = _pages()
    pages.close()
    assert pages.touched() == 0


def test_threads_seal_at_the_same_time() -> None:
    touched: list[int | None] = []

    def work() -> None:
        for _ in range(10):
            pages = _pages()
            pages.close()
            touched.append(pages.touched())

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert touched == [0] * 40


def test_many_and_large_buffers_keep_their_bytes() -> None:
    pages = Pages()
    buffers = [bytes([number % 256]) * size for number, size in enumerate([0, 1, 63, 64, 65, 4096, 3 << 20, 5] * 9)]
    for buffer in buffers:
        pages.add(memoryview(buffer))
    assert [bytes(view) for view in pages.views(writable=False)] == buffers


def test_the_memory_is_that_of_the_values() -> None:
    pages = Pages()
    for _ in range(1000):
        pages.add(memoryview(bytes(1000)))
    assert pages.size <= 1000 * 1024 + 4 * mmap.PAGESIZE


def test_what_the_platform_cannot_do_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_can_protect", lambda: False)
    nothing = sight.__wrapped__()
    assert (nothing.protects, nothing.counts) == (False, False)
    assert "reads past the handles are not seen" in nothing.limits[0]
    monkeypatch.setattr(module, "sight", lambda: nothing)
    pages = _pages()
    pages.close()
    assert pages.touched() is None
    assert bytes(pages.views(writable=False)[0]) == _DATA
