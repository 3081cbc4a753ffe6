"""What is found out about one file by itself, and all that this depends on."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from leakguard.diagnostic import Diagnostic
    from leakguard.timing import Spent


@dataclass(frozen=True, slots=True)
class Import:
    """An import that was looked for in the project: in which file ("": that of the outcome), what, and where it led."""

    importer: str
    module: str
    level: int
    path: str | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """The findings of one file before suppressions, some of which may stand in other files that it imports.

    `digest` is that of its bytes, `contents` holds those of the other files that the analysis read ("": unreadable).
    `imports` are those that the analysis looked for, or, of a file that was not analysed, those that may lead to
    a file for which it had to be.
    """

    digest: str
    found: tuple[Diagnostic, ...] = ()
    entered: frozenset[str] = frozenset()  # the functions of other files that it calls
    blanked: bool = False  # parts of it could not be parsed
    relevant: bool = False  # has what a finding needs
    analysed: bool = False
    compiled: bool = False  # not analysed, and known to have no syntax error
    marked: bool = False  # holds suppression comments
    skipped: str | None = None  # why there is nothing to check in it
    lasting: bool = True  # the same again as long as what it depends on stays the same
    contents: Mapping[str, str] = field(default_factory=dict)
    imports: tuple[Import, ...] = ()
    spent: Spent | None = field(default=None, compare=False)  # what this run's analysis took; not kept for later ones
