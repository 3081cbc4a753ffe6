"""Whatever is done to the files of a project, step by step: a run that recalls says what a fresh one says."""

from __future__ import annotations

import os
import shutil
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import pytest
from cached import CLEAN_HELPERS, HELPERS, USER, notebook, same
from conftest import LEAK
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

if TYPE_CHECKING:
    from collections.abc import Iterator

PASSING_ON = "from pkg.parts import scaled\n"
STARRED = "from helpers import *\n"
TEXTS = [
    "",
    "x = 1\n",
    "print 1\n",
    LEAK,
    HELPERS,
    CLEAN_HELPERS,
    USER,
    PASSING_ON,
    STARRED,
    USER.replace("from helpers", "from pkg"),
    USER.replace("from helpers", "from .parts"),
    USER.replace("from helpers", "from pkg.parts"),
    "from pkg import scaled\n\nscaled([1])\n",
    LEAK + "# leakguard: ignore-file[fit-before-split]\n",
    'import json\nimport pandas as pd\n\npd.read_csv(json.load(open("settings.json"))["rows"])\n',
]
MODULES = ["helpers.py", "main.py", "pkg/__init__.py", "pkg/parts.py", "pkg/use.py", "src/helpers.py", "final.py"]
GATE = "test-paths = ['held/*']\nfinal-evaluation = ['final.py']\n"
SETTINGS = ["", "ignore = ['LG201']\n", "per-file-ignores = {'pkg/*' = ['LG2']}\n", GATE, "preview = true\n"]
DOCUMENTS = ['{"rows": "held/a.csv"}', '{"rows": "a.csv"}', "{", '{"rows": ["held/a.csv"]}']

# Has something to say to whoever looks, and nothing that makes anybody look but the module that it imports.
UNTOLD = "import helpers\n\nparams = {'C': [1, 51, 101, 151, 201]}\n"
TEXTS.append(UNTOLD)

writing = st.one_of(
    st.tuples(st.sampled_from(MODULES), st.sampled_from(TEXTS)),
    st.tuples(st.just("nb.ipynb"), st.sampled_from(TEXTS).map(notebook)),
    st.tuples(st.just("pyproject.toml"), st.sampled_from(SETTINGS).map(lambda text: f"[tool.leakguard]\n{text}")),
    st.tuples(st.just("settings.json"), st.sampled_from(DOCUMENTS)),
)
names = st.sampled_from([*MODULES, "nb.ipynb", "settings.json", "pyproject.toml", "pkg"])
going = st.tuples(names, st.none())
renaming = st.tuples(names, st.sampled_from(MODULES).map(Path))
steps = st.lists(st.lists(st.one_of(writing, writing, going, renaming), min_size=1, max_size=4), min_size=2, max_size=6)
checks = st.sampled_from([(), (), ("pkg/use.py",), ("helpers.py",), ("main.py", "nb.ipynb")])


def do(name: str, what: str | Path | None) -> None:
    """Write a file, rename it, or remove it."""
    match what:
        case str():
            if os.path.isdir(name):
                shutil.rmtree(name)
            Path(name).parent.mkdir(exist_ok=True)
            Path(name).write_text(what)
        case Path() if os.path.isfile(name):
            what.parent.mkdir(exist_ok=True)
            os.replace(name, what)
        case None if os.path.isdir(name):
            shutil.rmtree(name)
        case None:
            Path(name).unlink(missing_ok=True)


@contextmanager
def project() -> Iterator[Path]:
    """Go to a folder that is the top of a repository, and yield one for the cache."""
    here = Path.cwd()
    with TemporaryDirectory() as folder, TemporaryDirectory() as cache:
        os.chdir(folder)
        try:
            os.mkdir(".git")
            do("helpers.py", HELPERS)
            do("main.py", USER)
            do("final.py", "x = 1\n")
            yield Path(cache)
        finally:
            os.chdir(here)


def compare(edits: list[list[tuple[str, str | Path | None]]], paths: tuple[str, ...]) -> None:
    with project() as cache:
        same(cache)
        for several in edits:
            for name, what in several:
                do(name, what)
            if not os.path.exists("final.py"):
                do("final.py", "x = 1\n")
            same(cache, *(path for path in paths if os.path.exists(path)))


def test_an_import_that_leads_on_no_more() -> None:
    with project() as cache:
        do("main.py", UNTOLD)
        assert [one.name for one in same(cache, select=("ALL",)).diagnostics] == ["linear-grid-on-log-scale"]
        do("helpers.py", "x = 1\n")
        assert not same(cache, select=("ALL",)).diagnostics


@settings(max_examples=12, suppress_health_check=[HealthCheck.too_slow])
@given(steps, checks)
def test_edits(edits: list[list[tuple[str, str | Path | None]]], paths: tuple[str, ...]) -> None:
    compare(edits, paths)


@pytest.mark.slow
@settings(max_examples=600, suppress_health_check=[HealthCheck.too_slow])
@given(steps, checks)
def test_many_edits(edits: list[list[tuple[str, str | Path | None]]], paths: tuple[str, ...]) -> None:
    compare(edits, paths)
