"""Fitting, transforming, predicting."""

from __future__ import annotations

from dataclasses import replace

from leakguard.knowledge import loader
from leakguard.semantic import syntax as s
from leakguard.semantic.call import Call, effect
from leakguard.semantic.candidates import candidate
from leakguard.semantic.clusterings import note_clustering, note_distance
from leakguard.semantic.dividing import note_folds
from leakguard.semantic.effects.drawing import note_searched
from leakguard.semantic.effects.epochs import note_epochs
from leakguard.semantic.effects.own_steps import fit_own_steps, through_own_steps
from leakguard.semantic.effects.training import note_scored_settings, note_trained
from leakguard.semantic.effects.trials import run_search, searches_in
from leakguard.semantic.effects.watching import handed_out, watch, watched_rows
from leakguard.semantic.events import Fit, Predict, Provenance, Validate
from leakguard.semantic.networks import last_name
from leakguard.semantic.origins import materialised
from leakguard.semantic.sampling import note_taken
from leakguard.semantic.searches import note_fitted_search, told_by
from leakguard.semantic.trying import note_built, note_given, note_made
from leakguard.semantic.values import (
    NOTHING,
    Built,
    Const,
    Data,
    Instance,
    Learner,
    Sequence,
    Value,
    constant,
    learner_of,
    merge,
    origin_of,
    parts_of,
    with_learned,
)

# From harmless to harmful: a pipeline learns the most harmful of what its steps learn.
_HARM = (
    "nothing",
    "labels",
    "categories",
    "scale",
    "bins",
    "impute",
    "vocabulary",
    "decomposition",
    "cluster",
    "selection",
)
_LENGTHS = frozenset({"batch_size", "epochs", "nb_epoch"})


@effect("learner")
def _learner(call: Call) -> Value:
    made = _build(call)
    made.made_of = call.given("parts")
    return made


@effect("splitter", "stopper", "sampler", "settings")
def _plain_object(call: Call) -> Value:
    note_searched(call)
    return _build(call)


@effect("make")
def _make(call: Call) -> Value:
    note_searched(call)
    name = str(call.fact.options.get("gives", call.fact.name))
    made = _build(replace_fact(call, name))
    if "reopens" in call.fact.options:
        made.arguments[str(call.fact.options["reopens"])] = Const(value=True)
    made.fact = loader.fact(name) or made.fact  # what it is, not how it was made
    return made


def replace_fact(call: Call, name: str) -> Call:
    """The same call, named after what it makes."""
    return Call(call.machine, call.node, replace(call.fact, name=name), call.positional, call.keywords)


def _build(call: Call) -> Built:
    names = (*call.fact.parameters, *(f"#{position}" for position in range(len(call.positional))))
    arguments = dict(zip(names, call.positional, strict=False)) | call.keywords
    made = Built(call.fact.name, call.fact, arguments, call.site, loops=call.machine.loops)
    made.learner.label = call.label
    for name, value in arguments.items():
        note_taken(call.machine, call.label, name, value)
    if call.fact.options.get("incremental"):
        note_made(call.machine, call.fact.name)
    if call.fact.effect in {"learner", "wrapper", "search"}:
        note_given(call.machine, call.node, call.label, arguments.items())
    return made


@effect("wrapper")
def _wrapper(call: Call) -> Value:
    made = _build(call)
    made.made_of = call.given("parts")
    return made


@effect("search")
def _search(call: Call) -> Value:
    made = _build(call)
    made.made_of = call.given("estimator")
    note_searched(call)
    return made


def learns(value: Value) -> str:
    """What fitting this takes from the rows."""
    match value:
        case Built():
            return _learns_built(value)
        case _:
            return "unknown"


def _learns_built(value: Built) -> str:
    match value.fact.effect:
        case "learner":
            return "nothing" if _is_fixed(value) else str(value.fact.options.get("learns", "unknown"))
        case "wrapper":
            found = {learns(part) for _, part in parts_of(value) if isinstance(part, Built)}
            if found - set(_HARM):
                return "model" if "model" in found else max(found - set(_HARM))
            return max(found, key=_HARM.index, default="nothing")
        case _:
            return "model"


def _is_fixed(value: Built) -> bool:
    """Whether all is given that it would learn: a vocabulary, categories, a constant to fill in."""
    parameter = value.fact.options.get("fixed")
    given = value.arguments.get(str(parameter)) if parameter else None
    if given is None:
        return False
    if isinstance(given, Const):
        return given.value is not None and given.value == value.fact.options.get("fixed_value", ())
    return True


@effect("fit")
def _fit(call: Call) -> Value:
    receiver = call.receiver
    learner = learner_of(receiver) if receiver is not None else None
    features = _held(receiver) or call.one("data") or next(iter(call.positional), None)
    if learner is None or receiver is None:
        return Data(call.origin())
    data = features if features is not None else Data()
    if isinstance(data, Data) and not data.origin.scores and data.sample is None:
        materialised(call.site, data)
    note_target(call)
    note_scored_settings(call)
    fit = _record_fit(call, receiver, learner, data)
    fit_own_steps(call, receiver, learner, data)
    watch(call, receiver, fit)
    note_epochs(call, receiver)
    note_built(call.machine, (value for name, value in told_by(call).arguments.items() if name in _LENGTHS))
    note_trained(call, receiver)
    for search in searches_in(receiver):
        run_search(call, search)
    note_fitted_search(call)
    match call.fact.options.get("then"):
        case "transform":
            return transformed(receiver, learner, through_own_steps(call, receiver, data))
        case "predict":
            return predicted(receiver, learner, data)
        case "resample":
            return _resampled(call, fit)
        case _:
            return receiver


def _held(receiver: Value | None) -> Data | None:
    """The rows that a learner was made with."""
    if not isinstance(receiver, Built) or "holds" not in receiver.fact.options:
        return None
    held = [receiver.arguments[name] for name in receiver.fact.options["holds"] if name in receiver.arguments]  # type: ignore[attr-defined]
    return Data(merge(origin_of(value) for value in held))


def _record_fit(call: Call, receiver: Value, learner: Learner, data: Value) -> Fit:
    origin = origin_of(data)
    chooses = bool(searches_in(receiver)) or bool(call.fact.options.get("search"))
    kind = "resample" if call.fact.options.get("then") == "resample" else learns(receiver)
    label = learner.label if learner.label != "model" else _class_of(receiver) or f"{call.label}()"
    certain = isinstance(receiver, Built)
    site, context = call.site, call.machine.context()
    # Predictions are scaled for people, not for a model; what is learned of one record stays with it.
    if kind not in {"model", "unknown"} and (origin.models or (isinstance(data, Data) and data.single)):
        origin = replace(origin, rows=frozenset())
    fit = Fit(site, context, label, kind, origin.rows, origin.vague, chooses=chooses, certain=certain)
    call.machine.emit(fit)
    note_fitted(fit)
    note_clustering(call, receiver, fit)
    note_distance(call, receiver, data, search=chooses)
    if isinstance(receiver, Built) and receiver.fact.effect == "search":
        folds = receiver.arguments.get(str(receiver.fact.options.get("folds")))
        note_folds(call, folds, label, origin.rows, call.keywords.get("groups"))
    if chooses:
        call.machine.emit(Validate(site, context, label, origin.rows, origin.learned, search=True))
    learned = origin.learned | _adapted(receiver)
    if is_incremental(call, receiver):
        learner.fits = (*learner.fits[-8:], fit)
        learner.learned |= {fit} | learned
    else:
        learner.restored = False
        learner.fits = (fit,)
        learner.learned = frozenset({fit}) | learned | _told(receiver)
        learner.trained_on = data
    return fit


def _class_of(receiver: Value) -> str:
    """The class of an object of which nothing else is known, empty if what made it isn't called like a class."""
    match receiver:
        case Data(made=(s.Call(function=function), *_)):
            name = last_name(function)
            return name if name[:1].isupper() else ""
        case _:
            return ""


def _adapted(receiver: Value) -> frozenset[Fit]:
    """What the layers of a network had learned by themselves; the parts of a pipeline are fitted with it."""
    if not isinstance(receiver, Built) or receiver.fact.effect != "learner":
        return frozenset()
    return merge(map(origin_of, receiver.made_of)).learned


def _told(receiver: Value) -> frozenset[Fit]:
    """The searches that found the hyperparameters of a model: `SVC(**search.best_params_)`."""
    given = receiver.arguments.values() if isinstance(receiver, Built) else ()
    return frozenset(fit for value in given for fit in origin_of(value).learned if fit.chooses)


def note_fitted(fit: Fit) -> None:
    """Remember which parts models were fitted on: what was cut off beside them is held out."""
    if fit.learns in {"model", "unknown"}:
        for rows in fit.rows:
            for part in reversed(rows.path):
                if part.cut.how in {"split", "folds", "load", "file", "calls", "names"}:
                    break  # what was cut before a real split was a filter
                part.cut.fitted.add(part.name)


def note_target(call: Call) -> None:
    """Remember the column that a model is trained to predict."""
    for value in call.given("truth") or call.positional[1:2]:
        if isinstance(value, Data) and value.column:
            call.machine.trace.targets.add(value.column)


def is_incremental(call: Call, receiver: Value) -> bool:
    """Whether a further fit goes on where the last one stopped."""
    if call.fact.options.get("incremental"):
        return True
    return not isinstance(receiver, Built) or bool(receiver.fact.options.get("incremental"))


def _resampled(call: Call, fit: Fit) -> Value:
    results: list[Value] = [
        Data(with_learned(origin_of(value), frozenset({fit}))) for value in (*call.given("data"), *call.given("truth"))
    ]
    return results[0] if len(results) == 1 else Sequence(results, "tuple")


@effect("transform")
def _transform(call: Call) -> Value:
    learner = learner_of(call.receiver) if call.receiver is not None else None
    data = call.one("data")
    if learner is None or call.receiver is None or data is None:
        return Data(call.origin())
    if call.fact.options.get("inverse"):
        return Data(origin_of(data))
    if (
        isinstance(call.receiver, Built)
        and call.receiver.fact.options.get("predicts")
        and learns(call.receiver) == "model"
    ):
        return _predict(call)
    return transformed(call.receiver, learner, through_own_steps(call, call.receiver, data))


def transformed(receiver: Value, learner: Learner, data: Value) -> Data:
    """Rows after a fitted transformer."""
    origin = origin_of(data)
    if not learner.fits and isinstance(receiver, (Data, Instance)):
        return Data(merge((origin, origin_of(receiver))))
    told = Provenance(origin.rows, origin.learned | learner.learned, origin.scores, origin.models, origin.vague)
    filled = bool(learner.fits) and learner.fits[-1].learns in {"labels", "impute"}
    if not isinstance(data, Data):
        return Data(told)
    return Data(told, column=data.column, raw=data.raw if filled else None, single=data.single)


@effect("predict", "staged")
def _predict(call: Call) -> Value:
    learner = learner_of(call.receiver) if call.receiver is not None else None
    data = call.one("data") or next(iter(call.positional), None) or _by_another_name(call)
    if learner is None or call.receiver is None or data is None:
        return Data(call.origin())
    data = through_own_steps(call, call.receiver, data)
    prediction = predicted(call.receiver, learner, data)
    origin = origin_of(data)
    call.machine.emit(Predict(call.site, call.machine.context(), origin.rows, origin.learned))
    return Sequence([], rest=prediction) if call.fact.effect == "staged" else prediction


def _by_another_name(call: Call) -> Value | None:
    """The one keyword that holds rows: `predict(exog=X)`."""
    found = [value for value in call.keywords.values() if origin_of(value).rows]
    return found[0] if len(found) == 1 else None


def predicted(receiver: Value, learner: Learner, data: Value) -> Data:
    """What a model says of rows: of the same rows, learned from what the model learned."""
    origin = origin_of(data)
    models = frozenset({candidate(receiver, learner)})
    return Data(Provenance(origin.rows, origin.learned | learner.learned, models=models, vague=origin.vague))


@effect("learn")
def _learn(call: Call) -> Value:
    data = call.one("data") or call.receiver or next(iter(call.positional), None)
    if data is None:
        return Data(call.origin())
    origin = origin_of(data)
    if _needs_no_rows(call) or (isinstance(data, Data) and data.single):
        return replace(data, learner=None) if isinstance(data, Data) and data.single else Data(origin)
    kind = str(call.fact.options.get("learns", "unknown"))
    grouped = isinstance(data, Data) and data.grouped  # a rank within each group
    column = data.column if isinstance(data, Data) and grouped else ""
    site, context = call.site, call.machine.context()
    fit = Fit(site, context, f"{call.label}()", kind, origin.rows, origin.vague, column=column, grouped=grouped)
    call.machine.emit(fit)
    return Data(with_learned(origin, frozenset({fit})))


def _needs_no_rows(call: Call) -> bool:
    axis = constant(call.one("axis"))
    return isinstance(call.one("fixed"), (Sequence, Data)) or axis in {1, "columns"}


@effect("train")
def _train(call: Call) -> Value:
    given = [*call.given("data"), *(rows for name in call.names("data_method") for rows in handed_out(call, name))]
    origin = merge(origin_of(value) for value in given)
    note_scored_settings(call)
    kind = str(call.fact.options.get("learns", "model"))
    fit = Fit(call.site, call.machine.context(), f"{call.label}()", kind, origin.rows, origin.vague)
    call.machine.emit(fit)
    note_fitted(fit)
    note_trained(call)
    note_given(call.machine, call.node, call.label, ((name, value) for name, value in told_by(call).arguments.items()))
    learner = Learner((fit,), origin.learned | {fit}, label=call.label)
    told = NOTHING if kind == "model" else Provenance(learned=learner.learned)  # what is looked up in it comes of it
    model = Data(told, learner=learner)
    watch(call, call.receiver or model, fit)
    learner.watched = merge(watched_rows(call, call.receiver or model))
    return model
