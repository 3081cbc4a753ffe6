"""Keeps tuning honest in a test run: sealed rows and files, reference tuners, and verdicts that fail tests.

The hooks are in `pytest_leakguard.plugin`. Importing this package imports the standard library alone: every pytest
run in an environment that has leakguard installed does so, most of them without any use for it.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from leakguard.subjects import Subject
    from pytest_leakguard.asserting import assert_sealed
    from pytest_leakguard.fixtures import OpenedOnce, Sealed
    from pytest_leakguard.marking import subject

_HOMES = {
    "OpenedOnce": "pytest_leakguard.fixtures",
    "Sealed": "pytest_leakguard.fixtures",
    "Subject": "leakguard.subjects",
    "assert_sealed": "pytest_leakguard.asserting",
    "subject": "pytest_leakguard.marking",
}

__all__ = ["OpenedOnce", "Sealed", "Subject", "assert_sealed", "subject"]


def __getattr__(name: str) -> object:
    """Import a public name's module once it is asked for."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
