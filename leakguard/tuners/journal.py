"""The journal of a search: one JSON line a finished trial, so that a search that was killed goes on where it was.

The search runs again from its start with the same seed and takes each trial's scores from the journal instead of
fitting, so a resumed search ends as one that was never killed, to the bit. JSON keeps every float exactly.
"""

from __future__ import annotations

import json
import os
import zlib
from base64 import b64decode, b64encode
from dataclasses import asdict, dataclass, field, replace
from io import BytesIO
from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np

from leakguard.tuners.content import digest
from leakguard.tuners.honesty.responses import Responses
from leakguard.tuners.suggesting import FoldScore

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from leakguard.tuners.suggesting import Proposal

_FORMAT = "leakguard journal"
_VERSION = 2


class JournalError(ValueError):
    """A journal that cannot be used: the text names the file, what is wrong, and what to do."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One trial of a journal.

    `place` counts the lines, in the order in which trials finished; `started` is how many trials had started then.
    """

    place: int
    proposal: Mapping[str, Any]
    folds: tuple[FoldScore, ...]
    started: int


@dataclass
class Journal:
    """An open journal: what it holds, and where the next trial is written."""

    path: str
    entries: dict[int, Entry] = field(default_factory=dict)
    _file: BinaryIO | None = None

    def find(self, number: int, proposal: Proposal) -> Entry | None:
        """Return what the journal holds of a trial.

        Raises:
            JournalError: the trial of this number was another one.
        """
        entry = self.entries.get(number)
        # As texts, because NaN is not equal to itself.
        if entry is not None and json.dumps(entry.proposal) != json.dumps(described(proposal)):
            raise JournalError(
                f"{self.path}: trial {number} was {entry.proposal}, and now is {described(proposal)}. The search's "
                "settings differ, or its strategy is not the same in every run. Use another journal."
            )
        return entry

    def order(self) -> list[int]:
        """Return what happened so far: -1 for each start of a trial, and its number for each end."""
        order: list[int] = []
        started = 0
        for number, entry in sorted(self.entries.items(), key=lambda item: item[1].place):
            order += [-1] * (entry.started - started) + [number]
            started = entry.started
        return order

    def write(self, number: int, proposal: Proposal, folds: tuple[FoldScore, ...], *, started: int) -> None:
        """Add a finished trial, and return once the disk has it."""
        scores = [_written(fold) for fold in folds]
        self.append({"trial": number, "started": started, **described(proposal), "folds": scores})

    def close(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None

    def append(self, line: Mapping[str, Any]) -> None:
        """Add one line, and return once the disk has it."""
        if self._file is not None:
            self._file.write(json.dumps(line).encode() + b"\n")
            self._file.flush()
            os.fsync(self._file.fileno())


def journal_seed(path: str | os.PathLike[str]) -> int | None:
    """Return the seed of the search that wrote the journal; None where there is none yet.

    Raises:
        JournalError: the file is no journal.
    """
    path = os.fspath(path)
    try:
        with open(path, "rb") as file:
            lines, _ = _read(path, file)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise JournalError(f"{path}: the journal cannot be read: {error.strerror}.") from None
    return int(lines[0]["search"]["seed"]) if lines else None


def open_journal(path: str | os.PathLike[str], search: Mapping[str, Any]) -> Journal:
    """Open or begin the journal of a search.

    Args:
        path: the file; it need not exist, but its folder must.
        search: what the search is: each part under a name for the message.

    Raises:
        JournalError: the file is no journal, is damaged, belongs to another search, is in use, or cannot be written.
    """
    path = os.fspath(path)
    try:
        file: BinaryIO = os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o644), "r+b")
    except OSError as error:
        raise JournalError(f"{path}: the journal cannot be written: {error.strerror}.") from None
    try:
        return _continued(path, file, search)
    except BaseException:
        file.close()
        raise


def _continued(path: str, file: BinaryIO, search: Mapping[str, Any]) -> Journal:
    _lock(path, file)
    lines, whole = _read(path, file)
    if lines:
        _check_same(path, lines[0]["search"], search)
    # A line that a kill has torn would join the next one.
    file.truncate(file.seek(whole))
    journal = Journal(path, {line["trial"]: _entry(place, line) for place, line in enumerate(lines[1:])}, file)
    if not lines:
        journal.append({_FORMAT: _VERSION, "search": search})
    return journal


def described(proposal: Proposal) -> dict[str, Any]:
    """Return a proposal as JSON has it."""
    return {
        "params": {name: _plain(value) for name, value in proposal.params.items()},
        "settings": {name: _plain(value) for name, value in proposal.settings.items()},
        "budget": float(proposal.budget),
        "path": list(proposal.path),
        "after": -1 if proposal.after is None else proposal.after.number,
        "suggested_by": proposal.suggested_by,
    }


def _plain(value: Any) -> Any:
    """Return a parameter's value as JSON, or what tells it apart in every process."""
    value = value.item() if hasattr(value, "item") and getattr(value, "ndim", 1) == 0 else value
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    return {"object": digest(value)}


def _entry(place: int, line: Mapping[str, Any]) -> Entry:
    folds = tuple(_fold(fold) for fold in line["folds"])
    proposal = {key: value for key, value in line.items() if key not in {"trial", "started", "folds"}}
    return Entry(place, proposal, folds, line["started"])


def _written(fold: FoldScore) -> dict[str, Any]:
    """Return a fold's scores as JSON has them, its answers as NumPy's own format in text."""
    line = asdict(replace(fold, state=None, responses=None))
    if (kept := fold.responses) is not None:
        answers = {name: _as_text(array) for name, array in kept.by_method.items()}
        line["responses"] = {"by_method": answers, "classes": None if kept.classes is None else _as_text(kept.classes)}
    return line


def _fold(line: Mapping[str, Any]) -> FoldScore:
    kept = line.get("responses")
    if kept is None:
        return FoldScore(**line)
    answers = {name: _from_text(text) for name, text in kept["by_method"].items()}
    classes = None if kept["classes"] is None else _from_text(kept["classes"])
    return FoldScore(**{**line, "responses": Responses(answers, classes)})


def _as_text(array: NDArray[Any]) -> str:
    buffer = BytesIO()
    np.save(buffer, array, allow_pickle=False)
    return b64encode(zlib.compress(buffer.getvalue(), 1)).decode()


def _from_text(text: str) -> NDArray[Any]:
    array: NDArray[Any] = np.load(BytesIO(zlib.decompress(b64decode(text))), allow_pickle=False)
    return array


def _read(path: str, file: BinaryIO) -> tuple[list[Any], int]:
    """Return the lines of a journal without a torn last one, and the place where the whole ones end.

    Raises:
        JournalError: the file is no journal, or is damaged before its end.
    """
    raw = file.read()
    start = f'{{"{_FORMAT}": {_VERSION}, '.encode()
    if raw[: len(start)] != start[: len(raw)]:
        raise JournalError(f"{path}: this is no journal of version {_VERSION}. Name another file; it is left as it is.")
    whole = raw.rfind(b"\n") + 1
    lines = []
    for number, line in enumerate(raw[:whole].splitlines(), 1):
        try:
            lines.append(json.loads(line))
        except ValueError:
            raise JournalError(f"{path}, line {number}: no JSON. Restore the file, or use another journal.") from None
    return lines, whole


def _check_same(path: str, written: Mapping[str, Any], search: Mapping[str, Any]) -> None:
    differing = [name for name in search if written.get(name) != search[name]]
    if differing:
        raise JournalError(
            f"{path}: the journal belongs to another search in these parts: {', '.join(differing)}. Use another "
            "journal, or remove the file to start anew."
        )


def _lock(path: str, file: BinaryIO) -> None:
    """Keep a second search out while this one runs; where the system has no such locks, nothing does."""
    try:
        import fcntl
    except ImportError:
        return
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        raise JournalError(f"{path}: another search is writing this journal. Use another one.") from None
