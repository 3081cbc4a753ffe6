"""`leakguard check --watch`: checks, and checks again whenever a file changes, until it is interrupted."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import click

from leakguard.config import DEFAULT_EXCLUDE
from leakguard.console import say
from leakguard.discovery import discover
from leakguard.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from leakguard.config import Configuration

_SETTINGS = frozenset({"pyproject.toml", ".gitignore"})
_TOGETHER = 100  # milliseconds in which a further change is taken for a part of the one before
_READY = 500  # milliseconds after which it is certain that the folders are being watched


def watch(
    paths: Sequence[str], configure: Callable[[], Configuration], check: Callable[[Configuration], object]
) -> int:
    """Call `check` now and upon each change below the paths; an interrupt ends this and is no failure.

    Raises what the first check raises; what is wrong with the settings later is told and waits for the next change.
    """
    try:
        import watchfiles  # noqa: F401 - before anything is checked
    except ImportError as error:
        raise UserError("`--watch` needs the extra: pip install 'leakguard-hpo[watch]'") from error
    with suppress(KeyboardInterrupt):
        before = _states(paths, configure)
        check(configure())
        _announce(before)
        for now in _changes(paths, configure, before):
            click.clear()
            try:
                check(configure())
            except UserError as error:
                say(f"error: {error}")
            _announce(now)
    return 0


def _changes(
    paths: Sequence[str], configure: Callable[[], Configuration], before: Mapping[str, object]
) -> Iterator[Mapping[str, object]]:
    """Yield the states of all files whenever something has changed, be it while the first check was under way."""
    import watchfiles

    folders = {path if os.path.isdir(path) else os.path.dirname(path) or "." for path in paths}
    named = frozenset(os.path.abspath(path) for path in paths if not os.path.isdir(path))
    roots = [os.path.abspath(path) for path in paths if os.path.isdir(path)]
    started = False
    for changes in watchfiles.watch(
        *folders,  # a file that is saved by putting a new one in its place would be lost
        watch_filter=lambda _, path: path in named or _is_below(path, roots),
        debounce=10 * _TOGETHER,
        step=_TOGETHER,
        rust_timeout=_READY,
        yield_on_timeout=True,
        recursive=bool(roots),
        ignore_permission_denied=True,
    ):
        if changes or not started:
            now = _states(paths, configure)
            if now != before or any(os.path.basename(path) in _SETTINGS for _, path in changes):
                yield now
            before = now
        started = True


def _is_below(path: str, roots: Sequence[str]) -> bool:
    """Say whether a path is below one of the folders, and not in one that nobody looks into."""
    below = [os.path.relpath(path, root).split(os.sep) for root in roots]
    return any(parts[0] != os.pardir and not set(parts).intersection(DEFAULT_EXCLUDE) for parts in below)


def _states(paths: Sequence[str], configure: Callable[[], Configuration]) -> Mapping[str, object]:
    """Return what tells one state of each file from another; nothing if the files cannot be told."""
    found: dict[str, object] = {}
    with suppress(UserError):
        for one in discover(paths, configure(), lambda _: None):
            with suppress(OSError):
                status = Path(one.path).stat()
                found[one.shown] = status.st_mtime_ns, status.st_size, status.st_ino
    return found


def _announce(files: Mapping[str, object]) -> None:
    say(f"watching {len(files)} file{'' if len(files) == 1 else 's'}, Ctrl-C ends")
