"""Room for work that calls itself once per level of nesting.

The parser and its positions do so on the machine's stack. The one that a process is given lasts for some thousand
levels, and a process that overruns it ends without a word.
"""

from __future__ import annotations

import sys
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

T = TypeVar("T")

# A level of brackets is one character of the text and takes the parser 6 KiB. The stack is only reserved: it takes
# up memory as far as it is used. Sizes stay multiples of the largest page, as some systems demand.
_PER_CHARACTER: Final = 16 << 10
_LEAST: Final = 4 << 20
_MOST: Final = 1 << 30
_RECURSION_LIMIT: Final = 100_000


def with_room(characters: int, work: Callable[[], T]) -> T:
    """Return what the work returns, done where a text of so many characters may nest as deeply as it can.

    Whatever the work raises is raised here.
    """
    results: list[T] = []
    failures: list[BaseException] = []

    def attempt() -> None:
        try:
            results.append(work())
        except BaseException as failure:  # noqa: BLE001 - raised again below, in the thread that asked
            failures.append(failure)

    with _deep_recursion():
        if not _in_thread(min(_LEAST + characters * _PER_CHARACTER, _MOST), attempt):
            attempt()
    if failures:
        raise failures[0]
    return results[0]


def _in_thread(stack: int, work: Callable[[], None]) -> bool:
    """Do the work in a thread with such a stack; return False if the system has none to give."""
    try:
        before = threading.stack_size(stack)
    except (RuntimeError, ValueError):
        return False
    thread = threading.Thread(target=work, name="leakguard", daemon=True)
    try:
        thread.start()
    except RuntimeError:
        return False
    finally:
        threading.stack_size(before)
    thread.join()
    return True


@contextmanager
def _deep_recursion() -> Iterator[None]:
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(max(limit, _RECURSION_LIMIT))
    try:
        yield
    finally:
        sys.setrecursionlimit(limit)
