"""The programs in the documentation of the tuners print what stands below them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from leakguard.tuners import reference_tuners

DOCS = Path(__file__).parents[2] / "docs"
PAGES = ("tuners.md", "honest-score.md", "looking-first.md", "dask.md")


@pytest.mark.parametrize("name", PAGES)
def test_the_program_prints_what_is_said(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    page = (DOCS / name).read_text("utf-8")
    [program] = re.findall(r"^```python\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    [printed] = re.findall(r"^```text\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    exec(compile(program, f"docs/{name}", "exec"), {})  # noqa: S102 - our own page
    assert capsys.readouterr().out == printed


def test_every_tuner_is_named() -> None:
    page = (DOCS / "tuners.md").read_text("utf-8")
    for tuner in reference_tuners():
        assert f"`{tuner.name}`" in page
        assert tuner.path.partition(":")[2] in page
