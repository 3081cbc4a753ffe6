"""The program in the documentation of the tuners prints what stands below it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from leakguard.tuners import reference_tuners

if TYPE_CHECKING:
    import pytest

PAGE = (Path(__file__).parents[2] / "docs/tuners.md").read_text("utf-8")


def test_the_program_prints_what_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    [program] = re.findall(r"^```python\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    [printed] = re.findall(r"^```text\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    exec(compile(program, "docs/tuners.md", "exec"), {})  # noqa: S102 - our own page
    assert capsys.readouterr().out == printed


def test_every_tuner_is_named() -> None:
    for tuner in reference_tuners():
        assert f"`{tuner.name}`" in PAGE
        assert tuner.path.partition(":")[2] in PAGE
