"""Putting a process under watch, and taking it out again."""

from __future__ import annotations

import os
import sys
import tempfile
import threading
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from leakguard.seal.fits.carrying import Word, arrive, arrive_task, is_for_workers, read_index, write_index
from leakguard.seal.fits.estimators import known_classes, splitter_classes
from leakguard.seal.fits.recording import Recorder
from leakguard.seal.fits.wrapping import Wrappers, run
from leakguard.seal.ledger import VARIABLE, location, position

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from leakguard.seal.fits.calls import Estimator, Thing


class Installation:
    """The watch of this process: its recorder, and all that was replaced to feed it."""

    def __init__(self, prefixes: tuple[str, ...], index: str, home: int) -> None:
        self.recorder = Recorder()
        self.wrappers = Wrappers()
        self.prefixes = prefixes
        self.index = index
        self.home = home
        self.begun = position()
        self.watches = 0
        self._written = -1
        self._modified = 0
        self._modules = 0

    def install(self, classes: Iterable[type]) -> None:
        """Watch all estimators and splitters that are loaded, and those that will be defined below them."""
        self.add(classes)
        if (base := sys.modules.get("sklearn.base")) is not None:
            self.wrappers.follow(base.BaseEstimator, self.wrappers.wrap_estimator)
            self.wrappers.replace(base.BaseEstimator, "__reduce_ex__", _estimator_reducer(self, base.BaseEstimator))
        if (selection := sys.modules.get("sklearn.model_selection")) is not None:
            self.wrappers.follow(selection.BaseCrossValidator, self.wrappers.wrap_splitter)
        if (batch := getattr(sys.modules.get("joblib.parallel"), "BatchedCalls", None)) is not None:
            self.wrappers.replace(batch, "__reduce__", _task_reducer(self, batch.__reduce__))
        self.recorder.look_again = self._look_again
        run(self.recorder)

    def add(self, classes: Iterable[type]) -> None:
        """Watch these classes too, and what was loaded since the last time."""
        self._modules = len(sys.modules)
        for cls in list(known_classes(classes, self.prefixes)):
            self.wrappers.wrap_estimator(cls)
        for cls in list(splitter_classes()):
            self.wrappers.wrap_splitter(cls)

    def word(self) -> Word:
        """Return what a task takes to a worker, with the rows' hashes written as they are known by now."""
        identities = self.recorder.tables.identities
        if os.getpid() == self.home and self._written != identities.version:
            self._written = identities.version
            write_index(identities, self.index)
            self._modified = Path(self.index).stat().st_mtime_ns  # a fork of this process knows these rows already
        fit, reader = self.recorder.current_fit(), self.recorder.last_reader
        return Word(location(), self.index, self.home, fit, reader, self.prefixes)

    def remove(self) -> None:
        """Put everything back as it was."""
        run(None)
        self.wrappers.restore()
        if os.getpid() == self.home:
            with suppress(FileNotFoundError):
                os.unlink(self.index)

    def _look_again(self) -> bool:
        """Watch what was imported meanwhile; in a worker, also whether the run that it serves still goes on."""
        if os.getpid() != self.home and not self.refresh():
            self.remove()
            return False
        if len(sys.modules) != self._modules:
            self.add(())
        return True

    def refresh(self) -> bool:
        """Read the rows' hashes again if they have grown; whether they are still there, as long as the watch lasts."""
        try:
            status = Path(self.index).stat()
        except FileNotFoundError:
            return False
        if status.st_size and status.st_mtime_ns != self._modified:
            self._modified = status.st_mtime_ns
            read_index(self.recorder.tables.identities, self.index)
        return True


class _Here:
    installation: Installation | None = None


_lock = threading.RLock()


def _begin_child() -> None:
    global _lock  # noqa: PLW0603 - another thread of the parent may have held it
    _lock = threading.RLock()
    if _Here.installation is not None:
        _Here.installation.recorder.begin_child()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_begin_child)


def enter(classes: Iterable[type], prefixes: tuple[str, ...]) -> Installation:
    """Put this process under watch, or add to the watch that it is under already."""
    with _lock:
        here = _Here.installation
        if here is None or here.home != os.getpid():
            location()  # the ledger begins before the first process that inherits its name
            descriptor, index = tempfile.mkstemp(prefix="leakguard-rows-", suffix=".npz")
            os.close(descriptor)
            here = _Here.installation = Installation(prefixes, index, os.getpid())
            here.install(classes)
        else:
            here.add(classes)
        here.watches += 1
        return here


def leave(installation: Installation) -> None:
    """End one watch; the last one to end takes the process out."""
    with _lock:
        installation.watches -= 1
        if installation.watches == 0:
            installation.remove()
            _Here.installation = None


def join_run(word: Word) -> None:
    """Put a worker process under the watch of the process that sent it a task."""
    with _lock:
        os.environ[VARIABLE] = word.ledger
        here = _Here.installation
        if here is None or here.index != word.index:
            if here is not None:
                here.remove()
            here = Installation(word.prefixes, word.index, word.home)
            if not here.refresh():
                return
            _Here.installation = here
            here.install(())
        here.refresh()
        here.recorder.beside, here.recorder.reader = word.fit, word.reader
        here.recorder.folded = True  # its folds, if any, were cut where the task comes from


def note_fits(estimator: Estimator, fits: tuple[str, ...]) -> None:
    """Note which recorded fits an estimator that came from another process went through."""
    if (here := _Here.installation) is not None:
        here.recorder.tables.lineage.estimators.put(estimator, fits)


def _estimator_reducer(here: Installation, base: Thing) -> Callable[[Estimator, int], Thing]:
    """Return a `__reduce_ex__` for estimators: what pools send takes the word along."""

    def __reduce_ex__(estimator: Estimator, protocol: int) -> Thing:  # noqa: N807 - it takes that one's place
        plain = super(base, estimator).__reduce_ex__(protocol)
        if isinstance(plain, str) or not is_for_workers():
            return plain
        fits = here.recorder.tables.lineage.estimators.get(estimator) or ()
        return (arrive, (here.word(), fits, plain[0], plain[1]), *plain[2:])

    return __reduce_ex__


def _task_reducer(here: Installation, reduce: Callable[[Thing], Thing]) -> Callable[[Thing], Thing]:
    """Return a `__reduce__` for joblib's batches of tasks."""

    def __reduce__(batch: Thing) -> Thing:  # noqa: N807 - it takes that one's place
        build, arguments = reduce(batch)
        return arrive_task, (here.word(), build, arguments)

    return __reduce__
