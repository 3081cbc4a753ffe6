"""Modules of the project as values: found when an import names them, executed when something in them is used."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leakguard.semantic.known import fact_of
from leakguard.semantic.machine import Frame, Machine
from leakguard.semantic.scope import Scope
from leakguard.semantic.values import Const, Data, Library, Module, Value

if TYPE_CHECKING:
    from leakguard.semantic.program import Program


def imported(machine: Machine, module: str, level: int = 0) -> Module | None:
    """The project's module that an import in the present file names, None if it is a library's or not to be found."""
    if machine.project is None:
        return None
    path = machine.project.find(machine.filename, module, level)
    return Module(path, "." * level + module, machine.filename) if path is not None else None


def member(
    machine: Machine, module: Module, name: str, passed: frozenset[tuple[str, str]] = frozenset()
) -> Value | None:
    """What `module.name` holds: a name that the module binds, or one of its submodules.

    In a library's own repository, what is known of the library holds: its source says less, at a higher price.
    `passed` are the names on the way here: modules may import a name from each other in a circle.
    """
    if machine.project is not None and fact_of(machine, known := f"{machine.project.name_of(module.path)}.{name}"):
        return Library(known)
    found = scope_of(machine, module.path).names.get(name)
    if found is not None and (module.path, name) not in passed:
        return _looked_up(machine, found, passed | {(module.path, name)})
    if machine.project is None or not module.path.endswith("__init__.py"):
        return None
    path = machine.project.find(module.path, name, 1)
    return Module(path, f"{module.name}.{name}", module.importer) if path is not None else None


def resolved(machine: Machine, value: Value) -> Value:
    """A value as it is; of a name that was only imported so far, what it stands for."""
    return _looked_up(machine, value, frozenset())


def _looked_up(machine: Machine, value: Value, passed: frozenset[tuple[str, str]]) -> Value:
    if isinstance(value, Module) and value.member:
        return member(machine, Module(value.path, value.name, value.importer), value.member, passed) or Data()
    return value


def scope_of(machine: Machine, path: str) -> Scope:
    """A module's names, after it has been executed once."""
    if path not in machine.modules:
        machine.modules[path] = Scope("module")  # there already while it runs: imports may go in circles
        program = machine.project.program(path) if machine.project is not None else None
        if program is not None:
            _execute(machine, path, program, machine.modules[path])
    return machine.modules[path]


def _execute(machine: Machine, path: str, program: Program, scope: Scope) -> None:
    scope.names["__name__"] = Const(program.filename)
    outer = machine.scope, machine.filename, machine.frames, machine.statement
    context = machine.loops, machine.passes, machine.calls, machine.tuning, machine.fitting, machine.final
    machine.scope, machine.filename, machine.frames = scope, program.filename, [*machine.frames, Frame()]
    machine.loops, machine.passes, machine.calls, machine.tuning, machine.fitting = (), (), (), None, None
    machine.final = machine.options.knowledge.is_final(path)
    try:
        machine.execute(program.body)
    finally:
        machine.scope, machine.filename, machine.frames, machine.statement = outer
        machine.loops, machine.passes, machine.calls, machine.tuning, machine.fitting, machine.final = context
