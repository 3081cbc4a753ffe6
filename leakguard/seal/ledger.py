"""The ledger: what happened to sealed rows, written before anything is raised.

Events of all processes of a run go to one file that only grows, named by an environment variable that child
processes inherit. An exception can be swallowed, a line in the file cannot.
"""

from __future__ import annotations

import atexit
import errno
import json
import os
import tempfile
import threading
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from leakguard.seal.reader import Reader

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

VARIABLE = "LEAKGUARD_LEDGER"
BEGAN = "sealed"


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened.

    `kind` is a word such as `read`, `open-file`, `fit`, `opened`; `subject` names the seal, file or estimator that
    it happened to; `cause` is the name of a member of `Cause` where the event is a breach, else empty; `facts` are
    plain values that JSON can hold.
    """

    kind: str
    subject: str
    what: str
    cause: str = ""
    reader: Reader | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)
    process: int = 0
    thread: str = ""
    at: float = 0.0


def record(event: Event, file: str | None = None) -> None:
    """Append an event to the run's ledger or another that is still there, with process, thread and time filled in.

    The line is written by one call on a descriptor opened for appending, so that processes do not mix theirs.
    """
    line = {  # by hand: `asdict` copies all that is in `facts`, and costs more than the rest together
        "kind": event.kind,
        "subject": event.subject,
        "what": event.what,
        "cause": event.cause,
        "reader": asdict(event.reader) if event.reader else None,
        "facts": event.facts,
        "process": os.getpid(),
        "thread": threading.current_thread().name,
        "at": time.time(),
    }
    text = json.dumps(line, separators=(",", ":"), default=str) + "\n"
    path = file if file and os.path.exists(file) else location()
    try:
        _append(path, text.encode())
    except OSError as error:  # what is refused must be refused all the same
        _unwritten.append(f"an event could not be written to {path}: {error.strerror}")


def _append(path: str, line: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        if os.write(descriptor, line) < len(line):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    finally:
        os.close(descriptor)


_unwritten: list[str] = []  # why events of this process are missing in the ledger


def begin(subject: str, token: str) -> None:
    """Record that something is sealed, by which a ledger that was lost can be told from one that has nothing to say."""
    record(Event(BEGAN, subject, "sealed it", facts={"seal": token}))


def what_of(token: str, since: int) -> tuple[list[Event], str]:
    """Return the events about a seal that begin at or behind an offset, and why some may be missing, or ""."""
    lines = list(_lines(location(), since))
    whole = [event for line in lines if (event := _parsed(line)) is not None]
    about = [event for event in whole if event.facts.get("seal") == token]
    if _unwritten:
        return about, _unwritten[0]
    if len(whole) < len(lines):
        return about, "a line of the ledger of reads is damaged"
    if not any(event.kind == BEGAN for event in about):
        return about, "the ledger of reads was removed, emptied or never written"
    return about, ""


def _lines(path: str, since: int) -> Iterator[bytes]:
    """Yield the whole lines behind an offset; all, where there are fewer bytes than that; a torn last line is left."""
    try:
        file = open(path, "rb")  # noqa: SIM115 - closed by the `with` below
    except OSError:
        return
    with file:
        file.seek(since if os.fstat(file.fileno()).st_size >= since else 0)
        yield from (line for line in file if line.endswith(b"\n"))


def _happened(lines: Iterable[bytes]) -> Iterator[Event]:
    """Yield what happened to sealed rows; that they were sealed is noted for `what_of` alone."""
    yield from (event for line in lines if (event := _parsed(line)) is not None and event.kind != BEGAN)


def _parsed(line: bytes) -> Event | None:
    try:
        return _event(json.loads(line))
    except (ValueError, TypeError, KeyError, AttributeError):
        return None


def events(since: int = 0) -> Iterator[Event]:
    """Yield the events that begin at or behind an offset in bytes, as `position` gave it; damaged lines are left."""
    yield from _happened(_lines(location(), since))


def news(path: str, since: int) -> tuple[list[Event], int]:
    """Return a ledger's events that begin at or behind an offset in bytes, and the offset behind the last of them."""
    try:
        with open(path, "rb") as file:
            file.seek(since)
            text = file.read()
    except FileNotFoundError:
        return [], since
    whole = text[: text.rfind(b"\n") + 1]  # a torn last line is left for the next time
    return list(_happened(whole.splitlines())), since + len(whole)


def position() -> int:
    """Return where the next event will begin, in bytes."""
    try:
        return Path(location()).stat().st_size
    except FileNotFoundError:
        return 0


def location() -> str:
    """Return the ledger's path; the first process of a run makes one in the temporary folder and removes it at exit.

    Code that clears the environment, as tests do, does not lose it.
    """
    path = os.environ.get(VARIABLE) or _kept.get("path")
    if path:
        _kept["path"] = path
    return path or _begin()


_beginning = threading.Lock()
_kept: dict[str, str] = {}  # the path that the environment last named


def _begin() -> str:
    with _beginning:
        if path := os.environ.get(VARIABLE):
            return path
        descriptor, path = tempfile.mkstemp(prefix="leakguard-ledger-", suffix=".jsonl")
        os.close(descriptor)
        os.environ[VARIABLE] = _kept["path"] = path
        atexit.register(_remove, path, os.getpid())
        return path


def _remove(path: str, owner: int) -> None:
    """Remove the ledger where this is still the process that made it, and not a fork of it."""
    if os.getpid() == owner:
        Path(path).unlink(missing_ok=True)


def _event(line: dict[str, Any]) -> Event:
    reader = line.pop("reader")
    return Event(reader=Reader(**reader) if reader else None, **line)
