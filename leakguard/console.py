"""What goes to standard output and to standard error, and whether it is coloured."""

from __future__ import annotations

import os
import sys

import click

from leakguard.errors import UserError


def wants_color(choice: str) -> bool:
    if choice != "auto":
        return choice == "always"
    if sys.stdout is None or os.environ.get("NO_COLOR"):
        return False
    return os.environ.get("FORCE_COLOR", "0") not in {"", "0"} or (
        sys.stdout.isatty() and os.environ.get("TERM") != "dumb"
    )


def write(text: str) -> None:
    """Write to standard output, quietly if its reader has gone; raises OSError, and UserError if it is closed."""
    if sys.stdout is None:
        raise UserError("standard output is closed")
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # what is left has somewhere to go
        if not isinstance(error, BrokenPipeError):
            raise


def warn(message: str) -> None:
    say(f"warning: {message}")


def say(message: str) -> None:
    from leakguard.reporters.terminal import visible

    click.echo(f"leakguard: {visible(message)}", err=True)
