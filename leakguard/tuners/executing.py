"""Where fits run: this process, threads, loky's processes or a Dask cluster, as joblib's configuration says.

`joblib.Parallel` is a barrier that loses a whole batch when one worker dies. Futures give each result as it comes,
so finished trials survive whatever happens to the others.
"""

from __future__ import annotations

import os
import tempfile
from concurrent.futures import CancelledError, Executor, Future, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from uuid import uuid4

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from leakguard.tuners.fold import Data

# As joblib: larger arrays are mapped into memory, which all workers share, and smaller ones are copied.
_MAPPED_FROM = 1_000_000
_IDLE_SECONDS = 300
_RESTART_SECONDS = 60


@dataclass
class Workers:
    """Runs functions of the data; at most `slots` at once are of use.

    Attributes:
        losses: what a future raises when its worker has ended, and perhaps others with it.
        restart: gives new workers, and the data as they take it.
        stop: ends what is running.
    """

    executor: Executor
    data: Any
    slots: int
    losses: tuple[type[BaseException], ...] = ()
    restart: Callable[[], tuple[Executor, Any]] | None = None
    stop: Callable[[], None] | None = None

    def submit(self, function: Callable[..., Any], *args: Any) -> Future[Any]:
        """Run `function(data, *args)`; the function must be importable by its name."""
        try:
            return self.executor.submit(_call, function, self.data, *args)
        except BrokenProcessPool as error:
            # A pool that broke between two jobs tells the next one; the caller asks every future in one way.
            broken: Future[Any] = Future()
            broken.set_exception(error)
            return broken

    def replace(self) -> None:
        """Start new workers in place of those that ended."""
        if self.restart is not None:
            self.executor, self.data = self.restart()

    def kill(self) -> None:
        """End what is still running, where that is possible."""
        if self.stop is not None:
            self.stop()


@contextmanager
def open_workers(n_jobs: int | None, data: Data, *, processes: bool = False) -> Iterator[Workers]:
    """Open as many workers as `n_jobs` or joblib's configuration ask for.

    Args:
        n_jobs: as scikit-learn's.
        data: what every job reads.
        processes: use processes of their own, even for one worker.

    Raises:
        ValueError: `processes`, and joblib's backend has none; or a backend that is neither loky, threading nor Dask.
    """
    from joblib import effective_n_jobs
    from joblib.parallel import get_active_backend

    slots = effective_n_jobs(n_jobs)
    name = type(get_active_backend()[0]).__name__
    match name:
        case "LokyBackend" if slots > 1 or processes:
            opened = _processes(slots, data)
        case "DaskDistributedBackend" if not processes:
            opened = _dask(slots, data)
        case "ThreadingBackend" if slots > 1 and not processes:
            opened = _threads(slots, data)
        case _ if slots == 1 and not processes:
            opened = _inline(data)
        case _:
            raise ValueError(
                f"joblib's {name} {'cannot stop a trial' if processes else 'is not supported'}: "
                f"choose parallel_config(backend='loky'){'' if processes else ', threading or dask'}."
            )
    with opened as workers:
        yield workers


class _Inline(Executor):
    """Runs each job when it is submitted."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:  # noqa: BLE001 - the future hands it on
            future.set_exception(error)
        return future


@contextmanager
def _inline(data: Data) -> Iterator[Workers]:
    yield Workers(_Inline(), data, 1)


@contextmanager
def _threads(slots: int, data: Data) -> Iterator[Workers]:
    pool = ThreadPoolExecutor(slots)
    try:
        yield Workers(pool, data, slots)
    finally:
        pool.shutdown(cancel_futures=True)


@contextmanager
def _processes(slots: int, data: Data) -> Iterator[Workers]:
    from joblib import dump
    from joblib.executor import get_memmapping_executor

    context = uuid4().hex

    def start() -> Any:
        """Return joblib's own pool: loky keeps a single one, and one that joblib had not made would break its calls."""
        return get_memmapping_executor(slots, timeout=_IDLE_SECONDS, context_id=context)

    with tempfile.TemporaryDirectory(prefix="leakguard-", ignore_cleanup_errors=True) as folder:
        path = os.path.join(folder, "data.joblib")
        dump(data, path)
        yield Workers(
            executor=start(),
            data=_Stored(path),
            slots=slots,
            losses=(BrokenProcessPool,),
            restart=lambda: (start(), _Stored(path)),
            stop=lambda: start().shutdown(kill_workers=True),
        )


@contextmanager
def _dask(slots: int, data: Data) -> Iterator[Workers]:
    from distributed.scheduler import KilledWorker
    from joblib.parallel import get_active_backend

    client = get_active_backend()[0].client

    def start() -> tuple[Executor, Any]:
        client.wait_for_workers(1, timeout=_RESTART_SECONDS)
        return client.get_executor(), client.scatter(data, broadcast=True, hash=False)

    # Dask tries a fit that ended its worker on the others; with the last the data is lost, and everything cancelled.
    executor, sent = start()
    yield Workers(executor, sent, slots, losses=(KilledWorker, CancelledError), restart=start)


@dataclass(frozen=True, slots=True)
class _Stored:
    path: str

    def load(self) -> Data:
        return _load(self.path)


@lru_cache(maxsize=1)
def _load(path: str) -> Data:
    from joblib import load

    data: Data = load(path, mmap_mode="r" if os.path.getsize(path) > _MAPPED_FROM else None)
    return data


def _call(function: Callable[..., Any], data: Any, *args: Any) -> Any:
    return function(data.load() if isinstance(data, _Stored) else data, *args)
