"""Real files, lowered by us and once more from `ast`: the two programs must be the same, node for node."""

from __future__ import annotations

import ast
import re
import sysconfig
import tokenize
import warnings
from pathlib import Path

import pytest
from from_ast import block, differences

from leakguard.semantic.program import SyntaxProblem, parse

LIBRARY = Path(sysconfig.get_path("stdlib"))
PACKAGES = Path(sysconfig.get_path("purelib"))
# `(x): int`, an annotation of a name in parentheses and without a value, is beyond the parser.
BEYOND_THE_PARSER = re.compile(r"^\s*\(\w+\)\s*:", re.MULTILINE)


@pytest.mark.parametrize(("folder", "number"), [(LIBRARY, 60), (PACKAGES, 60)], ids=["library", "packages"])
def test_sampled_files_are_lowered_as_python_reads_them(folder: Path, number: int) -> None:
    files = files_under(folder)
    compared = [file for file in files[:: max(1, len(files) // number)] if is_lowered_alike(file)]
    assert len(compared) > number // 2


@pytest.mark.slow
@pytest.mark.parametrize("folder", [LIBRARY, PACKAGES], ids=["library", "packages"])
def test_all_files_are_lowered_as_python_reads_them(folder: Path) -> None:
    compared = [file for file in files_under(folder) if is_lowered_alike(file)]
    assert len(compared) > 500


def files_under(folder: Path) -> list[Path]:
    return sorted(file for file in folder.rglob("*.py") if folder == PACKAGES or PACKAGES not in file.parents)


def is_lowered_alike(file: Path) -> bool:
    """Hold one file against `ast`; return False if this Python cannot read it."""
    read = read_as_python_does(file)
    if read is None:
        return False
    text, tree = read
    try:
        program = parse(text, str(file), exactly=True)
    except SyntaxProblem as problem:
        assert BEYOND_THE_PARSER.search(text), f"{file}:{problem.row}:{problem.column}: {problem.message}"  # noqa: PT017
        return False
    found = next(differences(program.body, block(tree.body)), None)
    assert found is None, f"{file}: {found}"
    return True


def read_as_python_does(file: Path) -> tuple[str, ast.Module] | None:
    try:
        with tokenize.open(file) as stream, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            text = stream.read()
            return text, ast.parse(text)
    except (SyntaxError, ValueError):
        return None
