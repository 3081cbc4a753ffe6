"""What people's CI builds on: the default rules, their codes and severities, and messages that stay when rows move."""

from __future__ import annotations

from pathlib import Path

import pytest
from literate import Program, programs

from leakguard.config import settings_from
from leakguard.engine import check_source
from leakguard.remarks import REMARKS
from leakguard.rules.registry import all_rules
from leakguard.selection import documented, enabled
from leakguard.source import source_from_text

CASES = Path(__file__).parent / "rules"

# Frozen: docs/versioning.md says what may change when. The severities are those that a rule's findings have.
FROZEN = {
    "syntax-error": ("LG001", "error"),
    "unreadable-file": ("LG002", "error"),
    "internal-error": ("LG003", "error"),
    "unused-suppression": ("LG004", "warning"),
    "analysis-limit": ("LG005", "warning"),
    "test-set-in-tuning": ("LG101", "error"),
    "test-set-early-stopping": ("LG102", "error"),
    "test-set-reuse": ("LG103", "warning"),
    "test-path-in-tuning": ("LG104", "error"),
    "test-path-outside-final-evaluation": ("LG109", "error"),
    "shared-study-across-folds": ("LG108", "error"),
    "fit-before-split": ("LG201", "error warning"),
    "fit-outside-folds": ("LG202", "error warning"),
    "fit-on-test": ("LG203", "error warning"),
    "resample-before-split": ("LG204", "error"),
    "uniform-prior-on-log-scale": ("LG301", "warning"),
    "linear-grid-on-log-scale": ("LG302", "warning"),
    "scipy-uniform-bounds": ("LG303", "warning"),
    "exponents-as-bounds": ("LG304", "error"),
    "log-scale-from-zero": ("LG305", "error"),
    "grid-explosion": ("LG401", "warning"),
    "seed-in-search-space": ("LG407", "error"),
}


def alarming(rule: str) -> list[Program]:
    """Return the programs of a rule's cases in which it alarms."""
    text = (CASES / f"{rule}.md").read_text("utf-8")
    return [one for one in programs(text) if any(name == rule for _, name in one.announced())]


def test_the_default_rules_are_frozen() -> None:
    on = enabled(settings_from({}), "")
    assert {name: one.code for name, one in documented().items() if name in on} == {
        name: code for name, (code, _) in FROZEN.items()
    }


def test_the_severities_of_remarks_are_frozen() -> None:
    assert {name: (one.code, one.severity.value) for name, one in REMARKS.items()} == {
        name: frozen for name, frozen in FROZEN.items() if name in REMARKS
    }


@pytest.mark.parametrize("rule", [rule for rule in FROZEN if rule in all_rules()])
def test_their_severities_are_frozen(rule: str) -> None:
    found = [
        one.severity.value
        for program in alarming(rule)
        for one in check_source(source_from_text(program.text, "case.py"), program.settings(rule))
        if one.name == rule
    ]
    assert " ".join(sorted(set(found))) == FROZEN[rule][1]


@pytest.mark.parametrize("rule", list(all_rules()))
def test_messages_stay_when_rows_move(rule: str) -> None:
    """A baseline counts by message."""
    for program in alarming(rule)[:3]:
        settings = program.settings(rule)
        texts = (program.text, "\n\n# moved\n" + program.text)
        found = [[one.message for one in check_source(source_from_text(text, "case.py"), settings)] for text in texts]
        assert found[0] == found[1]
        assert found[0]
