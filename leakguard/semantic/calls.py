"""Calls: of the program's own functions and classes, of what libraries offer, of what is not known."""

from __future__ import annotations

from functools import reduce

from leakguard.knowledge import loader
from leakguard.knowledge.facts import Fact
from leakguard.semantic import named_parts
from leakguard.semantic import syntax as s
from leakguard.semantic.attributes import attribute
from leakguard.semantic.binding import bind
from leakguard.semantic.call import EFFECTS, FUNCTIONS, Call, taken_at_its_word
from leakguard.semantic.choice import choose
from leakguard.semantic.effects import (
    calling,
    choosing,
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
    splitting,
    tables,
    taking,
)
from leakguard.semantic.events import Provenance
from leakguard.semantic.functions import bound_method, enter, library_bases
from leakguard.semantic.known import fact_of, kind_of, method_of_class, methods_of_kind, told_of
from leakguard.semantic.machine import Machine, evaluates
from leakguard.semantic.names import words
from leakguard.semantic.records import instantiate, record_method
from leakguard.semantic.scope import join
from leakguard.semantic.selection import cell_of
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
    call_settings,
    constant,
    learner_of,
    merge,
    origin_of,
)

# Imported for the effects that they register.
HANDLERS = (
    calling,
    choosing,
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
    splitting,
    tables,
    taking,
)
_NAMED_ALIKE = {"train_test_split": "sklearn.model_selection.train_test_split"}  # in libraries that nothing is known of
_RELOADS = frozenset(
    {"load_weights", "load_model", "load_state_dict", "load_from_checkpoint", "load_params", "restore"}
)
_MODELS = frozenset({"model", "net", "network", "classifier", "clf", "regressor", "estimator", "encoder"})
_JUDGES = frozenset({"loss", "criterion", "entropy", "accuracy", "metric", "score"})
_STOPS = frozenset({"stopping", "stopper", "earlystopping"})
_PLACES = frozenset("set_xlim set_ylim set_title set_xticks set_yticks axhline axvline annotate text".split())
_ALSO_OF_DATA = frozenset({"transform", "apply", "score"})
_ANY_LEARNER = Fact("model", "", "learner", options={"learns": "unknown"})
_LEARNING_LIBRARIES = frozenset({"sklearn", "imblearn", "xgboost", "lightgbm", "catboost", "category_encoders"})


@evaluates(s.Call)
def _call(machine: Machine, node: s.Call) -> Value:
    if isinstance(node.function, s.Attribute) and not _is_super(node.function.value):
        function = attribute(machine, machine.evaluate(node.function.value), node.function.name)
    else:
        function = machine.evaluate(node.function)
    outer, machine.showing = machine.showing, machine.showing or _draws(function)
    positional, keywords = _arguments(machine, node)
    machine.showing = outer
    if _asserts(function):
        machine.trace.asserted |= merge(origin_of(value) for value in positional).scores
    result = call_value(machine, node, function, positional, keywords)
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
            keywords["**"] = value
        else:
            positional.append(value)
    return positional, keywords


def call_value(
    machine: Machine, node: s.Call, function: Value, positional: list[Value], keywords: dict[str, Value]
) -> Value:
    """Call a value with evaluated arguments."""
    match function:
        case Closure() | Type() if fact := told_of(machine, function):
            receiver = function.receiver if isinstance(function, Closure) else None
            return taken_at_its_word(Call(machine, node, fact, positional, keywords, receiver))
        case Closure():
            return enter(machine, function, positional, keywords, node)
        case Type():
            return instantiate(machine, function, positional, keywords, node)
        case Partial():
            given = [*function.positional, *positional]
            return call_value(machine, node, function.function, given, {**function.keywords, **keywords})
        case Library():
            return _call_library(machine, node, function, positional, keywords)
        case Bound():
            return _call_method(machine, node, function, positional, keywords)
        case Instance():
            return _call_instance(machine, node, function, positional, keywords)
        case Data() if _is_model(function, node, given := [*positional, *keywords.values()]):
            return _answered(function, given)
        case Built(fact=Fact(effect="learner")) if positional and origin_of(positional[0]).rows:
            return _answered(function, positional)
        case _:
            return _unknown_call(machine, node, function, positional, keywords)


def _call_instance(
    machine: Machine, node: s.Call, function: Instance, positional: list[Value], keywords: dict[str, Value]
) -> Value:
    for name in ("__call__", "forward", "call"):
        method = bound_method(machine, function, name)
        if isinstance(method, Closure):
            result = enter(machine, method, positional, keywords, node)
            return _answered(function, positional) if name != "__call__" and positional else result
    return _unknown_call(machine, node, function, positional, keywords)


def _answered(model: Value, positional: list[Value]) -> Data:
    """What a model, or a layer that was adapted, makes of the rows that it is called with."""
    learner = learner_of(model)
    if learner is None:
        return Data()
    predicts = not isinstance(model, Built) or learning.learns(model) in {"model", "unknown"}
    return (learning.predicted if predicts else learning.transformed)(model, learner, positional[0])


def _is_model(function: Value, node: s.Call, positional: list[Value]) -> bool:
    """Whether something unknown is called as networks are: `model(x)`."""
    callee = node.function.id if isinstance(node.function, s.Name) else getattr(node.function, "name", "")
    named = not _MODELS.isdisjoint(words(callee)) and callee not in {"make_model", "build_model"}
    return named and isinstance(function, Data) and bool(positional) and bool(origin_of(positional[0]).rows)


def _call_library(
    machine: Machine, node: s.Call, function: Library, positional: list[Value], keywords: dict[str, Value]
) -> Value:
    machine.trace.reloads |= function.name.rpartition(".")[2] in _RELOADS
    handler = FUNCTIONS.get(function.name)
    if handler is not None:
        return handler(machine, node, positional, keywords)
    fact = fact_of(machine, function.name) or loader.fact(_NAMED_ALIKE.get(function.name.rpartition(".")[2], ""))
    if fact is not None and fact.effect in EFFECTS:
        return EFFECTS[fact.effect](Call(machine, node, fact, positional, keywords))
    root, _, last = function.name.partition(".")[0], None, function.name.rpartition(".")[2]
    if root in _LEARNING_LIBRARIES and last[:1].isupper():
        generic = Fact(function.name, root, "learner", options={"learns": "unknown"})
        return EFFECTS["learner"](Call(machine, node, generic, positional, keywords))
    return _unknown_call(machine, node, function, positional, keywords)


def _call_method(
    machine: Machine, node: s.Call, bound: Bound, positional: list[Value], keywords: dict[str, Value]
) -> Value:
    receiver, name = bound.receiver, bound.name
    machine.trace.reloads |= name in _RELOADS or constant(keywords.get("ckpt_path")) is not None
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
        return receiver
    fact = _method_fact(receiver, name, positional, machine)
    if fact is not None and fact.effect in EFFECTS:
        return EFFECTS[fact.effect](Call(machine, node, fact, positional, keywords, receiver))
    return _unknown_method(machine, node, bound, positional, keywords)


def _method_fact(receiver: Value, name: str, positional: list[Value], machine: Machine) -> Fact | None:
    match receiver:
        case Built():
            return method_of_class(machine, receiver.name, name) or methods_of_kind(machine, kind_of(receiver)).get(
                name
            )
        case Data():
            return _method_of_data(receiver, name, positional, machine)
        case _:
            return methods_of_kind(machine, "any").get(name)


def _method_of_data(receiver: Data, name: str, positional: list[Value], machine: Machine) -> Fact | None:
    has_rows = bool(receiver.origin.rows)
    learner = methods_of_kind(machine, "learner").get(name)
    if learner is not None and not (name in _ALSO_OF_DATA and has_rows and receiver.learner is None):
        return learner
    if name == "report" and not (receiver.tuning or machine.tuning):
        return None
    if name == "split" and positional and origin_of(positional[0]).rows:
        return methods_of_kind(machine, "splitter").get(name)
    return methods_of_kind(machine, "any").get(name) or methods_of_kind(machine, "data").get(name)


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
    if isinstance(receiver, Data):
        values = [*positional, *keywords.values()]
        others = merge(origin_of(value) for value in values)
        _enter_lambdas(machine, node, values, receiver)
        origin = merge((receiver.origin, others)) if others.rows or others.scores else receiver.origin
        origin = Provenance(
            origin.rows, origin.learned | others.learned, origin.scores, origin.models, _vague(values, origin)
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
        )
    if isinstance(receiver, Built) and bound.name.startswith(("set_", "compile", "add")):
        receiver.made_of += positional[:1] if bound.name == "add" and receiver.fact.effect == "learner" else []
        return receiver
    return _unknown_call(machine, node, bound, positional, keywords)


def _unknown_call(
    machine: Machine, node: s.Call, function: Value, positional: list[Value], keywords: dict[str, Value]
) -> Value:
    """What nothing is known of gives something made of all that it was given."""
    values = [*positional, *keywords.values()]
    _enter_lambdas(machine, node, values, None)
    if isinstance(function, Library) and function.name.startswith("joblib."):
        return reduce(join, positional) if positional else Data()
    origin = merge((origin_of(function), *(origin_of(value) for value in values)))
    name = function.name.rpartition(".")[2] if isinstance(function, (Library, Bound)) else _called(node)
    if not _STOPS.isdisjoint(words(name)) and origin.scores and machine.loops:
        choose(machine, node, origin.scores, name)
    scores = judging.judged_by_unknown(machine, node, values, name) if _may_judge(function, name) else frozenset()
    if isinstance(function, Data) and not function.origin.rows:
        function.gathered |= scores
    if not scores and not origin.rows and not origin.learned and not origin.scores:
        return _made_of_nothing(machine, node, function, positional, keywords)
    single = bool(origin.rows) and all(_is_single(value) for value in values)
    whole = Provenance(origin.rows, origin.learned, origin.scores | scores, origin.models, _vague(values, origin))
    residual = next((value.residual for value in positional if isinstance(value, Data) and value.residual), None)
    return Data(whole, single=single, residual=residual, made=_made(node, positional, keywords))


def _made_of_nothing(
    machine: Machine, node: s.Call, function: Value, positional: list[Value], keywords: dict[str, Value]
) -> Data:
    made = Data(made=_made(node, positional, keywords))
    if isinstance(function, Library):
        given = named_parts.arguments(positional, keywords)
        made.origin = named_parts.dataset(machine, machine.site(node), function.name, given) or made.origin
    return made


def _made(node: s.Call, positional: list[Value], keywords: dict[str, Value]) -> tuple[object, ...]:
    return (node, call_settings(positional, keywords))


def _is_single(value: Value) -> bool:
    return not origin_of(value).rows or (isinstance(value, Data) and value.single)


def _called(node: s.Call) -> str:
    """The name by which something unknown is called."""
    return node.function.id if isinstance(node.function, s.Name) else getattr(node.function, "name", "")


def _may_judge(function: Value, name: str) -> bool:
    if not _JUDGES.isdisjoint(words(name)):
        return True
    if isinstance(function, Library) and (function.name.startswith("builtins.") or loader.library_of(function.name)):
        return False
    lowered = name.lower()
    return bool(name) and not any(
        word in lowered for word in ("plot", "show", "print", "save", "draw", "scatter", "frame")
    )


def _vague(values: list[Value], origin: Provenance) -> bool:
    """Whether it is unclear which of several rows something unknown gave back."""
    return origin.vague or len({origin_of(value).rows for value in values if origin_of(value).rows}) > 1


def _enter_lambdas(machine: Machine, node: s.Node, values: list[Value], receiver: Value | None) -> None:
    """A small function handed to something unknown is most likely called."""
    for value in values:
        if isinstance(value, Closure) and isinstance(value.definition, s.Lambda):
            given: list[Value] = [Data(origin_of(receiver)) if receiver is not None else Data()]
            enter(machine, value, given, {}, node)
