"""Baselines: the findings that a project lives with for now, counted by file, rule and message.

Rows are not counted, so that findings which only moved stay known. Files are named relative to the baseline.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from leakguard.errors import UserError
from leakguard.remarks import ANALYSIS_LIMIT, INTERNAL_ERROR, SYNTAX_ERROR, UNREADABLE_FILE
from leakguard.selection import canonical_name, enabled
from leakguard.source import shown
from leakguard.writing import replace_file

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from leakguard.config import Settings
    from leakguard.diagnostic import Diagnostic
    from leakguard.report import Report

_VERSION = 1
_FIELDS = ("file", "rule", "message", "count")
# That a file was not checked is no finding to get used to.
_NEVER_KNOWN = frozenset({SYNTAX_ERROR.name, UNREADABLE_FILE.name, INTERNAL_ERROR.name})
_UNFINISHED = _NEVER_KNOWN | {ANALYSIS_LIMIT.name}


class BaselineError(UserError):
    """A baseline that cannot be read or written: the text names it, and what is wrong where."""

    def __init__(self, file: Path, what: str) -> None:
        super().__init__(f"{shown(str(file))}: {what}")


class Key(NamedTuple):
    """What makes two findings the same to a baseline; `path` is absolute."""

    path: str
    rule: str
    message: str


@dataclass(frozen=True, slots=True)
class Stale:
    """Entries for one rule in one file of which `gone` of `count` findings are no longer made."""

    filename: str
    rule: str
    gone: int
    count: int


def read_baseline(file: Path) -> Counter[Key]:
    """Return how often a baseline counts each finding; raises BaselineError."""
    try:
        document = json.loads(file.read_bytes().decode("utf-8-sig"))
    except OSError as error:
        raise BaselineError(file, f"cannot read the baseline: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise BaselineError(file, "not a baseline: not UTF-8 text") from error
    except json.JSONDecodeError as error:
        where = f"row {error.lineno}, column {error.colno}"
        raise BaselineError(file, f"not a baseline: not valid JSON at {where} ({error.msg})") from error
    except (RecursionError, ValueError) as error:  # nested too deeply; a number of thousands of digits
        raise BaselineError(file, f"not a baseline: {error}") from error
    found: Counter[Key] = Counter()
    for number, entry in enumerate(_entries(document, file)):
        key, count = _read_entry(entry, file, f"`findings[{number}]`")
        if key in found:
            raise BaselineError(file, f"`findings[{number}]` counts the same finding as an entry above")
        found[key] = count
    return found


def write_baseline(file: Path, counts: Mapping[Key, int]) -> None:
    """Write a baseline, all of it or nothing, in an order that does not depend on the run; raises BaselineError."""
    rows = []
    for key in sorted(counts, key=lambda key: (_relative(key.path, file.parent), *key)):
        values = _relative(key.path, file.parent), key.rule, key.message, counts[key]
        rows.append("    " + json.dumps(dict(zip(_FIELDS, values, strict=True))))
    findings = "[\n" + ",\n".join(rows) + "\n  ]" if rows else "[]"
    try:
        replace_file(file, f'{{\n  "version": {_VERSION},\n  "findings": {findings}\n}}\n'.encode())
    except OSError as error:
        raise BaselineError(file, f"cannot write the baseline: {error.strerror or error}") from error


def count(found: Iterable[Diagnostic]) -> Counter[Key]:
    """Count findings as a baseline does, without the remarks that it never hides."""
    return Counter(_key(one) for one in found if one.name not in _NEVER_KNOWN)


def hide_known(report: Report, known: Counter[Key]) -> Counter[Key]:
    """Take from a report, in order of place, as many findings as are known, and return what is left of the counts."""
    left = known.copy()
    kept = []
    for one in report.diagnostics:
        key = _key(one)
        if one.name not in _NEVER_KNOWN and left[key] > 0:
            left[key] -= 1
            report.known += 1
        else:
            kept.append(one)
    report.diagnostics[:] = kept
    return +left


def unfinished(report: Report) -> frozenset[str]:
    """Return the absolute paths of the files that were not checked, or not to the end."""
    return frozenset(os.path.abspath(one.place.filename) for one in report.diagnostics if one.name in _UNFINISHED)


def stale_keys(left: Counter[Key], checked: Mapping[str, Settings], unknown: Collection[str]) -> Counter[Key]:
    """Return those of the counts left that nothing in the program answers to any more.

    Of a file or by a rule that was not checked nothing is known; `checked` has the settings by absolute path.
    """
    return Counter({key: number for key, number in left.items() if _is_stale(key, checked, unknown)})


def described(stale: Counter[Key], known: Counter[Key]) -> Iterator[Stale]:
    """Sum up stale entries by file and rule, in order."""
    gone: Counter[tuple[str, str]] = Counter()
    counted: Counter[tuple[str, str]] = Counter()
    for key, number in stale.items():
        gone[key.path, key.rule] += number
    for key, number in known.items():
        counted[key.path, key.rule] += number
    for path, rule in sorted(gone):
        yield Stale(shown(path), rule, gone[path, rule], counted[path, rule])


def _is_stale(key: Key, checked: Mapping[str, Settings], unknown: Collection[str]) -> bool:
    if key.path not in checked:
        return not os.path.exists(key.path)
    if key.path in unknown:
        return False
    return canonical_name(key.rule) is None or key.rule in enabled(checked[key.path], key.path)


def _key(one: Diagnostic) -> Key:
    return Key(os.path.abspath(one.place.filename), one.name, one.message)


def _entries(document: object, file: Path) -> list[object]:
    match document:
        case {"version": version} if version != _VERSION or type(version) is not int:
            what = f"its version is {json.dumps(version)}, and this leakguard reads version {_VERSION}"
            raise BaselineError(file, f"cannot use the baseline: {what}; write it anew")
        case {"version": _, "findings": list(entries), **rest} if not rest:
            return entries
        case _:
            raise BaselineError(file, "not a baseline: expected an object with `version` and a list `findings`")


def _read_entry(entry: object, file: Path, where: str) -> tuple[Key, int]:
    match entry:
        case {"file": str(name), "rule": str(rule), "message": str(message), "count": int(number), **rest} if (
            not rest and not isinstance(number, bool)
        ):
            if number < 1:
                raise BaselineError(file, f"not a baseline: {where}: `count` is {number}, expected 1 or more")
            if not _is_path(name):
                raise BaselineError(file, f"not a baseline: {where}: `file` is {json.dumps(name)}, which names no file")
            path = os.path.normpath(os.path.join(file.parent, name))
            return Key(path, rule, message), number
        case _:
            what = "expected the texts `file`, `rule` and `message` and the number `count`"
            raise BaselineError(file, f"not a baseline: {where}: {what}")


def _is_path(name: str) -> bool:
    """Say whether a text can name a file; half surrogates stand in it only for bytes that are no UTF-8."""
    try:
        return b"\0" not in os.fsencode(name)
    except UnicodeEncodeError:
        return False


def _relative(path: str, folder: Path) -> str:
    try:
        return os.path.relpath(path, folder).replace(os.sep, "/")
    except ValueError:  # another drive
        return Path(path).as_posix()
