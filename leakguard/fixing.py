"""Applies fixes, pass by pass: what they change is kept only if their findings are gone and nothing new is found."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from leakguard.diagnostic import Applicability
from leakguard.editing import edited
from leakguard.fixes.elsewhere import importer_of
from leakguard.source import UnreadableError, shown
from leakguard.textedits import EditError
from leakguard.writing import replace_file, why_not_replaceable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from leakguard.diagnostic import Diagnostic, Edit, Fix, Place
    from leakguard.discovery import Found
    from leakguard.report import Report

    Say = Callable[[str], None]
    # Files, where to say what is passed over, and what files hold now that are not yet written so, by path.
    Check = Callable[[Iterable[Found], Say, Mapping[str, bytes]], Report]

_MOST_PASSES = 100
_Key = tuple[str, str, str, str]


@dataclass(frozen=True, slots=True)
class Changed:
    """A file with what fixes made of it."""

    found: Found
    before: bytes
    after: bytes


@dataclass(slots=True)
class Fixing:
    """What came of it: the report on what is left, and the files with fixes, none of them written yet."""

    report: Report
    files: list[Changed] = field(default_factory=list)

    @property
    def changed(self) -> list[Changed]:
        """The files that fixes made something else of."""
        return [one for one in self.files if one.before != one.after]


def fix_files(files: Iterable[Found], check: Check, warn: Say, *, write: bool = True) -> Fixing:
    """Check files and fix what their settings allow to be fixed, in memory; raises what `check` raises.

    Files that could not be written are left alone, if they are to be (`write`), and that is said to `warn`.
    """
    run = _Run(list(files), check, warn, write=write)
    run.report = check(run.files(), warn, {})
    for _ in range(_MOST_PASSES):
        if not run.take_pass():
            break
    run.report.fixed = run.fixed
    return Fixing(run.report, run.outcome())


def write_files(fixing: Fixing, warn: Say) -> bool:
    """Write what changed; say what could not be written, and return whether all could."""
    done = True
    for one in fixing.changed:
        try:
            replace_file(one.found.path, one.after, one.before)
        except OSError as error:
            done = False
            fixing.report.fixed.pop(one.found.shown, None)
            warn(f"{one.found.shown}: cannot write the fixed file: {error.strerror or error}; it is left as it was")
    return done


class _Run:
    report: Report

    def __init__(self, files: list[Found], check: Check, warn: Say, *, write: bool) -> None:
        self._files = {found.shown: found for found in files}
        self._check = check
        self._write = write
        self._warn = warn
        self._before: dict[str, bytes] = {}
        self._after: dict[str, bytes] = {}
        self._barred: set[str] = set()  # files that cannot be changed
        self._withdrawn: set[_Key] = set()
        self.fixed: dict[str, Counter[str]] = {}

    def files(self, contents: dict[str, bytes] | None = None) -> list[Found]:
        now = self._after if contents is None else contents
        return [replace(found, data=now.get(name, found.data)) for name, found in self._files.items()]

    def outcome(self) -> list[Changed]:
        """Return the files that fixes were tried on, and what came by standard input."""
        given = {name: found.data for name, found in self._files.items() if found.data is not None}
        after = given | self._after
        return [Changed(self._files[name], self._before.get(name, data), data) for name, data in after.items()]

    def take_pass(self) -> bool:
        """Apply fixes, fewer and fewer of them until they do what they should; False if there are none."""
        chosen = self._chosen()
        if not chosen:
            return False
        while not self._apply(chosen):
            if len(chosen) == 1:
                self._withdraw(chosen[0])
                break
            chosen = chosen[: len(chosen) // 2]
        return True

    def _apply(self, chosen: Sequence[Diagnostic]) -> bool:
        result = self._result_of(chosen)
        if result is None:
            return False
        self._after, self.report = result
        for one in chosen:
            self.fixed.setdefault(one.place.filename, Counter())[one.name] += 1
        return True

    def _result_of(self, chosen: Sequence[Diagnostic]) -> tuple[dict[str, bytes], Report] | None:
        """Return the contents and the report after these fixes; None unless they do what they should."""
        try:
            contents = self._after | {name: self._edited(name, chosen) for name in _filenames(chosen)}
        except EditError:
            return None
        by_path = {str(self._files[name].path): data for name, data in contents.items()}
        report = self._check(self.files(contents), lambda _: None, by_path)
        wanted = _counts(self.report.diagnostics)
        wanted.subtract(_counts(chosen))
        after = _counts(report.diagnostics)
        return (contents, report) if all(after[key] <= wanted[key] for key in {*after, *wanted}) else None

    def _edited(self, name: str, chosen: Sequence[Diagnostic]) -> bytes:
        edits = [edit for one in chosen if one.fix for edit in one.fix.edits if edit.place.filename == name]
        return edited(name, self._bytes(name), edits)

    def _bytes(self, name: str) -> bytes:
        if name not in self._after:
            found = self._files[name]
            self._before[name] = self._after[name] = found.data if found.data is not None else found.path.read_bytes()
        return self._after[name]

    def _chosen(self) -> list[Diagnostic]:
        """Return findings whose fixes may be applied and do not overlap, the first ones first."""
        taken: list[Edit] = []
        chosen: list[Diagnostic] = []
        for one in self.report.diagnostics:
            fix = one.fix
            if fix is None or not self._may_be_fixed(one) or _key(one, self.report) in self._withdrawn:
                continue
            if all(edit in taken or not any(_touch(edit.place, other.place) for other in taken) for edit in fix.edits):
                taken += fix.edits
                chosen.append(one)
        return chosen

    def _may_be_fixed(self, one: Diagnostic) -> bool:
        name = one.place.filename
        found = self._files.get(name)
        if found is None or one.fix is None or name in self._barred:
            return False
        if one.fix.applicability is not Applicability.SAFE and not (
            one.fix.applicability is Applicability.UNSAFE and found.settings.unsafe_fixes
        ):
            return False
        return self._is_changeable(name, found) and not self._is_imported(one, one.fix, found)

    def _is_imported(self, one: Diagnostic, fix: Fix, found: Found) -> bool:
        """Whether another file imports what a fix changes; it is then withdrawn."""
        others = [other.path for other in self._files.values()]
        importer = importer_of(fix, found.path, self._bytes(found.shown), others)
        if importer is not None:
            self._withdraw(one, f"{shown(str(importer))} imports what it changes")
        return importer is not None

    def _is_changeable(self, name: str, found: Found) -> bool:
        try:
            reason = why_not_replaceable(found.path, found.settings.root) if self._write and found.data is None else ""
            self._bytes(name)
        except (OSError, UnreadableError) as error:
            reason = str(error)
        if reason:
            self._barred.add(name)
            self._warn(f"{name}: cannot be fixed: {reason}")
        return not reason

    def _withdraw(self, one: Diagnostic, reason: str = "it would not be clean") -> None:
        self._withdrawn.add(_key(one, self.report))
        where = f"row {one.place.row}" if one.place.cell is None else f"cell {one.place.cell}, row {one.place.row}"
        self._warn(f"{one.place.filename}: the fix of {one.name} in {where} was withdrawn: {reason}")


def _filenames(chosen: Iterable[Diagnostic]) -> set[str]:
    return {edit.place.filename for one in chosen if one.fix for edit in one.fix.edits}


def _counts(found: Iterable[Diagnostic]) -> Counter[tuple[str, str]]:
    return Counter((one.place.filename, one.name) for one in found)


def _key(one: Diagnostic, report: Report) -> _Key:
    """Return what a finding is recognised by after other fixes have moved it."""
    rows = report.rows(one.place)
    row = rows[one.place.row - 1].strip() if one.place.row <= len(rows) else ""
    return one.place.filename, one.name, one.message, row


def _touch(one: Place, other: Place) -> bool:
    """Whether two edits share characters, or begin at the same one."""
    if (one.filename, one.cell) != (other.filename, other.cell):
        return False
    (start, end), (begin, finish) = _ends(one), _ends(other)
    return start == begin or (start < finish and begin < end)


def _ends(place: Place) -> tuple[tuple[int, int], tuple[int, int]]:
    return (place.row, place.column), (place.end_row, place.end_column)
