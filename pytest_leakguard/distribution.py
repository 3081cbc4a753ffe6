"""Several processes of one run: pytest-xdist's workers share a ledger, and hand what no test owns to the controller."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pytest

OUTPUT = "leakguard"


def is_worker(config: pytest.Config) -> bool:
    """Tell whether this is a worker of pytest-xdist."""
    return hasattr(config, "workerinput")


def join_ledger(config: pytest.Config) -> None:
    """Let all workers of a run write into one ledger, so that each knows of the others' reads for sealing."""
    from leakguard.seal.ledger import VARIABLE

    if is_worker(config):
        run = getattr(config, "workerinput")["testrunuid"]  # noqa: B009 - xdist's own attribute
        os.environ.setdefault(VARIABLE, os.path.join(tempfile.gettempdir(), f"leakguard-ledger-{run}.jsonl"))


def hand_over(config: pytest.Config, late: list[str]) -> None:
    """Give the controller what happened outside of tests."""
    from leakguard.seal.ledger import location

    getattr(config, "workeroutput")[OUTPUT] = {"late": late, "ledger": location()}  # noqa: B009 - as above


def taken_over(node: Any) -> list[str]:  # noqa: ANN401 - xdist's
    """Return what a worker handed over."""
    output = getattr(node, "workeroutput", {}).get(OUTPUT, {})
    return list(output.get("late", ()))


def ledger_of(node: Any) -> Path | None:  # noqa: ANN401 - xdist's
    """Return the ledger that a worker wrote into."""
    output = getattr(node, "workeroutput", {}).get(OUTPUT)
    return Path(output["ledger"]) if output else None
