"""What the fixtures `sealed` and `opened_once` give."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any, TypeVar, overload

from leakguard.seal import seal, seal_paths

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from leakguard.seal import PathSeal
    from leakguard.seal.seals import Opening
    from pytest_leakguard.watching import Watcher

    Path = str | os.PathLike[str]

_A = TypeVar("_A")
_B = TypeVar("_B")
_C = TypeVar("_C")


class Sealed:
    """Seals rows and files until the end of the test, or of the fixture, that calls it."""

    def __init__(self, watcher: Watcher) -> None:
        self._watcher = watcher

    @overload
    def __call__(self, one: _A, /, *, paths: Sequence[Path] = ..., name: str = ...) -> _A: ...
    @overload
    def __call__(self, one: _A, two: _B, /, *, paths: Sequence[Path] = ..., name: str = ...) -> tuple[_A, _B]: ...
    @overload
    def __call__(
        self, one: _A, two: _B, three: _C, /, *, paths: Sequence[Path] = ..., name: str = ...
    ) -> tuple[_A, _B, _C]: ...
    def __call__(self, *rows: Any, paths: Sequence[Path] = (), name: str = "the sealed rows") -> Any:
        """Return stand-ins for rows, which refuse every read, as `leakguard.seal.seal` does.

        Raises:
            TypeError: an object is of a kind that cannot be sealed.
            ValueError: there are no rows.
        """
        if not rows:
            raise ValueError('nothing to seal: write sealed(X_test, y_test), or sealed.path("data/test.csv")')
        __tracebackhide__ = True
        try:
            *stand_ins, made = seal(*rows, paths=paths, name=name)
        except TypeError as error:  # the user's line is of interest, and nothing below it
            raise TypeError(str(error)) from None
        self._watcher.take(made)
        return stand_ins[0] if len(stand_ins) == 1 else tuple(stand_ins)

    def path(self, *paths: Path, name: str = "", hide: bool = False) -> PathSeal:
        """Seal files, folders and patterns, which are relative to the current folder; `hide` moves them aside."""
        made = seal_paths(paths, name or ", ".join(os.fsdecode(path) for path in paths), hide=hide)
        self._watcher.take(made)
        return made

    def run(self, command: Path | Sequence[Path], **given: Any) -> subprocess.CompletedProcess[Any]:
        """Run a program that must not read the sealed files; it has to end with 0, unless `check=False`.

        A Python script refuses the read on its own line; what else reads, in whatever language, is recorded.

        Args:
            command: as `[sys.executable, "train.py"]`.
            **given: for `subprocess.run`.

        Raises:
            subprocess.CalledProcessError: the program failed.
        """
        seals = self._watcher.paths()
        with ExitStack() as stack:
            for one in seals:
                stack.enter_context(one.watching_child())
            words = command if isinstance(command, str | os.PathLike) else _watched(command, seals)
            return subprocess.run(words, check=given.pop("check", True), **given)  # noqa: S603 - the test's own program


def _watched(command: Sequence[Path], seals: Sequence[PathSeal]) -> list[str]:
    """Return the words of a command, so that a Python script refuses by itself to read what is sealed."""
    from leakguard.seal.files.script import watched_arguments

    words = [os.fsdecode(word) for word in command]
    is_python = bool(words) and os.path.realpath(words[0]) == os.path.realpath(sys.executable)
    return [words[0], *watched_arguments(words[1:], seals)] if is_python else words


class OpenedOnce:
    """Opens test rows for the final evaluation, and enters that into the opening ledger of the project."""

    def __init__(self, watcher: Watcher) -> None:
        self._watcher = watcher

    @contextmanager
    def __call__(
        self, *rows: Any, reason: str, paths: Sequence[Path] = (), name: str = "the test set"
    ) -> Iterator[Opening]:
        """Open rows, or files alone, for the one time that there is over all runs.

            with opened_once(X_test, y_test, reason="release 1.2") as opening:
                opening.record_score(model.score(*opening))

        Raises:
            AlreadyOpened: the same rows were opened in an earlier run or test, as often as their budget allows.
            OpeningsError: there is no reason, or the ledger cannot be used.
        """
        made = seal(*rows, paths=paths, name=name)
        one = made[-1] if rows else made
        self._watcher.take(one)
        with one.opened(reason=reason) as opening:
            yield opening
