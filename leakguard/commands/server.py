"""`leakguard server`: serves an editor over standard input and output."""

from __future__ import annotations

import sys
from importlib.util import find_spec
from pathlib import Path

import click

from leakguard.errors import UserError


@click.command("server", short_help="Serve an editor (language server protocol).")
@click.option("--config", "config_file", metavar="FILE", help="Take the settings from this TOML file.")
@click.option("--isolated", is_flag=True, help="Read no configuration file.")
def command(config_file: str | None, *, isolated: bool) -> int:
    """Check what an editor has open, saved or not, and tell it by the language server protocol.

    Editors start this by themselves and talk to it over standard input and output; how to set one up is told in
    docs/editors.md. It needs the extra `lsp`: pip install 'leakguard-hpo[lsp]'.
    """
    if config_file and isolated:
        raise click.UsageError("--config and --isolated contradict each other")
    if find_spec("pygls") is None:
        raise UserError("`leakguard server` needs the extra: pip install 'leakguard-hpo[lsp]'")
    if sys.stdin is None or sys.stdout is None:
        raise UserError("`leakguard server` talks over standard input and output, and one of them is closed")
    from leakguard.config import Configuration, Overrides
    from leakguard.server.session import serve

    file = Path(config_file) if config_file else None
    return serve(lambda: Configuration(Overrides(), file, isolated=isolated))
