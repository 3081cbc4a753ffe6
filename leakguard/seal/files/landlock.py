"""Landlock: the kernel itself refuses reads of sealed files to one thread and to whatever that starts.

See landlock(7). Rules can only grant, by folder, so that everything around the sealed paths is granted and these are
not. What comes to be beside a sealed path, or beside a folder above one, is therefore refused as well; a hard link in
another folder is not refused. A thread stays restricted for good, so that a thread of its own is used.
"""

from __future__ import annotations

import ctypes
import os
import struct
import sys
import threading
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

_CREATE, _ADD, _RESTRICT = 444, 445, 446  # the calls' numbers, on all processors
_ASK_FOR_VERSION = 1
_READ_FILE = 1 << 2
_BELOW_PATH = 1
_NO_NEW_PRIVILEGES = 38


def version() -> int:
    """Return the version of Landlock's interface; 0 where there is none, or it is switched off."""
    if sys.platform != "linux":
        return 0
    return max(0, int(ctypes.CDLL(None).syscall(_CREATE, None, ctypes.c_size_t(0), _ASK_FOR_VERSION)))


def confined(paths: Iterable[str], function: Callable[..., Any], *arguments: Any, **named: Any) -> Any:  # noqa: ANN401
    """Call a function in a thread that cannot read some real paths, and return what it returns.

    Raises what the function does, and OSError where the kernel does not know Landlock.
    """
    if not version():
        raise OSError(None, "this system has no Landlock; seal with `hide=True` instead")
    answer: list[Any] = []
    failure: list[BaseException] = []

    def work() -> None:
        try:
            _restrict(_granted(set(paths)))
            answer.append(function(*arguments, **named))
        except BaseException as error:  # noqa: BLE001 - raised anew in the thread that waits
            failure.append(error)

    thread = threading.Thread(target=work, name="leakguard-confined")
    thread.start()
    thread.join()
    if failure:
        raise failure[0]
    return answer[0]


def _granted(sealed: set[str]) -> Iterator[str]:
    """Yield what stands beside the sealed paths and beside the folders above them."""
    above = {folder for path in sealed for folder in _above(path)}
    for folder in above:
        if not os.path.isdir(folder):
            continue
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.path not in above and entry.path not in sealed and not entry.is_symlink():
                    yield entry.path


def _above(path: str) -> Iterator[str]:
    while (parent := os.path.dirname(path)) != path:
        yield parent
        path = parent


def _restrict(granted: Iterable[str]) -> None:
    library = ctypes.CDLL(None, use_errno=True)
    handled = ctypes.c_uint64(_READ_FILE)
    rules = _checked(library.syscall(_CREATE, ctypes.byref(handled), ctypes.c_size_t(8), 0))
    try:
        for path in granted:
            _grant(library, rules, path)
        _checked(library.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0))
        _checked(library.syscall(_RESTRICT, rules, 0))
    finally:
        os.close(rules)


def _grant(library: ctypes.CDLL, rules: int, path: str) -> None:
    try:
        descriptor = os.open(path, os.O_PATH | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError:  # gone, or out of reach anyway
        return
    try:
        rule = struct.pack("=Qi", _READ_FILE, descriptor)
        _checked(library.syscall(_ADD, rules, _BELOW_PATH, rule, 0))
    finally:
        os.close(descriptor)


def _checked(result: int) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"Landlock: {os.strerror(number)}")
    return result
