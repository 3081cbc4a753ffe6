"""`leakguard config`: the settings that hold for a path, and where each comes from."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from leakguard.commands import check
from leakguard.configtable import keys
from leakguard.console import warn, write
from leakguard.overrides import Setting, configuration_of, variables

if TYPE_CHECKING:
    from leakguard.config import Settings
    from leakguard.provenance import Set

_FORMATS = click.Choice(["text", "json"])
_NO_KEYS = ("config_file", "isolated", "no_baseline")


@click.pass_context
def _config(ctx: click.Context, /, path: str, shown_as: str, **given: Any) -> None:  # noqa: ANN401 - as in `check`
    """Print the settings that hold for a file or folder (by default this folder), each with its source.

    It takes the options of `leakguard check` that are settings, to show what they would do. Behind the settings
    come the rules that are on.
    """
    from leakguard.discovery import MissingPathError
    from leakguard.provenance import rules_on, settings_with_sources
    from leakguard.selection import idle_selectors
    from leakguard.source import shown

    if not os.path.exists(path):
        raise MissingPathError(f"no such file or folder: {shown(path)}")
    folder = Path(os.path.abspath(path))
    settings = configuration_of(given, ctx).for_folder(folder if folder.is_dir() else folder.parent)
    rules = rules_on(settings, "" if folder.is_dir() else path)
    for message in idle_selectors(settings):
        warn(message)
    show = _as_json if shown_as == "json" else _as_text
    write(show(settings, settings_with_sources(settings, given, variables(ctx)), rules))


def _as_text(settings: Settings, found: list[Set], rules: list[tuple[str, str]]) -> str:
    from leakguard.reporters.terminal import visible

    file = settings.origin if os.path.isabs(settings.origin) else "none"
    rows = [f"configuration file: {file}", ""]
    rows += [f"{one.key} = {json.dumps(one.value, ensure_ascii=False)}  # {one.source}" for one in found]
    rows += ["", "rules that are on:", *(f"  {code} {name}" for code, name in rules)]
    return "".join(f"{visible(row)}\n" for row in rows)


def _as_json(settings: Settings, found: list[Set], rules: list[tuple[str, str]]) -> str:
    document = {
        "file": settings.origin if os.path.isabs(settings.origin) else None,
        "settings": [{"key": one.key, "value": one.value, "source": one.source} for one in found],
        "rules": [{"code": code, "name": name} for code, name in rules],
    }
    return json.dumps(document, indent=2) + "\n"


def _shared() -> list[click.Parameter]:
    """Return the options of `check` that are settings; the format of findings can only come from the environment."""
    names = {key.replace("-", "_") for key in keys()} | set(_NO_KEYS)
    options = {one.name: one for one in check.command.params if one.name in names}
    findings = options["output_format"]
    declared = ["--findings-format", "output_format"]
    options["output_format"] = Setting(declared, envvar=findings.envvar, type=findings.type, hidden=True)
    return list(options.values())


command = click.Command(
    "config",
    callback=_config,
    help=_config.__doc__,
    short_help="Show the settings and where they come from.",
    params=[
        click.Argument(["path"], default=".", metavar="[PATH]"),
        *_shared(),
        click.Option(
            ["--output-format", "shown_as"], type=click.Choice(["text", "json"]), default="text", help="[text]"
        ),
    ],
)
