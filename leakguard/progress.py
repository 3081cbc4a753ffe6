"""How far a long run has come: one line on standard error, on a terminal only, and gone at the end."""

from __future__ import annotations

import os
import sys
import time
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from collections.abc import Callable

_PATIENCE = 2.0  # seconds before anything is shown
_PAUSE = 0.1  # seconds between two updates
_ERASE = "\r\033[K"


class Progress:
    """Counts the checked files, and shows the number once the run takes long."""

    def __init__(self, total: int, stream: TextIO | None, clock: Callable[[], float] = time.monotonic) -> None:
        """`stream`: where to show it, None for nowhere."""
        self._total = total
        self._stream = stream
        self._clock = clock
        self._next = clock() + _PATIENCE
        self._done = 0
        self._drawn = False

    def advance(self) -> None:
        """Count a checked file."""
        self._done += 1
        if self._stream is None or self._clock() < self._next:
            return
        self._next = self._clock() + _PAUSE
        self._drawn = True
        self._show(f"{_ERASE}checked {self._done:,} of {self._total:,} files")

    def clear(self) -> None:
        """Take the line away, so that something else can be said."""
        if self._drawn:
            self._drawn = False
            self._show(_ERASE)

    def close(self) -> None:
        """Take the line away for good."""
        self.clear()
        self._stream = None

    def before(self, say: Callable[[str], None]) -> Callable[[str], None]:
        """Return a way to say something on a line of its own."""

        def said(message: str) -> None:
            self.clear()
            say(message)

        return said

    def _show(self, text: str) -> None:
        if self._stream is not None:
            self._stream.write(text)
            self._stream.flush()


def terminal() -> TextIO | None:
    """Return standard error if a person watches it: a terminal that can erase a line, and no CI."""
    if os.environ.get("CI") or os.environ.get("TERM") == "dumb":
        return None
    return sys.stderr if sys.stderr is not None and sys.stderr.isatty() else None
