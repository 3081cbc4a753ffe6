"""A bar on the terminal for searches that take their time (extra `progress`); in a log there is nothing of it."""

from __future__ import annotations

import sys
import time
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from leakguard.tuners.suggesting import Trial

PATIENCE = 2.0  # seconds before a search counts as long


class Bar:
    """Counts trials and tells the best score; it comes once the search is long, and goes when it is over."""

    def __init__(self, total: int | None) -> None:
        self._total = total
        self._began = time.monotonic()
        self._bar: Any = None
        self._done = 0
        self._best: float | None = None
        self._make = _maker()

    def update(self, trial: Trial) -> None:
        """Take a recorded trial."""
        self._done += 1
        if trial.full and not trial.failed and (self._best is None or trial.score > self._best):
            self._best = trial.score
        if self._make is None or time.monotonic() - self._began < PATIENCE:
            return
        if self._bar is None:
            self._bar = self._make(total=self._total, unit=" trials", leave=False, initial=self._done - 1)
        if self._best is not None:
            self._bar.set_postfix_str(f"best {self._best:.4g}", refresh=False)
        self._bar.update()

    def close(self) -> None:
        """Take the bar away."""
        if self._bar is not None:
            self._bar.close()


def _maker() -> Any:
    """Return what makes bars on standard error; None where that is no terminal, or tqdm is not installed."""
    if sys.stderr is None or not sys.stderr.isatty():
        return None
    try:
        tqdm = import_module("tqdm").tqdm
    except ImportError:
        return None
    # Its monitor is a thread, beside which native reads of sealed files are recorded but not stopped.
    return type("QuietBar", (tqdm,), {"monitor_interval": 0})
