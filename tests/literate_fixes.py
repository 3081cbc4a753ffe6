"""Collects the cases of `fixes/`: a program, and behind it what `--fix` makes of it, as a block that begins `# fixed`.

A program that no such block follows must stay as it is. A comment `# help: text` announces the title of the fix that is
offered for its row, with the mark of one that may not be applied; it is taken out before the program is looked at.
"""

from __future__ import annotations

import difflib
import re
from pathlib import Path
from typing import TYPE_CHECKING

import literate
import pytest
from literate import programs

from leakguard.discovery import Found
from leakguard.engine import check_source
from leakguard.fixing import fix_files
from leakguard.reporters.fixes import title
from leakguard.runner import Means, check_files
from leakguard.source import Source

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from literate import Program

    from leakguard.config import Settings
    from leakguard.fixing import Fixing
    from leakguard.report import Report

_HELP = re.compile(r"  # help: +([^\n]+)")
_FIXED = "# fixed\n"


def fixed(text: str, settings: Settings, name: str = "case.py") -> tuple[Fixing, str, list[str]]:
    """Return what fixing a program comes to, its new text, and what was warned of."""
    warned: list[str] = []
    found = Found(Path(name), name, settings, text.encode())
    fixing = fix_files([found], _check, warned.append, write=False)
    return fixing, fixing.files[0].after.decode(), warned


def _check(found: Iterable[Found], warn: Callable[[str], None], contents: Mapping[str, bytes]) -> Report:
    return check_files(found, warn, Means(contents=contents))


class FixCase(pytest.Item):
    """One program, before and after."""

    program: Program
    after: str | None

    def runtest(self) -> None:
        settings = self.program.settings("")
        before = _HELP.sub("", self.program.text)
        wanted = before if self.after is None else self.after
        fixing, after, warned = fixed(before, settings)
        if after != wanted:
            rows = difflib.unified_diff(wanted.splitlines(), after.splitlines(), "wanted", "found", lineterm="")
            pytest.fail("\n".join(rows), pytrace=False)
        assert not warned, warned
        assert bool(fixing.changed) == (after != before)
        found = check_source(Source("case.py", before), settings)
        titles = {(one.place.row, title(one.fix)) for one in found if one.fix}
        for row, text in _helps(self.program):
            assert (row, text) in titles, (row, text, titles)
        assert fixed(after, settings)[1] == after

    def reportinfo(self) -> tuple[Path, int, str]:
        return self.path, self.program.above, self.name


def _helps(program: Program) -> Iterator[tuple[int, str]]:
    for row, line in enumerate(program.text.splitlines(), start=1):
        yield from ((row, text.strip()) for text in _HELP.findall(line))


class FixFile(pytest.File):
    """The cases of one kind of fix, of which some must change something and some must not."""

    def collect(self) -> Iterator[FixCase]:
        blocks = list(programs(self.path.read_text(encoding="utf-8")))
        numbers = [number for number, block in enumerate(blocks) if not block.text.startswith(_FIXED)]
        afters = {number - 1 for number in range(len(blocks)) if number not in numbers}
        if not afters or len(afters) == len(numbers):
            raise self.CollectError(f"{self.path.name} needs programs that are fixed and programs that aren't")
        for number in numbers:
            block = blocks[number]
            case = FixCase.from_parent(self, name=f"{block.title} ({block.above + 1})")
            case.program = block
            case.after = blocks[number + 1].text.removeprefix(_FIXED) if number in afters else None
            yield case


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.File | None:
    if file_path.suffix == ".md" and file_path.parent.name == "fixes":
        return FixFile.from_parent(parent, path=file_path)
    return literate.pytest_collect_file(file_path, parent)
