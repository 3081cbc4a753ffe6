"""What a name can hold while the interpreter runs a program.

Values are objects with identity, changed in place where Python would change them (a fitted model, a data frame
that gets a column), so that aliases see the change. `origin` says what each is made of and learned from.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal, TypeAlias

from leakguard.semantic.events import Candidate, Choose, Columns, Dimension, Fit, Judge, Order, Provenance, Sample
from leakguard.semantic.rows import fewer

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Iterator

    from leakguard.knowledge.facts import Fact
    from leakguard.semantic.rows import Part, Rows
    from leakguard.semantic.scope import Scope
    from leakguard.semantic.site import Site
    from leakguard.semantic.syntax import Class, Function, Lambda, Node

NOTHING = Provenance()
KEPT = -1  # as many as are kept: a sequence of which all items are known
_WIDTH = 48  # how many items of a container are looked at when it is taken as a whole


@dataclass(slots=True, eq=False)
class Learner:
    """The state of anything that can be fitted."""

    fits: tuple[Fit, ...] = ()
    learned: frozenset[Fit] = frozenset()
    version: int = 0  # counts changes of hyperparameters
    trained_on: Value | None = None
    watched: Provenance = NOTHING  # what a trainer scores when it is not told on which rows
    label: str = "model"
    restored: bool = False  # its state was read from a file


@dataclass(frozen=True, slots=True)
class Choices:
    """What a hyperparameter may become: one of so many values, or any in a range (`count` is None)."""

    count: int | None
    values: tuple[object, ...] = ()
    every: bool = False  # none is left out (Ray's grid_search)
    offered: bool = False  # each trial draws one
    label: str = ""  # the hyperparameter's name, where it is drawn with one
    site: Site | None = field(default=None, compare=False)  # where it is


@dataclass(slots=True, eq=False)
class Data:
    """Rows, anything computed from rows, and whatever is not known to be something else."""

    origin: Provenance = NOTHING
    columns: dict[str, frozenset[Fit]] | None = None  # what single columns carry beyond the rest
    selects: tuple[Part, ...] = ()  # as an index or mask it picks these parts
    index_of: frozenset[Rows] = frozenset()  # the index of these rows
    statistic: tuple[str, Fit] | None = None  # a number computed over rows: its name, and the learning it would be
    residual: tuple[Provenance, Provenance] | None = None  # truth held against prediction, row by row
    grouped: bool = False
    by_entity: bool = False  # grouped by what identifies a person or thing
    entity: str = ""  # the one column that does
    single: bool = False  # one record or one group: what is computed over it stays with it
    windowed: bool = False  # seen through a moving window
    column: str = ""  # the columns that these rows were reduced to, as far as they are known
    by_column: bool = False  # pairs of a name and a column
    labels: bool = False  # names of columns
    raw: Columns | None = None  # as they came from their source: nothing has scaled them
    cells: dict[str, Provenance] | None = None  # of a table of scores: what each column is made of
    extreme: Choose | None = None  # the largest or smallest of several scores, taken here
    pending: Choose | None = None  # where the best of a curve is: a choice as soon as something is taken there
    ranked: str = ""  # sorted by something, and how: its first row is the best
    ordered: Order | None = None  # sorted or indexed by time, and where that was seen
    drawn: Site | None = None  # a random share of one class, drawn here
    sample: Sample | None = None  # a value drawn from a search space
    choices: Choices | None = None  # an array or range of known length, or what a value is drawn from
    learner: Learner | None = None
    attributes: dict[str, Value] | None = None
    parts: dict[str, Data] | None = None  # attributes that were looked up and may have been fitted
    tuning: bool = False  # a trial handed in by a tuner
    gathered: frozenset[Judge] = frozenset()  # of a metric or a running mean: the scores it was told since its reset
    made: Hashable = None  # of what an unknown call gave: the call and its arguments
    restored: bool = False  # read from a file of which nothing is known: as a model most likely one that was saved
    latent: frozenset[Rows] = frozenset()  # the rows that this is if it turns out to be used as rows
    optional: bool = False  # may be None as well
    told: bool = False  # settings that the program is told from outside; what is known of them are its attributes
    paths: tuple[str, ...] = ()  # names of files, of which it may be one


@dataclass(slots=True, eq=False)
class Const:
    """A literal."""

    value: object
    origin: Provenance = NOTHING
    told: str = ""  # where a text comes from that a run may replace: a default, a file of settings
    opened: bool = False  # the file of this name, not the name


@dataclass(slots=True, eq=False)
class Sequence:
    """A list, tuple, set or iterator: the items that are known, and one that stands for all others."""

    items: list[Value]
    kind: Literal["list", "tuple", "set"] = "list"
    rest: Value | None = None
    pairs: bool = False  # pairs of fold indices, which all cut alike
    site: Site | None = None  # where it is written out
    ranked: tuple[str, Provenance] | None = None  # sorted by these scores, and how: the first is the best
    grids: tuple[tuple[Dimension, ...], ...] = ()  # of settings to try: the grids that they come from
    count: int | None = KEPT  # how many items it has; None where that isn't known
    every: bool = False  # of values to try: none is left out
    offered: bool = False  # of values to try: each trial draws one
    subsets: bool = False  # of things that were put together in every way, so many at a time


@dataclass(slots=True, eq=False)
class Mapping:
    """A dict: entries with known keys, and one value that stands for all others."""

    entries: dict[object, Value]
    rest: Value | None = None
    keys: Value | None = None  # what stands for all keys that aren't known
    factory: Value | None = None  # called for what a key that isn't there yet stands for
    site: Site | None = None  # where it is written out
    branch: object = None  # the branch of which nobody knows whether it runs, in which it was made
    mixed: bool = False  # its entries may not all be there at once


@dataclass(slots=True, eq=False)
class Library:
    """A module, class or function of a library, by qualified name."""

    name: str
    origin: Provenance = NOTHING


@dataclass(slots=True, eq=False)
class Module:
    """A module of the checked project, or `member` of it that was imported and not yet looked up."""

    path: str
    name: str
    importer: str
    member: str = ""


@dataclass(slots=True, eq=False)
class Built:
    """An object of a library's class: a learner, pipeline, search, splitter, study, callback."""

    name: str
    fact: Fact
    arguments: dict[str, Value]
    site: Site
    made_of: list[Value] = field(default_factory=list)  # the arguments that hold the learners it is made of
    learner: Learner = field(default_factory=Learner)
    attributes: dict[str, Value] = field(default_factory=dict)
    loops: tuple[Node, ...] = ()  # the loops in which it was made
    widened: list[tuple[Fact, Value]] = field(default_factory=list)  # what was added to its search space


@dataclass(slots=True, eq=False)
class Closure:
    """A function of the checked program, with the scope it was defined in."""

    definition: Function | Lambda
    scope: Scope
    defaults: dict[str, Value]
    filename: str
    receiver: Value | None = None
    owner: Type | None = None
    kind: Literal["function", "property", "static", "class"] = "function"
    wraps: Closure | None = None  # the function as it is written, where a decorator gave this one for it


@dataclass(slots=True, eq=False)
class Partial:
    """A function with some arguments given already."""

    function: Value
    positional: list[Value]
    keywords: dict[str, Value]


@dataclass(slots=True, eq=False)
class Type:
    """A class of the checked program."""

    definition: Class
    bases: list[Value]
    attributes: dict[str, Value]
    filename: str = ""


@dataclass(slots=True, eq=False)
class Instance:
    """An object of a class of the checked program."""

    type: Type
    attributes: dict[str, Value] = field(default_factory=dict)
    learner: Learner = field(default_factory=Learner)
    made: Hashable = None  # the class and the arguments it was called with
    latent: frozenset[Rows] = frozenset()  # the rows that this is if it turns out to be used as rows
    item: Value | None = None  # what its `__getitem__` or `__iter__` gives, where these are rows
    options: dict[str, Value] = field(default_factory=dict)  # what the constructor of a library's base was given


@dataclass(slots=True, eq=False)
class Bound:
    """`receiver.name`, looked up but not yet called."""

    receiver: Value
    name: str


Value: TypeAlias = (
    Data | Const | Sequence | Mapping | Library | Module | Built | Closure | Partial | Type | Instance | Bound
)


def merge(origins: Iterable[Provenance]) -> Provenance:
    """What something made of all of these is made of and learned from."""
    rows: frozenset[Rows] = frozenset()
    learned: frozenset[Fit] = frozenset()
    scores: frozenset[Judge] = frozenset()
    models: frozenset[Candidate] = frozenset()
    vague = False
    some: Provenance | None = None
    count = 0
    for origin in origins:
        if origin is NOTHING or origin is some:
            continue
        some = origin
        count += 1
        rows |= origin.rows
        learned |= origin.learned
        scores |= origin.scores
        models |= origin.models
        vague = vague or origin.vague
    if some is None:
        return NOTHING
    if count == 1:
        return some
    few = fewer(rows)
    return Provenance(few, learned, scores, models, vague or few is not rows)


def origin_of(value: Value, depth: int = 4) -> Provenance:
    """What a value as a whole is made of: a container is made of its items."""
    match value:
        case Data():
            if value.statistic is not None:
                return with_learned(value.origin, frozenset({value.statistic[1]}))
            if value.columns:
                return with_learned(value.origin, frozenset().union(*value.columns.values()))
            return value.origin
        case Const() | Library():
            return value.origin
        case Sequence() | Mapping() if depth:
            return merge((*(origin_of(item, depth - 1) for item in items_of(value)), _scores_beyond(value)))
        case Built() if value.learner.learned:
            return Provenance(learned=value.learner.learned)
        case Instance() if depth:
            return _origin_of_instance(value, depth)
        case Bound():
            return origin_of(value.receiver, depth)
        case Partial():
            return merge(origin_of(item, depth - 1) for item in (*value.positional, *value.keywords.values()) if depth)
        case _:
            return NOTHING


def _origin_of_instance(value: Instance, depth: int) -> Provenance:
    """What the records of a data set are made of; of another object what it holds."""
    if value.item is not None:
        return with_learned(origin_of(value.item, depth - 1), value.learner.learned)
    held = (origin_of(item, depth - 2) for item in list(value.attributes.values())[:_WIDTH] if depth > 1)
    return merge((Provenance(learned=value.learner.learned), *held))


def items_of(value: Sequence | Mapping) -> Iterator[Value]:
    """The items of a container, the first few dozen of a long one, and what stands for the others."""
    yield from _listed(value)[:_WIDTH]
    if value.rest is not None:
        yield value.rest


def _listed(value: Sequence | Mapping) -> list[Value]:
    return value.items if isinstance(value, Sequence) else list(value.entries.values())


def _scores_beyond(value: Sequence | Mapping) -> Provenance:
    """The scores among the items of a long container that are not looked at otherwise: a choice is among all."""
    return merge(Provenance(scores=one.origin.scores) for one in _listed(value)[_WIDTH:] if isinstance(one, Data))


def length(value: Sequence) -> int | None:
    """How many items a sequence has, None where that isn't known."""
    if value.count == KEPT:
        return len(value.items) if value.rest is None else None
    return value.count


def added(one: int | None, other: int | None) -> int | None:
    """The sum of two counts, unknown if one of them is."""
    return None if one is None or other is None else one + other


def count_of(value: Value) -> int | None:
    """How many values a value lists, None where that isn't known: of what is drawn from several."""
    if isinstance(value, Data) and value.tuning:
        return None
    choices = choices_of(value)
    return choices.count if choices is not None else None


def choices_of(value: Value) -> Choices | None:
    """The values that a hyperparameter may take, where a value of the program lists them or is drawn from them."""
    match value:
        case Sequence():
            known = tuple(item.value for item in value.items if isinstance(item, Const))
            values = known if value.rest is None and len(known) == len(value.items) else ()
            return Choices(length(value), values, value.every)
        case Data(choices=None, sample=sample) if sample is not None and not sample.layout:
            return Choices(None)
        case Data():
            return value.choices
        case _:
            return None


def condition_learned(test: Value) -> frozenset[Fit]:
    """What a condition on a statistic has learned; a condition on single rows tells nothing of the others."""
    origin = origin_of(test)
    return frozenset() if origin.rows else origin.learned


def parts_of(value: Built) -> list[tuple[str, Value]]:
    """The learners that a pipeline, ensemble or search is made of, with their names where its steps have any."""
    return [part for argument in value.made_of for part in _learners_in(argument)]


def _learners_in(value: Value) -> list[tuple[str, Value]]:
    match value:
        case Built() | Instance():
            return [("", value)]
        case Sequence(kind="tuple", items=[Const(value=str(name)), part, *_]):
            return [(name, part)]
        case Sequence(kind="tuple", items=[Built() as part, *_]):
            return [("", part)]
        case Sequence():
            return [found for item in items_of(value) for found in _learners_in(item)]
        case _:
            return []


def with_learned(origin: Provenance, more: frozenset[Fit]) -> Provenance:
    """The same rows, having learned more."""
    if more <= origin.learned:
        return origin
    return Provenance(origin.rows, origin.learned | more, origin.scores, origin.models, origin.vague)


def filling(origin: Provenance) -> Provenance:
    """The same, put where values are missing: each group's statistic is then an estimate, no feature of the group."""
    learned = frozenset(replace(fit, learns="impute", grouped=False) if fit.grouped else fit for fit in origin.learned)
    return replace(origin, learned=learned)


def with_part(origin: Provenance, part: Part) -> Provenance:
    """One part of these rows."""
    rows = frozenset(rows.part(part) for rows in origin.rows)
    return Provenance(rows, origin.learned, origin.scores, origin.models, origin.vague)


def constant(value: Value | None) -> object:
    """The literal that a value is, else None."""
    return value.value if isinstance(value, Const) else None


def learner_of(value: Value) -> Learner | None:
    """The state of something that can be fitted; an unknown object gets one when it is asked for."""
    match value:
        case Built() | Instance():
            return value.learner
        case Data():
            if value.learner is None:
                value.learner = Learner(restored=value.restored)
            return value.learner
        case _:
            return None
