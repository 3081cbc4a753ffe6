"""Seals paths, and tells afterwards what became of them."""

from __future__ import annotations

import glob
import os
import re
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Self

from leakguard.seal import commit
from leakguard.seal.broken import SealBroken
from leakguard.seal.causes import Cause
from leakguard.seal.files import alarm, audit
from leakguard.seal.files.ancestry import ended_children, has_children, lineage
from leakguard.seal.files.aside import Aside, recover
from leakguard.seal.files.landlock import confined
from leakguard.seal.files.targets import Targets
from leakguard.seal.files.watch import Watch
from leakguard.seal.ledger import Event, begin, events, position, record, what_of
from leakguard.seal.openings.content import files_key
from leakguard.seal.reader import current_reader
from leakguard.seal.verdict import Breach, Evidence, Ruling

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from leakguard.seal.files.watch import Look
    from leakguard.seal.reader import Reader

_GRACE = 1.0  # seconds in which a library's threads may read on without stopping the main thread anew
_ANNOUNCED_BEFORE = 60.0  # seconds before the sealing in which another process may have said that it will read
_CAUSE = Cause.TEST_FILE_READ
_READING, _READ = "reading-files", "files-read"
_BEFORE = "what was read or mapped before the sealing cannot be seen"
_ANYBODY = "a read by any process counts, be it a backup; reads of a network folder by other machines are not seen"
_ONLY_PYTHON = "only what Python code of this process and its forks opens is seen: {}"
_SHARED = "another process of this run seals or opened the same files: reads by other processes were taken for its own"
_NOT_STOPPED = "native readers are recorded, and not stopped: {}"


def seal_paths(
    paths: str | os.PathLike[str] | Iterable[str | os.PathLike[str]], name: str, *, hide: bool = False
) -> PathSeal:
    """Seal files, folders with all below them, and patterns, whether they exist yet or not.

    Files are known by inode, name and content, and are read once here for the latter. With `hide`, files are moved
    aside within their folders until the seal is opened or closed, so that native readers do not find them either.
    Raises ValueError without paths, and OSError for a file that cannot be read or moved.
    """
    given = [paths] if isinstance(paths, str | os.PathLike) else list(paths)
    _announce(name, given)
    with _unwatched():
        recover(given)
        targets = Targets(given, audit.digests())
    _announce(name, given, _READ)
    return PathSeal(targets, name, hide=hide)


class PathSeal:
    """Sealed paths: an opening of them is recorded and refused, until `close` or within `allow`."""

    def __init__(self, targets: Targets, name: str, *, hide: bool = False) -> None:
        """Seal at once; `seal_paths` does so for paths."""
        self.name = name
        self.content_key = files_key(targets.digests.values())
        self._targets = targets
        self._guard = audit.Guard(name, targets)
        self._since = position()
        begin(name, self._guard.token)
        self._began = time.time()
        self._owner = os.getpid()
        self._limits: dict[str, None] = {_BEFORE: None}
        self._watch: Watch | None = None
        self._aside = Aside(targets.files.values()) if hide else None
        self._complete = True  # whether native readers were seen all the time
        self._met = bool(targets.files)  # whether there was a file to seal at some time
        self._sealed = False
        self._ended = False
        self._missed = False  # whether the kernel called while there was no time
        self._child: tuple[Reader | None, int] | None = None  # the line that started one, and where the ledger was then
        self._children = ended_children()
        self._stopped: dict[str, float] = {}  # when the main thread was stopped because of a file
        self._seal()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def tokens(self) -> frozenset[str]:
        """What the ledger's events about this seal bear."""
        return frozenset({self._guard.token})

    @property
    def closed(self) -> bool:
        """Whether the paths can be opened."""
        return not self._sealed

    def _seal(self) -> None:
        commit.hold(os.fsdecode(path) for path in self._targets.places())
        self._sealed = True
        self._begin_watch()
        if self._aside is not None:
            self._hide(self._aside)
        audit.guard(self._guard)

    def _hide(self, aside: Aside) -> None:
        try:
            aside.hide()
        except OSError:
            self.close()
            raise
        linked = aside.linked
        self._limits |= dict.fromkeys(f"{path} has other names, by which it can still be found" for path in linked)

    def _begin_watch(self) -> None:
        with _unwatched():
            try:
                self._watch = Watch(self._targets)
            except OSError as error:
                self._complete = False
                self._limits[_ONLY_PYTHON.format(error.strerror)] = None
                return
        self._limits[_ANYBODY] = None
        for path in self._watch.missing:
            self._complete = False
            self._limits[f"{path} was no longer there when it was sealed again"] = None
        if not self._watch.knows_processes:
            self._limits[_NOT_STOPPED.format("the kernel does not tell this process from others")] = None
        if not alarm.listen(self._watch.descriptor, self._alarmed):
            self._limits[_NOT_STOPPED.format("SIGURG is taken, or the seal was made outside of the main thread")] = None

    def _unseal(self) -> None:
        audit.release(self._guard)
        self.settle()
        if self._watch is not None:
            alarm.forget(self._watch.descriptor)
            self._watch.close()
            self._watch = None
        self._sealed = False
        commit.release()
        if self._aside is not None:
            self._aside.restore()
            self._limits |= dict.fromkeys(
                f"{one} was written anew while sealed, and both are kept" for one in self._aside.taken
            )

    def settle(self) -> None:
        """Record what the kernel saw up to now."""
        if self._watch is not None:
            with _unwatched():
                for look in self._watch.looks(finally_=True):
                    self._record(look)
        self._children = ended_children()

    def _alarmed(self) -> None:
        """Record what the kernel has just seen; stop the main thread where nobody else can have done it."""
        self._missed = audit.here.busy
        if self._watch is None or self._missed:
            return
        with _unwatched():
            looks = self._watch.looks()
            while self._missed:  # the signal came again in the meantime
                self._missed = False
                looks += self._watch.looks()
            broken = [error for look in looks if (error := self._record(look, at_once=True)) is not None]
        if broken:
            raise broken[0]

    def _record(self, look: Look, *, at_once: bool = False) -> SealBroken | None:
        own = look.process == os.getpid()
        mentions = self._guard.mentions | ({look.path: self._child[0]} if self._child else {})
        mentioned = look.path in mentions
        if not own and look.path not in self._guard.mentions and self._is_anothers(look):
            return None
        alone = at_once and threading.active_count() == 1
        if own:
            reader = current_reader() if alone else None
            what = f"read {look.path} by native code" if alone else f"native code of this process read {look.path}"
        else:
            reader = mentions.get(look.path)
            what = f"let another process read {look.path}" if mentioned else f"another process read {look.path}"
        if look.process is None and not mentioned:
            what = f"some process read {look.path}"
        record(Event(audit.KIND, self.name, what, _CAUSE.name, reader, {"seal": self._guard.token}))
        if alone and (own or (mentioned and _waits_for_a_process())) and self._may_stop(look.path):
            return SealBroken(self.name, what, f"{_CAUSE.code} {_CAUSE.rule}", _CAUSE.advice, reader)
        return None

    def _is_anothers(self, look: Look) -> bool:
        """Tell whether a read belongs to another process of this run that has sealed the file, and judges itself."""
        others = self._others(look.path)
        if not others:
            return False
        found = self._is_of(look.process or 0, others)
        if found:
            self._limits[_SHARED] = None
        return found

    def _is_of(self, process: int, others: Mapping[int, bool]) -> bool:
        """Tell whether a process, 0 for an unknown one, is one of these, or was begun by one of them."""
        line = lineage(process)
        nearest = next((one for one in (process, *line) if one in others or one == os.getpid()), None)
        if nearest is not None:
            return nearest in others
        # One that nobody knows is taken for a child of this process if this has or had any, and nobody else may read.
        return not line and (any(others.values()) or not (has_children() or ended_children() != self._children))

    def _others(self, path: str) -> dict[int, bool]:
        """Return the other processes of this run that have sealed the file, and whether they have it open now."""
        found: dict[int, bool] = {}
        for one in events(self._child[1] if self._child else 0):
            if one.kind not in {_READING, _READ} or one.process == os.getpid():
                continue
            if one.at < self._began - _ANNOUNCED_BEFORE:
                continue
            if any(f"{path}{os.sep}".startswith(f"{place.rstrip(os.sep)}{os.sep}") for place in one.facts["paths"]):
                # What was read before a file was closed may be looked at a little later.
                found[one.process] = one.kind == _READING or one.at > time.time() - _GRACE
        return found

    def _may_stop(self, path: str) -> bool:
        """Tell whether a read of a file may stop the main thread, and not belong to one that already has."""
        now = time.monotonic()
        before = self._stopped.get(path, -_GRACE)
        self._stopped[path] = now
        return now > before + _GRACE

    @contextmanager
    def allow(self) -> Iterator[None]:
        """Let everybody read the paths until the end of the block; then they are sealed again, unless closed."""
        if not self._sealed:
            yield
            return
        places = self._targets.places()
        _announce(self.name, places)
        self._unseal()
        try:
            yield
        finally:
            _announce(self.name, places, _READ)
            if self._owner == os.getpid() and not self._ended:
                self._seal()

    @contextmanager
    def watching_child(self) -> Iterator[None]:
        """Take reads by other processes in the block for those of one that this line has started."""
        self.settle()
        self._child = current_reader(), position()
        try:
            yield
        finally:
            self.settle()
            self._child = None

    def word(self) -> tuple[str, str, Targets]:
        """Return what a child process needs to refuse reads by itself: the name, the token, and what is sealed."""
        return self.name, self._guard.token, self._targets

    def close(self) -> None:
        """Unseal for good; the evidence can still be asked for."""
        self._ended = True
        if self._sealed:
            self._unseal()

    def confine(self, function: Callable[..., Any], *arguments: Any, **named: Any) -> Any:  # noqa: ANN401 - of a function
        """Call a function in a thread in which the kernel refuses to read the paths, as in what it starts.

        What comes to be beside them, or beside the folders above them, is refused as well. Threads that libraries have
        begun before are not confined. Raises what the function does, and OSError where there is no Landlock.
        """
        return confined(self._targets.places(), function, *arguments, **named)

    def evidence(self) -> Evidence:
        """Return what was seen up to now."""
        self.settle()
        about, lost = what_of(self._guard.token, self._since)
        found = [one for one in about if one.kind == audit.KIND]
        if lost:
            self._limits[lost] = None
        breaches = tuple(Breach(_CAUSE, one.what, one.reader) for one in found)
        overflowed = self._watch is not None and self._watch.overflowed
        if overflowed:
            self._complete = False
            self._limits["there were more events than the kernel keeps"] = None
        self._met |= bool(self._targets.files)
        limits = list(self._limits) if self._met else ["there was no such file", *self._limits]
        proven = self._complete and self._met and not lost
        ruling = Ruling.VIOLATED if breaches else Ruling.HELD if proven else Ruling.NOT_PROVEN
        return Evidence("path seal", ruling, self._shown(len(breaches)), breaches, tuple(limits))

    def _shown(self, reads: int) -> str:
        files = len(self._targets.files)
        whose = "by any process" if self._complete else "by Python code of this process"
        what = f"{files} sealed {'file' if files == 1 else 'files'} of {self._targets.bytes:,} bytes"
        return f"{what}: {reads} {'read' if reads == 1 else 'reads'} {whose}"


def _announce(name: str, paths: Iterable[str | os.PathLike[str]], kind: str = _READING) -> None:
    """Tell the other processes of this run, which may have sealed the same files, that this one will read, or has."""
    absolute = [os.path.abspath(os.fsdecode(path)) for path in paths]
    real = [os.path.realpath(path) for path in absolute]
    plain = [re.split(r"[*?\[]", path)[0] if glob.has_magic(path) else path for path in (*absolute, *real)]
    what = "is about to read the files" if kind == _READING else "has read the files"
    record(Event(kind, name, what, facts={"paths": sorted(set(plain))}))


def _waits_for_a_process() -> bool:
    """Tell whether the main thread is within `subprocess`."""
    frame = sys._getframe(1)  # noqa: SLF001 - as in `leakguard.seal.reader`
    while frame.f_back is not None:
        frame = frame.f_back
        if frame.f_code.co_filename == subprocess.__file__:
            return True
    return False


@contextmanager
def _unwatched() -> Iterator[None]:
    """Let our own work on files pass the audit hook."""
    before, audit.here.busy = audit.here.busy, True
    try:
        yield
    finally:
        audit.here.busy = before
