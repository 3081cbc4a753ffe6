"""Checks many files: recalls what is known of them, examines the others, and gathers what is found."""

from __future__ import annotations

import os
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace
from pathlib import Path
from stat import S_ISFIFO
from typing import TYPE_CHECKING

from leakguard.discovery import Found
from leakguard.examining import Examiner
from leakguard.settling import settled
from leakguard.source import UnreadableError, read_bytes, shown
from leakguard.workspace import Disk

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from leakguard.cache.memory import Memory
    from leakguard.config import Settings
    from leakguard.outcome import Outcome
    from leakguard.report import Report
    from leakguard.timing import Timing

# In larger runs files that cannot have a finding are not looked at for syntax errors, which takes ten times as long.
_FEW = 400


@dataclass(frozen=True, slots=True)
class Means:
    """What a run may use: the memory of earlier ones, and so many processes (None: as many as there are).

    `contents` says by path what files that others import hold now, where they are not yet written so.
    """

    memory: Memory | None = None
    jobs: int | None = 1
    contents: Mapping[str, bytes] = field(default_factory=dict)
    prefilter: bool = True  # pass over files that cannot have a finding
    timing: Timing | None = None  # takes down where the time goes


def check_files(
    files: Iterable[Found],
    warn: Callable[[str], None],
    means: Means = Means(),
    checked: Callable[[], None] = lambda: None,
) -> Report:
    """Check files; what is passed over is said to `warn`, and `checked` is called after each file.

    Raises UnknownRuleError, ConfigError, and what iterating over `files` raises.
    """
    return _Run(list(files), warn, means, checked).report()


class _Run:
    """One run over files, which may import one another."""

    def __init__(
        self, files: Sequence[Found], warn: Callable[[str], None], means: Means, checked: Callable[[], None]
    ) -> None:
        self._files = [_in_hand(found) for found in files]
        self._beside = _final_files(self._files)
        self._warn = warn
        self._checked = checked
        self._memory = means.memory
        self._prefilter = means.prefilter
        self._timing = means.timing
        self._jobs = 1 if means.contents else means.jobs
        self._contents = Disk(means.contents)
        self._examiner = Examiner(all_syntax=len(files) <= _FEW, files=self._contents, kept=means.memory is not None)
        self._outcomes: dict[str, Outcome] = {}  # by shown name
        self._stats: dict[str, str] = {}

    def report(self) -> Report:
        """Find out about each file, then settle what that says about each."""
        for settings in {id(found.settings): found.settings for found in self._files}.values():
            check_selectors(settings, self._memory, lambda _: None)
        files = [*self._files, *self._beside]
        with self._phase("recalling what earlier runs found"):
            self._recall(files)
        known = len(self._outcomes)
        with self._phase("reading files, and passing over what cannot matter"):
            self._screen([found for found in files if found.shown not in self._outcomes])
        passed_over = len(self._outcomes) - known
        with self._phase("analysing files"):
            self._examine([found for found in files if found.shown not in self._outcomes])
        with self._phase("keeping what was found, and settling what is said"):
            if self._memory is not None:
                self._memory.save()
            report = settled(self._files, self._outcomes, self._contents.read, self._warn)
        if self._timing is not None:
            self._timing.known += known
            self._timing.passed_over += passed_over
        return report

    def _phase(self, name: str) -> AbstractContextManager[None]:
        return nullcontext() if self._timing is None else self._timing.phase(name)

    def _recall(self, files: Sequence[Found]) -> None:
        """Take what earlier runs found out, as far as nothing has changed."""
        if self._memory is None:
            return
        kept = [(found, outcome) for found in files if (outcome := self._memory.recall(found))]
        for found, outcome in kept:
            named = None if outcome.analysed else tuple((one.module, one.level) for one in outcome.imports)
            self._examiner.remember(found, named, relevant=outcome.relevant)
        for found, outcome in kept:
            if self._memory.holds(outcome, found, self._examiner):
                self._outcomes[found.shown] = outcome
                self._checked()

    def _screen(self, files: Sequence[Found]) -> None:
        """Take what can be told of the others without analysing them."""
        for found in files:
            self._take_stat(found)
        if not self._prefilter:
            return
        for found, outcome in self._examiner.screened(files):
            self._keep(found, outcome)

    def _examine(self, files: Sequence[Found]) -> None:
        if not files:
            return
        sizes = [len(found.data) if found.data is not None else _size(found) for found in files]
        from leakguard.workers import NoProcessesError, examined, wanted

        jobs = wanted(self._jobs, sizes)
        try:
            if jobs > 1:
                for found, outcome in zip(files, examined(files, sizes, jobs), strict=True):
                    self._keep(found, outcome)
                return
        except NoProcessesError:
            pass
        self._examine_here(files)

    def _examine_here(self, files: Sequence[Found]) -> None:
        from leakguard.room import in_worker

        def examine() -> None:
            for found in files:
                self._keep(found, self._examiner.examined(found))

        in_worker(examine)

    def _take_stat(self, found: Found) -> None:
        if self._memory is not None:
            from leakguard.cache.store import stat_of

            self._stats[found.shown] = stat_of(str(found.path))

    def _keep(self, found: Found, outcome: Outcome) -> None:
        self._outcomes[found.shown] = outcome
        self._checked()
        if self._timing is not None and outcome.spent is not None:
            self._timing.files[found.shown] = outcome.spent
        if self._memory is not None:
            self._memory.keep(found, outcome, self._stats.get(found.shown, ""))


def check_selectors(settings: Settings, memory: Memory | None, warn: Callable[[str], None]) -> None:
    """Tell wrong names of rules, and what is wrong with the final evaluation, whether or not a file needs them.

    Raises UnknownRuleError and ConfigError.
    """
    if settings.analysis.gated or settings.analysis.knowledge.final:
        from leakguard.final import check_final

        check_final(settings)
    if settings.analysis.knowledge.final and not settings.analysis.gated:
        warn(f"{settings.origin}: `final-evaluation` guards nothing, as `test-paths` names no file")
    if memory is not None and memory.vouches_for(settings):
        return
    from leakguard.selection import enabled, idle_selectors

    enabled(settings, "")
    idle = list(idle_selectors(settings))
    for message in idle:
        warn(message)
    if memory is not None and not idle:
        memory.vouch_for(settings)


def _final_files(files: Sequence[Found]) -> list[Found]:
    """Return the files of the final evaluation that are not among those checked: what they call is theirs to read."""
    gated = {found.settings for found in files if found.settings.analysis.gated}
    if not gated:
        return []
    from leakguard.final import final_files

    checked = {str(found.path) for found in files}
    paths = {path: settings for settings in gated for path in final_files(settings) if path not in checked}
    return [Found(Path(path), shown(path), settings) for path, settings in sorted(paths.items())]


def _in_hand(found: Found) -> Found:
    """Return a file with its content if that can be read only once: a pipe."""
    if found.data is not None or not _is_pipe(found.path):
        return found
    try:
        return replace(found, data=read_bytes(found.path))
    except UnreadableError:
        return found


def _is_pipe(path: Path) -> bool:
    try:
        return S_ISFIFO(os.stat(path).st_mode)
    except OSError:
        return False


def _size(found: Found) -> int:
    try:
        return os.path.getsize(found.path)
    except OSError:
        return 0
