"""`leakguard clean`: removes what earlier runs have kept, and nothing else."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from leakguard.console import write
from leakguard.errors import UserError
from leakguard.overrides import Setting

if TYPE_CHECKING:
    from collections.abc import Iterable


@click.command("clean", short_help="Remove the results that are kept between runs.")
@click.option("--all", "of_all", is_flag=True, help="Remove those of all projects.")
@click.option(
    "--cache-dir", cls=Setting, envvar="LEAKGUARD_CACHE_DIR", metavar="FOLDER", help="The folder they are kept in."
)
@click.option(
    *("--config", "config_file"),
    cls=Setting,
    envvar="LEAKGUARD_CONFIG",
    metavar="FILE",
    help="Take the settings from this TOML file.",
)
@click.option("--isolated", is_flag=True, help="Read no configuration file.")
def command(cache_dir: str | None, config_file: str | None, *, of_all: bool, isolated: bool) -> None:
    """Remove the results that are kept about the project of this folder.

    They hold nothing that a run does not find out anew; nothing else is removed.
    """
    from leakguard.cache.place import cache_file, cache_folder, kept_in, with_journal
    from leakguard.config import Configuration, Overrides

    file = Path(config_file) if config_file and not isolated else None
    configuration = Configuration(Overrides(cache_dir=cache_dir), file, isolated=isolated)
    settings = configuration.for_folder(Path.cwd())
    folder = cache_folder(settings.cache_dir)
    if folder is None:
        raise UserError("no home folder is known, so that nothing is kept")
    removed = _removed(kept_in(folder) if of_all else with_journal(cache_file(folder, settings.root)))
    if of_all and _is_removed(folder):
        removed.append(folder)
    write("".join(f"removed {one}\n" for one in removed) or f"nothing is kept in {folder}\n")


def _removed(files: Iterable[Path]) -> list[Path]:
    """Remove those of the files that there are, and return them."""
    removed = []
    for file in files:
        try:
            file.unlink()
        except (FileNotFoundError, NotADirectoryError):
            continue
        except OSError as error:
            raise UserError(f"{file}: cannot be removed: {error.strerror}") from error
        removed.append(file)
    return removed


def _is_removed(folder: Path) -> bool:
    """Remove a folder unless something is left in it."""
    try:
        folder.rmdir()
    except OSError:
        return False
    return True
