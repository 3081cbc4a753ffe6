"""A third part of the rows that has the last word: what chose before it were validation rows by any name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leakguard.semantic.events import Choose, Judge, Watch
from leakguard.semantic.names import Role
from leakguard.semantic.rows import asked, role_of_one

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from leakguard.semantic.rows import Part, Rows
    from leakguard.semantic.trace import Trace


def leaves_third_part(part: Part, rows: Iterable[Rows], trace: Trace) -> bool:
    """Whether test rows apart from these are judged after these have been used, and nothing is chosen by them."""
    own = frozenset(rows)
    return any(_has_last_word(part, own, judge) for judge in _judged_after(own, trace))


def _has_last_word(part: Part, own: frozenset[Rows], judge: Judge) -> bool:
    """Whether a score is of test rows that were all set apart from these rows."""
    if not judge.rows or judge.vague:
        return False
    pairs = [(_until(part, one), other) for one in own for other in judge.rows]
    if all(any(_is_beyond(mine, theirs) for mine in path for theirs in other.path) for path, other in pairs):
        return True
    roles = {role_of_one(other) for other in judge.rows}  # rows that were looked up by others have two roles
    return Role.TEST in roles and all(_is_divided(*pair) for pair in pairs)


def _judged_after(own: frozenset[Rows], trace: Trace) -> Iterator[Judge]:
    """The scores of other rows, after the first use of these, that decide nothing."""
    uses = [event for event in trace.events if isinstance(event, (Judge, Watch))]
    first = next((place for place, event in enumerate(uses) if not own.isdisjoint(event.rows)), 0)
    later = [event for event in uses[first:] if isinstance(event, Judge) and own.isdisjoint(event.rows)]
    if later:
        chosen = (judge.rows for choice in trace.of(Choose) for judge in choice.judged)
        deciding = frozenset().union(*chosen, *(watch.rows for watch in trace.of(Watch)))
        yield from (one for one in later if deciding.isdisjoint(one.rows))


def _until(part: Part, rows: Rows) -> tuple[Part, ...]:
    """The path of rows down to the part that holds them out."""
    return rows.path[: rows.path.index(part) + 1] if part in rows.path else rows.path


def _is_divided(path: tuple[Part, ...], other: Rows) -> bool:
    """Whether other rows are another part of one of these cuts."""
    return any(mine.cut == theirs.cut and mine.name != theirs.name for mine in path for theirs in other.path)


def _is_beyond(mine: Part, theirs: Part) -> bool:
    """`fold == 9` lies beyond `fold == 8` where what is below 8 trains."""
    if not mine.name == theirs.name == "in" or asked(mine) != asked(theirs) or mine.name in mine.cut.roles:
        return False
    here, there = _number(mine), _number(theirs)
    if here is None or there is None:
        return False
    return ("below" in mine.cut.seen and there > here) or ("above" in mine.cut.seen and there < here)


def _number(part: Part) -> float | None:
    """The number that a column is compared with."""
    written = str(part.cut.key[1]).rpartition(" ? ")[2] if isinstance(part.cut.key, tuple) else ""
    try:
        return float(written)
    except ValueError:
        return None
