"""Every fix that is offered for a literate program does what a fix must: each alone, and all of them together."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from literate import programs
from literate_fixes import fixed

from leakguard.diagnostic import Applicability
from leakguard.engine import check_source
from leakguard.lexing import comments, compiles
from leakguard.rules.registry import all_rules
from leakguard.source import Source
from leakguard.textedits import edited_text, stretches

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leakguard.config import Settings
    from leakguard.diagnostic import Diagnostic

_HERE = Path(__file__).parent
_FILES = sorted(file for folder in ("rules", "forms", "libraries") for file in (_HERE / folder).glob("*.md"))
_ANNOUNCEMENT = re.compile(r"  # (error|severity|note): +[^#\n]+(?=\n|  #)")
_FIXED_RULES = frozenset(
    {
        *("uniform-prior-on-log-scale", "linear-grid-on-log-scale", "scipy-uniform-bounds", "exponents-as-bounds"),
        *("log-scale-from-zero", "fit-on-test", "fit-before-split", "fit-outside-folds", "unseeded-search"),
        *("resample-before-split", "grid-explosion"),
    }
)


# Where the resampled parts are split off the plain rows, it shows that these are judged a second time.
_SHOWS_MORE = frozenset({("test-set-reuse", "resample-before-split")})


def _cases(file: Path) -> Iterator[tuple[str, Settings]]:
    """Yield the programs that announce something fixable, without the announcements."""
    for program in programs(file.read_text("utf-8")):
        if not _FIXED_RULES.isdisjoint(name for _, name in program.announced()):
            text = _ANNOUNCEMENT.sub("", program.text)
            head, _, rest = text.partition("\n")
            options = head.removeprefix("# options: ") + ", " if head.startswith("# options: ") else ""
            text = f"# options: {options}unsafe-fixes=true\n" + (rest if options else text)
            yield text, type(program)(program.title, text, 0).settings(file.stem)


def _counts(found: list[Diagnostic]) -> Counter[str]:
    return Counter(one.name for one in found)


def _all_comments(text: str) -> Counter[str]:
    return Counter(comment.text for comment in comments(text))


@pytest.mark.parametrize("file", _FILES, ids=lambda file: f"{file.parent.name}-{file.stem}")
def test_fixes_of_literate_programs(file: Path) -> None:
    for text, settings in _cases(file):
        found = check_source(Source("case.py", text), settings)
        withdrawn = [one for one in found if one.fix and (file.stem, one.name) in _SHOWS_MORE]
        for one in found:
            if one.fix is not None and one not in withdrawn:
                _check_alone(text, settings, one, found)
        fixing, after, warned = fixed(text, settings)
        assert len(warned) == len(withdrawn), (warned, text)
        assert compiles(after) or after == text
        assert _all_comments(after) == _all_comments(text)
        applied = [one for one in fixing.report.diagnostics if one.fix and one.fix.applicability != "display"]
        assert len(applied) == len(withdrawn), (applied, text)
        assert fixing.report.fixed_count() <= len(found)
        assert fixed(after, settings)[1] == after


def _check_alone(text: str, settings: Settings, one: Diagnostic, found: list[Diagnostic]) -> None:
    """Look at one fix alone: what it changes, and what is found afterwards."""
    assert one.fix is not None
    after = edited_text(text, one.fix.edits)
    assert compiles(after), after
    assert _all_comments(after) == _all_comments(text)
    kept, position = [], 0
    for start, end, _ in stretches(text, one.fix.edits):
        kept.append(text[position:start])
        position = end
    assert _in_order([*kept, text[position:]], after)
    if one.fix.applicability is not Applicability.DISPLAY:
        left = _counts(check_source(Source("case.py", after), settings))
        before = _counts(found)
        assert left[one.name] < before[one.name], after
        assert all(left[name] <= before[name] for name in left), (left, before, after)


def _in_order(pieces: list[str], text: str) -> bool:
    """Whether these pieces stand in the text one behind the other."""
    position = 0
    for piece in pieces:
        at = text.find(piece, position)
        if at < 0:
            return False
        position = at + len(piece)
    return True


def test_rules_with_fixes_say_how_safe_they_are() -> None:
    for name, rule in all_rules().items():
        _, _, rest = rule.documentation.partition("## Fix safety\n")
        said = rest.partition("\n## ")[0]
        assert said.startswith("There is no automatic fix") != (name in _FIXED_RULES), name
