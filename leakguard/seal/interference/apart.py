"""Running something in a process of its own that begins with all that this one holds, and ends without a trace in it.

Runs that are compared must begin alike: what one keeps in memory, a cache or a fitted scaler, must not reach the
next. A fork gives that without asking what the state is.
"""

from __future__ import annotations

import contextvars
import ctypes
import os
import pickle
import random
import signal
import sys
import threading
import traceback
import warnings
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from leakguard.seal.reader import Reader, is_users

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

Result = TypeVar("Result")

_SET_DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG


class TunerError(RuntimeError):
    """The tuner failed with the rows as they are, so that there is nothing to compare."""


@dataclass(frozen=True, slots=True)
class Failure:
    """How a run ended that returned nothing: the error, the user's innermost line, and the whole traceback."""

    kind: str
    message: str
    line: Reader | None
    traceback: str = ""

    def __str__(self) -> str:
        first = self.message.partition("\n")[0]
        return f"{self.kind}: {first}" if first else self.kind


@dataclass(frozen=True, slots=True)
class Ended(Generic[Result]):
    """The end of a run: what it gave, or how it failed."""

    result: Result | None = None
    failure: Failure | None = None


def can_fork() -> bool:
    """Whether runs can have processes of their own.

    macOS has `fork`, but its own libraries do not survive it; nor does polars once its threads run: in a fork, its
    next call would wait for them for ever.
    """
    return sys.platform.startswith("linux") and not any(name.startswith("polars") for name in _native_threads())


def _native_threads() -> Iterator[str]:
    """Yield the names that the kernel has for this process's threads."""
    for thread in Path("/proc/self/task").iterdir():
        try:
            yield (thread / "comm").read_text("utf-8")
        except OSError:  # it has ended meanwhile
            continue


def run(work: Callable[[], Result], seed: int, *, apart: bool) -> Ended[Result]:
    """Run something with seeded generators, in a process of its own or in this one.

    Joblib's work is done in that process itself, one after another, so that all of it begins with the same memory.
    """
    return _forked(work, seed) if apart else _seeded(work, seed)


def _seeded(work: Callable[[], Result], seed: int) -> Ended[Result]:
    with _generators_kept(), _one_after_another():
        sow(seed)
        try:
            return Ended(result=work())
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # noqa: BLE001 - however it fails, that is what is compared
            return Ended(failure=failure_of(error))


def sow(seed: int) -> None:
    """Seed the generators that programs share: Python's, NumPy's, and PyTorch's if it is loaded."""
    random.seed(seed)
    if numpy := sys.modules.get("numpy"):
        numpy.random.seed(seed % 2**32)
    if torch := sys.modules.get("torch"):
        torch.manual_seed(seed)


def failure_of(error: BaseException) -> Failure:
    """Return what is told of an error: its innermost line in the user's own code."""
    frames = traceback.extract_tb(error.__traceback__)
    lines = [Reader(one.filename, one.lineno or 0, one.name) for one in frames if is_users(one.filename)]
    told = "".join(traceback.format_exception(error))
    return Failure(type(error).__qualname__, str(error), lines[-1] if lines else None, told)


@contextmanager
def _generators_kept() -> Iterator[None]:
    """Give the shared generators back as they were."""
    numpy, torch = sys.modules.get("numpy"), sys.modules.get("torch")
    states: list[tuple[Callable[[Any], object], Any]] = [(random.setstate, random.getstate())]
    if numpy is not None:
        states.append((numpy.random.set_state, numpy.random.get_state()))
    if torch is not None:
        states.append((torch.set_rng_state, torch.get_rng_state()))
    try:
        yield
    finally:
        for put_back, state in states:
            put_back(state)


def _one_after_another() -> AbstractContextManager[Any]:
    if find_spec("joblib") is None:
        return nullcontext()
    joblib: Any = import_module("joblib")
    context: AbstractContextManager[Any] = joblib.parallel_config(backend="sequential")
    return context


def _forked(work: Callable[[], Result], seed: int) -> Ended[Result]:
    reading, writing = os.pipe()
    sys.stdout.flush()
    sys.stderr.flush()
    with warnings.catch_warnings():
        # Python 3.12 and later warn of threads, which the child does not have; see `_limit_native_threads`.
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
    if not child:
        _in_child(work, seed, writing)
    os.close(writing)
    try:
        with os.fdopen(reading, "rb") as pipe:
            sent = pipe.read()
    except BaseException:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        raise
    return _received(sent, os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))


def _received(sent: bytes, status: int) -> Ended[Result]:
    if sent:
        ended: Ended[Result] = pickle.loads(sent)  # noqa: S301 - from our own child
        return ended
    how = f"signal {-status}" if status < 0 else f"exit status {status}"
    return Ended(failure=Failure("process ended", how, None))


def _in_child(work: Callable[[], Result], seed: int, writing: int) -> None:
    """Do the work, send its end, and leave without any of the handlers that belong to the parent."""
    status = 1
    try:
        _end_with_parent()
        _limit_native_threads()
        sent = pickle.dumps(_in_thread(lambda: _seeded(work, seed)), protocol=5)
        with os.fdopen(writing, "wb") as pipe:
            pipe.write(sent)
        status = 0
    except BaseException:  # noqa: BLE001 - nothing may go up into the parent's frames
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


def _in_thread(work: Callable[[], Result]) -> Result:
    """Do the work in a new thread, under the settings of this one.

    GNU's OpenMP keeps its pool with the thread that began it. This one may have had a pool whose threads did not come
    along, and would wait for them for ever; a new one makes its own.
    """
    sklearn: Any = sys.modules.get("sklearn")
    settings, context = sklearn and sklearn.get_config(), contextvars.copy_context()
    results: list[Result] = []

    def do() -> None:
        if settings:
            sklearn.set_config(**settings)
        results.append(context.run(work))

    thread = threading.Thread(target=do)
    thread.start()
    thread.join()
    return results[0]


def _end_with_parent() -> None:
    """Have the kernel end this process when the one that waits for it is killed."""
    ctypes.CDLL(None).prctl(_SET_DEATH_SIGNAL, signal.SIGKILL)


def _limit_native_threads() -> None:
    """Keep native pools to one thread: theirs did not come along, and some would wait for them for ever."""
    if threadpoolctl := sys.modules.get("threadpoolctl"):
        threadpoolctl.threadpool_limits(1)
    if torch := sys.modules.get("torch"):
        torch.set_num_threads(1)
    if executors := sys.modules.get("joblib.externals.loky.reusable_executor"):
        setattr(executors, "_executor", None)  # noqa: B010 - private and untyped; the parent's workers would answer the parent
