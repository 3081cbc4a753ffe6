"""Parts of rows that unknown objects hold or give under a telling name: masks of a graph, `Images(split="test")`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leakguard.semantic.events import Provenance
from leakguard.semantic.names import PARTS, Role, role_of, role_of_path, words
from leakguard.semantic.origins import materialised
from leakguard.semantic.rows import Cut, Part, Rows, Source
from leakguard.semantic.values import Const, Data, Instance, Value, origin_of

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Mapping

    from leakguard.semantic.machine import Machine
    from leakguard.semantic.site import Site

ROLES = {
    **dict.fromkeys(("train", "training", "x_train", "y_train"), Role.TRAIN),
    **dict.fromkeys(("validation", "valid", "val", "dev", "x_val", "y_val"), Role.VALIDATION),
    **dict.fromkeys(("test", "testing", "x_test", "y_test"), Role.TEST),
}
_INDICES = frozenset({"mask", "masks", "idx", "index", "indices", "inds"})
_SAY_WHICH = frozenset(
    "split partition subset image_set mode phase stage set set_name part data_type dataset_type flag type".split()
)
_FLAGS = frozenset({"train", "is_train", "training"})
_DATA = frozenset({"dataset", "datasets", "dataloader", "dataloaders", "loader"})


def is_index_name(name: str) -> bool:
    """Whether a name says that it holds indices or a mask of one part: `train_mask`, `test_idx`."""
    return not _INDICES.isdisjoint(words(name)) and role_of(name) is not None


def index_by_name(machine: Machine, base: Data, name: str) -> Data:
    """`data.train_mask`: what picks the training rows of an object that is made of rows."""
    role = role_of(name)
    materialised(machine.here(), base)
    cut = Cut(("masks", base.origin.rows), "names", machine.here())
    cut = machine.cuts.setdefault(cut.key, cut)
    if role is None:
        return base
    cut.roles[role.value] = role
    cut.seen.add(role.value)
    return Data(selects=(Part(cut, role.value),))


def dataset(machine: Machine, site: Site, name: str, given: Mapping[str, Value]) -> Provenance | None:
    """The rows of a data set that something unknown makes, where it is called one or is told which part to give."""
    last = name.rpartition(".")[2]
    called = not _DATA.isdisjoint(words(last))
    role = _told(given, anywhere=called)
    if role is None:
        made = called and last[:1].isupper()
        return Provenance(frozenset({Rows(Source((name, site, machine.calls), last))})) if made else None
    return Provenance(frozenset({Rows(Source((name,), last), (_part(machine, site, name, role),))}))


def _part(machine: Machine, site: Site, key: Hashable, role: Role) -> Part:
    cut = Cut(("load", key), "load", site, defaults=dict(PARTS))
    cut = machine.cuts.setdefault(cut.key, cut)
    cut.seen.add(role.value)
    cut.sites.setdefault(role.value, site)
    part = Part(cut, role.value)
    machine.taken[part] = machine.statement
    return part


def _told(given: Mapping[str, Value], *, anywhere: bool) -> Role | None:
    """The one role that the arguments tell: `split="test"`, `train=False`, or of a data set any text that does."""
    roles = {role for name, value in given.items() if (role := _of_argument(name, value, anywhere=anywhere))}
    return roles.pop() if len(roles) == 1 else None


def _of_argument(name: str, value: Value, *, anywhere: bool) -> Role | None:
    match value:
        case Const(value=bool(flag)) if name in _FLAGS:
            return Role.TRAIN if flag else Role.TEST
        case Const(value=str(text)) if name in _SAY_WHICH or anywhere:
            return ROLES.get(text.lower()) or (role_of_path(text) if anywhere and _is_path(text) else None)
        case _:
            return None


def _is_path(text: str) -> bool:
    return "/" in text or "." in text


def arguments(positional: Iterable[Value], keywords: Mapping[str, Value]) -> dict[str, Value]:
    """The arguments by name, those without one by position."""
    return {**{f"#{position}": value for position, value in enumerate(positional)}, **keywords}


def own_rows(machine: Machine, site: Site, made: Instance) -> Data | Instance:
    """The rows of a data set of the program's own class, where its arguments tell which part they are; else itself."""
    role = None if origin_of(made).rows else _told(_arguments_of(made), anywhere=True)
    if role is None:
        return made
    source = Source(made.type, made.type.definition.name)
    return Data(Provenance(frozenset({Rows(source, (_part(machine, site, made.type, role),))})))


def _arguments_of(made: Instance) -> dict[str, Value]:
    """The texts and flags that an object was made with, as far as they were noted."""
    given = made.made[1] if isinstance(made.made, tuple) and isinstance(made.made[1], tuple) else ()
    found: dict[str, Value] = {}
    for position, setting in enumerate(given):
        match setting:
            case ("str" | "bool", value):
                found[f"#{position}"] = Const(value)
            case (str(name), ("str" | "bool", value)):
                found[name] = Const(value)
    return found
