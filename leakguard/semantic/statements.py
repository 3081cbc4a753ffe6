"""What each kind of statement does."""

from __future__ import annotations

from leakguard.semantic import syntax as s
from leakguard.semantic.binding import bind
from leakguard.semantic.choice import choose_by_condition, ends_at_score
from leakguard.semantic.decorators import class_decorated, define
from leakguard.semantic.functions import bound_method, enter
from leakguard.semantic.guards import asks_for_clusters, catches, note_counted, note_sifted
from leakguard.semantic.iteration import elements, first, turns
from leakguard.semantic.known import star_names
from leakguard.semantic.machine import End, Machine, executes, unknown
from leakguard.semantic.modules import imported, scope_of
from leakguard.semantic.operations import arithmetic, truth
from leakguard.semantic.pending import take_up
from leakguard.semantic.scope import Scope, join_names
from leakguard.semantic.siblings import imported_parts
from leakguard.semantic.standing_in import stand_in
from leakguard.semantic.text import text
from leakguard.semantic.trying import note_skipped, trying, turn
from leakguard.semantic.values import (
    Closure,
    Const,
    Data,
    Instance,
    Library,
    Mapping,
    Module,
    Sequence,
    Type,
    Value,
    added,
    choices_of,
    condition_learned,
    length,
    origin_of,
)

_LEAVES = frozenset({End.RETURN, End.RAISE})  # what was bound before a break or continue lives on after the loop


@executes(s.Evaluate)
def _evaluate(machine: Machine, node: s.Evaluate) -> None:
    machine.evaluate(node.value)


@executes(s.Assign)
def _assign(machine: Machine, node: s.Assign) -> None:
    value = machine.evaluate(node.value)
    for target in node.targets:
        bind(machine, target, value)
    note_counted(machine, node.targets, node.value, value)


@executes(s.Augment)
def _augment(machine: Machine, node: s.Augment) -> None:
    old, new = machine.evaluate(node.target), machine.evaluate(node.value)
    if isinstance(old, Sequence) and node.operator == "+":
        choices = choices_of(new)
        old.count = added(length(old), choices.count if choices is not None and not machine.loops else None)
        old.items.extend(new.items if isinstance(new, Sequence) else [new])
        return
    if isinstance(old, Mapping) and isinstance(new, Mapping) and node.operator == "|":
        old.entries.update(new.entries)
        old.rest = old.rest or new.rest
        return
    bind(machine, node.target, arithmetic(machine, node, node.operator, old, new))


@executes(s.Return)
def _return(machine: Machine, node: s.Return) -> End:
    value = machine.evaluate(node.value) if node.value else Const(None)
    take_up(machine, value)
    machine.frames[-1].returned.append(value)
    return End.RETURN


@executes(s.Raise)
def _raise(machine: Machine, node: s.Raise) -> End:
    if node.value:
        machine.evaluate(node.value)
    return End.RAISE


@executes(s.Break)
def _break(_: Machine, __: s.Break) -> End:
    return End.BREAK


@executes(s.Continue)
def _continue(machine: Machine, _: s.Continue) -> End:
    note_skipped(machine)
    return End.CONTINUE


@executes(s.Assert)
def _assert(machine: Machine, node: s.Assert) -> None:
    outer, machine.showing = machine.showing, True
    machine.trace.asserted |= origin_of(machine.evaluate(node.test)).scores
    machine.showing = outer
    machine.guarded = machine.guarded or asks_for_clusters(machine, node.test)


@executes(s.Delete)
def _delete(machine: Machine, node: s.Delete) -> None:
    for target in node.targets:
        if isinstance(target, s.Name):
            machine.scope.names.pop(target.id, None)


@executes(s.Scope)
def _declare(machine: Machine, node: s.Scope) -> None:
    machine.scope.declare(node.kind, node.names)


@executes(s.Import)
def _import(machine: Machine, node: s.Import) -> None:
    for bound, qualified in node.bindings:
        machine.scope.bind(bound, imported(machine, qualified) or Library(qualified))


@executes(s.ImportFrom)
def _import_from(machine: Machine, node: s.ImportFrom) -> None:
    module = "." * node.level + node.module
    own = imported(machine, node.module, node.level)
    if node.names is None and own is not None:
        names = scope_of(machine, own.path).names
        machine.scope.names.update({name: value for name, value in names.items() if not name.startswith("_")})
        return
    if node.names is None:
        for name, qualified in star_names(machine, module).items():
            machine.scope.bind(name, Library(qualified))
        return
    parts = imported_parts(machine, node) if own is None else {}
    for name, bound in node.names:
        found = _imported_name(machine, node, own, name) or parts.get(bound)
        machine.scope.bind(bound, found or Library(f"{module}.{name}"))


def _imported_name(machine: Machine, node: s.ImportFrom, own: Module | None, name: str) -> Value | None:
    """A name of the project's module, or a module in a folder that has no `__init__.py`."""
    if own is not None:
        return Module(own.path, own.name, own.importer, name)
    return imported(machine, f"{node.module}.{name}" if node.module else name, node.level)


@executes(s.Function)
def _function(machine: Machine, node: s.Function) -> None:
    define(machine, node)


@executes(s.Class)
def _class(machine: Machine, node: s.Class) -> None:
    bases = [machine.evaluate(base) for base in node.bases]
    outer = machine.scope
    machine.scope = Scope("class", outer)
    try:
        machine.execute(node.body)
        made = Type(node, bases, machine.scope.names, machine.filename)
    finally:
        machine.scope = outer
    for method in made.attributes.values():
        if isinstance(method, Closure) and method.wraps is not None:
            method.wraps.owner = made
    machine.scope.bind(node.name, class_decorated(machine, node, made))


@executes(s.If)
def _if(machine: Machine, node: s.If) -> End | None:
    test = machine.evaluate(node.test)
    if stand_in(machine, node):
        return machine.execute(node.body)
    note_sifted(machine, node.test)
    match truth(test):
        case True:
            return machine.execute(node.body)
        case False:
            return machine.execute(node.orelse)
    choose_by_condition(machine, node, test)
    outer = machine.decided_by
    machine.decided_by = outer | condition_learned(test)
    try:
        return _either(machine, (node.body, node.orelse), guards=asks_for_clusters(machine, node.test))
    finally:
        machine.decided_by = outer


def _either(machine: Machine, blocks: tuple[s.Block, ...], *, guards: bool = False) -> End | None:
    """Run each block from the same start; afterwards any of them may have been the one that ran."""
    scope, before, guarded = machine.scope, machine.scope.names, machine.guarded
    after: list[dict[str, Value]] = []
    ends: list[End | None] = []
    around, machine.decisions = machine.branches, machine.decisions + 1
    decision = machine.decisions
    for way, block in enumerate(blocks):
        scope.names = dict(before)
        machine.guarded, machine.branches = guarded or guards, (*around, (decision, way))
        outer, machine.branch = machine.branch, block
        try:
            end = machine.execute(block)
        finally:
            machine.branch = outer
        ends.append(end)
        if end not in _LEAVES:
            after.append(scope.names)
    machine.guarded, machine.branches = guarded or (guards and any(ends)), around
    if not after:
        scope.names = before
        return ends[0]
    scope.names = after[0]
    for names in after[1:]:
        scope.names = join_names(scope.names, names)
    return None if None in ends else ends[0]


@executes(s.Match)
def _match(machine: Machine, node: s.Match) -> End | None:
    subject = machine.evaluate(node.subject)
    for names, _, _ in node.cases:
        for name in names:
            machine.scope.bind(name, Data(origin_of(subject)))
    guarded = (_guarded(node, guard, body) for _, guard, body in node.cases)
    return _either(machine, (*guarded, ()))


def _guarded(node: s.Match, guard: s.Expression | None, body: s.Block) -> s.Block:
    """`case pattern if guard: body` runs like `if guard: body` once the pattern fits."""
    return body if guard is None else (s.If(node.origin, guard, body, ()),)


@executes(s.For)
def _for(machine: Machine, node: s.For) -> End | None:
    iterable = machine.evaluate(node.iterable)
    found, certain = elements(machine, iterable)
    before = dict(machine.scope.names)
    outer = machine.again
    with trying(machine, node, iterable) as loop:
        for value in turns(machine, found, certain=certain):
            turn(machine, loop, value)
            bind(machine, node.target, value)
            with machine.inside(loop=node):
                end = machine.execute(node.body)
            if end is End.RETURN and certain:
                machine.again = outer
                return end
    if not certain or not found:
        machine.scope.names = join_names(before, machine.scope.names)
    return machine.execute(node.orelse)


@executes(s.While)
def _while(machine: Machine, node: s.While) -> End | None:
    before = dict(machine.scope.names)
    tests: list[Value] = []
    outer = machine.again
    for _ in turns(machine, [unknown(), unknown()], certain=False):
        test = machine.evaluate(node.test)
        tests.append(test)
        if truth(test) is False:
            break
        with machine.inside(loop=node):
            machine.execute(node.body)
    machine.again = outer
    ends_at_score(machine, node, tests)
    machine.scope.names = join_names(before, machine.scope.names)
    return machine.execute(node.orelse)


@executes(s.Try)
def _try(machine: Machine, node: s.Try) -> End | None:
    before, guarded = dict(machine.scope.names), machine.guarded
    machine.guarded = guarded or catches(node.handlers)
    end = machine.execute((*node.body, *node.orelse))
    machine.guarded = guarded
    after = machine.scope.names
    survived = [] if end else [after]
    for handler in node.handlers:
        machine.scope.names = join_names(before, after)
        if handler.name:
            machine.scope.bind(handler.name, unknown())
        if machine.execute(handler.body) is None:
            survived.append(machine.scope.names)
        elif end is not None and not survived:
            survived = []
    machine.scope.names = survived[0] if survived else after
    for names in survived[1:]:
        machine.scope.names = join_names(machine.scope.names, names)
    final = machine.execute(node.final)
    return final or (None if survived else end)


@executes(s.With)
def _with(machine: Machine, node: s.With) -> End | None:
    guarded = machine.guarded
    managers = [_enter_manager(machine, node, manager, target) for manager, target in node.items]
    machine.guarded |= any(text(one).startswith(("suppress(", "contextlib.suppress(")) for one, _ in node.items)
    end = machine.execute(node.body)
    machine.guarded = guarded
    for leave in managers:
        if leave is not None:
            enter(machine, leave, [unknown(), unknown(), unknown()], {}, node)
    return end


def _enter_manager(
    machine: Machine, node: s.With, manager: s.Expression, target: s.Expression | None
) -> Closure | None:
    """Bind what entering a context gives; what leaving it runs, for a manager that the program defines."""
    value = machine.evaluate(manager)
    leave: Value | None = None
    if isinstance(value, Instance):
        within, leave = (
            bound_method(machine, value, f"__{name}__") or bound_method(machine, value, f"__a{name}__")
            for name in ("enter", "exit")
        )
        value = enter(machine, within, [], {}, node) if isinstance(within, Closure) else value
    elif isinstance(value, Sequence):  # of a generator that is used as a manager
        value = first(machine, value)
    if target is not None:
        bind(machine, target, value)
    return leave if isinstance(leave, Closure) else None
