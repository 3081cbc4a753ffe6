"""The file of kept outcomes: an SQLite database that may be missing, broken, locked or full without any harm."""

from __future__ import annotations

import os
import sqlite3
import time
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from leakguard.cache.place import prepare, with_journal
from leakguard.digest import digest_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

_OURS = 0x4C454147  # what tells our files from those of other programs
_VERSION = 3  # of the table's layout
_PATIENCE = 2.0  # seconds to wait for another run that writes
_MOST_ROWS = 60_000
# A file may be written twice within one tick of its clock: what was changed this shortly before is looked at again.
_SETTLED = 2_000_000_000
_BEYOND_REACH = frozenset("PERM BUSY LOCKED NOMEM READONLY INTERRUPT IOERR FULL CANTOPEN PROTOCOL AUTH".split())
_SCHEMA = """
CREATE TABLE IF NOT EXISTS kept (
    path TEXT NOT NULL, cache_key TEXT NOT NULL, stat TEXT NOT NULL, outcome TEXT NOT NULL, checksum TEXT NOT NULL,
    PRIMARY KEY (path, cache_key)
) WITHOUT ROWID
"""


_Values: TypeAlias = "tuple[str, str, str, str, str]"


class Row(NamedTuple):
    """What is kept about a file under some settings; `stat` tells whether it may have changed since."""

    path: str
    key: str
    stat: str
    outcome: str

    def checksum(self) -> str:
        """Return what no damage to the file leaves right."""
        text = f"{self.path}\0{self.key}\0{self.stat}\0{self.outcome}"
        return digest_of(text.encode(errors="surrogatepass"), size=8)


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
        if os.path.exists(file):  # a first run makes it once it has something to write
            self._open()

    def get(self, path: str, key: str) -> Row | None:
        """Return what is kept about a file, if it is undamaged."""
        if self._database is None:
            return None
        query = "SELECT stat, outcome, checksum FROM kept WHERE path = ? AND cache_key = ?"
        try:
            found = self._database.execute(query, (path, key)).fetchone()
        except UnicodeError:  # SQLite takes no name that is not UTF-8
            return None
        except sqlite3.Error as error:
            self._give_up(error)
            return None
        if found is None:
            return None
        row = Row(path, key, found[0], found[1])
        return row if row.checksum() == found[2] else None

    def put(self, rows: Iterable[Row]) -> None:
        """Write rows, all or none of them."""
        values = [(row.path, row.key, row.stat, row.outcome, row.checksum()) for row in _writable(rows)]
        if values and not self._write(values) and self._damaged:
            self._write(values)

    def _write(self, values: list[_Values]) -> bool:
        try:
            prepare(self._file.parent)
            if self._damaged:
                _remove(self._file)
            if self._database is None:
                self._open()
            if self._database is not None:
                _write(self._database, values)
        except (sqlite3.Error, OSError, UnicodeError) as error:  # the last where damage has reached the layout
            self._give_up(error)
        return self._database is not None

    def _open(self) -> None:
        try:
            self._database = _opened(self._file)
        except (sqlite3.Error, UnicodeError) as error:
            self._give_up(error)

    def _give_up(self, error: Exception) -> None:
        """Go on without the file; one that is damaged, not merely locked or beyond reach, is replaced later."""
        name = getattr(error, "sqlite_errorname", "SQLITE_CORRUPT").split("_")
        self._damaged = isinstance(error, (sqlite3.Error, UnicodeError)) and _BEYOND_REACH.isdisjoint(name)
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


def _write(database: sqlite3.Connection, values: list[_Values]) -> None:
    with database:
        database.execute("BEGIN IMMEDIATE")
        database.executemany("INSERT OR REPLACE INTO kept VALUES (?, ?, ?, ?, ?)", values)
        (count,) = database.execute("SELECT count(*) FROM kept").fetchone()
        if count > _MOST_ROWS:  # of earlier releases and settings, mostly
            _forget_all_but(database, {key for _, key, *_ in values})


def _forget_all_but(database: sqlite3.Connection, keys: set[str]) -> None:
    for (key,) in database.execute("SELECT DISTINCT cache_key FROM kept").fetchall():
        if key not in keys:
            database.execute("DELETE FROM kept WHERE cache_key = ?", (key,))


def _opened(file: Path) -> sqlite3.Connection:
    """Return the database in a file; raises sqlite3.Error if it is none of ours or cannot be used."""
    if any(one.is_symlink() for one in with_journal(file)):  # to be replaced by a file of ours
        raise sqlite3.DatabaseError(f"{file} is a link")
    database = sqlite3.connect(file, timeout=_PATIENCE, isolation_level=None)
    try:
        _lay_out(database)
    except BaseException:
        database.close()
        raise
    return database


def _lay_out(database: sqlite3.Connection) -> None:
    (version,), (owner,) = (
        database.execute(f"PRAGMA {name}").fetchone() for name in ("user_version", "application_id")
    )
    if (version, owner) == (_VERSION, _OURS):
        return
    if version or owner or database.execute("SELECT count(*) FROM sqlite_master").fetchone() != (0,):
        raise sqlite3.DatabaseError("another layout, or another program's file")
    with database:
        database.execute("BEGIN IMMEDIATE")  # another run may do it at the same time
        database.execute(_SCHEMA)
        database.execute(f"PRAGMA user_version = {_VERSION}")
        database.execute(f"PRAGMA application_id = {_OURS}")


def _remove(file: Path) -> None:
    for name in with_journal(file):
        name.unlink(missing_ok=True)
