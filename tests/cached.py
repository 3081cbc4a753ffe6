"""Runs in this process, with a cache and without, that can be compared."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from leakguard.cache.memory import Memory
from leakguard.config import Configuration, Overrides
from leakguard.discovery import discover
from leakguard.runner import Means, check_files

if TYPE_CHECKING:
    from leakguard.report import Report

HELPERS = """\
from sklearn.preprocessing import StandardScaler


def scaled(X):
    return StandardScaler().fit_transform(X)
"""
CLEAN_HELPERS = HELPERS.replace("StandardScaler().fit_transform(X)", "X.copy()")
# What leaks here depends on what the helper does.
USER = """\
import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split

from helpers import scaled

df = pd.read_csv("churn.csv")
X = scaled(df.drop(columns="churn"))
X_train, X_test, y_train, y_test = train_test_split(X, df["churn"])
model = LogisticRegression().fit(X_train, y_train)
print(model.score(X_test, y_test))
"""


def checked(cache: Path | None, *paths: str, prefilter: bool = True, **given: object) -> Report:
    """Check paths below the current folder; `given` are options of the command line."""
    configuration = Configuration(Overrides(**given))  # type: ignore[arg-type]
    here = Path.cwd()
    files = list(discover(paths or (".",), configuration, lambda _: None))
    return check_files(files, lambda _: None, Means(Memory(cache, here) if cache else None, prefilter=prefilter))


def said(report: Report) -> tuple[object, ...]:
    """All of a report that anybody can see."""
    return report.checked, report.diagnostics, report.suppressed, sorted(report.sources)


def same(cache: Path, *paths: str, **given: object) -> Report:
    """Check with a cache, and see that it makes no difference."""
    fresh, cached = checked(None, *paths, **given), checked(cache, *paths, **given)  # type: ignore[arg-type]
    assert said(cached) == said(fresh)
    return cached


def rows(report: Report) -> list[str]:
    """Where something was found."""
    return [f"{one.place.filename}:{one.place.row}" for one in report.diagnostics]


def notebook(*cells: str) -> str:
    written: list[dict[str, object]] = [
        {"cell_type": "code", "source": cell, "outputs": [], "execution_count": None, "metadata": {}} for cell in cells
    ]
    return json.dumps({"cells": written, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})
