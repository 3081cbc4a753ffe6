"""Verdicts as plain data for JSON, with keys that stay."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from leakguard.seal.verdict import Breach, Evidence, Verdict

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
