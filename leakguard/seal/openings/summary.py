"""The opening ledger by test set: what `leakguard ledger` shows."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from leakguard.seal.openings.cost import cost_of
from leakguard.seal.openings.journal import OPENED, REFUSED

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from leakguard.seal.openings.journal import Opening

_ADVICE = (
    "To ask the same rows more often, ask through leakguard.seal.reuse: Thresholdout (Dwork et al. 2015) or the Ladder "
    "(Blum and Hardt 2015) keep their answers close to the truth."
)


@dataclass(frozen=True, slots=True)
class OneSet:
    """All entries about one test set, in order; `budget` is None where none is configured."""

    content_key: str
    entries: tuple[Opening, ...]
    budget: int | None

    @property
    def names(self) -> list[str]:
        """What it was called, in order, each name once."""
        return list(dict.fromkeys(one.name for one in self.entries))

    @property
    def opened(self) -> int:
        """How often it was opened."""
        return self._count(OPENED)

    @property
    def refused(self) -> int:
        """How often somebody asked in vain."""
        return self._count(REFUSED)

    @property
    def used_up(self) -> bool:
        """Whether a configured budget is spent; without one, whether the set was opened more than once."""
        return self.opened >= (2 if self.budget is None else self.budget)

    @property
    def cost(self) -> str | None:
        """What the openings beyond the first cost, in words."""
        if self.opened < 2:
            return None
        counted = [one for one in self.entries if one.kind == OPENED]
        rows = [one.test_rows for one in counted if one.test_rows]
        scores = [one.score for one in counted if one.score is not None]
        return cost_of(self.opened, rows[-1] if rows else None, scores[-1] if scores else None)

    def _count(self, kind: str) -> int:
        return sum(one.kind == kind for one in self.entries)


def by_test_set(entries: Iterable[Opening], budget: int | None) -> list[OneSet]:
    """Group entries by test set, in order of the first entry."""
    found: dict[str, list[Opening]] = defaultdict(list)
    for entry in entries:
        found[entry.content_key].append(entry)
    return [OneSet(key, tuple(of_one), budget) for key, of_one in found.items()]


def as_text(found: Iterable[OneSet]) -> Iterator[str]:
    """Yield the lines about test sets."""
    advised = False
    for one in found:
        yield f"{', '.join(one.names)} ({one.content_key})"
        yield f"  opened {_times(one.opened)} {_budget(one)}{_further(one)}"
        yield from (f"    {_kind(entry)}{entry}" for entry in one.entries)
        if one.cost:
            yield f"  {one.cost}"
            advised = True
    if advised:
        yield _ADVICE


def as_json(one: OneSet) -> dict[str, Any]:
    """Return what JSON can hold about a test set; times are in ISO 8601, in UTC."""
    return {
        "content_key": one.content_key,
        "names": one.names,
        "opened": one.opened,
        "refused": one.refused,
        "budget": one.budget,
        "used_up": one.used_up,
        "cost": one.cost,
        "entries": [_entry(entry) for entry in one.entries],
    }


def _entry(entry: Opening) -> dict[str, Any]:
    found = asdict(entry)
    del found["content_key"]
    return found | {"at": datetime.fromtimestamp(entry.at, UTC).isoformat(timespec="milliseconds")}


def _times(count: int) -> str:
    return {0: "never", 1: "once"}.get(count, f"{count} times")


def _budget(one: OneSet) -> str:
    if one.budget is None:
        return "(no budget is set)"
    return f"of a budget of {one.budget}{', which is used up' if one.used_up else ''}"


def _further(one: OneSet) -> str:
    answers = len(one.entries) - one.opened - one.refused
    return (f", refused {_times(one.refused)}" if one.refused else "") + (
        f", answered {_times(answers)} without opening" if answers else ""
    )


def _kind(entry: Opening) -> str:
    return "" if entry.kind == OPENED else f"[{entry.kind}] "
