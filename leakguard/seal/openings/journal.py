"""Opens a test set as often as its budget allows, and keeps what came of it.

A test set is known by its content, see `leakguard.seal.openings.content`, and not by its name.
"""

from __future__ import annotations

import os
import time
from dataclasses import dataclass, fields, replace
from datetime import datetime
from math import isfinite
from numbers import Real
from typing import TYPE_CHECKING

from leakguard.seal.openings.circumstances import circumstances
from leakguard.seal.openings.database import reading, writing
from leakguard.seal.openings.errors import AlreadyOpened, OpeningsError
from leakguard.seal.openings.place import place

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence

    from leakguard.seal.openings.place import Place

OPENED, REFUSED = "opened", "refused"


@dataclass(frozen=True, slots=True)
class Opening:
    """One entry of the ledger.

    `kind` is `opened`, `refused`, or the name of the method that gave an answer without opening, such as
    `thresholdout`; `at` is in seconds since 1970; `commit_id` is "" and `dirty` None where that is not known.
    """

    number: int
    content_key: str
    name: str
    kind: str
    at: float
    user: str
    commit_id: str
    dirty: bool | None
    command: str
    reason: str
    score: float | None = None
    test_rows: int | None = None

    def __str__(self) -> str:
        when = datetime.fromtimestamp(self.at).astimezone().strftime("%Y-%m-%d %H:%M")
        commit = f" at commit {self.commit_id[:10]}{' with changes' if self.dirty else ''}" if self.commit_id else ""
        score = "" if self.score is None else f", score {self.score:.6g}"
        return f"{when} by {self.user}{commit}: {self.reason}{score}"


_COLUMNS = ", ".join(field.name for field in fields(Opening))


def open_once(
    content_key: str,
    name: str,
    reason: str,
    *,
    test_rows: int | None = None,
    file: str | os.PathLike[str] | None = None,
) -> Opening:
    """Enter an opening into the project's ledger, and return it.

    However many processes try at the same time, at most as many come through as `openings-budget` allows: one,
    unless it is set. A refusal is entered too. Raises AlreadyOpened where the budget is used up, and OpeningsError
    where no reason is given or the ledger cannot be read and written.
    """
    _check_reason(name, reason)
    where = place(file)
    entry = _entry(content_key, name, reason, test_rows)
    with writing(where.file) as connection:
        earlier = [one for one in _read(connection, content_key) if one.kind == OPENED]
        refused = len(earlier) >= (where.budget or 1)
        entry = _added(connection, replace(entry, kind=REFUSED) if refused else entry)
    if refused:
        raise AlreadyOpened(_already(name, earlier, where))
    return entry


def note_refusal(content_key: str, name: str, reason: str, *, test_rows: int | None = None) -> Opening:
    """Enter an opening that was refused before the ledger was asked; raises OpeningsError."""
    _check_reason(name, reason)
    with writing(place(None).file) as connection:
        return _added(connection, replace(_entry(content_key, name, reason, test_rows), kind=REFUSED))


def _check_reason(name: str, reason: object) -> None:
    if not isinstance(reason, str) or not reason.strip():
        raise OpeningsError(f"{name}: an opening needs a reason, such as reason='final evaluation', not {reason!r}")


def note_score(
    opening: Opening, score: float, *, test_rows: int | None = None, file: str | os.PathLike[str] | None = None
) -> Opening:
    """Add the score that an opening gave to its entry, and return that; raises OpeningsError, for NaN too."""
    if not isinstance(score, Real) or not isfinite(score):
        raise OpeningsError(f"{opening.name}: a score is a finite number, not {score!r}")
    noted = replace(opening, score=float(score), test_rows=opening.test_rows if test_rows is None else test_rows)
    values = (noted.score, noted.test_rows, noted.number, noted.content_key)
    with writing(place(file).file) as connection:
        changed = connection.execute(
            "UPDATE opening SET score = ?, test_rows = ? WHERE number = ? AND content_key = ?", values
        ).rowcount
        if changed != 1:
            raise OpeningsError(f"{opening.name}: opening {opening.number} is not in this opening ledger")
    return noted


def note_answer(
    opening: Opening,
    kind: str,
    reason: str,
    *,
    score: float,
    test_rows: int,
    file: str | os.PathLike[str] | None = None,
) -> Opening:
    """Enter an answer that a method gave about a test set it had opened; raises OpeningsError."""
    answer = replace(opening, kind=kind, reason=reason, at=time.time(), score=score, test_rows=test_rows)
    with writing(place(file).file) as connection:
        return _added(connection, answer)


def openings(content_key: str | None = None, *, file: str | os.PathLike[str] | None = None) -> list[Opening]:
    """Return the entries about one test set or all, in order; none if there is no ledger yet; raises OpeningsError."""
    where = place(file).file
    if not os.path.lexists(where):
        return []
    with reading(where) as connection:
        return _read(connection, content_key)


def _entry(content_key: str, name: str, reason: str, test_rows: int | None) -> Opening:
    now = circumstances()
    what = (0, content_key, name, OPENED, time.time(), now.user, now.commit, now.dirty, now.command, reason)
    return Opening(*what, test_rows=test_rows)


def _added(connection: sqlite3.Connection, entry: Opening) -> Opening:
    values = [getattr(entry, field.name) for field in fields(Opening)][1:]
    marks = ", ".join("?" for _ in values)
    number = connection.execute(f"INSERT INTO opening ({_COLUMNS}) VALUES (NULL, {marks})", values).lastrowid  # noqa: S608 - our own columns
    return replace(entry, number=number or 0)


def _read(connection: sqlite3.Connection, content_key: str | None) -> list[Opening]:
    where, values = ("", ()) if content_key is None else ("WHERE content_key = ?", (content_key,))
    rows = connection.execute(f"SELECT {_COLUMNS} FROM opening {where} ORDER BY number", values)  # noqa: S608 - as above
    return [_opening(row) for row in rows]


def _opening(row: Sequence[object]) -> Opening:
    opening = Opening(*row)  # type: ignore[arg-type]  # the columns of the table
    return opening if opening.dirty is None else replace(opening, dirty=bool(opening.dirty))


def _already(name: str, earlier: Sequence[Opening], where: Place) -> str:
    times = "once" if len(earlier) == 1 else f"{len(earlier)} times"
    others = sorted({one.name for one in earlier} - {name})
    known = f" (as {', '.join(others)})" if others else ""
    return (
        f"{name} was opened {times} already{known}, and its budget is {where.budget or 1}:\n"
        + "".join(f"  {one}\n" for one in earlier)
        + "Report the score of that opening. To look again is to choose on the test rows [LG103 test-set-reuse]: take "
        "new test rows, ask these through leakguard.seal.reuse, or set `openings-budget` in [tool.leakguard] and say "
        f"so where the score is reported. The ledger is {where.file}."
    )
