"""Verdicts as plain data for JSON, with keys that stay."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from leakguard.seal.causes import Cause
from leakguard.seal.reader import Reader
from leakguard.seal.verdict import Breach, Evidence, Ruling, Verdict

if TYPE_CHECKING:
    from collections.abc import Mapping

VERSION = 1
"""Goes up when a key goes or changes its meaning; new keys may come without that."""


def as_data(verdict: Verdict) -> dict[str, Any]:
    """Return a verdict as values that `json.dumps` takes.

    Lines count from 1; file, line and function are null where the line is not known.
    """
    return {
        "version": VERSION,
        "subject": verdict.subject,
        "ruling": str(verdict.ruling),
        "evidence": [_evidence(one) for one in verdict.evidence],
    }


def _evidence(one: Evidence) -> dict[str, Any]:
    return {
        "witness": one.witness,
        "ruling": str(one.ruling),
        "shown": one.shown,
        "breaches": [_breach(breach) for breach in one.breaches],
        "limits": list(one.limits),
    }


def _breach(one: Breach) -> dict[str, Any]:
    reader = one.reader
    return {
        "rule": one.cause.rule,
        "code": one.cause.code,
        "message": one.message,
        "advice": one.cause.advice,
        "file": reader.file if reader else None,
        "line": reader.line if reader else None,
        "function": reader.function if reader else None,
    }


def from_data(data: Mapping[str, Any]) -> Verdict:
    """Return the verdict that `as_data` made these values of."""
    return Verdict(data["subject"], tuple(map(_evidence_of, data["evidence"])))


def _evidence_of(data: Mapping[str, Any]) -> Evidence:
    breaches = tuple(map(_breach_of, data["breaches"]))
    return Evidence(data["witness"], Ruling(data["ruling"]), data["shown"], breaches, tuple(data["limits"]))


def _breach_of(data: Mapping[str, Any]) -> Breach:
    cause = next(one for one in Cause if one.rule == data["rule"])
    reader = Reader(data["file"], data["line"], data["function"]) if data["file"] else None
    return Breach(cause, data["message"], reader)
