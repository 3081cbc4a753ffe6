"""The ledger's file: an SQLite database of our own layout, which is never repaired, emptied or replaced."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

from leakguard.seal.openings.errors import OpeningsError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_OURS = 0x4C474F50  # what tells our files from those of other programs
_LAYOUT = 1
_PATIENCE = 60.0  # seconds to wait for other writers
_SCHEMA = """
CREATE TABLE opening (
    number INTEGER PRIMARY KEY AUTOINCREMENT, content_key TEXT NOT NULL, name TEXT NOT NULL, kind TEXT NOT NULL,
    at REAL NOT NULL, user TEXT NOT NULL, commit_id TEXT NOT NULL, dirty INTEGER, command TEXT NOT NULL,
    reason TEXT NOT NULL, score REAL, test_rows INTEGER
)
"""


@contextmanager
def writing(file: Path) -> Iterator[sqlite3.Connection]:
    """Yield a connection within a transaction that no other writer shares; raises OpeningsError.

    A rollback journal is used, not a write-ahead log, since that needs memory shared by all writers, which network
    folders do not have. What was not committed is undone by whoever opens the file next.
    """
    with _told(file):
        file.parent.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(file, timeout=_PATIENCE, isolation_level=None)) as connection:
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("BEGIN IMMEDIATE")
            if _is_new(connection):
                connection.execute(_SCHEMA)
                connection.execute(f"PRAGMA application_id = {_OURS}")
                connection.execute(f"PRAGMA user_version = {_LAYOUT}")
            _check(connection, file)
            yield connection
            connection.execute("COMMIT")


@contextmanager
def reading(file: Path) -> Iterator[sqlite3.Connection]:
    """Yield a connection that only reads a file that exists; raises OpeningsError."""
    with _told(file), closing(sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True, timeout=_PATIENCE)) as connection:
        if _is_new(connection):  # its first writer has not come to an end
            connection.execute("ATTACH ':memory:' AS empty")
            connection.execute(_SCHEMA.replace("TABLE ", "TABLE empty.", 1))
        else:
            _check(connection, file)
        yield connection


def _is_new(connection: sqlite3.Connection) -> bool:
    return bool(connection.execute("SELECT count(*) FROM sqlite_master").fetchone() == (0,))


def _check(connection: sqlite3.Connection, file: Path) -> None:
    if connection.execute("PRAGMA application_id").fetchone() != (_OURS,):
        raise OpeningsError(f"{file}: a database of another program, not an opening ledger; name another file")
    if connection.execute("PRAGMA user_version").fetchone() != (_LAYOUT,):
        raise OpeningsError(f"{file}: an opening ledger of another version of leakguard; use that version")


@contextmanager
def _told(file: Path) -> Iterator[None]:
    """Turn the errors of SQLite and of the file system into words."""
    try:
        yield
    except sqlite3.Error as error:
        raise OpeningsError(f"{file}: {_told_by_name(error, file)}") from error
    except OSError as error:
        raise OpeningsError(f"{file}: the opening ledger cannot be used: {error.strerror}") from error


def _told_by_name(error: sqlite3.Error, file: Path) -> str:
    name = getattr(error, "sqlite_errorname", "")
    beyond = name.startswith(("SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_PERM", "SQLITE_AUTH"))
    if name.startswith(("SQLITE_NOTADB", "SQLITE_CORRUPT", "SQLITE_ERROR")) or "no such column" in str(error):
        return (
            f"not an opening ledger, or a damaged one ({error}); it was left as it is: take the file back from a "
            "backup or from version control, or move it away to begin a new ledger"
        )
    if beyond and os.path.exists(file):
        return "the opening ledger cannot be written here; LEAKGUARD_OPENINGS or `openings-file` names another place"
    if name.startswith("SQLITE_BUSY"):
        return f"other processes have been writing to the opening ledger for {_PATIENCE:.0f} seconds; try again"
    return f"the opening ledger cannot be used: {error}"
