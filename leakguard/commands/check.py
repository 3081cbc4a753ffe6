"""`leakguard check`: options in, a report and an exit code out. The rest is imported once a run needs it."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from leakguard.address import is_address
from leakguard.commands.checking import Shown, Speed, Task, run, settings_of
from leakguard.console import warn, write
from leakguard.diagnostic import OUTPUT_FORMATS, Confidence
from leakguard.errors import UserError
from leakguard.overrides import Setting, configuration_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from leakguard.config import Configuration
    from leakguard.discovery import Found
    from leakguard.timing import Timing

_STDIN = "-"


def _words(_: click.Context, __: click.Parameter, values: Sequence[str]) -> tuple[str, ...] | None:
    """Split what may be given several times or with commas; None if it was not given."""
    return tuple(word.strip() for value in values for word in value.split(",") if word.strip()) if values else None


def _chosen(ctx: click.Context, option: click.Parameter, values: Sequence[str]) -> tuple[str, ...] | None:
    """Split likewise what must not come to nothing: without a rule nothing is checked."""
    words = _words(ctx, option, values)
    if words == ():
        raise click.BadParameter("no rule is named; without the option the default rules are on")
    return words


def _address(_: click.Context, __: click.Parameter, value: str | None) -> str | None:
    if value is not None and not is_address(value):
        raise click.BadParameter(f"{value!r} is no web address, such as https://docs.example.org/leakguard")
    return value


def _list_option(name: str, metavar: str, help_: str, callback: Callable[..., Any] = _words) -> Callable[[Any], Any]:
    return click.option(name, multiple=True, callback=callback, metavar=metavar, help=help_)


class _Check(click.Command):
    """A command whose option `--add-ignore` takes a value only behind `=`, so that it swallows no path."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        end = args.index("--") if "--" in args else len(args)
        options = ["--add-ignore=" if one == "--add-ignore" else one for one in args[:end]]
        return super().parse_args(ctx, options + args[end:])


@click.command("check", cls=_Check, short_help="Check files and folders for leaks.")
@click.argument("paths", nargs=-1, metavar="[PATHS]...")
@_list_option("--select", "RULES", "Turn on these rules only: names, codes, prefixes such as LG2, or ALL.", _chosen)
@_list_option("--extend-select", "RULES", "Turn on these rules too.")
@_list_option("--ignore", "RULES", "Turn off these rules.")
@click.option("--preview/--no-preview", default=None, help="Let prefixes and ALL mean rules in preview too.  [off]")
@click.option(
    "--min-confidence",
    cls=Setting,
    envvar="LEAKGUARD_MIN_CONFIDENCE",
    type=click.Choice(list(Confidence), case_sensitive=False),
    help="Leave out less sure findings.  [medium]",
)
@_list_option("--exclude", "PATTERNS", "Skip these paths instead of the default ones (.venv, build, ...).")
@_list_option("--extend-exclude", "PATTERNS", "Skip these paths too.")
@click.option("--force-exclude", is_flag=True, default=None, help="Skip excluded files even if they are named.")
@click.option("--respect-gitignore/--no-respect-gitignore", default=None, help="Skip what git ignores.  [on]")
@click.option("--fix/--no-fix", default=None, help="Apply the fixes that are safe.  [off]")
@click.option(
    "--unsafe-fixes/--no-unsafe-fixes", default=None, help="Count those among them that need a look afterwards.  [off]"
)
@click.option("--diff", is_flag=True, help="Show what --fix would change, and write nothing.")
@click.option("--show-fixes/--no-show-fixes", default=None, help="List what was fixed.  [off]")
@click.option(
    *("--config", "config_file"),
    cls=Setting,
    envvar="LEAKGUARD_CONFIG",
    metavar="FILE",
    help="Take the settings from this TOML file.",
)
@click.option("--isolated", is_flag=True, help="Read no configuration file.")
@click.option(
    "--output-format",
    cls=Setting,
    envvar="LEAKGUARD_OUTPUT_FORMAT",
    type=click.Choice(OUTPUT_FORMATS),
    help="How to show findings.  [full]",
)
@click.option(
    "--output-file",
    cls=Setting,
    envvar="LEAKGUARD_OUTPUT_FILE",
    metavar="FILE",
    help="Write the report to this file.",
)
@click.option("--statistics", is_flag=True, help="Count the findings of each rule instead of listing them.")
@click.option("-v", "--verbose", is_flag=True, help="Say on standard error where the time went.")
@click.option("--show-suppressed", is_flag=True, help="List the findings that comments silence, too.")
@click.option("--exit-zero", is_flag=True, help="Exit with 0 in spite of findings.")
@click.option(
    "--documentation-url",
    cls=Setting,
    envvar="LEAKGUARD_DOCUMENTATION_URL",
    metavar="URL",
    callback=_address,
    help="Link each rule to its page below this address.",
)
@click.option(
    "--color", type=click.Choice(["auto", "always", "never"]), default="auto", help="Colour the output.  [auto]"
)
@click.option("--report", metavar="FILE", help="Write the findings to this file too, as one HTML page.")
@click.option("--watch", is_flag=True, help="Check again whenever a file changes, until Ctrl-C.")
@click.option("-j", "--jobs", type=click.IntRange(min=1), help="Use so many processes.  [one for each processor]")
@click.option(
    "--no-cache",
    cls=Setting,
    is_flag=True,
    envvar="LEAKGUARD_NO_CACHE",
    help="Neither use nor keep earlier results.",
)
@click.option(
    "--cache-dir", cls=Setting, envvar="LEAKGUARD_CACHE_DIR", metavar="FOLDER", help="Keep results in this folder."
)
@click.option("--prefilter/--no-prefilter", default=True, hidden=True, help="Pass over what cannot have a finding.")
@click.option("--stdin-filename", metavar="NAME", help="What the text on standard input (`-`) is called.")
@click.option(
    "--baseline",
    cls=Setting,
    envvar="LEAKGUARD_BASELINE",
    metavar="FILE",
    help="Leave out the findings that this file counts.",
)
@click.option("--no-baseline", is_flag=True, help="Use no baseline, whatever the settings say.")
@click.option(
    "--write-baseline",
    metavar="FILE",
    help="Let this file count all findings from now on; with --baseline, only known ones that are still found.",
)
@click.option("--add-ignore", metavar="[=REASON]", help="Write a comment that silences it beside each finding.")
@click.option("--show-files", is_flag=True, help="List the files that would be checked, and check none.")
@click.pass_context
def command(  # noqa: PLR0913 - one argument for each option
    ctx: click.Context,
    /,
    paths: tuple[str, ...],
    color: str,
    output_file: str | None,
    report: str | None,
    stdin_filename: str | None,
    *,
    diff: bool,
    jobs: int | None,
    no_cache: bool,
    prefilter: bool,
    statistics: bool,
    verbose: bool,
    show_suppressed: bool,
    exit_zero: bool,
    watch: bool,
    write_baseline: str | None,
    add_ignore: str | None,
    show_files: bool,
    **given: Any,  # noqa: ANN401 - the options that mean nothing before they reach the settings
) -> int:
    """Check Python files, notebooks, and folders of them (by default this folder) for leaks.

    `-` reads standard input. Lists of rules and patterns are separated by commas. Patterns are those of .gitignore.
    Settings come from [tool.leakguard] in the closest pyproject.toml that has it; these options go before them.

    \b
    Exit code: 0  nothing found
               1  something found, be it a file that is not valid Python (0 with --exit-zero)
               2  wrong use, wrong settings, a missing path, or a defect of leakguard
    With --watch, what is found makes no difference to it.
    """  # noqa: D301 - as above
    shown = Shown(
        color, output_file, report, statistics=statistics, suppressed=show_suppressed, exit_zero=exit_zero, diff=diff
    )
    speed = Speed(jobs, no_cache, prefilter, _timing(wanted=verbose))
    task = Task(ctx, shown, speed, paths or (".",), write_baseline, add_ignore)
    _refuse_contradictions(task, watch=watch, show_files=show_files)
    if watch:
        from leakguard.discovery import discover
        from leakguard.watching import watch as check_and_watch

        return check_and_watch(
            task.named,
            lambda: configuration_of(given, ctx),
            lambda now: run(discover(task.named, now, warn), now, task),
        )
    configuration = configuration_of(given, ctx)
    files = _files(paths, stdin_filename, configuration)
    if show_files:
        settings_of(configuration, task.speed)
        return _list(files)
    return run(files, configuration, task)


def _timing(*, wanted: bool) -> Timing | None:
    if not wanted:
        return None
    from leakguard.timing import Timing

    return Timing()


def _refuse_contradictions(task: Task, *, watch: bool, show_files: bool) -> None:
    """Raise UsageError for options that do not go together."""
    reason, writes = task.add_ignore, task.write_baseline is not None
    if reason is not None and not reason.isprintable():
        raise click.UsageError("the reason for --add-ignore must be plain text in one row")
    if reason is not None and (writes or _STDIN in task.named):
        raise click.UsageError("--add-ignore changes files; it goes with neither --write-baseline nor `-`")
    if watch and (reason is not None or writes or show_files or _STDIN in task.named):
        raise click.UsageError("--watch goes with neither --add-ignore, --write-baseline, --show-files nor `-`")
    if task.shown.diff and (reason is not None or writes or watch):
        raise click.UsageError("--diff goes with neither --add-ignore, --write-baseline nor --watch")


def _list(files: Iterable[Found]) -> int:
    from leakguard.reporters.terminal import shown_name

    write("".join(f"{shown_name(found.shown)}\n" for found in files))
    return 0


def _files(paths: tuple[str, ...], stdin_filename: str | None, configuration: Configuration) -> Iterable[Found]:
    if stdin_filename is not None and _STDIN not in paths:
        raise click.UsageError("--stdin-filename goes with `-`, which reads standard input")
    if _STDIN not in paths:
        from leakguard.discovery import discover

        return discover(paths or (".",), configuration, warn)
    if len(paths) > 1:
        raise click.UsageError("`-` cannot be combined with other paths")
    return _standard_input(stdin_filename, configuration)


def _standard_input(name: str | None, configuration: Configuration) -> list[Found]:
    from leakguard.discovery import Found, is_excluded
    from leakguard.source import shown

    path = os.path.abspath(name or _STDIN)
    settings = configuration.for_folder(Path(path).parent)
    if name and settings.force_exclude and is_excluded(path, settings):
        return []
    if sys.stdin is None:
        raise UserError("`-`: standard input is closed")
    return [Found(Path(path), shown(name) if name else _STDIN, settings, sys.stdin.buffer.read())]
