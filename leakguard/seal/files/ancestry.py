"""Whose process a process is."""

from __future__ import annotations

import os

try:
    import resource
except ImportError:  # not on Windows
    resource = None  # type: ignore[assignment]


def lineage(process: int) -> list[int]:
    """Return the number of a process, of its parent, and so on; nothing where it has ended, or nobody can tell."""
    found: list[int] = []
    while process > 1 and process not in found:
        parent = _parent(process)
        if parent is None:
            return found
        found.append(process)
        process = parent
    return found


def _parent(process: int) -> int | None:
    """Return the parent's number (proc(5): the second field behind the name, which may hold anything)."""
    try:
        with open(f"/proc/{process}/stat", "rb") as file:
            return int(file.read().rpartition(b")")[2].split()[1])
    except (OSError, ValueError, IndexError):
        return None


def has_children() -> bool:
    """Whether a process runs that this one has begun; True where nobody can tell."""
    try:
        for thread in os.listdir("/proc/self/task"):
            with open(f"/proc/self/task/{thread}/children", "rb") as file:
                if file.read().strip():
                    return True
    except OSError:
        return True
    return False


def ended_children() -> tuple[int, ...]:
    """Return figures that change whenever a child of this process, or one of its own, has ended and been waited for."""
    if resource is None:
        return ()
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (usage.ru_minflt, usage.ru_majflt, usage.ru_nvcsw, usage.ru_nivcsw)
