"""Rows cut into parts by a library's call."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from leakguard.semantic import syntax as s
from leakguard.semantic.call import Call, effect
from leakguard.semantic.candidates import call_settings, candidate
from leakguard.semantic.clusterings import note_distance
from leakguard.semantic.dividing import is_date, note_folds, note_split
from leakguard.semantic.effects.drawing import note_searched
from leakguard.semantic.effects.learning import note_target
from leakguard.semantic.effects.training import note_trained
from leakguard.semantic.effects.trials import run_search, searches_in
from leakguard.semantic.events import Columns, Judge, Open, Order, Provenance, Split, Validate
from leakguard.semantic.files import opened, part_of_files, text_of, told
from leakguard.semantic.names import PARTS, Role
from leakguard.semantic.origins import materialised
from leakguard.semantic.rows import Cut, How, Part, Rows, Source
from leakguard.semantic.searches import folds_of
from leakguard.semantic.taking import between
from leakguard.semantic.trying import note_fold_count, note_given
from leakguard.semantic.values import (
    Built,
    Const,
    Data,
    Mapping,
    Sequence,
    Value,
    constant,
    learner_of,
    merge,
    origin_of,
    with_part,
)

if TYPE_CHECKING:
    from collections.abc import Hashable

    from leakguard.semantic.events import Candidate

_MANY = 64


@effect("split")
def _split(call: Call) -> Value:
    if call.receiver is not None and not (isinstance(call.receiver, (Built, Data)) and call.arguments()):
        return Data(call.origin())
    if isinstance(call.receiver, Data) and _is_discarded(call):
        return Data()  # something of the project's own that is told to split
    match call.fact.options.get("gives"):
        case "folds":
            return folds(call, call.given("data") or call.positional)
        case "parts" | "dict":
            return _parts(call)
        case _:
            return _pairs(call)


def _is_discarded(call: Call) -> bool:
    statement = call.machine.statement
    return isinstance(statement, s.Evaluate) and statement.value is call.node


def _note_seed(call: Call) -> None:
    """A seed that a loop goes through is drawn for its luck."""
    seed = call.one("seed")
    if seed is not None:
        note_given(call.machine, call.node, call.label, [(call.names("seed")[0], seed)])


def _pairs(call: Call) -> Value:
    _note_seed(call)
    data = _data_of(call)
    note_target(call)
    cut = _cut(call, data)
    given = call.given("data") or [Data()]
    raw = [value.raw if isinstance(value, Data) else None for value in given]
    # Of the target it stays known which column it is.
    columns = [""] * (len(given) - 1) + [given[-1].column if isinstance(given[-1], Data) else ""]
    results = [
        Data(with_part(origin, part), raw=own, column=column, selects=_still_selected(value, part))
        for value, origin, own, column in zip(given, data, raw, columns, strict=True)
        for part in (Part(cut, name) for name in _order(call))
    ]
    return Sequence([*results], "tuple")


def _still_selected(value: Value, part: Part) -> tuple[Part, ...]:
    """Row numbers that are split select a part of what they selected before."""
    selected = value.selects if isinstance(value, Data) else ()
    return (*selected, part) if selected else ()


def _parts(call: Call) -> Value:
    data = _data_of(call)
    cut = _cut(call, data)
    whole = merge(data)
    if call.fact.options.get("gives") == "dict":
        return Mapping({name: Data(with_part(whole, Part(cut, name))) for name in ("train", "test")})
    names = _part_names(call)
    cut.seen = set(names)
    return Sequence([Data(with_part(whole, Part(cut, name))) for name in names], "tuple")


def _part_names(call: Call) -> tuple[str, ...]:
    """The parts into which rows are cut, as the fact says or by how many shares or places were given."""
    if order := call.names("order"):
        return tuple(order)
    match call.one("places"):
        case Sequence(items=places, rest=None):
            return _numbered(len(places) + 1)
        case Const(value=int(count)):
            return _numbered(count)
    shares = call.one("size")
    if isinstance(shares, Sequence) and shares.rest is None and len(shares.items) > 2:
        return ("train", "validation", "test") if len(shares.items) == 3 else _numbered(len(shares.items))
    return ("train", "test")


def _numbered(count: int) -> tuple[str, ...]:
    return tuple(str(number) for number in range(min(count, _MANY)))


def _data_of(call: Call) -> list[Provenance]:
    """The rows that are cut; a helper that reads them itself is given none."""
    given = call.given("data") or [call.receiver if call.receiver is not None else Data()]
    return [materialised(call.site, value) for value in given]


def _order(call: Call) -> list[str]:
    return call.names("order") or ["train", "test"]


def _cut(call: Call, data: list[Provenance], how: How = "split") -> Cut:
    cut = Cut(("split", len(call.machine.trace.events), call.site), how, call.site, defaults=dict(PARTS))
    cut.alike, cut.tuning = _alike(call, data), call.machine.tuning is not None
    cut.seen.update(_order(call))
    cut.share = _trained_share(call)
    # What the last of several was made by is how the target came about, not what a model is told.
    features = merge(data[:-1] if len(data) > 1 else data)
    call.machine.emit(Split(call.site, call.machine.context(), cut, features.rows, features.learned))
    if how == "split" and call.fact.options.get("gives") != "folds":
        note_split(call, features.rows)
    return cut


def _trained_share(call: Call) -> float | None:
    """The share of the rows that comes into the training part, where it is written out."""
    train, test = (constant(call.keywords.get(name)) for name in ("train_size", "test_size"))
    if isinstance(train, float):
        return train
    return 1 - test if train is None and isinstance(test, float) else None


def _alike(call: Call, data: list[Provenance]) -> Hashable:
    """The same rows split with the same literal seed and size give the same parts, wherever that is written."""
    seed = constant(call.one("seed"))
    if not isinstance(seed, int) or not data:
        return None
    size = tuple(constant(call.keywords.get(name)) for name in ("test_size", "train_size"))
    redrawn = frozenset(fit for fit in data[0].learned if fit.learns == "resample")
    return (data[0].rows, redrawn, seed, size)


def folds(call: Call, data: list[Value]) -> Value:
    """An endless iterator of index pairs, train and held out."""
    origin = materialised(call.site, data[0]) if data else Provenance()
    note_split(call, origin.rows)
    once = isinstance(call.receiver, Built) and constant(call.receiver.arguments.get("n_splits")) == 1
    if once:
        cut = _cut(call, [origin])
        names = ("train", "test")
    else:
        key = ("folds", call.site, call.machine.calls, origin.rows)
        cut = Cut(key, "folds", call.site, defaults=dict(PARTS), seen={"train", "validation"})
        call.machine.emit(Split(call.site, call.machine.context(), cut, origin.rows, origin.learned))
        names = ("train", "validation")
    pair = Sequence([Data(selects=(Part(cut, name),)) for name in names], "tuple")
    count = folds_of(call.receiver, None) if call.receiver is not None else None
    return Sequence([], rest=pair, pairs=True, count=count)


@effect("cross-validate")
def _cross_validate(call: Call) -> Value:
    data = call.given("data") or call.positional[1:]
    features = origin_of(data[0]) if data else Provenance()
    call.machine.trace.targets.update(value.column for value in data[1:] if isinstance(value, Data) and value.column)
    note_searched(call)
    site, context = call.site, call.machine.context()
    call.machine.emit(Validate(site, context, f"{call.label}()", features.rows, features.learned, search=False))
    note_folds(call, call.one("folds"), f"{call.label}()", features.rows, call.get("groups"))
    estimator = call.one("estimator")
    if estimator is not None and data:
        note_distance(call, estimator, data[0], search=False)
    note_cross_validated(call)
    if call.fact.options.get("gives") == "predictions":
        return Data(Provenance(features.rows, features.learned, models=_models(call)))
    cut = Cut(("folds", site, features.rows), "folds", site, defaults=dict(PARTS), seen={"train", "validation"})
    rows = with_part(features, Part(cut, "validation")).rows
    judge = Judge(site, context, call.label, rows, _models(call), frozenset(), frozenset(), features.vague)
    call.machine.emit(judge)
    return Data(Provenance(scores=frozenset({judge})))


def note_cross_validated(call: Call) -> None:
    """What is cross-validated is trained, and what searches does so in each fold."""
    estimator = call.one("estimator") or next(iter(call.positional), None)
    note_fold_count(call.machine, folds_of(call.one("folds"), call.fact.options.get("default_folds")))
    if isinstance(estimator, Built):
        note_trained(call, estimator)
        for search in searches_in(estimator):
            run_search(call, search, cloned=True)


def _models(call: Call) -> frozenset[Candidate]:
    estimator = call.one("estimator") or next(iter(call.positional), None)
    learner = learner_of(estimator) if isinstance(estimator, Built) else None
    if learner is None or estimator is None:
        return frozenset()
    return frozenset({replace(candidate(estimator, learner), fits=())})  # a clone is fitted in each fold


@effect("load")
def _load(call: Call) -> Value:
    gives = call.fact.options.get("gives")
    given = call.one("path") or (call.positional[0] if call.positional and not call.fact.parameters else None)
    path = text_of(given)
    if gives == "train-test":
        return _train_and_test(call)
    if isinstance(given, Data) and given.origin.rows and not path:  # something opened or listed before
        return Data(given.origin, single=given.single)
    if gives == "anything":
        return _anything(call, path)
    rows = _of_role(call) if "role" in call.fact.options else _opened(call, path)
    loaded = _of_parts(call, rows, call.one("part"))
    columns = call.fact.options.get("columns")
    if columns and isinstance(loaded, Data):
        loaded.raw = Columns(units=columns == "units")
        loaded.ordered = _by_date(call, loaded)
    if gives == "features-target" or constant(call.one("pair")) is True:
        loaded = Sequence([loaded, Data(origin_of(loaded))], "tuple")
    return Sequence([loaded, Data()], "tuple") if constant(call.one("info")) is True else loaded


def _by_date(call: Call, loaded: Data) -> Order | None:
    """A table whose index is read as points in time."""
    index = call.one("index") if call.names("index") else None
    if not isinstance(index, Const) or index.value is None:
        return None
    if is_date(index.value) or constant(call.one("dates")) is True:
        return Order(call.site, call.machine.context(), loaded.origin.rows, f"{call.label}() makes dates their index")
    return None


def _of_parts(call: Call, whole: frozenset[Rows], wanted: Value | None) -> Value:
    """The part of a data set that a flag, a text or each text of a list asks for."""
    match wanted:
        case Sequence(rest=None):
            return Sequence([_of_parts(call, whole, item) for item in wanted.items], wanted.kind)
        case Const(value=bool(flag)):
            return Data(Provenance(_named_part(call, "train" if flag else "test")))
        case Const(value=str(text)):
            found = [_described(call, description) for description in text.split("+")]
            return Data(Provenance(frozenset().union(*found) if all(found) else whole))
        case _:
            return Data(Provenance(whole))


def _described(call: Call, description: str) -> frozenset[Rows]:
    """The rows that "test" or "train[:80%]" stands for, none if it names no part that is known."""
    part, _, bounds = description.strip().rstrip("]").partition("[")
    if _set_name(call) in call.fact.options.get("whole", ()):  # type: ignore[operator]
        rows = frozenset({Rows(Source((call.fact.name, call.site, call.machine.calls), call.label))})
    else:
        rows = _named_part(call, part) if part in PARTS else frozenset()
    start, _, stop = bounds.partition(":")
    data = Data(Provenance(rows))
    return between(call.machine, call.node, data, "" if start in {"0", "0%"} else start, stop).origin.rows


def _anything(call: Call, path: str) -> Data:
    """What was in a file that may hold anything: of many files under one pattern one record."""
    made = (path or call.node, call_settings([] if path else call.positional, call.keywords))
    origin = merge((origin_of(call.one("path") or Data()), told(call.machine, call.node, path)))
    single = bool(origin.rows) and "{}" in path
    return Data(origin, made=made, single=single, restored=not origin.rows)


def _opened(call: Call, path: str) -> frozenset[Rows]:
    if not path:
        return frozenset({Rows(Source((call.fact.name, call.site, call.machine.calls), call.label))})
    return opened(call.machine, call.node, path)


def _of_role(call: Call) -> frozenset[Rows]:
    """The rows of a call that always gives the same part: one of those that the project's files make up."""
    role = Role(str(call.fact.options["role"]))
    call.machine.emit(Open(call.site, call.machine.context(), f"{call.label}()", role))
    return part_of_files(call.machine, call.node, Source(("load", call.fact.name), call.label), role)


def _named_part(call: Call, part: str) -> frozenset[Rows]:
    key = (call.fact.name, _set_name(call))
    cut = Cut(("load", key), "load", call.site, defaults=dict(PARTS))
    cut = call.machine.cuts.setdefault(cut.key, cut)
    cut.seen.add(part)
    cut.sites.setdefault(part, call.site)
    taken, statement = Part(cut, part), call.machine.statement
    if (
        isinstance(statement, s.Assign) and statement.value is call.node
    ):  # named at once: `validation = MNIST(train=False)`
        call.machine.taken[taken] = statement
    return frozenset({Rows(Source(key, call.label), (taken,))})


def _set_name(call: Call) -> Hashable:
    """What tells one data set of a loader from another: its name, or the object that stands for it."""
    name = call.one("name") or (call.receiver if isinstance(call.receiver, Built) else None)
    return name.value if isinstance(name, Const) and isinstance(name.value, str) else name


def _train_and_test(call: Call) -> Value:
    pairs: list[Value] = []
    for part in ("train", "test"):
        rows = _named_part(call, part)
        pairs.append(Sequence([Data(Provenance(rows)), Data(Provenance(rows))], "tuple"))
    return Sequence(pairs, "tuple")
