"""The file of kept outcomes: an SQLite database that may be missing, broken, locked or full without any harm."""

from __future__ import annotations

import hashlib
import os
import sqlite3
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from leakguard.cache.place import prepare

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_VERSION = 2  # of the table's layout
_PATIENCE = 2.0  # seconds to wait for another run that writes
_MOST_ROWS = 60_000
# A file may be written twice within one tick of its clock: what was changed this shortly before is looked at again.
_SETTLED = 2_000_000_000
_SCHEMA = """
CREATE TABLE IF NOT EXISTS kept (
    path TEXT NOT NULL, cache_key TEXT NOT NULL, stat TEXT NOT NULL, outcome TEXT NOT NULL, checksum BLOB NOT NULL,
    PRIMARY KEY (path, cache_key)
) WITHOUT ROWID
"""


@dataclass(frozen=True, slots=True)
class Row:
    """What is kept about a file under some settings; `stat` tells whether it may have changed since."""

    path: str
    key: str
    stat: str
    outcome: str

    def checksum(self) -> bytes:
        """Return what no damage to the file leaves right."""
        text = f"{self.path}\0{self.key}\0{self.stat}\0{self.outcome}"
        return hashlib.blake2b(text.encode(errors="surrogatepass"), digest_size=8).digest()


def stat_of(path: str) -> str:
    """Return what changes whenever a file's content does; "" if that cannot be told yet or any more."""
    try:
        found = os.stat(path)
    except (OSError, ValueError):
        return ""
    if max(found.st_mtime_ns, found.st_ctime_ns) > time.time_ns() - _SETTLED:
        return ""
    return f"{found.st_mtime_ns} {found.st_ctime_ns} {found.st_size} {found.st_ino} {found.st_dev}"


class Store:
    """Reads and writes rows; whatever is wrong with the file, there is then simply nothing in it."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._damaged = False
        self._database: sqlite3.Connection | None = None
        if file.exists():  # a first run makes it once it has something to write
            self._open()

    def get(self, path: str, key: str) -> Row | None:
        """Return what is kept about a file, if it is undamaged."""
        if self._database is None:
            return None
        query = "SELECT stat, outcome, checksum FROM kept WHERE path = ? AND cache_key = ?"
        try:
            found = self._database.execute(query, (path, key)).fetchone()
        except (sqlite3.Error, UnicodeError) as error:
            self._give_up(error)
            return None
        if found is None:
            return None
        row = Row(path, key, found[0], found[1])
        return row if row.checksum() == found[2] else None

    def put(self, rows: Iterable[Row]) -> None:
        """Write rows, all or none of them."""
        values = [(row.path, row.key, row.stat, row.outcome, row.checksum()) for row in _writable(rows)]
        if not values:
            return
        try:
            prepare(self._file.parent)
            if self._damaged:
                _remove(self._file)
            if self._database is None:
                self._open()
            if self._database is not None:
                _write(self._database, values)
        except (sqlite3.Error, OSError) as error:
            self._give_up(error)

    def _open(self) -> None:
        try:
            self._database = _opened(self._file)
        except sqlite3.Error as error:
            self._give_up(error)

    def _give_up(self, error: Exception) -> None:
        """Go on without the file; one that is damaged, not merely locked or beyond reach, is replaced later."""
        self._damaged = isinstance(error, sqlite3.DatabaseError) and not isinstance(error, sqlite3.OperationalError)
        self.close()

    def close(self) -> None:
        """Let go of the file."""
        if self._database is not None:
            with suppress(sqlite3.Error):
                self._database.close()
        self._database = None


def _writable(rows: Iterable[Row]) -> Iterator[Row]:
    for row in rows:
        with suppress(UnicodeEncodeError):  # SQLite takes no name that is not UTF-8
            row.path.encode()
            row.outcome.encode()
            yield row


def _write(database: sqlite3.Connection, values: list[tuple[str, str, str, str, bytes]]) -> None:
    with database:
        database.execute("BEGIN IMMEDIATE")
        database.executemany("INSERT OR REPLACE INTO kept VALUES (?, ?, ?, ?, ?)", values)
        (count,) = database.execute("SELECT count(*) FROM kept").fetchone()
        if count > _MOST_ROWS:  # of earlier releases and settings, mostly: begin again with what is used
            database.execute("DELETE FROM kept")
            database.executemany("INSERT OR REPLACE INTO kept VALUES (?, ?, ?, ?, ?)", values)


def _opened(file: Path) -> sqlite3.Connection:
    """Return the database in a file; raises sqlite3.Error if it is none of ours or cannot be used."""
    database = sqlite3.connect(file, timeout=_PATIENCE, isolation_level=None)
    try:
        _lay_out(database)
    except BaseException:
        database.close()
        raise
    return database


def _lay_out(database: sqlite3.Connection) -> None:
    (version,) = database.execute("PRAGMA user_version").fetchone()
    if version not in {0, _VERSION}:
        raise sqlite3.DatabaseError(f"layout {version}")
    if version == 0:
        database.execute(_SCHEMA)
        database.execute(f"PRAGMA user_version = {_VERSION}")


def _remove(file: Path) -> None:
    for name in (file, Path(f"{file}-journal")):
        name.unlink(missing_ok=True)
