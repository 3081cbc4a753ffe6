"""Room for work that calls itself once per level of a text's nesting.

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

# What nests less than this has room on any stack. Everything else is done in a thread of its own, which costs a
# sixth of the time to parse, as memory is not reused from one thread to the next.
_HARMLESS_BRACKETS: Final = 50
_HARMLESS_BRANCHES: Final = 500
_HARMLESS_PARAGRAPH: Final = 5_000

# A level of brackets is one character of the text and takes the parser 6 KiB. The stack is only reserved: it takes
# up memory as far as it is used. Sizes stay multiples of the largest page, as some systems demand.
_STACK_PER_CHARACTER: Final = 16 << 10
_LEAST_STACK: Final = 4 << 20
_MOST_STACK: Final = 1 << 30
_RECURSION_LIMIT: Final = 100_000

_BRACKETS: Final = b"()[]{}"
_NO_BRACKETS: Final = bytes(set(range(256)) - set(_BRACKETS))
_ONE_KIND: Final = bytes.maketrans(_BRACKETS, b"()()()")

_here = threading.local()  # `stack`: the size of this thread's, if it is one of those made here


def with_room(text: str, work: Callable[[], T]) -> T:
    """Return what the work on the text returns, done where it may go as deep as the text nests.

    Whatever the work raises is raised here.
    """
    with deep_recursion(_RECURSION_LIMIT):
        if _may_nest_deeply(text):
            return on_stack(min(_LEAST_STACK + len(text) * _STACK_PER_CHARACTER, _MOST_STACK), work)
        return work()


def _may_nest_deeply(text: str) -> bool:
    """Guess from brackets, branches and long stretches without a blank line; strings and comments count as code."""
    return (
        text.count("elif") > _HARMLESS_BRANCHES
        or max(map(len, text.split("\n\n"))) > _HARMLESS_PARAGRAPH
        or not _brackets_cancel_out(text)
    )


def _brackets_cancel_out(text: str) -> bool:
    left = text.encode(errors="replace").translate(_ONE_KIND, _NO_BRACKETS)
    for _ in range(_HARMLESS_BRACKETS):
        left = left.replace(b"()", b"")
    return len(left) < _HARMLESS_BRACKETS


def on_stack(size: int, work: Callable[[], T]) -> T:
    """Return what the work returns, done where the stack has so many bytes: in a thread of its own unless here.

    Whatever the work raises is raised here. If the system has no such thread to give, it is done here all the same.
    """
    if getattr(_here, "stack", 0) >= size:
        return work()
    results: list[T] = []
    failures: list[BaseException] = []

    def attempt() -> None:
        _here.stack = size
        try:
            results.append(work())
        except BaseException as failure:  # noqa: BLE001 - raised again below, in the thread that asked
            failures.append(failure)

    if not _run_in_thread(size, attempt):
        return work()  # in the hope that it is not so deep
    if failures:
        raise failures[0]
    return results[0]


def _run_in_thread(stack: int, work: Callable[[], None]) -> bool:
    """Return False, having done nothing, if the system has no such thread to give."""
    before = threading.stack_size()
    try:
        threading.stack_size(stack)
        thread = threading.Thread(target=work, name="leakguard", daemon=True)  # an interrupt need not wait for it
        thread.start()
    except (RuntimeError, ValueError):
        return False
    finally:
        threading.stack_size(before)
    while thread.is_alive():  # an interrupt that comes just before the wait is seen at the next one
        thread.join(1.0)
    return True


@contextmanager
def deep_recursion(calls: int) -> Iterator[None]:
    """Let so many calls nest."""
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(max(limit, calls))
    try:
        yield
    finally:
        sys.setrecursionlimit(limit)
