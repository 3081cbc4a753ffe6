"""`leakguard check`: options in, a report and an exit code out. The rest is imported once a run needs it."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from leakguard.address import is_address
from leakguard.console import wants_color, warn, write
from leakguard.diagnostic import OUTPUT_FORMATS, Confidence
from leakguard.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from leakguard.config import Configuration
    from leakguard.discovery import Found
    from leakguard.report import Report

_STDIN = "-"


def _words(_: click.Context, __: click.Parameter, values: Sequence[str]) -> tuple[str, ...] | None:
    """Split what may be given several times or with commas; None if it was not given."""
    return tuple(word.strip() for value in values for word in value.split(",") if word.strip()) if values else None


def _address(_: click.Context, __: click.Parameter, value: str | None) -> str | None:
    if value is not None and not is_address(value):
        raise click.BadParameter(f"{value!r} is no web address, such as https://docs.example.org/leakguard")
    return value


def _list_option(name: str, metavar: str, help_: str) -> Callable[[Any], Any]:
    return click.option(name, multiple=True, callback=_words, metavar=metavar, help=help_)


@click.command("check", short_help="Check files and folders for leaks.")
@click.argument("paths", nargs=-1, metavar="[PATHS]...")
@_list_option("--select", "RULES", "Turn on these rules only: names, codes, prefixes such as LG2, or ALL.")
@_list_option("--extend-select", "RULES", "Turn on these rules too.")
@_list_option("--ignore", "RULES", "Turn off these rules.")
@click.option(
    "--min-confidence",
    type=click.Choice(list(Confidence), case_sensitive=False),
    help="Leave out less sure findings.  [medium]",
)
@_list_option("--exclude", "PATTERNS", "Skip these paths instead of the default ones (.venv, build, ...).")
@_list_option("--extend-exclude", "PATTERNS", "Skip these paths too.")
@click.option("--force-exclude", is_flag=True, default=None, help="Skip excluded files even if they are named.")
@click.option("--respect-gitignore/--no-respect-gitignore", default=None, help="Skip what git ignores.  [on]")
@click.option("--config", "config_file", metavar="FILE", help="Take the settings from this TOML file.")
@click.option("--isolated", is_flag=True, help="Read no configuration file.")
@click.option(
    "--output-format",
    type=click.Choice(OUTPUT_FORMATS),
    envvar="LEAKGUARD_OUTPUT_FORMAT",
    show_envvar=True,
    help="How to show findings.  [full]",
)
@click.option(
    "--output-file",
    metavar="FILE",
    envvar="LEAKGUARD_OUTPUT_FILE",
    show_envvar=True,
    help="Write the report to this file.",
)
@click.option("--statistics", is_flag=True, help="Count the findings of each rule instead of listing them.")
@click.option("--show-suppressed", is_flag=True, help="List the findings that comments silence, too.")
@click.option("--exit-zero", is_flag=True, help="Exit with 0 in spite of findings.")
@click.option(
    "--documentation-url",
    metavar="URL",
    envvar="LEAKGUARD_DOCUMENTATION_URL",
    show_envvar=True,
    callback=_address,
    help="Link each rule to its page below this address.",
)
@click.option(
    "--color", type=click.Choice(["auto", "always", "never"]), default="auto", help="Colour the output.  [auto]"
)
@click.option("--report", metavar="FILE", help="Write the findings to this file too, as one HTML page.")
@click.option("--watch", is_flag=True, help="Check again whenever a file changes, until Ctrl-C.")
@click.option("--stdin-filename", metavar="NAME", help="What the text on standard input (`-`) is called.")
def command(  # noqa: PLR0913 - one argument for each option
    paths: tuple[str, ...],
    config_file: str | None,
    output_file: str | None,
    color: str,
    report: str | None,
    stdin_filename: str | None,
    *,
    isolated: bool,
    statistics: bool,
    show_suppressed: bool,
    exit_zero: bool,
    watch: bool,
    select: tuple[str, ...] | None,
    extend_select: tuple[str, ...] | None,
    ignore: tuple[str, ...] | None,
    exclude: tuple[str, ...] | None,
    extend_exclude: tuple[str, ...] | None,
    **plain: Any,  # noqa: ANN401 - the options that mean nothing before they reach the settings
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
    if config_file and isolated:
        raise click.UsageError("--config and --isolated contradict each other")
    from leakguard.config import Configuration, Overrides

    lists = (select, extend_select or (), ignore or (), exclude or (), extend_exclude or ())
    overrides = Overrides(*lists, **plain)

    def configure() -> Configuration:
        return Configuration(overrides, Path(config_file) if config_file else None, isolated=isolated)

    shown = _Shown(color, output_file, report, statistics=statistics, suppressed=show_suppressed, exit_zero=exit_zero)
    configuration, named = configure(), paths or (".",)
    if stdin_filename is not None and _STDIN not in paths:
        raise click.UsageError("--stdin-filename goes with `-`, which reads standard input")
    if _STDIN in paths:
        if len(paths) > 1:
            raise click.UsageError("`-` cannot be combined with other paths")
        if watch:
            raise click.UsageError("--watch goes with files and folders, not with standard input")
        files: Iterable[Found] = _standard_input(stdin_filename, configuration)
    else:
        from leakguard.discovery import discover

        if watch:
            from leakguard.watching import watch as check_and_watch

            def check(now: Configuration) -> int:
                return _check(discover(named, now, warn), now, shown, named)

            return check_and_watch(named, configure, check)
        files = discover(named, configuration, warn)
    return _check(files, configuration, shown, named)


@dataclass(frozen=True, slots=True)
class _Shown:
    """How and where the report is shown."""

    color: str
    file: str | None
    page: str | None
    statistics: bool
    suppressed: bool
    exit_zero: bool


def _check(files: Iterable[Found], configuration: Configuration, shown: _Shown, named: Sequence[str]) -> int:
    """Report on standard output and, if a file for it is named, as a page; return the exit code."""
    if shown.page is None:
        code = _report(files, configuration, shown).exit_code()
    else:
        from leakguard.reporters import page
        from leakguard.reporters.page import file

        file.ensure_writable(shown.page)
        result = _report(files, configuration, shown)
        file.write(shown.page, page.render(result, named))
        code = result.exit_code()
    return 0 if shown.exit_zero and code == 1 else code


def _report(files: Iterable[Found], configuration: Configuration, shown: _Shown) -> Report:
    from leakguard.reporters import check_statistics, render
    from leakguard.selection import enabled

    settings = configuration.for_folder(Path.cwd())
    enabled(settings, "")  # a wrong name is told even if there is no file to check
    if shown.statistics:
        check_statistics(settings.output_format)
    send = _destination(shown.file) if shown.file is not None else write
    report = _checked(files)
    if not report.checked:
        warn("no Python files or notebooks to check")
    text = render(
        report,
        settings.output_format,
        color=shown.file is None and wants_color(shown.color),
        statistics=shown.statistics,
        suppressed=shown.suppressed,
        documentation_url=settings.documentation_url,
    )
    send(text)
    return report


def _destination(file: str) -> Callable[[str], None]:
    """Return what puts the report into a file; raises UserError if that cannot be."""
    from leakguard.output import check_writable, write_file

    check_writable(file)
    return partial(write_file, file)


def _checked(files: Iterable[Found]) -> Report:
    """Check the files, and show on a terminal how far that has come."""
    from leakguard.progress import Progress, terminal
    from leakguard.runner import check_files

    found = list(files)
    progress = Progress(len(found), terminal())
    try:
        return check_files(found, progress.before(warn), progress.advance)
    finally:
        progress.close()


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
