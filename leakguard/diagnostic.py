"""What leakguard says about a place in a file: the words that every other layer shares."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

OUTPUT_FORMATS = ("full", "concise", "json", "sarif", "github", "gitlab", "junit")


class Severity(StrEnum):
    """How much harm the finding does, by published measurements where there are any."""

    ERROR = "error"
    WARNING = "warning"


class Confidence(StrEnum):
    """What the finding rests on: the flow of values, part of it, or a name alone."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"

    @property
    def rank(self) -> int:
        """Higher for surer."""
        return ("low", "medium", "high").index(self.value)


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A stretch of source text; rows and columns count from 1, the end is exclusive.

    `cell` counts all cells of a notebook from 1 and is None elsewhere; rows then count within the cell.
    """

    filename: str
    cell: int | None
    row: int
    column: int
    end_row: int
    end_column: int


@dataclass(frozen=True, slots=True)
class Note:
    """One step of a leak's path: where rows were split, learned from, judged or chosen by."""

    place: Place
    message: str


class Applicability(StrEnum):
    """How far a fix may be trusted: as it is, after a look, or only to be read."""

    SAFE = "safe"
    UNSAFE = "unsafe"
    DISPLAY = "display"


@dataclass(frozen=True, slots=True)
class Edit:
    """A stretch of text, and what stands there instead; an empty stretch is where text is put in."""

    place: Place
    text: str


@dataclass(frozen=True, slots=True)
class Fix:
    """What to change so that a finding is gone: all edits or none; `title` says it in the imperative."""

    title: str
    applicability: Applicability
    edits: tuple[Edit, ...]


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One finding of a rule, or one remark of the tool itself (`syntax-error`, `unused-suppression`)."""

    code: str
    name: str
    message: str
    place: Place
    severity: Severity
    confidence: Confidence
    notes: tuple[Note, ...] = ()
    url: str | None = None
    # First and last row of the whole statement (same cell), where a suppression comment may stand.
    statement_rows: tuple[int, int] | None = None
    # The functions that had to be run with unknown arguments to find this; empty if it was found without.
    entries: frozenset[str] = frozenset()
    fix: Fix | None = None


@dataclass(frozen=True, slots=True)
class Suppressed:
    """A finding that a comment silences, and the reason that the comment gives; empty if it gives none."""

    diagnostic: Diagnostic
    reason: str
