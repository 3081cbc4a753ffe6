"""Calls: of the program's own functions and classes, of what libraries offer, of what is not known."""

from __future__ import annotations

from leakguard.knowledge import loader
from leakguard.knowledge.facts import Fact
from leakguard.semantic import syntax as s
from leakguard.semantic.attributes import attribute
from leakguard.semantic.binding import bind
from leakguard.semantic.call import EFFECTS, FUNCTIONS, Call, taken_at_its_word
from leakguard.semantic.choice import choose
from leakguard.semantic.effects import (
    calling,
    choosing,
    combining,
    containers,
    expressions,
    iterators,
    judging,
    learning,
    neighbours,
    paths,
    python,
    records,
    searching,
    settings,
    splitting,
    tables,
    taking,
)
from leakguard.semantic.events import Provenance
from leakguard.semantic.functions import bound_method, enter, library_bases
from leakguard.semantic.gate import note_handed
from leakguard.semantic.known import fact_of, method_fact, method_of_class, methods_of_kind, told_of
from leakguard.semantic.machine import Machine, evaluates
from leakguard.semantic.networks import RELOADS, is_model, note_network, restored, trains
from leakguard.semantic.pending import handed_on
from leakguard.semantic.records import instantiate, record_method
from leakguard.semantic.reporting import note_told
from leakguard.semantic.searches import seeds_globally
from leakguard.semantic.selection import cell_of
from leakguard.semantic.siblings import latent_rows
from leakguard.semantic.trying import note_built, note_given, note_made, note_part, note_step
from leakguard.semantic.unknown import enter_lambdas, is_vague, unknown_call
from leakguard.semantic.values import (
    Bound,
    Built,
    Closure,
    Data,
    Instance,
    Library,
    Mapping,
    Partial,
    Sequence,
    Type,
    Value,
    constant,
    learner_of,
    merge,
    origin_of,
)

# Imported for the effects that they register.
HANDLERS = (
    calling,
    choosing,
    combining,
    containers,
    expressions,
    iterators,
    judging,
    learning,
    neighbours,
    paths,
    python,
    records,
    searching,
    settings,
    splitting,
    tables,
    taking,
)
_NAMED_ALIKE = {  # in libraries that nothing is known of
    "train_test_split": "sklearn.model_selection.train_test_split",
    **{name: f"sklearn.preprocessing.{name}" for name in ("LabelEncoder", "LabelBinarizer", "MultiLabelBinarizer")},
}
_PLACES = frozenset("set_xlim set_ylim set_title set_xticks set_yticks axhline axvline annotate text".split())
_ANY_LEARNER = Fact("model", "", "learner", options={"learns": "unknown"})
_LEARNING_LIBRARIES = frozenset({"sklearn", "imblearn", "xgboost", "lightgbm", "catboost", "category_encoders"})


@evaluates(s.Call)
def _call(machine: Machine, node: s.Call) -> Value:
    if isinstance(node.function, s.Attribute) and not _is_super(node.function.value):
        function = attribute(machine, machine.evaluate(node.function.value), node.function.name)
    else:
        function = machine.evaluate(node.function)
    if machine.search is not None:
        machine.search.trains = machine.search.trains or trains(node)
        note_step(machine, node)
    outer, machine.showing = machine.showing, machine.showing or _draws(function)
    positional, keywords = _arguments(machine, node)
    machine.showing = outer
    if isinstance(node.function, s.Attribute) and _is_super(node.function.value):
        _note_options(machine, node.function.name, keywords)
    if _asserts(function):
        machine.trace.asserted |= merge(origin_of(value) for value in positional).scores
    note_told(machine, node, function, positional, keywords)
    result = call_value(machine, node, function, positional, keywords)
    result = handed_on(machine, function, [*positional, *keywords.values()], result)
    if isinstance(node.function, s.Attribute) and constant(keywords.get("inplace")) is True:
        bind(machine, node.function.value, result)  # `x.f(inplace=True)` is `x = x.f()`
    return result


def _asserts(function: Value) -> bool:
    name = function.name.rpartition(".")[2] if isinstance(function, (Library, Bound)) else ""
    return name.startswith("assert")


def _draws(function: Value) -> bool:
    """Whether the arguments only place something in a plot."""
    match function:
        case Library(name=name):
            return name.startswith(("matplotlib.", "seaborn.", "plotly."))
        case Bound(name=name):
            return name in _PLACES
        case _:
            return False


def _is_super(node: s.Expression) -> bool:
    return isinstance(node, s.Call) and isinstance(node.function, s.Name) and node.function.id == "super"


def _note_options(machine: Machine, name: str, keywords: dict[str, Value]) -> None:
    """`super().__init__(...)` in a subclass of a library's class."""
    receiver = machine.frames[-1].receiver
    if name == "__init__" and isinstance(receiver, Instance):
        receiver.options.update(keywords)


def _arguments(machine: Machine, node: s.Call) -> tuple[list[Value], dict[str, Value]]:
    positional: list[Value] = []
    keywords: dict[str, Value] = {}
    for argument in node.arguments:
        value = machine.evaluate(argument.value)
        if argument.name is not None:
            keywords[argument.name] = value
        elif argument.star == "*" and isinstance(value, Sequence):
            positional.extend(value.items)
        elif argument.star == "**" and isinstance(value, Mapping):
            keywords.update({key: item for key, item in value.entries.items() if isinstance(key, str)})
            if value.rest is not None:
                keywords["**"] = value.rest
        elif argument.star == "**":
            keywords |= {**((isinstance(value, Data) and value.told and value.attributes) or {}), "**": value}
        else:
            positional.append(value)
    return positional, keywords


def call_value(
    machine: Machine, node: s.Call, function: Value, positional: list[Value], keywords: dict[str, Value]
) -> Value:
    """Call a value with evaluated arguments."""
    if machine.gate is not None:
        note_handed(machine, node, function, positional, keywords)
    match function:
        case Closure() | Type() if fact := told_of(machine, function):
            receiver = function.receiver if isinstance(function, Closure) else None
            return taken_at_its_word(Call(machine, node, fact, positional, keywords, receiver))
        case Closure():
            return enter(machine, function, positional, keywords, node)
        case Type():
            made = instantiate(machine, function, positional, keywords, node)
            note_made(machine, *library_bases(function))
            return _maybe_rows(machine, node, made, positional, keywords)
        case Partial():
            given = [*function.positional, *positional]
            return call_value(machine, node, function.function, given, {**function.keywords, **keywords})
        case Library():
            return _call_library(machine, node, function, positional, keywords)
        case Bound():
            note_network(machine, node, function)
            return _call_method(machine, node, function, positional, keywords)
        case Instance():
            return _call_instance(machine, node, function, positional, keywords)
        case Data() if is_model(machine, function, node, given := [*positional, *keywords.values()]):
            return _answered(function, given)
        case _:
            return _call_other(machine, node, function, positional, keywords)


def _call_other(
    machine: Machine, node: s.Call, function: Value, positional: list[Value], keywords: dict[str, Value]
) -> Value:
    layer = isinstance(function, Built) and function.fact.effect == "learner"
    if layer and positional and origin_of(positional[0]).rows:
        return _answered(function, positional)
    return unknown_call(machine, node, function, positional, keywords)


def _maybe_rows(
    machine: Machine, node: s.Call, made: Value, positional: list[Value], keywords: dict[str, Value]
) -> Value:
    if isinstance(made, Instance):
        made.latent = latent_rows(machine, node, made.type.definition.name, positional, keywords)
    return made


def _call_instance(
    machine: Machine, node: s.Call, function: Instance, positional: list[Value], keywords: dict[str, Value]
) -> Value:
    called, forward = (bound_method(machine, function, name) for name in ("__call__", "forward"))
    forward = forward or bound_method(machine, function, "call")
    if isinstance(called, Closure):
        return enter(machine, called, positional, keywords, node)
    if isinstance(forward, Closure):
        return _through(machine, node, function, forward, positional, keywords)
    return unknown_call(machine, node, function, positional, keywords)


def _through(
    machine: Machine,
    node: s.Call,
    network: Instance,
    forward: Closure,
    positional: list[Value],
    keywords: dict[str, Value],
) -> Value:
    """The forward pass of a network of the program, or of a part of one."""
    outer, machine.answering = machine.answering, True
    result = enter(machine, forward, positional, keywords, node)
    machine.answering = outer
    if outer or not positional:
        return result
    return _passed_on(positional, result) if origin_of(positional[0]).models else _answered(network, positional)


def _passed_on(positional: list[Value], result: Value) -> Value:
    """What a further module makes of a prediction: a loss, or a prediction of the same model still."""
    origin = origin_of(result)
    return result if origin.scores or origin.models else Data(merge(origin_of(value) for value in positional))


def _answered(model: Value, positional: list[Value]) -> Data:
    """What a model, or a layer that was adapted, makes of the rows that it is called with."""
    learner = learner_of(model)
    if learner is None:
        return Data()
    predicts = not isinstance(model, Built) or learning.learns(model) in {"model", "unknown"}
    return (learning.predicted if predicts else learning.transformed)(model, learner, positional[0])


def _call_library(
    machine: Machine, node: s.Call, function: Library, positional: list[Value], keywords: dict[str, Value]
) -> Value:
    if machine.live:
        note_part(machine, function.name, positional, keywords)
    reloads = function.name.rpartition(".")[2] in RELOADS
    machine.trace.reloads |= reloads
    result = _of_library(machine, node, function, positional, keywords)
    return restored(result) if reloads else result


def _of_library(
    machine: Machine, node: s.Call, function: Library, positional: list[Value], keywords: dict[str, Value]
) -> Value:
    if seeds_globally(function.name.rpartition(".")[2]):
        machine.trace.seeds = True
        note_given(machine, node, "seed", [("seed", value) for value in positional[:1]])
    handler = FUNCTIONS.get(function.name)
    if handler is not None:
        return handler(machine, node, positional, keywords)
    return known_call(machine, node, function, positional, keywords)


def known_call(
    machine: Machine, node: s.Call, function: Library, positional: list[Value], keywords: dict[str, Value]
) -> Value:
    """What the knowledge files say of a function, or what is made of something unknown."""
    fact = fact_of(machine, function.name) or loader.fact(_NAMED_ALIKE.get(function.name.rpartition(".")[2], ""))
    if fact is not None and fact.effect in EFFECTS:
        return EFFECTS[fact.effect](Call(machine, node, fact, positional, keywords))
    root, _, last = function.name.partition(".")[0], None, function.name.rpartition(".")[2]
    if root in _LEARNING_LIBRARIES and last[:1].isupper():
        generic = Fact(function.name, root, "learner", options={"learns": "unknown"})
        return EFFECTS["learner"](Call(machine, node, generic, positional, keywords))
    return unknown_call(machine, node, function, positional, keywords)


def _call_method(
    machine: Machine, node: s.Call, bound: Bound, positional: list[Value], keywords: dict[str, Value]
) -> Value:
    receiver, name = bound.receiver, bound.name
    machine.trace.reloads |= constant(keywords.get("ckpt_path")) is not None
    if name in RELOADS:
        machine.trace.reloads = True
        restored(receiver)
    found = containers.container_method(machine, node, receiver, name, positional, keywords)
    if found is not None:
        return found
    if isinstance(receiver, Instance):
        return _inherited_method(machine, node, receiver, bound, positional, keywords)
    learner = learner_of(receiver) if name == "set_params" else None
    if learner is not None:
        learner.version += 1
        if isinstance(receiver, Built):
            receiver.arguments.update(keywords)
        searching.note_parameters(machine, keywords)
        note_given(machine, node, learner.label, keywords.items())
        return receiver
    fact = method_fact(receiver, name, positional, machine)
    if fact is not None and fact.effect in EFFECTS:
        return EFFECTS[fact.effect](Call(machine, node, fact, positional, keywords, receiver))
    return _unknown_method(machine, node, bound, positional, keywords)


def _inherited_method(
    machine: Machine,
    node: s.Call,
    receiver: Instance,
    bound: Bound,
    positional: list[Value],
    keywords: dict[str, Value],
) -> Value:
    """A method that an object of the program has from a library's class."""
    if bound.name == "fit_transform":
        own_fit, own_transform = (bound_method(machine, receiver, name) for name in ("fit", "transform"))
        if isinstance(own_fit, Closure) and isinstance(own_transform, Closure):
            enter(machine, own_fit, positional, keywords, node)
            return enter(machine, own_transform, positional[:1], {}, node)
    record = record_method(receiver, bound.name, keywords)
    if record is not None:
        return record
    bases = library_bases(receiver.type)
    known = (method_of_class(machine, base, bound.name) for base in bases)
    learner = next(filter(None, known), None) or methods_of_kind(machine, "learner").get(bound.name)
    if learner is not None and bases:
        return EFFECTS[learner.effect](Call(machine, node, learner, positional, keywords, receiver))
    return _unknown_method(machine, node, bound, positional, keywords)


def _unknown_method(
    machine: Machine, node: s.Call, bound: Bound, positional: list[Value], keywords: dict[str, Value]
) -> Value:
    """Something made of the receiver and the arguments; a frame's unlisted method works row by row."""
    receiver = bound.receiver
    if isinstance(receiver, Data) and (
        found := judging.gathered(machine, node, receiver, bound.name, positional, keywords)
    ):
        return found
    if bound.name == "get" and isinstance(receiver, Data) and receiver.cells and positional:
        return Data(cell_of(receiver.cells, str(constant(positional[0]))) or Provenance())
    if bound.name == "step" and positional and machine.loops:  # a schedule that watches a score
        choose(machine, node, origin_of(positional[0]).scores, "lowering the learning rate")
    if isinstance(receiver, Data) and bound.name in {"eval", "train"} and not receiver.origin.rows:
        return receiver  # `net = net.eval()`
    if isinstance(receiver, Data):
        values = [*positional, *keywords.values()]
        others = merge(origin_of(value) for value in values)
        enter_lambdas(machine, node, values, receiver)
        origin = merge((receiver.origin, others)) if others.rows or others.scores else receiver.origin
        origin = Provenance(
            origin.rows, origin.learned | others.learned, origin.scores, origin.models, is_vague(values, origin)
        )
        return Data(
            origin,
            single=receiver.single,
            by_column=bound.name in {"items", "iteritems"},
            columns=receiver.columns,
            sample=receiver.sample,
            grouped=receiver.grouped,
            statistic=receiver.statistic,
            residual=receiver.residual,
            latent=receiver.latent,
        )
    if isinstance(receiver, Built) and bound.name.startswith(("set_", "compile", "add")):
        note_built(machine, [*positional, *keywords.values()])
        receiver.made_of += positional[:1] if bound.name == "add" and receiver.fact.effect == "learner" else []
        return receiver
    return unknown_call(machine, node, bound, positional, keywords)
