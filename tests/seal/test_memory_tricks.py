"""Ways to the values past the stand-in: these end the process, get nothing, or show in the referenced bits."""

from __future__ import annotations

import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from leakguard.seal.pages import sight

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.skipif(not sight().counts, reason="the kernel does not tell which pages were touched")
_BEGINNING = """
import ctypes, gc, mmap, os, pickle, sys
import numpy as np
from leakguard.seal import seal
def find():
    return next(int(line.split("-")[0], 16) for line in open("/proc/self/maps") if " ---s " in line)
x, sealed = seal(np.full(5000, 4711.0))
source = x._source
memory = next(one for one in gc.get_objects() if isinstance(one, type(source.packed.pages)))._chunks[0].memory
"""
_END = """
print(sealed.evidence()[1].ruling)
"""
ENDS_THE_PROCESS = {
    "the mapping found by the garbage collector": "memory[0]",
    "its buffer as an array": "np.frombuffer(memory, count=9).sum()",
    "its buffer copied": "bytes(memoryview(memory)[:99])",
    "string_at of the address": "ctypes.string_at(find(), 9)",
    "a pointer to the address": "ctypes.cast(find(), ctypes.POINTER(ctypes.c_double))[0]",
    "an array at the address": "np.ctypeslib.as_array((ctypes.c_double * 9).from_address(find())).sum()",
    "an array interface of our own": (
        "np.asarray(type('Bare', (), {'__array_interface__': "
        "{'data': (find(), True), 'shape': (9,), 'typestr': '<f8', 'version': 3}})()).sum()"
    ),
    "memmove": "ctypes.memmove(ctypes.create_string_buffer(9), find(), 9)",
    "the private unpickling": "source.packed.restored(writable=False).sum()",
    "a forked child": (
        "pid = os.fork()\nif not pid: memory[0]; os._exit(0)\n"
        "os.kill(os.getpid(), os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) * -1)"
    ),
    "a thread": (
        "import threading\none = threading.Thread(target=memory.__getitem__, args=(0,))\none.start()\none.join()"
    ),
}
GETS_NOTHING = {
    "a system call": "os.write(os.pipe()[1], memoryview(memory)[:9])",
    "a file": "open('file', 'wb', buffering=0).write(memoryview(memory)[:9])",
    "a socket": "import socket\npair = socket.socketpair()\npair[0].send(memoryview(memory)[:9])",
}
SHOWS = {
    "the kernel's door": (
        "f = open('/proc/self/mem', 'rb', buffering=0)\nf.seek(find())\nassert 4711 in np.frombuffer(f.read(80))"
    ),
    "rights given back": "source.packed.pages._protect(1); assert np.frombuffer(memory, count=9)[0] == 4711",
    "mprotect by hand": (
        "ctypes.CDLL(None).mprotect(ctypes.c_void_p(find()), ctypes.c_size_t(4096), 1)\n"
        "assert np.frombuffer(memory, count=9)[0] == 4711"
    ),
}


def _run(trick: str, folder: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", _BEGINNING + trick + _END]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("name", ENDS_THE_PROCESS)
def test_native_reads_end_the_process(name: str, tmp_path: Path) -> None:
    assert _run(ENDS_THE_PROCESS[name], tmp_path).returncode == -signal.SIGSEGV


@pytest.mark.parametrize("name", GETS_NOTHING)
def test_the_kernel_refuses_to_read_for_us(name: str, tmp_path: Path) -> None:
    done = _run(GETS_NOTHING[name], tmp_path)
    assert "OSError: [Errno 14] Bad address" in done.stderr


def test_ending_the_watch_from_outside_proves_nothing(tmp_path: Path) -> None:
    done = _run("assert source.hand_over()[0] == 4711", tmp_path)
    assert done.stdout == "not proven\n", done.stderr


@pytest.mark.parametrize("name", SHOWS)
def test_what_goes_around_the_rights_shows(name: str, tmp_path: Path) -> None:
    done = _run(SHOWS[name], tmp_path)
    assert done.stdout == "violated\n", done.stderr
