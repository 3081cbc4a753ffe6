"""What the witnesses saw, and the verdict that follows: held, violated, or not proven."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from leakguard.seal.causes import Cause
    from leakguard.seal.reader import Reader


class Ruling(StrEnum):
    """What a witness, or all of them together, can say."""

    HELD = "held"
    VIOLATED = "violated"
    NOT_PROVEN = "not proven"


@dataclass(frozen=True, slots=True)
class Breach:
    """One thing that must not have happened: by which rule, in plain words, and on which line if that is known."""

    cause: Cause
    message: str
    reader: Reader | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """What one witness shows.

    `shown` is a plain sentence with its figures ("0 kB of the 80 kB of held-out pages were touched"), never a claim
    beyond them; `limits` says what this witness could not see here.
    """

    witness: str
    ruling: Ruling
    shown: str
    breaches: tuple[Breach, ...] = ()
    limits: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """The evidence of all witnesses about one thing that was watched."""

    subject: str
    evidence: tuple[Evidence, ...]

    @property
    def ruling(self) -> Ruling:
        """Violated if any witness says so; held if all of them, and at least one, do; else not proven."""
        rulings = {one.ruling for one in self.evidence}
        if Ruling.VIOLATED in rulings:
            return Ruling.VIOLATED
        return Ruling.HELD if rulings == {Ruling.HELD} else Ruling.NOT_PROVEN

    @property
    def breaches(self) -> tuple[Breach, ...]:
        """All breaches, in the order of the witnesses."""
        return tuple(breach for one in self.evidence for breach in one.breaches)
