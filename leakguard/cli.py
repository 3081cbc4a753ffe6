"""The command line: options in, reports and exit codes out. The rest is imported once a command needs it."""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from leakguard import __version__
from leakguard.diagnostic import Confidence
from leakguard.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from leakguard.config import Configuration
    from leakguard.discovery import Found

_STDIN = "-"
_FAILED = 2
_PREVIEW = ", in preview: on only where it is selected"
_INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code; an error is told in words, never as a traceback."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    try:
        result = _cli.main(arguments, prog_name="leakguard", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        return _INTERRUPTED
    except UserError as error:
        _say(f"error: {error}")
        return _FAILED
    except OSError as error:  # such as a full disk behind standard output
        _say(f"error: {error.strerror}{f': {error.filename}' if error.filename else ''}")
        return _FAILED
    except Exception as error:  # noqa: BLE001 - there is nobody above to handle it
        from leakguard.failure import defect

        _say(f"error: {defect('the run', error)}")
        return _FAILED
    return result if isinstance(result, int) else 0


def _words(_: click.Context, __: click.Parameter, values: Sequence[str]) -> tuple[str, ...] | None:
    """Split what may be given several times or with commas; None if it was not given."""
    return tuple(word.strip() for value in values for word in value.split(",") if word.strip()) if values else None


def _list_option(name: str, metavar: str, help_: str) -> Callable[[Any], Any]:
    return click.option(name, multiple=True, callback=_words, metavar=metavar, help=help_)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, "-V", "--version", prog_name="leakguard", message="%(prog)s %(version)s")
def _cli() -> None:
    """Find scores that are too good to be true, before anybody believes them.

    leakguard reads machine-learning code and notebooks and reports where something that is tuned, fitted or chosen
    has learned from the rows that judge it: test rows in a search, a scaler fitted before the split, a uniform prior
    on a learning rate. It never imports or runs what it reads.

    \b
    leakguard check                    this folder
    leakguard check train.py nb.ipynb  some files
    leakguard rule fit-before-split    what a rule is about
    leakguard rule --all               all rules
    """  # noqa: D301 - click wants the character, not its escape


@_cli.command(short_help="Check files and folders for leaks.")
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
@click.option("--output-format", type=click.Choice(["full", "concise", "json"]), help="How to show findings.  [full]")
@click.option(
    "--color", type=click.Choice(["auto", "always", "never"]), default="auto", help="Colour the output.  [auto]"
)
@click.option("--stdin-filename", metavar="NAME", help="What the text on standard input (`-`) is called.")
def check(  # noqa: PLR0913 - one argument for each option
    paths: tuple[str, ...],
    config_file: str | None,
    color: str,
    stdin_filename: str | None,
    *,
    isolated: bool,
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
               1  something found, be it a file that is not valid Python
               2  wrong use, wrong settings, a missing path, or a defect of leakguard
    """  # noqa: D301 - as above
    if config_file and isolated:
        raise click.UsageError("--config and --isolated contradict each other")
    from leakguard.config import Configuration, Overrides

    lists = (select, extend_select or (), ignore or (), exclude or (), extend_exclude or ())
    overrides = Overrides(*lists, **plain)
    configuration = Configuration(overrides, Path(config_file) if config_file else None, isolated=isolated)
    if stdin_filename is not None and _STDIN not in paths:
        raise click.UsageError("--stdin-filename goes with `-`, which reads standard input")
    if _STDIN in paths:
        if len(paths) > 1:
            raise click.UsageError("`-` cannot be combined with other paths")
        files: Iterable[Found] = _standard_input(stdin_filename, configuration)
    else:
        from leakguard.discovery import discover

        files = discover(paths or (".",), configuration, _warn)
    return _report(files, configuration, color)


def _report(files: Iterable[Found], configuration: Configuration, color: str) -> int:
    from leakguard.reporters import render
    from leakguard.runner import check_files
    from leakguard.selection import enabled

    settings = configuration.for_folder(Path.cwd())
    enabled(settings, "")  # a wrong name is told even if there is no file to check
    report = check_files(files, _warn)
    if not report.checked:
        _warn("no Python files or notebooks to check")
    _print(render(report, settings.output_format, color=_wants_color(color)))
    return report.exit_code()


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


@_cli.command(short_help="Explain a rule.")
@click.argument("rule", required=False, metavar="[NAME|CODE]")
@click.option("--all", "all_rules", is_flag=True, help="Explain all rules.")
@click.option("--output-format", type=click.Choice(["text", "json"]), default="text", help="[text]")
def rule(rule: str | None, output_format: str, *, all_rules: bool) -> None:
    """Print what a rule looks for, why it matters, and what to write instead."""
    from leakguard.selection import UnknownRuleError, canonical_name, documented

    if (rule is None) != all_rules:
        raise click.UsageError("name one rule, or use --all")
    name = canonical_name(rule) if rule else None
    if rule and not name:
        raise UnknownRuleError(rule, "command line")
    chosen = [one for one in documented().values() if name in {None, one.name}]
    if output_format == "text":
        _print(
            "\n".join(
                f"# {one.name} ({one.code}{_PREVIEW if one.preview else ''})\n\n{one.documentation}\n" for one in chosen
            )
        )
        return
    import json
    from dataclasses import asdict

    objects = [asdict(one) for one in chosen]
    _print(json.dumps(objects if all_rules else objects[0], indent=2) + "\n")


def _wants_color(choice: str) -> bool:
    if choice != "auto":
        return choice == "always"
    if os.environ.get("NO_COLOR"):
        return False
    return os.environ.get("FORCE_COLOR", "0") not in {"", "0"} or (
        sys.stdout.isatty() and os.environ.get("TERM") != "dumb"
    )


def _print(text: str) -> None:
    """Write to standard output, quietly if its reader has gone; raises OSError."""
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # what is left has somewhere to go
        if not isinstance(error, BrokenPipeError):
            raise


def _warn(message: str) -> None:
    _say(f"warning: {message}")


def _say(message: str) -> None:
    from leakguard.reporters.terminal import visible

    click.echo(f"leakguard: {visible(message)}", err=True)
