"""The bar of a long search: on a terminal, and nowhere else."""

from __future__ import annotations

import io
import sys
import threading
from typing import Any

import pytest
from searching import Slow, X, y

from leakguard.tuners import RandomSearchCV, Uniform, bar


class Terminal(io.StringIO):
    """Standard error as a terminal has it."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def search(monkeypatch: pytest.MonkeyPatch) -> RandomSearchCV:
    monkeypatch.setattr(bar, "PATIENCE", 0.1)
    return RandomSearchCV(Slow(), {"a": Uniform(0, 1)}, n_trials=6, cv=2, random_state=0)


def test_a_terminal_shows_trials_and_the_best_score(monkeypatch: pytest.MonkeyPatch, search: RandomSearchCV) -> None:
    monkeypatch.setattr(sys, "stderr", terminal := Terminal())
    before = threading.active_count()
    search.fit(X, y)
    assert "/6" in terminal.getvalue()
    assert f"best {search.best_score_:.4g}" in terminal.getvalue()
    assert threading.active_count() == before


@pytest.mark.parametrize("settings", [{}, {"verbose": 1}])
def test_a_log_has_no_bar(settings: dict[str, Any], capsys: pytest.CaptureFixture[str], search: RandomSearchCV) -> None:
    search.set_params(**settings).fit(X, y)
    assert "\r" not in capsys.readouterr().err


def test_short_searches_and_a_missing_library_show_none(
    monkeypatch: pytest.MonkeyPatch, search: RandomSearchCV
) -> None:
    monkeypatch.setattr(sys, "stderr", terminal := Terminal())
    monkeypatch.setitem(sys.modules, "tqdm", None)
    search.fit(X, y)
    monkeypatch.undo()
    monkeypatch.setattr(sys, "stderr", terminal)
    search.fit(X, y)
    assert terminal.getvalue() == ""
