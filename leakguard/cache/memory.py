"""Which outcomes of earlier runs still hold."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from leakguard.cache.codec import decoded, encoded
from leakguard.cache.key import cache_key
from leakguard.cache.place import cache_file
from leakguard.cache.store import Row, Store, stat_of
from leakguard.digest import digest_of
from leakguard.source import UnreadableError, read_bytes

if TYPE_CHECKING:
    from collections.abc import Mapping

    from leakguard.config import Settings
    from leakguard.discovery import Found
    from leakguard.examining import Examiner
    from leakguard.outcome import Outcome


class Memory:
    """The cache of one project during one run."""

    def __init__(self, folder: Path, root: Path, contents: Mapping[str, bytes] | None = None) -> None:
        """`contents` says by path what some files hold now, which are not yet written so."""
        self._store = Store(cache_file(folder, root))
        self._keys: dict[int, tuple[Settings, str]] = {}  # by identity, which the settings then keep
        self._digests = {path: digest_of(data) for path, data in (contents or {}).items()}
        self._rows: dict[tuple[str, str], Row] = {}  # to be written

    def vouches_for(self, settings: Settings) -> bool:
        """Say whether an earlier run has found that the settings name no unknown rules."""
        return self._store.get("", self._key(settings)) is not None

    def vouch_for(self, settings: Settings) -> None:
        """Take down that the settings name no unknown rules."""
        self._add(Row("", self._key(settings), "", ""))

    def recall(self, found: Found) -> Outcome | None:
        """Return what is kept about a file if it has not changed; whether it `holds` has still to be asked."""
        if found.data is not None:
            return None
        row = self._store.get(str(found.path), self._key(found.settings))
        outcome = _outcome(row) if row else None
        return outcome if row and outcome and self._is_unchanged(row, outcome) else None

    def holds(self, outcome: Outcome, found: Found, examiner: Examiner) -> bool:
        """Say whether all else that a kept outcome depends on is as it was.

        To be asked after all files were recalled: those that have not changed need not be read then.
        """
        if not outcome.analysed:
            return examiner.may_stay_unanalysed(outcome, found)
        if not outcome.relevant and not examiner.must_be_analysed(
            outcome, found
        ):  # an import led on, which it may no more
            return False
        return all(examiner.path_of(one) == one.path for one in outcome.imports) and all(
            self._digest(path) == digest for path, digest in outcome.contents.items()
        )

    def keep(self, found: Found, outcome: Outcome, stat: str) -> None:
        """Take an outcome down for the next run; `stat` was taken before the file was read."""
        if outcome.lasting and found.data is None:
            self._add(Row(str(found.path), self._key(found.settings), stat, encoded(outcome)))

    def save(self) -> None:
        """Write what was taken down."""
        self._store.put(self._rows.values())
        self.close()

    def close(self) -> None:
        """Let go of the cache's file."""
        self._store.close()

    def _add(self, row: Row) -> None:
        self._rows[row.path, row.key] = row

    def _key(self, settings: Settings) -> str:
        if id(settings) not in self._keys:
            self._keys[id(settings)] = settings, cache_key(settings)
        return self._keys[id(settings)][1]

    def _is_unchanged(self, row: Row, outcome: Outcome) -> bool:
        stat = stat_of(row.path)
        if row.stat and stat == row.stat:
            self._digests[row.path] = outcome.digest
            return True
        if self._digest(row.path) != outcome.digest:
            return False
        if stat:  # the same again, at another time
            self._add(Row(row.path, row.key, stat, row.outcome))
        return True

    def _digest(self, path: str) -> str:
        if path not in self._digests:
            try:
                self._digests[path] = digest_of(read_bytes(Path(path)))
            except UnreadableError:
                self._digests[path] = ""
        return self._digests[path]


def _outcome(row: Row) -> Outcome | None:
    try:
        return decoded(row.outcome)
    except (ValueError, TypeError, KeyError, RecursionError):
        return None
