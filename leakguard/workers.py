"""Several processes for many files: the parser holds the interpreter's lock, so that threads would not help."""

from __future__ import annotations

import os
import signal
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import active_children, get_context
from typing import TYPE_CHECKING

from leakguard.room import in_worker

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from leakguard.discovery import Found
    from leakguard.examining import Examiner
    from leakguard.outcome import Outcome

_CHUNK = 200_000  # bytes of code that are handed over at a time
# Starting a process and importing the parser in it takes as long as analysing about this much.
_WORTH_IT = 600_000

_examiner: Examiner | None = None  # of a worker process


def available() -> int:
    """Return how many processors this process may use."""
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity else os.cpu_count() or 1


def wanted(jobs: int | None, sizes: Sequence[int]) -> int:
    """Return how many processes files of such sizes, in bytes, are worth: 1 means this one alone."""
    most = available() if jobs is None else jobs
    return max(1, min(most, sum(sizes) // _WORTH_IT + 1)) if len(sizes) > 1 else 1


def examined(files: Sequence[Found], sizes: Sequence[int], jobs: int) -> Iterator[Outcome]:
    """Yield the outcomes of files in their order; raises RuntimeError if a process dies of something else than them."""
    chunks = _chunks(files, sizes)
    pool = ProcessPoolExecutor(min(jobs, len(chunks)), get_context("spawn"), initializer=_start)
    try:
        for chunk, future in [(chunk, pool.submit(_work, chunk)) for chunk in chunks]:
            try:
                yield from future.result()
            except BrokenProcessPool as error:
                raise RuntimeError(f"a worker process died near {chunk[0].shown}") from error
        pool.shutdown()
    except BaseException:
        for process in active_children():  # what they are at is not waited for
            process.kill()
        pool.shutdown(cancel_futures=True)
        raise


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

    global _examiner  # noqa: PLW0603 - it lives as long as the process
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the first process decides
    _examiner = Examiner(all_syntax=False, files=Disk())


def _work(chunk: Sequence[Found]) -> list[Outcome]:
    examiner = _examiner
    return in_worker(lambda: [examiner.examined(found) for found in chunk]) if examiner is not None else []
