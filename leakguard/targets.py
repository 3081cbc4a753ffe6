"""The files that a run writes: none may be a file that it reads, and no two the same."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from leakguard.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from leakguard.discovery import Found

_BASELINE = "--write-baseline"  # which may replace the baseline in use


def check_targets(written: Mapping[str, str | None], files: Sequence[Found], baseline: Path | None) -> None:
    """Raise UserError if an option names a file that is checked, the baseline in use, or what another one names."""
    named = {option: _real(path) for option, path in written.items() if path and _is_kept(path)}
    if not named:
        return
    read = {_real(str(found.path)) for found in files}
    known = _real(str(baseline)) if baseline is not None else None
    options: dict[str, str] = {}
    for option, path in named.items():
        if path in read:
            raise UserError(f"{option} {written[option]}: the file is being checked and would be overwritten")
        if path == known and option != _BASELINE:
            raise UserError(f"{option} {written[option]}: the file is the baseline in use and would be overwritten")
        if path in options:
            raise UserError(f"{options[path]} and {option} both name {written[option]}")
        options[path] = option


def _is_kept(path: str) -> bool:
    """Say whether what is written stays: unlike in a device or a pipe."""
    return os.path.isfile(path) or not os.path.exists(path)


def _real(path: str) -> str:
    return os.path.normcase(os.path.realpath(path))
