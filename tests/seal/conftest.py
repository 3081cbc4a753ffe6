"""Each test writes a ledger and an opening ledger of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from leakguard.seal import ledger
from leakguard.seal.openings import place

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(autouse=True)
def own_ledgers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(ledger.VARIABLE, str(tmp_path / "ledger.jsonl"))
    monkeypatch.setenv(place.VARIABLE, str(tmp_path / "openings.sqlite3"))
