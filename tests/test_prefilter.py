"""What is read of a text before it is parsed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from literate import programs

from leakguard.config import settings_from
from leakguard.engine import check_source
from leakguard.prefilter import imports, is_relevant
from leakguard.remarks import REMARKS
from leakguard.semantic.options import AnalysisOptions
from leakguard.source import source_from_text

if TYPE_CHECKING:
    from leakguard.config import Settings

CASES = sorted(
    file for folder in ("rules", "forms", "libraries") for file in (Path(__file__).parent / folder).glob("*.md")
)
STRICT = {"select": ["ALL"], "preview": True, "min-confidence": "low"}


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("import a.b as c, d\n", [("a.b", 0), ("d", 0)]),
        ("import a  # and more, of it\n", [("a", 0)]),
        ("if x:\n    from .a import b as c, d\n", [("a", 1), ("a.b", 1), ("a.d", 1)]),
        ("from .. import a; b = 1\n", [("", 2), ("a", 2)]),
        ("from a import (\n    b,\n    c as d,\n)\n", [("a", 0), ("a.b", 0), ("a.c", 0)]),
        ("from a import *\n", [("a", 0)]),
        ("important = 1\nfrom_a = b\n", []),
        ("from a import b, \\\n    c\n", [("a", 0), ("a.b", 0), ("a.c", 0)]),
        ("from a import (\n    b,  # (or d), perhaps\n    c,\n)\n", [("a", 0), ("a.b", 0), ("a.c", 0)]),
        ("if x == 'linux': import a\n", [("a", 0)]),
    ],
)
def test_imports_show_without_parsing(text: str, named: list[tuple[str, int]]) -> None:
    assert list(imports(text)) == named


@pytest.mark.parametrize("file", CASES, ids=lambda file: f"{file.parent.name}/{file.stem}")
def test_no_finding_is_hidden(file: Path) -> None:
    """Every program of the literate cases, judged by all rules, the least sure findings included."""
    for program in programs(file.read_text("utf-8")):
        options = program.settings(file.stem).analysis
        if not is_relevant(program.text, options, tuple(imports(program.text))):
            found = check_source(source_from_text(program.text, "case.py"), _with(options))
            assert [one.name for one in found if one.name not in REMARKS] == [], program.title


def _with(options: AnalysisOptions) -> Settings:
    return replace(settings_from(STRICT), analysis=options)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "import os\nprint(os.getcwd())\n",
        "from django.db import models\n\n\nclass Test(models.Model):\n    pass\n",
        "import numpy as np\n\nx = np.random.uniform(0, 1)\n",
        "import pandas as pd\n\npd.read_csv('a.csv').groupby('b').sum()\n",
        "sklearn = 'import sklearn'\n",
        "def fit(model):\n    return model\n",
    ],
)
def test_what_cannot_matter_is_passed_over(text: str) -> None:
    assert not is_relevant(text, AnalysisOptions(), tuple(imports(text)))
