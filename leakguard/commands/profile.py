"""`leakguard profile`: what training rows are like, before anything is tuned."""

from __future__ import annotations

import json
import os
from importlib import import_module
from pathlib import Path
from typing import Any, Literal

import click

from leakguard.console import say, write
from leakguard.errors import UserError
from leakguard.spelling import nearest

_READERS = {".csv": "read_csv", ".tsv": "read_table", ".parquet": "read_parquet", ".feather": "read_feather"}


@click.command("profile", short_help="Look at training rows, and suggest bounds for a search.")
@click.argument("file", type=click.Path(exists=True, dir_okay=False))
@click.option("--target", metavar="COLUMN", help="The column that is to be predicted.")
@click.option(
    "--task", type=click.Choice(["classes", "numbers"]), help="What the target holds, if whole numbers could be either."
)
@click.option("--report", metavar="FILE", help="Write a page of HTML with pictures, too.")
@click.option("--output-format", type=click.Choice(["full", "json"]), default="full", help="[full]")
def command(
    file: str, target: str | None, task: Literal["classes", "numbers"] | None, report: str | None, output_format: str
) -> int:
    """Show what the training rows in FILE (CSV, TSV, Parquet, Feather) are like, and which bounds follow from that.

    Give training rows alone: bounds that test rows suggest have learned from them. A file that `test-paths` of
    [tool.leakguard] names is refused. Needs the extra `profile`: pip install 'leakguard-hpo[profile]'.
    """
    if report is not None:
        from leakguard.writing import check_writable

        check_writable("--report", report)
    _refuse_test_path(file)
    X, y = _read(file, target)  # noqa: N806 - the field's names
    found = _profile(X, y, task, file)
    if output_format == "json":
        write(json.dumps(found.as_data(), indent=2) + "\n")
    else:
        from leakguard.reporters.terminal import visible

        write("".join(f"{visible(line)}\n" for line in str(found).splitlines()))
    if report is not None:
        found.report(report)
        say(f"written: {report}")
    return 0


def _refuse_test_path(file: str) -> None:
    from leakguard.config import Configuration, Overrides
    from leakguard.semantic.test_paths import TestPaths

    path = os.path.abspath(file)
    options = Configuration(Overrides()).for_folder(Path(path).parent).analysis
    if options.test_paths and TestPaths(options.root, options.test_paths).match(path, path):
        raise UserError(f"{file} holds test rows, by `test-paths`: a profile chooses bounds, and must not see them")


def _read(file: str, target: str | None) -> tuple[Any, Any]:
    """Return the columns and the target."""
    suffix = os.path.splitext(file)[1].lower()
    if suffix not in _READERS:
        raise UserError(f"{file}: expected a file whose name ends in {', '.join(_READERS)}")
    pandas = _needed("pandas")
    try:
        table = getattr(pandas, _READERS[suffix])(file)
    except ImportError as error:
        raise UserError(f"{file}: {error}") from error
    except (ValueError, OSError) as error:  # pandas' own errors of parsing are ValueErrors
        raise UserError(f"{file} cannot be read as a table: {str(error).partition(chr(10))[0]}") from error
    if target is None:
        return table, None
    if target not in table.columns:
        names = [str(name) for name in table.columns]
        raise UserError(f"{file} has no column {target!r}; did you mean {nearest(target, names)!r}?")
    return table.drop(columns=target), table[target].to_numpy()


def _profile(X: Any, y: Any, task: Any, file: str) -> Any:  # noqa: ANN401, N803 - a table; the field's names
    _needed("sklearn")
    from leakguard.tuners import ProfileError, profile

    try:
        return profile(X, y, task=task)
    except ProfileError as error:
        raise UserError(f"{file}: {error}") from error


def _needed(name: str) -> Any:  # noqa: ANN401 - a module
    try:
        return import_module(name)
    except ImportError as error:
        raise UserError(f"this needs {name}: pip install 'leakguard-hpo[profile]'") from error
