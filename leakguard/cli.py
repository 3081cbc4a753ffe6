"""The command line: runs a command, and turns what stops one into words and an exit code."""

from __future__ import annotations

import gc
import io
import sys
from importlib import import_module
from typing import TYPE_CHECKING

import click

from leakguard import __version__
from leakguard.console import say
from leakguard.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Sequence

_COMMANDS = ("check", "rule", "config", "ledger", "profile", "clean", "server")  # in the order in which they are listed
_FAILED = 2
_INTERRUPTED = 130
# What a run makes it keeps: with Python's own thresholds start-up already looks for garbage a dozen times.
_COLLECTED = (100_000, 20, 50)


class _Commands(click.Group):
    """The modules of `leakguard.commands`, each imported once it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - as above
        if cmd_name not in _COMMANDS:
            return None
        command: click.Command = import_module(f"leakguard.commands.{cmd_name}").command
        return command


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code; an error is told in words, never as a traceback."""
    gc.set_threshold(*_COLLECTED)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    try:
        result = commands.main(arguments, prog_name="leakguard", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        return _INTERRUPTED
    except UserError as error:
        say(f"error: {error}")
        return _FAILED
    except OSError as error:  # such as a full disk behind standard output
        say(f"error: {error.strerror}{f': {error.filename}' if error.filename else ''}")
        return _FAILED
    except Exception as error:  # noqa: BLE001 - there is nobody above to handle it
        from leakguard.failure import defect

        say(f"error: {defect('the run', error)}")
        return _FAILED
    return result if isinstance(result, int) else 0


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, "-V", "--version", prog_name="leakguard", message="%(prog)s %(version)s")
def commands() -> None:
    """Find scores that are too good to be true, before anybody believes them.

    leakguard reads machine-learning code and notebooks and reports where something that is tuned, fitted or chosen
    has learned from the rows that judge it: test rows in a search, a scaler fitted before the split, a uniform prior
    on a learning rate. It never imports or runs what it reads.

    \b
    leakguard check                    this folder
    leakguard check train.py nb.ipynb  some files
    leakguard rule fit-before-split    what a rule is about
    leakguard rule --all               all rules
    leakguard config                   the settings that hold here
    """  # noqa: D301 - click wants the character, not its escape
