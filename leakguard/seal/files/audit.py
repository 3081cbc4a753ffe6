"""Python's audit hook as a witness: refuses what Python code is about to do to a sealed file, and knows the line.

See PEP 578. A hook cannot be taken out again, so that one is put in by the first seal and does next to nothing while
no file is sealed. Forks inherit it.
"""

from __future__ import annotations

import os
import re
import sys
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote
from uuid import uuid4

from leakguard.seal.broken import refuse
from leakguard.seal.causes import Cause
from leakguard.seal.reader import current_reader

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from leakguard.seal.files.targets import Inode, Targets
    from leakguard.seal.reader import Reader

KIND = "open-file"
_WITHOUT_READING = getattr(os, "O_PATH", 0)
_MODES = 3  # of opening: O_RDONLY, O_WRONLY, O_RDWR


@dataclass(eq=False, slots=True)
class Guard:
    """What the hook refuses for one seal; `mentions` are the lines that named a sealed file to another process."""

    subject: str
    targets: Targets
    mentions: dict[str, Reader | None] = field(default_factory=dict)
    token: str = field(default_factory=lambda: uuid4().hex)  # tells seals of one name apart


_guards: list[Guard] = []
_installing = threading.Lock()
_installed = False


class _Here(threading.local):
    """Whether this thread is within the hook, or within our own work on files."""

    busy = False


here = _Here()


def guard(one: Guard) -> None:
    """Refuse from now on what is done to the files of a guard."""
    global _installed  # noqa: PLW0603 - once in a process
    with _installing:
        if not _installed:
            sys.addaudithook(_hook)
            _installed = True
        _guards.append(one)


def release(one: Guard) -> None:
    """Let pass again what is done to the files of a guard."""
    with _installing:
        if one in _guards:
            _guards.remove(one)


def digests() -> dict[Inode, str]:
    """Return the digests of all files that are sealed now."""
    return {inode: digest for one in _guards for inode, digest in one.targets.digests.items()}


def _hook(event: str, arguments: tuple[Any, ...]) -> None:
    if not _guards or here.busy:
        return
    handle = _HANDLERS.get(event)
    if handle is None:
        return
    here.busy = True
    try:
        handle(arguments)
    finally:
        here.busy = False


def _on_open(arguments: Sequence[Any]) -> None:
    """See to `open`, `os.open`, and all that ends there: path or descriptor, mode, flags."""
    flags = arguments[2] if isinstance(arguments[2], int) else 0
    if flags & _MODES == os.O_WRONLY or flags & (os.O_TRUNC | _WITHOUT_READING):
        return
    opened = arguments[0]
    if isinstance(opened, int):
        _refuse_descriptor(opened, "read {} through a descriptor that was open before")
    elif path := _path(opened):
        _refuse_path(path, "opened {}")


def _on_map(arguments: Sequence[Any]) -> None:
    _refuse_descriptor(arguments[0], "mapped {} into memory")


def _on_database(arguments: Sequence[Any]) -> None:
    """See to `sqlite3.connect`, which takes a path or a URI."""
    path = _path(arguments[0])
    if path.startswith("file:"):
        path = unquote(re.sub(r"^file:(//[^/]*)?", "", path).partition("?")[0])
    if path and path != ":memory:":
        _refuse_path(path, "opened {} as a database")


def _on_move(arguments: Sequence[Any]) -> None:
    """Know a file that came to be in a sealed folder by its inode, before it gets another name."""
    path = _path(arguments[0])
    for one in _guards:
        if path and one.targets.covers(os.path.realpath(path)):
            one.targets.add_inode(path)


def _on_process(arguments: Sequence[Any]) -> None:
    """Remember the line that names a sealed file to another process: that may read it, or only list it."""
    named = arguments[1] if isinstance(arguments[1], list | tuple) else [arguments[1]]
    _mention((_path(word) for word in named), _path(arguments[2]))


def _on_shell(arguments: Sequence[Any]) -> None:
    _mention([_path(arguments[0])])


def _on_spawn(arguments: Sequence[Any]) -> None:
    _mention(_path(word) for word in arguments[1])


def _mention(words: Iterable[str], folder: str = "") -> None:
    parts = {part for word in words for part in (word, *re.split(r"[\s'\"=;<>|&()]+", word)) if part}
    for one in _guards:
        for part in parts:
            if sealed := one.targets.by_path(os.path.join(folder, part)):
                one.mentions[sealed] = current_reader()


def _refuse_path(path: str, what: str) -> None:
    for one in tuple(_guards):
        if sealed := one.targets.by_path(path):
            _refuse(one, what.format(path if os.path.abspath(path) == sealed else f"{path}, which is {sealed}"))


def _refuse_descriptor(descriptor: int, what: str) -> None:
    for one in tuple(_guards):
        if sealed := one.targets.by_descriptor(descriptor):
            _refuse(one, what.format(sealed))


def _refuse(one: Guard, what: str) -> None:
    refuse(one.subject, what, Cause.TEST_FILE_READ, kind=KIND, facts={"seal": one.token})


def _path(value: object) -> str:
    """Return a path as text; "" for what is none."""
    try:
        return os.fsdecode(value)  # type: ignore[arg-type]  # what is no path is told by the error
    except (TypeError, ValueError):
        return ""


_HANDLERS: dict[str, Callable[[Sequence[Any]], None]] = {
    "open": _on_open,
    "mmap.__new__": _on_map,
    "sqlite3.connect": _on_database,
    "os.rename": _on_move,
    "os.link": _on_move,
    "subprocess.Popen": _on_process,
    "os.posix_spawn": _on_spawn,
    "os.system": _on_shell,
}
