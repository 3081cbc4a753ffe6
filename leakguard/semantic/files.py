"""The rows of files: told by their names, and carried by whatever was opened or listed under such a name."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from leakguard.semantic.alternatives import each_way, told_by
from leakguard.semantic.events import Open, Provenance
from leakguard.semantic.names import PARTS, Role, holds_rows, role_of_path
from leakguard.semantic.rows import Cut, Part, Rows, Source
from leakguard.semantic.values import Const, Data, Library, Value, constant, merge, origin_of

if TYPE_CHECKING:
    from leakguard.semantic.machine import Machine
    from leakguard.semantic.syntax import Node

_NAME = re.compile(r"^[{%(]+|[!:)].*$|\}$")  # what is around the name of a field


def opened(machine: Machine, node: Node, path: str) -> frozenset[Rows]:
    """The rows of a file, which its name may call train or test rows; the reading is recorded."""
    machine.emit(Open(machine.site(node), machine.context(), path))
    role = role_of_path(path)
    source = Source(("file", path), path)
    return frozenset({Rows(source)}) if role is None else part_of_files(machine, node, source, role)


def part_of_files(machine: Machine, node: Node, source: Source, role: Role) -> frozenset[Rows]:
    """One of the parts that the project's files make up."""
    cut = Cut(("file",), "file", machine.site(node), defaults=dict(PARTS))
    cut = machine.cuts.setdefault(("file",), cut)
    cut.seen.add(role.value)
    cut.sites.setdefault(role.value, machine.site(node))
    return frozenset({Rows(source, (Part(cut, role.value),))})


def told(machine: Machine, node: Node, path: str) -> Provenance:
    """What a file of any kind holds: rows if its name tells which, else nothing that is known."""
    if role_of_path(path) is None or not holds_rows(path):
        return Provenance()
    return Provenance(opened(machine, node, path))


def text_of(value: Value | None) -> str:
    """A path as far as it is known, `{}` standing for what is not."""
    match value:
        case Const(value=str(known)):
            return known
        case Data(attributes={"path": Const(value=str(known))}):
            return known
        case Library(name=name) if name.startswith("path:"):
            return name[5:]
        case _:
            return ""


def filled(template: Const, field: re.Pattern[str], given: list[Value], named: dict[str, Value] | None = None) -> Value:
    """A text with values in the places of its fields, `{}` where they are not known."""
    return each_way(given, lambda values: _filled(template, field, values, named or {}))


def _filled(template: Const, field: re.Pattern[str], given: list[Value], named: dict[str, Value]) -> Const:
    known = iter([_known(value) for value in given])
    whole = field.sub(
        lambda found: _known(named.get(_NAME.sub("", found[0]))) or next(known, "{}"), str(template.value)
    )
    values = [*given, *named.values()]
    return Const(whole, merge((template.origin, *(origin_of(value) for value in values))), told_by([template, *values]))


def _known(value: Value | None) -> str:
    """The text of a value: `{}` where it is not known, nothing where there is none."""
    if value is None:
        return ""
    return str(constant(value)) if constant(value) is not None else "{}"
