"""Modules of the project as values: found when an import names them, executed when something in them is used."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from leakguard.semantic import syntax as s
from leakguard.semantic.known import fact_of
from leakguard.semantic.machine import Frame, Machine
from leakguard.semantic.scope import Scope
from leakguard.semantic.values import Const, Data, Library, Module, Value

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leakguard.semantic.program import Program
    from leakguard.semantic.syntax import Statement


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
    if isinstance(found, Module) and (found.path, found.member) == (module.path, name):
        return _defined(machine, module.path, name)
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
            machine.modules[path].names["__name__"] = Const(program.filename)
            with _inside(machine, path, program.filename):
                machine.execute(_deferring(machine, path, program))
    return machine.modules[path]


def _deferring(machine: Machine, path: str, program: Program) -> Iterator[Statement]:
    """The statements of a module but those that merely define something, of which most importers use little."""
    names = machine.modules[path].names
    for statement in program.body:
        name = _defines(statement)
        if name:
            machine.deferred[path, name] = statement
            machine.settled.pop((path, name), None)
            names[name] = Module(path, program.filename, program.filename, name)
        else:
            yield statement


def _defines(statement: Statement) -> str:
    """The name of a function, a class, or what is made of constants alone: `version = parse(numpy.__version__)`."""
    match statement:
        case s.Function(name=name) | s.Class(name=name):
            return name
        case s.Assign(targets=[s.Name(id=name)], value=s.Call(function=s.Name(), arguments=arguments)):
            return name if all(isinstance(one.value, s.Constant | s.Attribute) for one in arguments) else ""
        case _:
            return ""


def _defined(machine: Machine, path: str, name: str) -> Value | None:
    """What a module's definition gives; it is executed when something uses it first."""
    statement = machine.deferred.pop((path, name), None)
    if statement is not None:
        names = machine.modules[path].names
        placeholder = names.pop(name, None)
        with _inside(machine, path, placeholder.importer if isinstance(placeholder, Module) else path):
            machine.run(statement)
        machine.settled[path, name] = names.get(name, Data())
        if placeholder is not None:  # kept, so that two ways through a program hold the same
            names[name] = placeholder
    return machine.settled.get((path, name))


@contextmanager
def _inside(machine: Machine, path: str, filename: str) -> Iterator[None]:
    """Execute at the top level of a module of the project."""
    outer = machine.scope, machine.filename, machine.frames, machine.statement
    context = machine.loops, machine.passes, machine.calls, machine.tuning, machine.fitting, machine.final
    machine.scope, machine.filename, machine.frames = machine.modules[path], filename, [*machine.frames, Frame()]
    machine.loops, machine.passes, machine.calls, machine.tuning, machine.fitting = (), (), (), None, None
    machine.final = machine.options.knowledge.is_final(path)
    try:
        yield
    finally:
        machine.scope, machine.filename, machine.frames, machine.statement = outer
        machine.loops, machine.passes, machine.calls, machine.tuning, machine.fitting, machine.final = context
