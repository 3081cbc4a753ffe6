"""What the documentation shows is so: commands print what stands below them, programs run, links lead somewhere."""

from __future__ import annotations

import ast
import os
import re
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from conftest import plain_environment
from documents import ROOT, Block, anchors, blocks, is_whole, links, pages, programs

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_PATCHED = ("leakguard", "pytest", "python")  # of the environment under test, wherever it is installed
_FIGURE = re.compile(r"-?\d+\.\d+")
_TIME = re.compile(r"\bin [\d.]+ ?s\b")


def shell_blocks() -> Iterator[object]:
    for block in blocks("console", "sh"):
        run = block.run
        if run is not None:
            yield pytest.param(block, run, marks=[pytest.mark.slow] if run["slow"] else [], id=str(block))


@pytest.fixture
def shell(tmp_path: Path) -> dict[str, str]:
    """Return the environment of a shell that finds the commands, in a copy of the examples."""
    (tmp_path / "bin").mkdir()
    for name in _PATCHED:
        words = "" if name == "python" else f" -m {name}"
        (tmp_path / "bin" / name).write_text(f'#!/bin/sh\nexec "{sys.executable}"{words} "$@"\n', "utf-8")
        (tmp_path / "bin" / name).chmod(0o755)
    shutil.copytree(ROOT / "examples", tmp_path / "examples", ignore=shutil.ignore_patterns("__pycache__", ".*_cache"))
    (tmp_path / ".git").mkdir()
    (tmp_path / ".config/fish/completions").mkdir(parents=True)
    path = f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}"
    options = {"PYTEST_ADDOPTS": "-p no:cacheprovider -p no:randomly -p no:asyncio", "COLUMNS": "80"}
    return plain_environment() | options | {"PATH": path, "HOME": str(tmp_path), "OMP_NUM_THREADS": "1"}


@pytest.mark.parametrize(("block", "run"), list(shell_blocks()))
def test_commands_print_what_is_shown(block: Block, run: re.Match[str], shell: dict[str, str], tmp_path: Path) -> None:
    for command, shown in block.commands():
        done = subprocess.run(
            ["bash", "-c", command],  # noqa: S607 - wherever it is
            cwd=tmp_path / run["folder"],
            env=shell,
            capture_output=True,
            text=True,
            check=False,
        )
        found = shown or command.startswith("leakguard check")  # then 1 says that something was found
        assert done.returncode in ({0, 1} if found else {0}), f"{block}: {command}: {done.stdout}{done.stderr}"
        if shown:
            assert matches(shown, done.stdout, float(run["within"] or 0)), f"{block}: {command}: {done.stdout}"


def matches(shown: str, printed: str, within: float) -> bool:
    """Whether this was printed: `...` in a row of its own is anything, and figures are as close as that."""
    shown, printed = (_TIME.sub("in a while", text) for text in (shown, printed))
    pattern = re.escape(_FIGURE.sub("\0", shown)).replace("\0", f"({_FIGURE.pattern})")
    pattern = pattern.replace("\\.\\.\\.\\\n", r"(?:.*\n)*?")
    found = re.fullmatch(pattern, printed)
    return found is not None and all(
        abs(float(one) - float(other)) <= within + 1e-9
        for one, other in zip(_FIGURE.findall(shown), found.groups(), strict=True)
    )


def test_what_was_not_printed_does_not_match() -> None:
    shown = "score 0.80 (a)\n...\nend in 1.80s\n"
    assert matches(shown, "score 0.80 (a)\nmore\nend in 2.01s\n", 0)
    assert matches(shown, "score 0.90 (a)\nend in 2.01s\n", 0.2)
    for printed in ("score 0.81 (a)\nend in 2.01s\n", "score 0.80 (a)\n", "score 0.80 (b)\nend in 1.80s\n"):
        assert not matches(shown, printed, 0)


@pytest.mark.parametrize("block", blocks("python"), ids=str)
def test_programs_compile(block: Block) -> None:
    if 'print "accuracy"' in block.text:  # the example of the rule about syntax errors
        assert block.page == "docs/rules/syntax-error.md"
        with pytest.raises(SyntaxError):
            ast.parse(block.text)
    else:
        ast.parse(block.text)


@pytest.mark.parametrize(("block", "printed"), programs(), ids=str)
def test_whole_programs_run(block: Block, printed: str | None, tmp_path: Path) -> None:
    (tmp_path / "program.py").write_text(block.text, "utf-8")
    done = subprocess.run(
        [sys.executable, "program.py"],
        cwd=tmp_path,
        env=plain_environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    if printed is not None:
        assert done.stdout == printed


def test_a_program_is_whole_if_it_has_all_its_names() -> None:
    assert is_whole("import numpy as np\n\ndef f(x, *, y):\n    return [z for z in np.ones(x + y)]\n")
    assert not is_whole("import numpy as np\nnp.mean(X)\n")
    assert not is_whole("print(1)\n")
    assert {block.page for block, printed in programs() if printed} >= {"docs/tuners.md", "docs/honest-score.md"}


@pytest.mark.parametrize("page", pages(), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(page: Path) -> None:
    for file, anchor in links(page):
        assert file.exists(), f"{page.name}: {file}"
        assert not anchor or anchor in anchors(file), f"{page.name}: {file.name}#{anchor}"
