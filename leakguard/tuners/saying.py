"""Words for the person who waits."""

from __future__ import annotations

import sys


def say(text: str) -> None:
    """Write a line on standard error, which leaves standard output to the program."""
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


def duration(seconds: float) -> str:
    """Return a time as people say it, in the unit that leaves it below 100."""
    for unit, size in (("s", 1), ("min", 60), ("h", 3600)):
        if seconds / size < 100:
            return f"{seconds / size:.2g} {unit}"
    return f"{seconds / 86400:.3g} days"
