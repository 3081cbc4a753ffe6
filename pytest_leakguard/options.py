"""What a test run can be told, on the command line and in the configuration file."""

from __future__ import annotations

import os
from glob import glob
from pathlib import Path
from typing import TYPE_CHECKING, Literal, cast

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    BudgetName = Literal["small", "normal", "full"]

BUDGETS = ("small", "normal", "full")
TEST_PATHS = "leakguard_test_paths"
MARKERS = (
    "sealed(paths): seal files, by paths and patterns below the root folder, for as long as the test runs.",
    "final_evaluation: the test may read the files that are sealed for the whole run.",
)


def add(parser: pytest.Parser) -> None:
    """Add the options and settings."""
    group = parser.getgroup("leakguard", "leakguard: no test rows in tuning")
    group.addoption(
        "--leakguard-seal",
        action="append",
        default=[],
        metavar="GLOB",
        help="fail every test that reads these files, unless it is marked `final_evaluation`; may be repeated",
    )
    group.addoption(
        "--leakguard-check",
        action="append",
        default=[],
        metavar="PATH",
        help="add one test for each file below PATH: what `leakguard check` finds in it fails; may be repeated",
    )
    group.addoption(
        "--leakguard-tuners",
        default="",
        metavar="NAMES",
        help="the reference tuners that subjects are run with, as `random,hyperband`; by default all",
    )
    group.addoption(
        "--leakguard-budget",
        choices=BUDGETS,
        default="small",
        help="how many trials and rows a tuner is run with (default: small)",
    )
    group.addoption("--leakguard-seed", type=int, default=0, metavar="N", help="the seed of the tuners (default: 0)")
    group.addoption(
        "--leakguard-backend",
        default="",
        metavar="NAME",
        help="where the trials run: loky, threading, or dask://host:port (default: in this process)",
    )
    group.addoption(
        "--leakguard-report", default="", metavar="FILE", help="write all verdicts to FILE as a page of HTML"
    )
    group.addoption(
        "--leakguard-strict",
        action="store_true",
        help="fail the run, too, where a verdict is `not proven`, as for paths that mean no file",
    )
    parser.addini(TEST_PATHS, "files with test rows, as --leakguard-seal, below the root folder", type="args")


def sealed_patterns(config: pytest.Config) -> list[str]:
    """Return the absolute paths and patterns that are sealed for the whole run."""
    return list(dict.fromkeys(_patterns(config)))


def _patterns(config: pytest.Config) -> Iterator[str]:
    for pattern in _texts(config.getini(TEST_PATHS), TEST_PATHS):
        yield str(config.rootpath / pattern)
    for pattern in _texts(config.getoption("--leakguard-seal"), "--leakguard-seal"):
        yield str(config.invocation_params.dir / pattern)


def _texts(given: object, where: str) -> list[str]:
    """Return paths that are paths.

    Raises:
        pytest.UsageError: one is empty, which would mean the whole folder, or something else than text.
    """
    if not isinstance(given, (list, tuple)) or not all(isinstance(one, str) and one.strip() for one in given):
        raise pytest.UsageError(f"{where}: expected paths or patterns of files, but it is {given!r}")
    return list(given)


def idle_patterns(config: pytest.Config) -> list[str]:
    """Return those of them that mean no file."""
    return [one for one in sealed_patterns(config) if not os.path.exists(one) and not glob(one, recursive=True)]


def checked_paths(config: pytest.Config) -> list[Path]:
    """Return what is to be linted.

    Raises:
        pytest.UsageError: there is no such file or folder.
    """
    paths = [config.invocation_params.dir / path for path in config.getoption("--leakguard-check")]
    if missing := [str(path) for path in paths if not path.exists()]:
        raise pytest.UsageError(f"--leakguard-check: there is no {', '.join(missing)}")
    return paths


def report_file(config: pytest.Config) -> Path | None:
    """Return the file for the page of verdicts.

    Raises:
        pytest.UsageError: it cannot be written there.
    """
    name = config.getoption("--leakguard-report")
    if not name:
        return None
    path = Path(os.path.abspath(config.invocation_params.dir / name))
    if path.is_dir() or not path.parent.is_dir():
        raise pytest.UsageError(f"--leakguard-report {name}: {'a folder' if path.is_dir() else 'no such folder'}")
    return path


def check_names(config: pytest.Config) -> None:
    """Check the names that options give; nothing is imported where they give none.

    Raises:
        pytest.UsageError: there is no such tuner, or no such place for trials.
    """
    backend = config.getoption("--leakguard-backend")
    if backend and backend not in {"loky", "threading", "dask"} and not backend.startswith("dask://"):
        raise pytest.UsageError(f"--leakguard-backend {backend}: expected loky, threading, dask, or dask://host:port")
    if wanted := tuner_names(config):
        from leakguard.spelling import nearest
        from leakguard.tuners.registry import reference_tuners

        known = [one.name for one in reference_tuners()]
        for name in wanted:
            if name not in known:
                raise pytest.UsageError(
                    f"--leakguard-tuners: no tuner {name!r}; did you mean {nearest(name, known)!r}?"
                )


def tuner_names(config: pytest.Config) -> list[str]:
    """Return the names of the tuners that were asked for; none for all."""
    return [name.strip() for name in config.getoption("--leakguard-tuners").split(",") if name.strip()]


def budget(config: pytest.Config) -> BudgetName:
    """Return the name of the budget."""
    return cast("BudgetName", config.getoption("--leakguard-budget"))


def wants_something(config: pytest.Config) -> bool:
    """Tell whether an option or setting asks for anything to be watched or shown."""
    options = ("--leakguard-seal", "--leakguard-check", "--leakguard-report")
    return any(config.getoption(name) for name in options) or bool(config.getini(TEST_PATHS))
