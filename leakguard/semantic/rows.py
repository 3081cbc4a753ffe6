"""Symbolic rows: a source and the path of parts below it."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import takewhile
from typing import TYPE_CHECKING, Literal, TypeAlias

from leakguard.diagnostic import Confidence
from leakguard.semantic.names import Role
from leakguard.semantic.ordering import next_made

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable

    from leakguard.semantic.site import Site

How: TypeAlias = Literal["split", "folds", "slice", "mask", "draw", "filter", "load", "file", "calls", "names"]


ONE_OF_EACH = "one of each"  # the part that is left when the others with the same key are dropped
_MANY = 16  # parts of rows that are told apart in one value
_FILTERS = frozenset({"slice", "mask", "draw"})  # cuts that may as well be mere filters


@dataclass(frozen=True, slots=True)
class Source:
    """Where rows come from: one call that reads or makes them, one parameter of an entry function, one set of files."""

    key: Hashable
    label: str = field(compare=False)
    made: int = field(compare=False, default_factory=next_made, repr=False)


@dataclass(slots=True)
class Cut:
    """One way of cutting rows into parts. Two cuts with the same key cut the same way, wherever they stand."""

    key: Hashable
    how: How
    site: Site = field(compare=False)
    roles: dict[str, Role] = field(default_factory=dict, compare=False)  # told by the names that parts are bound to
    seen: set[str] = field(default_factory=set, compare=False)  # the parts that the program takes
    defaults: dict[str, Role] = field(default_factory=dict, compare=False)
    fitted: set[str] = field(default_factory=set, compare=False)  # the parts that something was fitted on
    sites: dict[str, Site] = field(default_factory=dict, compare=False)  # where each part comes from, if apart
    tuning: bool = field(default=False, compare=False)  # made anew in each trial of a tuner
    share: float | None = field(default=None, compare=False)  # of the rows, where they are drawn
    count: float | None = field(default=None, compare=False)  # how many rows are drawn
    alike: Hashable = field(default=None, compare=False)  # equal for cuts that give the same parts by seed and size
    made: int = field(default_factory=next_made, compare=False, repr=False)

    def __hash__(self) -> int:
        """By key, like equality."""
        return hash(self.key)


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a cut."""

    cut: Cut
    name: str

    def role(self) -> Role | None:
        """What this part is for, by the name it was bound to, else by what the cutting call promises."""
        told = self.cut.roles.get(self.name)
        if told or self.cut.how not in _FILTERS:
            return told or self.cut.defaults.get(self.name)
        return self._role_by_use()

    def _role_by_use(self) -> Role | None:
        """Of what a slice, mask or draw cuts in two, one part is held out if the other is training rows."""
        cut = self.cut
        if len(cut.seen) != 2 or (cut.how == "draw" and not cut.defaults):  # row numbers drawn again and again
            return None
        others = cut.seen - {self.name}
        if any(cut.roles.get(name) is Role.TRAIN for name in others):
            return Role.TEST
        if cut.roles or not cut.fitted:
            return None
        return Role.TRAIN if self.name in cut.fitted else Role.TEST


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of `source` that are left when the parts of `path` are taken one after the other."""

    source: Source
    path: tuple[Part, ...] = ()

    def part(self, part: Part) -> Rows:
        """The rows of these that belong to `part`; the same rows when that part has been taken already."""
        return self if part in self.path else Rows(self.source, (*self.path, part))


def fewer(rows: frozenset[Rows]) -> frozenset[Rows]:
    """The same rows, or of very many parts what they are parts of: programs that slice and join without end."""
    if len(rows) <= _MANY:
        return rows
    shared: dict[Source, tuple[Part, ...]] = {}
    for one in rows:
        known = shared.setdefault(one.source, one.path)
        same = takewhile(lambda pair: pair[0] == pair[1], zip(known, one.path, strict=False))
        shared[one.source] = tuple(part for part, _ in same)
    found = frozenset(Rows(source, path) for source, path in shared.items())
    return rows if len(found) == len(rows) else found


def drawn_part(key: Hashable, site: Site, share: float | None = None) -> Part:
    """Rows drawn at random; most often these train, and the rest is held out."""
    roles = {"drawn": Role.TRAIN, "rest": Role.TEST}
    return Part(Cut(key, "draw", site, defaults=roles, seen={"drawn"}, share=share), "drawn")


_OTHER = {"drawn": "rest", "in": "out", "below": "above", "head": "tail", "train": "test"}
_OTHER |= {other: name for name, other in _OTHER.items()}


def complement(part: Part) -> Part:
    """The other part of the same cut, which the program thereby takes too."""
    other = Part(part.cut, _OTHER.get(part.name, f"not {part.name}"))
    part.cut.seen.add(other.name)
    return other


def contains(outer: Rows, inner: Rows) -> bool:
    """Whether all rows of `inner` are rows of `outer`, as far as their paths tell."""
    return outer.source == inner.source and set(outer.path) <= set(inner.path)


def covers(outer: Iterable[Rows], inner: Iterable[Rows]) -> bool:
    """Whether some rows of `inner` are certainly among `outer`."""
    inner = tuple(inner)
    return any(contains(one, other) for one in outer for other in inner)


def held_out(rows: Rows) -> tuple[Part, Role] | None:
    """The part that makes these rows validation or test rows, and which of the two; None for all other rows."""
    last: tuple[Part, Role] | None = None
    for part in rows.path:
        role = part.role()
        if role is None or (last is not None and last[1] is Role.TEST and part.cut.how == "folds"):
            continue
        if last is not None and last[1] is Role.TEST and role is Role.TRAIN and part.name not in part.cut.roles:
            role = Role.VALIDATION
        if role is Role.TEST and ((last is not None and _makes_validation(last, part)) or _is_middle(part, rows)):
            role = Role.VALIDATION
        if part.cut.how == "folds" and role is Role.TEST:
            role = Role.VALIDATION
        last = (part, role)
    return None if last is None or last[1] is Role.TRAIN else last


_SIDES = {"above": "below", "tail": "head"}
_SIDES |= {other: name for name, other in _SIDES.items()}


def _is_middle(part: Part, rows: Rows) -> bool:
    """Whether rows lie between those that train and others that are kept: above one place and below another."""
    facing = _SIDES.get(part.name)
    if facing is None or part.name in part.cut.roles:
        return False
    return any(
        other.name == facing and other.cut != part.cut and asked(other) == asked(part) and _leaves_test(other)
        for other in rows.path
    )


def _leaves_test(part: Part) -> bool:
    """Whether what lies beyond these rows is taken too, neither for training nor for validation."""
    roles, beyond = part.cut.roles, _SIDES[part.name]
    kept = beyond in part.cut.seen and beyond not in part.cut.fitted
    return kept and roles.get(beyond) in {None, Role.TEST} and roles.get(part.name) is not Role.TEST


def asked(part: Part) -> tuple[str, str]:
    """What a cut goes by: "mask" and the column that is compared, or "slice" and nothing."""
    key = part.cut.key
    written = str(key[1]) if part.cut.how == "mask" and isinstance(key, tuple) else ""
    return part.cut.how, written.partition(" ? ")[0]


def _makes_validation(outer: tuple[Part, Role], part: Part) -> bool:
    """Whether a second split, of training rows, holds out a validation part; of a file called "train" names decide."""
    if outer[0].cut.how == "folds":
        return True
    if outer[0].cut.how == "load" and outer[0].cut.seen == {outer[0].name}:  # no other part of the set is ever loaded
        return part.name not in part.cut.roles
    if outer[1] is Role.VALIDATION:  # `dev, holdout = split(rows)`, and "dev" is split in train and test
        return part.cut.how == outer[0].cut.how == "split" and _has_test_beside(outer[0])
    return outer[1] is Role.TRAIN and (outer[0].cut.how not in {"file", "names"} or part.name not in part.cut.roles)


def _has_test_beside(part: Part) -> bool:
    """Whether the rest of a split is set apart for the final score."""
    return any(Part(part.cut, name).role() is Role.TEST for name in part.cut.seen - {part.name})


def role(rows: Iterable[Rows]) -> Role | None:
    """The one role that all these rows have, None when they have none or several."""
    found = {role_of_one(one) for one in rows}
    return found.pop() if len(found) == 1 else None


def role_of_one(rows: Rows) -> Role | None:
    """Train, validation, test, or None where nothing tells."""
    part = held_out(rows)
    if part:
        return part[1]
    return Role.TRAIN if any(part.role() is Role.TRAIN for part in rows.path) else None


def test_parts(rows: Iterable[Rows]) -> frozenset[Part]:
    """The parts that make some of these rows test rows."""
    return frozenset(found[0] for one in rows if (found := held_out(one)) and found[1] is Role.TEST)


def evidence(part: Part) -> Confidence:
    """How sure it is that this part is what its role says."""
    match part.cut.how:
        case "split" | "folds" | "load" | "file":
            return Confidence.HIGH
        case "slice" | "mask" | "draw":
            return Confidence.HIGH if part.name in part.cut.roles else Confidence.MEDIUM
        case _:
            return Confidence.MEDIUM if len(part.cut.seen) > 1 else Confidence.LOW
