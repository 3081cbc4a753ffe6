"""Several processes for many files: the parser holds the interpreter's lock, so that threads would not help."""

from __future__ import annotations

import os
import signal
import sys
import threading
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import active_children, current_process, get_context, parent_process
from multiprocessing.connection import wait
from types import ModuleType
from typing import TYPE_CHECKING

from leakguard.room import in_worker

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Sequence
    from concurrent.futures import Future

    from leakguard.discovery import Found
    from leakguard.examining import Examiner
    from leakguard.outcome import Outcome

_CHUNK = 200_000  # bytes of code that are handed over at a time
# Starting a process and importing the parser in it takes as long as analysing about this much.
_WORTH_IT = 600_000
_SAFE_PATH = "PYTHONSAFEPATH"  # read by Python at its start


class NoProcessesError(OSError):
    """No process can be started here."""


_examiner: Examiner | None = None  # of a worker process


def available() -> int:
    """Return how many processors this process may use."""
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity else os.cpu_count() or 1


def wanted(jobs: int | None, sizes: Sequence[int]) -> int:
    """Return how many processes files of such sizes, in bytes, are worth: 1 means this one alone."""
    most = 1 if current_process().daemon else available() if jobs is None else jobs  # those may have no children
    return max(1, min(most, sum(sizes) // _WORTH_IT + 1)) if len(sizes) > 1 else 1


def examined(files: Sequence[Found], sizes: Sequence[int], jobs: int) -> Iterator[Outcome]:
    """Yield the outcomes of files in their order.

    What a dying process took with it is tried again, at last by itself; a file that ends its process again gets an
    outcome that says so. Raises NoProcessesError before the first one.
    """
    left = _chunks(files, sizes)
    done, dead = yield from _yielding(left, jobs)
    if dead:
        yield from _one_by_one(left[done:])


def _one_by_one(chunks: Sequence[list[Found]]) -> Iterator[Outcome]:
    """Yield the outcomes of chunks, each in a process of its own, which needs the least memory."""
    for chunk in chunks:
        done, dead = yield from _yielding([chunk], 1)
        if not dead or done:
            continue
        for found in chunk:
            _, dead = yield from _yielding([[found]], 1)
            if dead:
                yield _lost(found)


def _yielding(chunks: Sequence[list[Found]], jobs: int) -> Generator[Outcome, None, tuple[int, bool]]:
    """Yield the outcomes of chunks until a process dies; return how many were yielded, and whether one died."""
    before = set(active_children())
    pool, futures = _started(chunks, jobs)
    try:
        for number, future in enumerate(futures):
            try:
                outcomes = future.result()
            except BrokenProcessPool:
                pool.shutdown()
                return number, True
            yield from outcomes
        pool.shutdown()
    except BaseException:
        for process in set(active_children()) - before:  # what they are at is not waited for
            process.kill()
        pool.shutdown(cancel_futures=True)
        raise
    return len(chunks), False


def _lost(found: Found) -> Outcome:
    from leakguard.diagnostic import Place
    from leakguard.outcome import Outcome
    from leakguard.remarks import INTERNAL_ERROR

    message = "not checked: its analysis was killed, perhaps for want of memory"
    return Outcome("", (INTERNAL_ERROR.at(Place(found.shown, None, 1, 1, 1, 1), message),), blanked=True, lasting=False)


def _started(chunks: Sequence[list[Found]], jobs: int) -> tuple[ProcessPoolExecutor, list[Future[list[Outcome]]]]:
    if sys.flags.ignore_environment and not sys.flags.safe_path:  # `python -E`
        raise NoProcessesError("new processes would import modules of the current folder")
    with _undisturbed():
        try:
            pool = ProcessPoolExecutor(min(jobs, len(chunks)), get_context("spawn"), initializer=_start)
            return pool, [pool.submit(_work, chunk) for chunk in chunks]
        except (OSError, ImportError, NotImplementedError) as error:  # such as a system without semaphores
            raise NoProcessesError(str(error)) from error


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Let new processes not run the program that started this one again, nor code of the current folder.

    They start with `python -c`, which would look for modules there first: a `signal.py` of the checked code would be
    run. Interrupts of the terminal wait until they have started.
    """
    mask = getattr(signal, "pthread_sigmask", None)
    held = mask(signal.SIG_BLOCK, {signal.SIGINT}) if mask else None
    program = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    safe = os.environ.get(_SAFE_PATH)
    os.environ[_SAFE_PATH] = "1"
    try:
        yield
    finally:
        if safe is None:
            del os.environ[_SAFE_PATH]
        else:
            os.environ[_SAFE_PATH] = safe
        sys.modules["__main__"] = program
        if mask:
            mask(signal.SIG_SETMASK, held)


def _chunks(files: Sequence[Found], sizes: Sequence[int]) -> list[list[Found]]:
    """Cut a list where enough has come together: neighbours often import the same modules."""
    chunks: list[list[Found]] = []
    room = 0
    for found, size in zip(files, sizes, strict=True):
        if room <= 0:
            chunks.append([])
            room = _CHUNK
        chunks[-1].append(found)
        room -= size
    return chunks


def _start() -> None:
    from leakguard.examining import Examiner
    from leakguard.workspace import Disk

    threading.Thread(target=_end_with_parent, daemon=True).start()
    global _examiner  # noqa: PLW0603 - it lives as long as the process
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the first process decides
    _examiner = Examiner(all_syntax=False, files=Disk())


def _end_with_parent() -> None:
    """Outlive nobody: one that was killed tells its workers nothing."""
    parent = parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)


def _work(chunk: Sequence[Found]) -> list[Outcome]:
    examiner = _examiner
    return in_worker(lambda: [examiner.examined(found) for found in chunk]) if examiner is not None else []
