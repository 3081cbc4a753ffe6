"""Collects literate cases: Markdown files whose fenced blocks are programs to check.

`rules/` has a file for each rule, `forms/` for each kind of code in which leaks hide, `libraries/` for each library.

A comment `# error: [rule]` announces a finding of that rule on its line (several: separated by commas),
`# severity: warning` its severity, and `# note: text` a step of some finding's path that stands there and says that.
A first line `# options: key=value, ...` holds settings in TOML. What is announced must be found, and nothing else.
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from leakguard.config import settings_from
from leakguard.engine import check_source
from leakguard.prefilter import imports, is_relevant
from leakguard.rules.registry import all_rules
from leakguard.source import Source

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from leakguard.config import Settings
    from leakguard.diagnostic import Diagnostic

_BLOCK = re.compile(r"^## +(?P<title>.+?) *$|^```python\n(?P<code>.*?)^```$", re.MULTILINE | re.DOTALL)
_COMMENT = re.compile(r"# (error|severity|note): +([^#\n]+)")
_OPTIONS = re.compile(r"# options: (.+)\n")


@dataclass(frozen=True, slots=True)
class Program:
    """A fenced block: its case's title, its text, and the row of the Markdown file just above its first line."""

    title: str
    text: str
    above: int

    def settings(self, rule: str) -> Settings:
        """Return the default settings with the program's options; a rule in preview is on in its own file."""
        first = _OPTIONS.match(self.text)
        options = tomllib.loads(f"options = {{ {first[1]} }}")["options"] if first else {}
        own = [rule] if rule in all_rules() else []
        return settings_from({**options, "extend-select": [*options.get("extend-select", ()), *own]}, "options")

    def comments(self, kind: str) -> Iterator[tuple[int, str]]:
        """Yield the comments of a kind, each with its row in the program."""
        for row, line in enumerate(self.text.splitlines(), start=1):
            yield from ((row, text.strip()) for word, text in _COMMENT.findall(line) if word == kind)

    def announced(self) -> Counter[tuple[int, str]]:
        return Counter((row, name.strip()) for row, names in self.comments("error") for name in names[1:-1].split(","))


def programs(markdown: str) -> Iterator[Program]:
    """Yield every fenced Python block, titled by the last second-level heading above it."""
    title = ""
    for match in _BLOCK.finditer(markdown):
        title = match["title"] or title
        if match["code"] is not None:
            yield Program(title, match["code"], markdown.count("\n", 0, match.start("code")))


def disagreements(program: Program, found: Sequence[Diagnostic]) -> Iterator[tuple[int, str]]:
    """Yield what is announced and not found, or found and not announced, with its row in the program."""
    announced = program.announced()
    messages = {(finding.place.row, finding.name): finding.message for finding in found}
    located = Counter((finding.place.row, finding.name) for finding in found)
    yield from ((row, f"missed alarm: {name}") for row, name in (announced - located).elements())
    for row, name in (located - announced).elements():
        yield row, f"false alarm: {name} ({messages[row, name]})"
    for row, severity in program.comments("severity"):
        if {severity} != {finding.severity.value for finding in found if finding.place.row == row}:
            yield row, f"severity is not {severity}"
    steps = [(note.place.row, note.message) for finding in found for note in finding.notes]
    for row, text in program.comments("note"):
        if not any(row == at and text in message for at, message in steps):
            yield row, f"no note here says {text!r}; the notes are {steps}"


class Case(pytest.Item):
    """One program, judged by the default rules and its file's own."""

    program: Program

    def runtest(self) -> None:
        settings = self.program.settings(self.path.stem)
        found = check_source(Source("case.py", self.program.text), settings)
        if found and not is_relevant(self.program.text, settings.analysis, imports(self.program.text)):
            pytest.fail("the prefilter would pass over this program", pytrace=False)
        if wrong := sorted(disagreements(self.program, found)):
            pytest.fail("\n".join(self._describe(row, what) for row, what in wrong), pytrace=False)

    def _describe(self, row: int, what: str) -> str:
        line = (self.program.text.splitlines() or [""])[row - 1].strip()
        return f"{self.path.name}:{self.program.above + row}: {what}\n    line {row} of {self.program.title!r}: {line}"

    def reportinfo(self) -> tuple[Path, int, str]:
        return self.path, self.program.above, self.name


class CaseFile(pytest.File):
    """The cases of one rule, form or library, of which some must alarm and some must not."""

    def collect(self) -> Iterator[Case]:
        cases = list(programs(self.path.read_text(encoding="utf-8")))
        rule = self.path.stem if self.path.stem in all_rules() else None  # the cases of a rule must alarm by that rule
        alarms = [any(rule in {None, name} for _, name in program.announced()) for program in cases]
        if all(alarms) or not any(alarms):
            raise self.CollectError(f"{self.path.name} needs cases that alarm and cases that don't")
        seen: Counter[str] = Counter()
        for program in cases:
            seen[program.title] += 1
            name = program.title if seen[program.title] == 1 else f"{program.title} ({seen[program.title]})"
            case = Case.from_parent(self, name=name)
            case.program = program
            yield case


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> CaseFile | None:
    return CaseFile.from_parent(parent, path=file_path) if file_path.suffix == ".md" else None
