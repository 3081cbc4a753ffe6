"""The kernel as a witness: which sealed files were read, by any process and any library."""

from __future__ import annotations

import os
import stat
import threading
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from leakguard.seal.files import kernel
from leakguard.seal.files.targets import inode_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leakguard.seal.files.targets import Targets


@dataclass(frozen=True, slots=True)
class Look:
    """A read of a sealed file: `process` is its number, 0 for another than this one, None where nobody can tell."""

    path: str
    process: int | None


class Watch:
    """Watches the files behind `targets`, and those that come to be below sealed folders or under sealed names.

    There is no thread that waits for events, which programs that fork would be warned of; they stay in the kernel's
    queue until `looks` is called.
    """

    def __init__(self, targets: Targets) -> None:
        """Raise OSError where the system cannot watch files, or not so many."""
        self._targets = targets
        self._owner = os.getpid()
        self._draining = threading.Lock()
        self._places: dict[int, str] = {}  # the file or folder of a watch
        self._parents: set[int] = set()  # watches of folders that are not sealed themselves
        self._inodes: dict[int, tuple[int, int]] = {}
        self._pending: set[str] = set()  # opened, not closed, and not known to be read
        self._counted: Counter[str] = Counter()  # open, and counted as read
        self.overflowed = False
        self.missing: list[str] = []  # files that were there once, and were not when the watch began
        self._inotify = kernel.Inotify()
        try:
            self._fanotify: kernel.Fanotify | None = kernel.Fanotify()
        except OSError:
            self._fanotify = None
        try:
            self._begin()
        except OSError:
            self.close()
            raise

    @property
    def descriptor(self) -> int:
        """The descriptor that becomes readable with the first event."""
        return self._inotify.descriptor

    @property
    def knows_processes(self) -> bool:
        """Whether this process can be told from others."""
        return self._fanotify is not None

    def _begin(self) -> None:
        for folder in sorted(self._targets.folders):
            self._add_folder(folder)
        for path in self._targets.files.values():
            self._add_file(path)
        for path in self._targets.names:
            self._add_parent(os.path.dirname(path))
        for base in self._targets.bases:
            for folder, _, _ in os.walk(base):
                self._add_parent(folder)

    def _add_file(self, path: str) -> None:
        try:
            watch = self._inotify.add(path, kernel.READS | kernel.DELETED)
            self._inodes[watch] = inode_of(os.stat(path))
        except FileNotFoundError:
            self.missing.append(path)
            return
        self._places.setdefault(watch, path)
        self._ask_who(path)

    def _add_folder(self, folder: str) -> None:
        """Watch a sealed folder and all below it; its own watch sees what comes to be in it from the first read on."""
        for place, _, _ in os.walk(folder):
            watch = self._inotify.add(place, kernel.READS | kernel.ARRIVALS)
            self._places[watch] = place
            self._parents.discard(watch)
            self._ask_who(place)

    def _add_parent(self, folder: str) -> None:
        if os.path.isdir(folder):
            watch = self._inotify.add(folder, kernel.ARRIVALS)
            if watch not in self._places:
                self._places[watch] = folder
                self._parents.add(watch)

    def _ask_who(self, path: str) -> None:
        if self._fanotify is None:
            return
        try:
            self._fanotify.add(path)
        except OSError:
            self._fanotify.close()
            self._fanotify = None

    def looks(self, *, finally_: bool = False) -> list[Look]:
        """Return the reads since the last call; `finally_` counts files too that are open and were not yet closed.

        Only the process that made the watch gets any: a fork shares the queue, and would take them away.
        """
        if os.getpid() != self._owner or not self._draining.acquire(blocking=False):
            return []
        try:
            events = self._inotify.read()
            process = self._process()
            read = {path: None for event in events for path in self._reads(event)}
            held = [path for path in sorted(self._pending) if _is_held(path, everywhere=finally_)]
            for path in held:
                self._count(path)
        finally:
            self._draining.release()
        return [Look(path, process) for path in {**read, **dict.fromkeys(held)}]

    def _process(self) -> int | None:
        """Return who did what was seen, if it was a single process."""
        found = self._fanotify.read() if self._fanotify is not None else set()
        return found.pop() if len(found) == 1 else None

    def _reads(self, event: kernel.Event) -> Iterator[str]:
        """Yield the file that an event shows to have been read."""
        if event.bits & kernel.OVERFLOW:
            self.overflowed = True
        place = self._places.get(event.watch)
        if place is None:
            return
        path = os.path.join(place, event.name) if event.name else place
        if event.bits & kernel.ARRIVALS:
            self._arrived(path, is_folder=bool(event.bits & kernel.IS_FOLDER))
        elif event.bits & kernel.DELETED:
            self._targets.forget(self._inodes.pop(event.watch, None))
        elif not event.bits & kernel.IS_FOLDER and event.watch not in self._parents and self._is_read(path, event.bits):
            yield path

    def _is_read(self, path: str, bits: int) -> bool:
        """Tell whether an event about a file shows a read that is not counted yet.

        A mapping shows as an opening only, and a file opened for writing by the way in which it is closed.
        """
        if bits & kernel.OPEN:
            self._pending.add(path)
        elif bits & kernel.ACCESS and (path in self._pending or not self._counted[path]):
            self._count(path)
            return True
        elif bits & kernel.CLOSE_NOWRITE and not self._counted[path]:
            self._pending.discard(path)
            return True
        elif bits & (kernel.CLOSE_NOWRITE | kernel.CLOSE_WRITE):
            self._pending.discard(path)
            self._counted[path] = max(0, self._counted[path] - 1)
        return False

    def _count(self, path: str) -> None:
        """Note that a file which is open has been counted as read."""
        self._pending.discard(path)
        self._counted[path] += 1

    def _arrived(self, path: str, *, is_folder: bool) -> None:
        """Watch what came to be, if it is sealed; it may be gone again."""
        below = any(f"{path}{os.sep}".startswith(f"{folder}{os.sep}") for folder in self._targets.folders)
        try:
            if is_folder and below:
                self._add_folder(path)
            elif is_folder and any(path.startswith(base) for base in self._targets.bases):
                self._add_parent(path)
            elif self._targets.covers(path) and not is_folder:
                self._targets.add_inode(path)
                self._add_file(path)
        except OSError:
            return

    def close(self) -> None:
        """Let go of the queues."""
        self._inotify.close()
        if self._fanotify is not None:
            self._fanotify.close()


def _is_held(path: str, *, everywhere: bool) -> bool:
    """Tell whether a file that was opened and not closed is open for reading, or mapped: by this process, or by any.

    At the end, a file that nobody seems to hold any more counts as well: whoever does is out of sight.
    """
    try:
        found = os.stat(path)
    except OSError:
        return everywhere
    processes = [name for name in os.listdir("/proc") if name.isdigit()] if everywhere else ["self"]
    modes = [mode for process in processes for mode in _modes(process, found)]
    return any(mode != os.O_WRONLY for mode in modes) or (everywhere and not modes)


def _modes(process: str, file: os.stat_result) -> Iterator[int]:
    """Yield the modes in which a process has opened a file, of which a mapping is one of reading."""
    folder = f"/proc/{process}"
    try:
        for descriptor in os.listdir(f"{folder}/fd"):
            if _same(f"{folder}/fd/{descriptor}", file):
                yield _mode(f"{folder}/fdinfo/{descriptor}")
        with open(f"{folder}/maps", "rb") as maps:
            if any(int(words[4]) == file.st_ino for line in maps if len(words := line.split(maxsplit=5)) > 5):
                yield os.O_RDONLY
    except OSError:  # another user's, or gone
        return


def _same(link: str, file: os.stat_result) -> bool:
    try:
        found = os.stat(link)
    except OSError:
        return False
    return (found.st_dev, found.st_ino) == (file.st_dev, file.st_ino) and stat.S_ISREG(found.st_mode)


def _mode(information: str) -> int:
    with open(information, "rb") as lines:
        flags = next((line.split()[1] for line in lines if line.startswith(b"flags:")), b"0")
    return int(flags, 8) & 3
