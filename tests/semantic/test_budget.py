"""What happens when a file takes more steps than one file may take."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from leakguard.config import Settings
from leakguard.engine import check_source
from leakguard.semantic import machine
from leakguard.source import Source

if TYPE_CHECKING:
    import pytest

LEAK = """\
from sklearn.datasets import load_wine
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler
X, y = load_wine(return_X_y=True)
X = StandardScaler().fit_transform(X)
X_train, X_test, y_train, y_test = train_test_split(X, y)
"""
FILLER = "".join(f"v{number} = {number} + 1\n" for number in range(200))


def names(text: str) -> list[str]:
    settings = Settings("test", Path())
    return [one.name for one in check_source(Source("case.py", text), settings)]


def test_a_spent_budget_is_said_and_what_was_found_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "STEPS", 100)
    assert names(LEAK + FILLER) == ["analysis-limit", "fit-before-split"]


def test_a_budget_that_suffices_is_not_mentioned() -> None:
    assert names(LEAK + FILLER) == ["fit-before-split"]
