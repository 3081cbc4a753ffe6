"""What goes before a configuration file: options of the command line, and variables of the environment for them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from leakguard.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from leakguard.config import Configuration, Settings

_LISTS = ("extend_select", "ignore", "exclude", "extend_exclude")


class Setting(click.Option):
    """An option that a variable of the environment can give too; what is wrong with that names the variable."""

    def get_error_hint(self, ctx: click.Context | None) -> str:
        """Return what a message calls the option: the variable where the value came from that."""
        return variable_of(ctx, self) or super().get_error_hint(ctx)


def variable_of(ctx: click.Context | None, option: click.Parameter) -> str | None:
    """Return the variable of the environment that gave an option's value, if one did."""
    from_environment = ctx is not None and ctx.get_parameter_source(option.name or "") is ParameterSource.ENVIRONMENT
    return str(option.envvar) if from_environment else None


def variables(ctx: click.Context) -> Mapping[str, str]:
    """Return the variables of the environment that count in this run, by the name of the option."""
    found = ((option.name or "", variable_of(ctx, option)) for option in ctx.command.params)
    return {name: variable for name, variable in found if variable}


def origin_of(name: str, settings: Settings, ctx: click.Context) -> str:
    """Return who set the setting behind an option, for messages."""
    from leakguard.source import shown

    if is_typed(ctx, name):
        return "command line"
    return variables(ctx).get(name) or shown(settings.origin)


def is_typed(ctx: click.Context, name: str) -> bool:
    """Say whether an option stands on the command line itself."""
    return ctx.get_parameter_source(name) is ParameterSource.COMMANDLINE


def configuration_of(given: Mapping[str, Any], ctx: click.Context) -> Configuration:
    """Return the configuration under all options that are settings; raises UsageError and ConfigError."""
    from leakguard.config import Configuration, Overrides
    from leakguard.configtable import ConfigError

    values = dict(given)
    file, isolated = values.pop("config_file"), values.pop("isolated")
    variable = variables(ctx).get("config_file")
    if isolated and is_typed(ctx, "config_file"):
        raise click.UsageError("--config and --isolated contradict each other")
    if values["no_baseline"] and is_typed(ctx, "baseline"):
        raise click.UsageError("--baseline and --no-baseline contradict each other")
    overrides = Overrides(**values | {name: values[name] or () for name in _LISTS})
    try:
        return Configuration(overrides, Path(file) if file and not isolated else None, isolated=isolated)
    except ConfigError as error:
        if not variable:
            raise
        raise UserError(f"{variable}: {error}") from error
