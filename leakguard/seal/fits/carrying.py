"""How worker processes come to watch: tasks and estimators take a word with them that installs the watch on arrival.

Only what a pool of workers pickles carries it (loky, multiprocessing, concurrent.futures, Dask); a model that
somebody saves to a file does not. The word names files of this machine; a worker on another one goes without, and
what it fits is not seen.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from leakguard.seal.fits.identity import Form

if TYPE_CHECKING:
    from collections.abc import Callable

    from leakguard.seal.fits.calls import Arguments, Method, Thing
    from leakguard.seal.fits.identity import Identities, Numbers
    from leakguard.seal.fits.rowhash import Hashes
    from leakguard.seal.reader import Reader

# Where pools pickle what they send; their other modules are on the stack too while a task does its own pickling.
_POOLS = ("joblib.externals.loky.backend", "loky.backend", "distributed.protocol", "multiprocessing.reduction")
_FRAMES = 8


@dataclass(frozen=True, slots=True)
class Word:
    """What a worker needs to know: where the ledger is, where the rows' hashes are, and whom its fits serve."""

    ledger: str
    index: str
    home: int
    fit: str
    reader: Reader | None
    prefixes: tuple[str, ...]


class Task:
    """A task of a pool together with the word; calling it joins the watch and does the task."""

    def __init__(self, word: Word, task: Callable[[], Thing]) -> None:
        self.word = word
        self.task = task

    def __call__(self) -> Thing:
        join(self.word)
        return self.task()

    def __len__(self) -> int:
        return len(self.task)  # type: ignore[arg-type]  # joblib asks for a batch's length


def join(word: Word) -> None:
    """Install the watch in this process, unless it is the one that sent the word or has joined already."""
    if os.getpid() != word.home:
        from leakguard.seal.fits.installing import join_run

        join_run(word)


def arrive(word: Word, fits: tuple[str, ...], build: Method, arguments: Arguments) -> Thing:
    """Rebuild an estimator that was pickled for another process; its recorded fits are known there too."""
    join(word)
    made = build(*arguments)
    if fits:
        from leakguard.seal.fits.installing import note_fits

        note_fits(made, fits)
    return made


def arrive_task(word: Word, build: Method, arguments: Arguments) -> Task:
    """Rebuild a task that was pickled for another process."""
    return Task(word, build(*arguments))


def is_for_workers() -> bool:
    """Whether a pool of workers asks for the pickle that is being made."""
    frame = sys._getframe(2)  # noqa: SLF001 - as `inspect`, without reading source files
    for _ in range(_FRAMES):
        if frame.f_globals.get("__name__", "").startswith(_POOLS):
            return True
        if frame.f_back is None:
            return False
        frame = frame.f_back
    return False


def write_index(identities: Identities, path: str) -> None:
    """Write all forms to a file, at once or not at all."""
    arrays: dict[str, Any] = {}
    about = []
    for at, form in enumerate(list(identities.forms)):
        arrays[f"hashes{at}"], arrays[f"numbers{at}"] = form.hashes, form.numbers
        about.append({"width": form.width, "columns": form.columns, "names": form.names, "learned": form.learned})
    text = json.dumps({"count": identities.count, "forms": about})
    descriptor, temporary = tempfile.mkstemp(dir=str(Path(path).parent), suffix=".npz")
    with os.fdopen(descriptor, "wb") as file:
        np.savez(file, about=np.frombuffer(text.encode(), np.uint8), **arrays)
    os.replace(temporary, path)


def read_index(identities: Identities, path: str) -> None:
    """Take over the forms that another process wrote."""
    with np.load(path, allow_pickle=False) as file:
        about = json.loads(file["about"].tobytes())
        forms = [_form(each, file[f"hashes{at}"], file[f"numbers{at}"]) for at, each in enumerate(about["forms"])]
    identities.restore(forms, about["count"])


def _form(about: dict[str, Any], hashes: Hashes, numbers: Numbers) -> Form:
    names = None if about["names"] is None else tuple(about["names"])
    return Form(about["width"], tuple(about["columns"]), names, hashes, numbers, tuple(about["learned"]))
