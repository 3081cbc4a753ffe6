"""The documentation of the tuners names them all."""

from __future__ import annotations

from pathlib import Path

from leakguard.tuners import reference_tuners

DOCS = Path(__file__).parents[2] / "docs"


def test_every_tuner_is_named() -> None:
    page = (DOCS / "tuners.md").read_text("utf-8")
    for tuner in reference_tuners():
        assert f"`{tuner.name}`" in page
        assert tuner.path.partition(":")[2] in page
