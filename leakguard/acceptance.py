"""Runs in which some findings are taken for granted: those that a baseline counts, or that it is made to count."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leakguard.baseline import (
    BaselineError,
    count,
    described,
    hide_known,
    read_baseline,
    stale_keys,
    unfinished,
    write_baseline,
)
from leakguard.errors import UserError
from leakguard.source import shown

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from leakguard.baseline import Key
    from leakguard.config import Settings
    from leakguard.discovery import Found
    from leakguard.report import Report

    Check = Callable[[Iterable[Found]], Report]
    Say = Callable[[str], None]


def check_new(files: Iterable[Found], check: Check, baseline: Path, origin: str, warn: Say) -> Report:
    """Check files for what a baseline does not count, and warn of what it counts in vain.

    Raises UserError if the baseline cannot be used; `origin` says who named it.
    """
    try:
        report, known, stale = _compare(files, check, baseline)
    except BaselineError as error:
        raise UserError(f"{origin}: {error}") from error
    _warn_of(stale, known, baseline, warn)
    return report


def accept(files: Iterable[Found], check: Check, baseline: Path, say: Say) -> Report:
    """Check files and let a baseline count all that is found; raises BaselineError."""
    report = check(files)
    counts = count(report.diagnostics)
    hide_known(report, counts)
    _write(baseline, counts, say)
    return report


def refresh(files: Iterable[Found], check: Check, baseline: Path, written: Path, say: Say) -> Report:
    """Check files for what a baseline does not count, and write it without what it counts in vain."""
    report, known, stale = _compare(files, check, baseline)
    _write(written, known - stale, say)
    return report


def _compare(files: Iterable[Found], check: Check, baseline: Path) -> tuple[Report, Counter[Key], Counter[Key]]:
    """Return what a baseline does not count, what it counts, and what it counts in vain."""
    known = read_baseline(baseline)  # before the files, so that a damaged one costs no time
    checked: dict[str, Settings] = {}
    report = check(_noted(files, checked))
    unknown = unfinished(report)
    left = hide_known(report, known)
    return report, known, stale_keys(left, checked, unknown)


def _noted(files: Iterable[Found], checked: dict[str, Settings]) -> Iterator[Found]:
    for found in files:
        checked[str(found.path)] = found.settings
        yield found


def _warn_of(stale: Counter[Key], known: Counter[Key], baseline: Path, warn: Say) -> None:
    name = shown(str(baseline))
    for one in described(stale, known):
        warn(f"{name}: stale: {one.filename}: {one.gone:,} of {one.count:,} {one.rule} no longer found")
    if stale:
        warn(f"{name}: `--baseline {name} --write-baseline {name}` takes stale entries out")


def _write(file: Path, counts: Counter[Key], say: Say) -> None:
    write_baseline(file, counts)
    number, files = counts.total(), len({key.path for key in counts})
    findings = f"{number:,} finding{'' if number == 1 else 's'}"
    say(f"{shown(str(file))}: now counts {findings} in {files:,} file{'' if files == 1 else 's'}")
