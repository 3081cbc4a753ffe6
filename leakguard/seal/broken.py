"""The error that stops a read of sealed rows."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, NoReturn

from leakguard.seal.ledger import Event, record
from leakguard.seal.reader import Reader, current_reader

if TYPE_CHECKING:
    from collections.abc import Mapping

    from leakguard.seal.causes import Cause


class SealBroken(BaseException):
    """Something read rows that are sealed until the end.

    Not an `Exception`, so that code which goes on after any error does not go on after this one. It can be
    pickled, and so comes back whole from worker processes.
    """

    def __init__(self, subject: str, what: str, rule: str, advice: str, reader: Reader | None) -> None:
        super().__init__(subject, what, rule, advice, reader)
        self.subject = subject
        self.what = what
        self.rule = rule
        self.advice = advice
        self.reader = reader

    def __str__(self) -> str:
        who = f"{self.reader} " if self.reader else ""
        return f"{who}{self.what}, but {self.subject} is sealed [{self.rule}]; {self.advice}"


class SealBrokenInPool(SealBroken, Exception):  # noqa: N818 - it is what it stands for
    """The same in a worker of `multiprocessing.Pool` or `ThreadPool`.

    These pass on nothing but an `Exception`; of anything else they die, and the program waits for them for ever.
    """


def refuse(
    subject: str,
    what: str,
    cause: Cause,
    *,
    kind: str = "read",
    facts: Mapping[str, Any] | None = None,
    file: str | None = None,
) -> NoReturn:
    """Record that the caller did something to sealed rows, then raise `SealBroken`.

    `what` says it in the past tense without the doer: "read the values by np.asarray". `facts` go into the ledger
    that `file` names, if it is still there, else into this run's.
    """
    reader = current_reader()
    record(Event(kind, subject, what, cause.name, reader, facts or {}), file)
    broken = SealBrokenInPool if _in_pool() else SealBroken
    raise broken(subject, what, f"{cause.code} {cause.rule}", cause.advice, reader)


def _in_pool() -> bool:
    """Whether this is a task of one of multiprocessing's pools."""
    pool = sys.modules.get("multiprocessing.pool")
    frame = sys._getframe(1) if pool is not None else None  # noqa: SLF001 - as in `leakguard.seal.reader`
    while frame is not None:
        if frame.f_code.co_filename == getattr(pool, "__file__", None) and frame.f_code.co_name == "worker":
            return True
        frame = frame.f_back
    return False
