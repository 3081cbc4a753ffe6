"""One run of `leakguard check`: what is checked, fixed, silenced, counted and shown, in which order."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from leakguard.console import say, wants_color, warn, write
from leakguard.overrides import is_typed, origin_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from leakguard.config import Configuration, Settings
    from leakguard.discovery import Found
    from leakguard.report import Report
    from leakguard.runner import Means
    from leakguard.timing import Timing

    Say = Callable[[str], None]
    Check = Callable[[Iterable[Found]], Report]


class Shown(NamedTuple):
    """How and where the report is shown."""

    color: str
    file: str | None
    page: str | None
    statistics: bool
    suppressed: bool
    exit_zero: bool
    diff: bool


class Speed(NamedTuple):
    """What a run may use to be fast."""

    jobs: int | None
    no_cache: bool
    prefilter: bool
    timing: Timing | None = None

    def means(self, settings: Settings, contents: Mapping[str, bytes] | None = None) -> Means:
        """Return what the runner may use for the project of the settings, whose files may have other contents."""
        from leakguard.runner import Means

        now = contents or {}
        if self.no_cache or not self.prefilter:
            return Means(None, self.jobs, now, prefilter=self.prefilter, timing=self.timing)
        from leakguard.cache.memory import Memory
        from leakguard.cache.place import cache_folder

        folder = cache_folder(settings.cache_dir)
        return Means(Memory(folder, settings.root, now) if folder else None, self.jobs, now, timing=self.timing)


class Task(NamedTuple):
    """What is to be done beside checking."""

    ctx: click.Context
    shown: Shown
    speed: Speed
    named: Sequence[str]
    write_baseline: str | None
    add_ignore: str | None


def run(files: Iterable[Found], configuration: Configuration, task: Task) -> int:
    """Check files, report, and return the exit code."""
    from leakguard.targets import check_targets

    settings, shown = settings_of(configuration, task.speed), task.shown
    send = _destination(shown, settings)
    _check_writable({"--report": shown.page, "--write-baseline": task.write_baseline})
    files = list(files)
    written = {"--output-file": shown.file, "--report": shown.page, "--write-baseline": task.write_baseline}
    check_targets(written, files, settings.baseline)
    if shown.diff or settings.fix:
        result, code = _fixed(files, settings, task, send)
    else:
        result = _result(files, settings, task)
        send(_rendered(result, settings, shown))
        code = result.exit_code()
    for row in task.speed.timing.rows() if task.speed.timing is not None else ():
        say(row)
    if shown.page is not None:
        from leakguard.reporters import page
        from leakguard.writing import write_text

        write_text("--report", shown.page, page.render(result, task.named))
    return 0 if shown.exit_zero and code == 1 else code


def _fixed(files: list[Found], settings: Settings, task: Task, send: Say) -> tuple[Report, int]:
    """Fix what may be fixed, or show what that would change; return what is left, and the exit code."""
    from leakguard.commands.fix import apply, show
    from leakguard.fixing import fix_files
    from leakguard.runner import check_files

    if task.write_baseline is not None or task.add_ignore is not None:
        raise click.UsageError("--fix goes with neither --add-ignore nor --write-baseline")

    origin = origin_of("baseline", settings, task.ctx)

    def check(found: Iterable[Found], warn: Say, contents: Mapping[str, bytes]) -> Report:
        means = task.speed.means(settings, contents)
        return _new(found, lambda one: check_files(one, warn, means), settings, origin, lambda _: None)

    fixing = fix_files(files, check, warn, write=not task.shown.diff)
    if task.shown.diff:
        return fixing.report, show(fixing)
    text = _rendered(fixing.report, settings, task.shown)
    return fixing.report, apply(fixing, settings, text, send, to_file=task.shown.file is not None)


def settings_of(configuration: Configuration, speed: Speed) -> Settings:
    """Return the settings of the whole run; a wrong or idle name is told even if there is no file to check."""
    from leakguard.runner import check_selectors

    settings = configuration.for_folder(Path.cwd())
    memory = speed.means(settings).memory
    check_selectors(settings, memory, warn)
    if memory is not None:
        memory.close()
    return settings


def _result(files: Iterable[Found], settings: Settings, task: Task) -> Report:
    """Check files for what no baseline knows, after writing what is to be written."""
    origin = origin_of("baseline", settings, task.ctx)
    check = partial(_check, settings=settings, speed=task.speed, warn=warn, tell=say)
    if task.write_baseline is not None:
        known = settings.baseline if is_typed(task.ctx, "baseline") else None
        return _written(files, check, known, Path(task.write_baseline).absolute())
    if task.add_ignore is not None:
        files = list(files)
        quietly = partial(_check, settings=settings, speed=task.speed, warn=lambda _: None, tell=lambda _: None)
        _silence(_new(files, quietly, settings, origin, lambda _: None), task.add_ignore)
    return _new(files, check, settings, origin, warn)


def _new(files: Iterable[Found], check: Check, settings: Settings, origin: str, warn: Say) -> Report:
    """Check files for what no baseline knows."""
    if settings.baseline is None:
        return check(files)
    from leakguard.acceptance import check_new

    return check_new(files, check, settings.baseline, origin, warn)


def _written(files: Iterable[Found], check: Check, baseline: Path | None, written: Path) -> Report:
    """Check files and write a baseline, which counts no more than another one if that is given."""
    from leakguard.acceptance import accept, refresh

    if baseline is None:
        return accept(files, check, written, say)
    return refresh(files, check, baseline, written, say)


def _check(files: Iterable[Found], settings: Settings, speed: Speed, warn: Say, tell: Say) -> Report:
    """Check the files, and show on a terminal how far that has come."""
    from leakguard.progress import Progress, terminal
    from leakguard.runner import check_files

    found = list(files)
    progress = Progress(len(found), terminal())
    try:
        report = check_files(found, progress.before(warn), speed.means(settings), progress.advance)
    finally:
        progress.close()
    if report.only_read:
        tell(
            f"{report.only_read:,} files hold nothing that a finding needs and were only read, not looked at for "
            "syntax errors; check fewer files at once, or folder by folder, to have that done"
        )
    return report


def _silence(report: Report, reason: str) -> None:
    from leakguard.room import in_worker
    from leakguard.silencing import silence

    in_worker(lambda: silence(report, reason, say))


def _destination(shown: Shown, settings: Settings) -> Callable[[str], None]:
    """Return what takes the report; raises UserError if that cannot be, or cannot be in the wanted form."""
    if shown.statistics:
        from leakguard.reporters import check_statistics

        check_statistics(settings.output_format)
    if shown.file is None:
        return write
    from leakguard.writing import write_text

    _check_writable({"--output-file": shown.file})
    return partial(write_text, "--output-file", shown.file)


def _check_writable(files: Mapping[str, str | None]) -> None:
    """Raise UserError if nothing can be written to a file that an option names."""
    for option, file in files.items():
        if file is not None:
            from leakguard.writing import check_writable

            check_writable(option, file)


def _rendered(report: Report, settings: Settings, shown: Shown) -> str:
    from leakguard.reporters import render

    if not report.checked:
        warn("no Python files or notebooks to check")
    return render(
        report,
        settings.output_format,
        color=shown.file is None and wants_color(shown.color),
        statistics=shown.statistics,
        suppressed=shown.suppressed,
        documentation_url=settings.documentation_url,
    )
