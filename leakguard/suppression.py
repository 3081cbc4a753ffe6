"""Suppression comments: `# leakguard: ignore[name] reason` for a statement, `ignore-file[name]` for a file."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from leakguard.diagnostic import Suppressed
from leakguard.lexing import Comment, comments
from leakguard.remarks import INTERNAL_ERROR, UNUSED_SUPPRESSION
from leakguard.selection import canonical_name, documented
from leakguard.source import MARK
from leakguard.spelling import nearest

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from leakguard.diagnostic import Diagnostic, Place
    from leakguard.source import Source

DIRECTIVE = re.compile(r"#\s*leakguard:\s*(?P<verb>ignore(?:-file)?)(?![\w-])\s*(?:\[(?P<names>[^\]]*)\])?")
NAME = re.compile(r"[^\s,]+")
_NEXT_COMMENT = re.compile(r"\s#\s|#\s*(?:noqa|type:|pragma|pylint|nosec)")  # what no longer belongs to the reason


@dataclass(frozen=True, slots=True)
class Suppression:
    """One name in a comment: what it silences, where the name stands, and why, in the comment's words."""

    name: str
    place: Place
    whole_file: bool
    reason: str = ""

    def covers(self, diagnostic: Diagnostic) -> bool:
        """Say whether this silences the diagnostic."""
        if diagnostic.name != self.name or self.name == INTERNAL_ERROR.name:
            return False
        at = diagnostic.place
        rows = diagnostic.statement_rows or (at.row, at.end_row)
        return self.whole_file or (at.cell == self.place.cell and self.place.row in rows)


@dataclass(frozen=True, slots=True)
class Settled:
    """The diagnostics of one file that are to be shown, and those that its comments silence."""

    shown: list[Diagnostic]
    suppressed: list[Suppressed] = field(default_factory=list)


def apply_suppressions(source: Source, found: Sequence[Diagnostic], on: Collection[str]) -> Settled:
    """Set apart the diagnostics that comments silence, and add remarks on comments that silence nothing.

    Whether a rule that is not among those `on` would have found something is unknown; it is passed over.
    """
    if MARK not in source.text:
        return Settled(list(found))
    read = [part for comment in comments(source.text) if MARK in comment.text for part in _read(comment, source)]
    suppressions = [part for part in read if isinstance(part, Suppression)]
    remarks = [part for part in read if not isinstance(part, Suppression)]
    remarks += [_unused(each) for each in suppressions if each.name in on and not any(map(each.covers, found))]
    if UNUSED_SUPPRESSION.name not in on:
        remarks = []
    settled = Settled([])
    for one in (*found, *remarks):
        covering = next((each for each in suppressions if each.covers(one)), None)
        if covering is None:
            settled.shown.append(one)
        else:
            settled.suppressed.append(Suppressed(one, covering.reason))
    return settled


def _read(comment: Comment, source: Source) -> Iterator[Suppression | Diagnostic]:
    """Yield the suppressions of one comment, and remarks on what is wrong with it."""
    for directive in DIRECTIVE.finditer(comment.text):
        verb = directive["verb"]
        words = list(NAME.finditer(comment.text, *directive.span("names"))) if directive["names"] else []
        place = _place(source, comment, directive.span())
        if not words:
            yield UNUSED_SUPPRESSION.at(place, f"names are needed: `# leakguard: {verb}[name] reason`")
        elif verb == "ignore-file" and not comment.alone:
            message = "`ignore-file` must stand in a row of its own; use `ignore` for a statement"
            yield UNUSED_SUPPRESSION.at(place, message)
        else:
            reason = _reason(comment.text[directive.end() :])
            for word in words:
                at = _place(source, comment, word.span())
                yield _one_name(word.group(), at, reason, whole_file=verb == "ignore-file")


def _reason(rest: str) -> str:
    """Return what the rest of a comment says, up to a further comment in the same row."""
    end = min((found.start() for found in (DIRECTIVE.search(rest), _NEXT_COMMENT.search(rest)) if found), default=None)
    return rest[:end].strip(" \t:-")


def _one_name(word: str, place: Place, reason: str, *, whole_file: bool) -> Suppression | Diagnostic:
    if name := canonical_name(word):
        return Suppression(name, place, whole_file, reason)
    return UNUSED_SUPPRESSION.at(place, f"unknown rule `{word}`; did you mean `{nearest(word, documented())}`?")


def _unused(suppression: Suppression) -> Diagnostic:
    where = "in this file" if suppression.whole_file else "in the statement that begins or ends here"
    return UNUSED_SUPPRESSION.at(suppression.place, f"no `{suppression.name}` {where}; remove the name")


def _place(source: Source, comment: Comment, span: tuple[int, int]) -> Place:
    start, end = span
    return source.place(comment.row, comment.column + start, comment.row, comment.column + end)
