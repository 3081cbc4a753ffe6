"""What a failed test says: what happened, who did it, why that matters, what to do, and how to allow it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leakguard.seal import Ruling
from leakguard.seal.rendering.lines import shown_path
from leakguard.seal.rendering.text import breaches_as_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from leakguard.seal import Breach, Evidence, Verdict
    from leakguard.seal.causes import Cause
    from pytest_leakguard.guards import Happened

_ALLOW = {
    "test-path-in-tuning": "of files that are sealed for the whole run, mark the test that evaluates in the end "
    "`@pytest.mark.final_evaluation`; of `sealed.path`, read them in the end `with` its result's `allow()`",
    "test-set-reuse": "`openings-budget` in [tool.leakguard] says how often one set may be opened",
}
_ALLOW_ROWS = "open the rows in the final evaluation, with the fixture `opened_once`"


def failure(found: Iterable[Verdict]) -> str:
    """Return the message of a test in which sealed rows were read."""
    return "\n".join(_of_one(one) for one in found).rstrip("\n")


def _of_one(verdict: Verdict) -> str:
    causes = list(dict.fromkeys(breach.cause for breach in verdict.breaches))
    return "\n".join(
        (
            in_one_line(verdict),
            *(f"  {row}" for row in breaches_as_text(verdict.breaches).splitlines()),
            *(f"  allow: {row}" for row in dict.fromkeys(_allowing(cause) for cause in causes)),
            *(f"  more: leakguard rule {cause.rule}" for cause in causes),
            "",
        )
    )


def _allowing(cause: Cause) -> str:
    return _ALLOW.get(cause.rule, _ALLOW_ROWS)


def too_late(happened: Sequence[Happened]) -> list[str]:
    """Return the messages about what no running test has done."""
    return [
        f"{_whose(one)}: {f'{one.breach.reader} ' if one.breach.reader else ''}{one.breach.message} "
        f"[{one.breach.cause.code} {one.breach.cause.rule}]"
        for one in happened
    ]


def _whose(one: Happened) -> str:
    if one.outlived:
        return f"{one.guard.name}, by what {one.outlived} left running"
    return f"{one.guard.name}, outside of any test"


def in_one_line(verdict: Verdict) -> str:
    """Return a verdict for a list: "X_test: violated by handles (LG101 test-set-in-tuning at tune.py:12)"."""
    violated = [one for one in verdict.evidence if one.ruling is Ruling.VIOLATED]
    if not violated:
        return f"{verdict.subject}: {verdict.ruling}"
    return f"{verdict.subject}: violated by {', '.join(_by(one) for one in violated)}"


def _by(one: Evidence) -> str:
    told = dict.fromkeys(_at(breach) for breach in one.breaches)
    return f"{one.witness} ({'; '.join(told)})" if told else one.witness


def _at(breach: Breach) -> str:
    where = f" at {shown_path(breach.reader.file)}:{breach.reader.line}" if breach.reader else ""
    return f"{breach.cause.code} {breach.cause.rule}{where}"
