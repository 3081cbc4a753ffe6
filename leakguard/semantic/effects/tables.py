"""What frames and arrays can do: statistics, row by row, grouping."""

from __future__ import annotations

from dataclasses import replace

from leakguard.semantic.call import EFFECTS, Call, effect
from leakguard.semantic.dividing import is_date, is_entity, note_group
from leakguard.semantic.effects.expressions import evaluated, is_expression
from leakguard.semantic.effects.judging import best_of, judged
from leakguard.semantic.effects.taking import fewer
from leakguard.semantic.events import Fit, Order, Provenance
from leakguard.semantic.functions import enter
from leakguard.semantic.named_parts import own_rows
from leakguard.semantic.names import words
from leakguard.semantic.networks import is_moved_network
from leakguard.semantic.operations import held_against, mask_part, written_mask
from leakguard.semantic.rows import ONE_OF_EACH, Rows, complement
from leakguard.semantic.selection import selected_by
from leakguard.semantic.text import text
from leakguard.semantic.values import (
    Built,
    Choices,
    Closure,
    Const,
    Data,
    Instance,
    Learner,
    Library,
    Mapping,
    Sequence,
    Value,
    choices_of,
    constant,
    filling,
    items_of,
    merge,
    origin_of,
    with_learned,
    with_part,
)

_ENTITIES = frozenset("id ids uid user customer client patient household session".split())
_FEWER = frozenset({"dropna", "drop_duplicates", "drop_nulls"})
_FILLS = frozenset({"fillna", "where", "mask"})
_TABLES = frozenset({"pandas", "numpy", "torch", "polars"})
_LEARNING = frozenset("mean median std var min max quantile mode".split())
_SELECTS_FEATURES = frozenset(
    "corr corrwith corrcoef chi2 f_classif f_regression mutual_info_classif mutual_info_regression r_regression "
    "spearmanr pearsonr permutation_importance variance_inflation_factor".split(),
)
_MASKS = frozenset("isin between isnull isna notnull notna duplicated contains startswith endswith match".split())


@effect("statistic")
def _statistic(call: Call) -> Value:
    value = _subject(call)
    if value is None:
        return Data(call.origin())
    if isinstance(value, Data) and value.residual is not None:
        truth, prediction = value.residual
        return judged(call.machine, call.node, truth, prediction, "a score by hand")
    pair = [given for given in call.given("data") if isinstance(given, Data)]
    held = held_against(*pair) if len(pair) == 2 else None
    if held is not None:  # a correlation of truth and prediction
        return judged(call.machine, call.node, *held, call.label)
    origin = origin_of(value)
    if call.names("function"):
        return _by_function(call, value, origin)
    if isinstance(value, Data) and (value.windowed or value.single):
        return replace(value, windowed=False)
    if isinstance(value, Sequence) and value.items and all(_is_single(item) for item in items_of(value)):
        return Data(origin, single=True)
    if not origin.rows or origin.models or _is_rowwise(call):
        return _without_rows(call, value, origin)
    fit = _learning(call, call.label, value)
    if isinstance(value, Data) and value.grouped and call.label == "transform":
        return Data(with_learned(origin, frozenset({fit})))
    return Data(Provenance(learned=origin.learned, scores=origin.scores), statistic=(call.label, fit))


def _subject(call: Call) -> Value | None:
    if call.receiver is not None:
        return call.receiver
    given = call.given("data")
    return given[0] if given else next(iter(call.positional), None)


def _is_single(value: Value) -> bool:
    return isinstance(value, Data) and value.single


def _is_rowwise(call: Call) -> bool:
    return constant(call.one("axis")) in {1, -1, "columns"}


def _without_rows(call: Call, value: Value, origin: Provenance) -> Value:
    """The mean of scores is a score; the largest of several is a choice; along a row it is row by row."""
    if origin.scores and call.label in {"max", "min", "nanmax", "nanmin"}:
        return best_of(call.machine, call.node, [value], call.label)
    if isinstance(value, Data) and value.statistic is not None:
        return value
    return Data(origin)


def _learning(call: Call, name: str, value: Value) -> Fit:
    origin = origin_of(value)
    kind = "selection" if name in _SELECTS_FEATURES else "statistic"
    entity = isinstance(value, Data) and value.by_entity
    grouped = isinstance(value, Data) and value.grouped
    of_groups = isinstance(value, Data) and (grouped or is_expression(value))  # each group's statistic of a column
    column = value.column if isinstance(value, Data) and of_groups else ""
    site, context = call.site, call.machine.context()
    fit = Fit(
        site, context, f"{name}()", kind, origin.rows, origin.vague, column=column, entity=entity, grouped=grouped
    )
    return replace(fit, key=value.entity) if isinstance(value, Data) and value.entity else fit


def _by_function(call: Call, value: Value, origin: Provenance) -> Value:
    """`groupby(...).transform("mean")`, `agg(["mean"])`, `apply(function)`."""
    function = call.one("function")
    if isinstance(function, Closure):
        given = replace(value, learner=None, attributes=None) if isinstance(value, Data) else Data(origin)
        result = enter(call.machine, function, [given], {}, call.node)
        return _of_each_group(call, value, Data(merge((origin, origin_of(result)))))
    names = (
        [str(constant(item)) for item in items_of(function)] if isinstance(function, Sequence) else [_name(function)]
    )
    learning = [name for name in names if name in _LEARNING]
    grouped = isinstance(value, Data) and value.grouped
    deferred = [evaluated(one, origin) for one in _flat(call.arguments()) if is_expression(one)]
    computed = next((one for one in deferred if one.statistic is not None), None)
    if computed is not None:  # polars: group_by("city").agg(pl.col("price").mean())
        return Data(Provenance(learned=origin.learned), statistic=computed.statistic)
    if call.fact.options.get("broadcast") and not learning:
        return EFFECTS["rowwise"](call)
    if not origin.rows or _is_rowwise(call) or not learning or (call.label == "apply" and not grouped):
        return _of_each_group(call, value, Data(origin))
    fit = _learning(call, learning[0], value)
    if isinstance(value, Data) and value.entity and call.label == "transform":
        note_group(call, origin.rows, f"each {value.entity} has several")
    if call.fact.options.get("broadcast"):
        return Data(with_learned(origin, frozenset({fit})))
    return Data(Provenance(learned=origin.learned), statistic=(call.label, fit))


def _of_each_group(call: Call, value: Value | None, result: Data) -> Data:
    """What is aggregated over persons has one row for each of them; days keep their order."""
    is_one = isinstance(value, Data) and bool(value.entity) and call.label in {"agg", "aggregate"}
    return fewer(call, result, ONE_OF_EACH) if is_one and result.origin.rows else result


def _flat(values: list[Value]) -> list[Value]:
    return [item for value in values for item in (items_of(value) if isinstance(value, Sequence) else (value,))]


def _name(function: Value | None) -> str:
    match function:
        case Const(value=str(name)):
            return name
        case Library(name=name):
            return name.rpartition(".")[2]
        case _:
            return ""


@effect("shape")
def _shape(call: Call) -> Value:
    residual = _residual(call) if call.receiver is None and call.label in {"sum", "nansum"} else None
    if residual is not None:
        return judged(call.machine, call.node, *residual, "a score by hand")
    match call.receiver:
        case Built() as receiver:
            return Data(Provenance(learned=receiver.learner.learned))
        case Data(residual=(truth, prediction)) if call.label == "sum":
            return judged(call.machine, call.node, truth, prediction, "a score by hand")
        case Data() as receiver if call.label in _MASKS and receiver.origin.rows:
            part = mask_part(call.machine, call.node, text(call.node), "in")  # type: ignore[arg-type]
            return Data(receiver.origin, selects=(part,))
        case Data() as receiver if receiver.origin.scores or receiver.learner is not None:
            learned = receiver.learner.learned if receiver.learner is not None else frozenset()
            return Data(Provenance(learned=learned, scores=receiver.origin.scores))
    return Data(Provenance(scores=call.origin().scores))


@effect("compare")
def _compare(call: Call) -> Value:
    """Truth and prediction compared by a function or method is what it is by `==`."""
    values = call.given("data") if call.receiver is None else [call.receiver, *call.given("data")]
    pair = [value if isinstance(value, Data) else Data(origin_of(value)) for value in values[:2]]
    origin = merge(value.origin for value in pair)
    if len(pair) < 2:
        return Data(origin)
    selects = (mask_part(call.machine, call.node, text(call.node), "in"),) if origin.rows else ()  # type: ignore[arg-type]
    return Data(origin, selects=selects, residual=held_against(*pair))


@effect("rowwise")
def _rowwise(call: Call) -> Value:
    receiver = call.receiver
    if not isinstance(receiver, Data):
        return _by_element(call)
    if call.label == "drop":
        return _drop(call, receiver)
    if call.label == "pop":
        return _pop(call, receiver)
    if call.label == "assign":
        columns = dict(receiver.columns or {})
        columns.update({name: origin_of(value).learned for name, value in call.keywords.items()})
        return replace(receiver, columns=columns, learner=None)
    if call.label in _FEWER and not _is_rowwise(call):
        return fewer(call, receiver)
    if call.label == "query" and isinstance(_first(call), Const):
        return _query(call, receiver)
    own = receiver.origin
    others = merge(origin_of(value) for value in call.arguments())
    others = filling(others) if call.label in _FILLS else others
    told, statistic = with_learned(own, others.learned), receiver.statistic if not own.rows else None
    return replace(receiver, origin=told, learner=None, attributes=None, statistic=statistic)


def _by_element(call: Call) -> Data:
    """`np.log1p(price)` is still the column; `np.where(age.isna(), usual, age)` fills gaps."""
    given = [value for value in call.positional if isinstance(value, Data)]
    columns = {value.column for value in given}
    origin = filling(call.origin()) if call.label in _FILLS else call.origin()
    single = bool(origin.rows) and all(value.single for value in given if value.origin.rows)
    column = columns.pop() if len(columns) == 1 else ""
    return Data(origin, single=single, residual=_residual(call), column=column, choices=_as_many(call))


def _as_many(call: Call) -> Choices | None:
    """An array of known length stays as long under `np.exp` and its like."""
    match call.positional:
        case [Data(choices=choices)] if choices is not None:
            return Choices(choices.count)
        case _:
            return None


def _pop(call: Call, receiver: Data) -> Data:
    """A column that is taken out of a frame."""
    name = constant(_first(call))
    if not isinstance(name, str):
        return replace(receiver, learner=None, attributes=None)
    columns = dict(receiver.columns or {})
    origin = with_learned(receiver.origin, columns.pop(name, frozenset()) | columns.get("*", frozenset()))
    receiver.columns = columns or None
    return replace(receiver, origin=origin, columns=None, learner=None, attributes=None, column=name)


def _residual(call: Call) -> tuple[Provenance, Provenance] | None:
    """The difference of truth and prediction stays one under `np.abs` and its like."""
    return next((value.residual for value in call.positional if isinstance(value, Data) and value.residual), None)


def _first(call: Call) -> Value | None:
    return next(iter(call.positional), None)


def _query(call: Call, receiver: Data) -> Value:
    condition = str(constant(_first(call)))
    if not receiver.origin.rows:
        return receiver
    part = written_mask(call.machine, call.node, condition)
    return replace(receiver, origin=with_part(receiver.origin, part), learner=None)


def _drop(call: Call, receiver: Data) -> Value:
    """Rows are dropped by the index of other rows; what remains is the other part of the same cut."""
    dropped = call.get("index") or call.get("labels") or _first(call)
    if isinstance(dropped, Data) and dropped.index_of:
        return replace(receiver, origin=_rest(receiver.origin, dropped.index_of), learner=None)
    return _drop_columns(call, receiver, dropped)


def _rest(origin: Provenance, gone: frozenset[Rows]) -> Provenance:
    for rows in gone:
        new = [part for part in rows.path if all(part not in one.path for one in origin.rows)]
        if new:
            return with_part(origin, complement(new[-1]))
    return origin


def _drop_columns(call: Call, receiver: Data, dropped: Value | None) -> Value:
    from leakguard.semantic.binding import column_names

    named = call.get("columns") or dropped
    origin = receiver.origin
    if isinstance(named, Data):  # a list of columns that was learned
        statistic = frozenset({named.statistic[1]}) if named.statistic else frozenset()
        origin = with_learned(origin, selected_by(named.origin.learned | statistic))
    elif isinstance(named, Sequence):
        origin = with_learned(origin, selected_by(origin_of(named).learned))
    gone = column_names(named) if named is not None else []
    columns = {name: learned for name, learned in (receiver.columns or {}).items() if name not in gone}
    if constant(call.get("inplace")) is True:
        receiver.origin, receiver.columns = origin, columns or None
    return replace(receiver, origin=origin, columns=columns or None, learner=None, attributes=None)


@effect("same")
def _same(call: Call) -> Value:
    given = call.given("data")
    if len(given) > 1:  # several things at once, all as they were
        return Sequence(given)
    value = next(iter(given), None) or call.receiver or _first(call)
    if call.fact.options.get("alone") and len(call.arguments()) > 1:
        return _by_element(call)
    match value:
        case None:
            return Data()
        case Data():
            return _same_data(call, value)
        case Instance():
            return own_rows(call.machine, call.site, value)
        case Built():
            return replace(value, learner=Learner(label=value.learner.label), attributes=dict(value.attributes))
        case Sequence() | Mapping() if call.receiver is None and call.fact.library in _TABLES:
            return _table(value)
        case Sequence():
            return replace(value, items=list(value.items))
        case _:
            return value


def _same_data(call: Call, value: Data) -> Data:
    if value is call.receiver and is_moved_network(call.machine, call.node, value, call.label):
        return value
    by = constant(call.get("by") or _first(call))
    if call.label in {"sort_values", "set_index"} and is_date(by):
        value = _ordered(call, value, f'{call.label}("{by}")')
    same = _sorted(call, value) if call.label == "sort_values" else value
    return replace(same, learner=None, columns=dict(same.columns or {}) or None, attributes=None)


def _ordered(call: Call, value: Data, how: str) -> Data:
    """The same rows in time order: what becomes of the value that is returned tells more than the source."""
    order = Order(call.site, call.machine.context(), value.origin.rows, how)
    if constant(call.get("inplace")) is True:
        value.ordered = order
    return replace(value, ordered=order)


def _sorted(call: Call, value: Data) -> Data:
    by = constant(call.get("by") or _first(call))
    origin = value.origin
    if value.cells is not None and by in value.cells:
        origin = value.cells[str(by)]
    if not origin.rows:  # the order tells what was learned
        origin = with_learned(origin, (value.columns or {}).get(str(by), frozenset()))
    return replace(value, origin=origin, ranked=call.label)


def _table(value: Sequence | Mapping) -> Data:
    """A frame or array made of lists or of named columns."""
    if isinstance(value, Sequence):
        return Data(origin_of(value), cells=_cells(value), choices=choices_of(value))
    columns = {name: origin_of(item).learned for name, item in value.entries.items() if isinstance(name, str)}
    origin = origin_of(value)
    cells = {name: origin_of(item) for name, item in value.entries.items() if isinstance(name, str)}
    scored = cells if origin.scores else None
    return Data(replace(origin, learned=frozenset()) if columns else origin, columns=columns or None, cells=scored)


def _cells(rows: Sequence) -> dict[str, Provenance] | None:
    """Of a list of dicts what each column is made of."""
    records = [row for row in items_of(rows) if isinstance(row, Mapping)]
    names = {name for record in records for name in record.entries if isinstance(name, str)}
    if not names:
        return None
    return {
        name: merge(origin_of(record.entries[name]) for record in records if name in record.entries) for name in names
    }


@effect("group")
def _group(call: Call) -> Value:
    value = call.receiver
    if not isinstance(value, Data):
        return Data(call.origin())
    keys = [name for name in _key_names(call.one("keys")) if not _ENTITIES.isdisjoint(words(name))]
    if value.statistic is not None:  # polars: pl.col("price").mean().over("city")
        return replace(value, statistic=(value.statistic[0], replace(value.statistic[1], entity=bool(keys))))
    entity = next((name for name in keys if is_entity(name)), "")
    return replace(value, grouped=True, by_entity=bool(keys), entity=entity, learner=None, attributes=None, raw=None)


def _key_names(keys: Value | None) -> list[str]:
    given = items_of(keys) if isinstance(keys, Sequence) else (keys,)
    return [name for key in given if isinstance(name := constant(key), str)]
