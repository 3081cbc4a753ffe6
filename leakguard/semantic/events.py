"""What a program does to rows: the events that rules judge."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, TypeAlias

from leakguard.semantic.ordering import next_made

if TYPE_CHECKING:
    from collections.abc import Hashable

    from leakguard.knowledge.facts import Fact
    from leakguard.semantic.names import Role
    from leakguard.semantic.rows import Cut, Rows
    from leakguard.semantic.site import Site
    from leakguard.semantic.syntax import Node


@dataclass(frozen=True, slots=True)
class Context:
    """What an event stands in: the calls that led to it, the loops around it, the tuning around it."""

    calls: tuple[Site, ...] = ()
    loops: tuple[Node, ...] = ()
    passes: tuple[int, ...] = ()  # for each of these loops which run of its body this is, counted over the program
    branches: tuple[tuple[int, int], ...] = ()  # of each decision around, which one it is and which way was taken
    tuning: Site | None = None
    fitting: Site | None = None  # the call of a `fit` that the program itself defines
    entry: str = ""  # the function that was run because nobody in its file calls it
    final: bool = False  # inside what the project calls its final evaluation

    def excludes(self, other: Context) -> bool:
        """Whether the two stand on different ways of one decision, so that a run of the program takes one of them."""
        ways = dict(other.branches)
        return any(ways.get(decision, way) != way for decision, way in self.branches)


@dataclass(frozen=True, slots=True)
class Columns:
    """Columns as their source gave them: `names` as far as the program picked them, `units` if they surely differ."""

    names: tuple[str, ...] = ()
    units: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Fit:
    """Something learned from rows: `label` names it for people, `learns` is one of `knowledge.facts.LEARNS`."""

    site: Site
    context: Context
    label: str
    learns: str
    rows: frozenset[Rows]
    vague: bool = False  # the rows are a guess: several may have been meant
    chooses: bool = False  # a search: hyperparameters were chosen by a score on these rows
    column: str = ""  # of a statistic: the column it was computed over
    entity: bool = False  # of a statistic: computed for each person or thing by itself
    grouped: bool = False  # of a statistic: one for each group of rows, and so a feature of what they are grouped by
    key: str = ""  # of a statistic: the one column that it is grouped by, where that identifies persons or things
    certain: bool = True  # what is fitted is known, not only called like a fit
    made: int = field(default_factory=next_made, repr=False)


@dataclass(frozen=True, slots=True)
class Candidate:
    """One model as it was judged: the object, and which of its states."""

    key: tuple[object, ...]
    label: str = field(compare=False)
    fits: tuple[Fit, ...] = field(compare=False, default=())
    baseline: bool = field(compare=False, default=False)
    restored: bool = field(compare=False, default=False)  # its state was read from a file
    luck: Hashable = field(compare=False, default=None)  # its seeds, as far as they are known
    recipe: Hashable = field(compare=False, default=())  # its key but for the share of the training rows it was given
    made: int = field(compare=False, default_factory=next_made, repr=False)


@dataclass(frozen=True, slots=True)
class Provenance:
    """What a value is made of and learned from."""

    rows: frozenset[Rows] = frozenset()
    learned: frozenset[Fit] = frozenset()
    scores: frozenset[Judge] = frozenset()
    models: frozenset[Candidate] = frozenset()
    vague: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Judge:
    """A score computed on rows. `learned` is all that the judged model and the rows given to it had learned."""

    site: Site
    context: Context
    metric: str
    rows: frozenset[Rows]
    models: frozenset[Candidate]
    learned: frozenset[Fit]
    features: frozenset[Fit]  # the part of `learned` that came with the rows, not with the model
    vague: bool = False
    curve: bool = False  # one score for each of many thresholds or steps
    column: str = ""  # the column of the truth, where it is one of several
    guessed: bool = False  # by something unknown that was given a model and rows
    chose: Site | None = None  # the best of this search, read off it; then no event of its own
    made: int = field(default_factory=next_made, repr=False)


@dataclass(frozen=True, slots=True, eq=False)
class Predict:
    """A model's answer was asked for; `learned` is what the rows given to it had learned before."""

    site: Site
    context: Context
    rows: frozenset[Rows]
    learned: frozenset[Fit]


@dataclass(frozen=True, slots=True, eq=False)
class Choose:
    """Something was kept because of scores."""

    site: Site
    context: Context
    judged: frozenset[Judge]
    how: str  # completes "chosen by ..."
    kept: frozenset[str] = frozenset()  # what holds the best score from then on
    by_luck: bool = False  # among repetitions of one candidate with several seeds


@dataclass(frozen=True, slots=True, eq=False)
class Split:
    """Rows were cut; `learned` is what the rows already carried."""

    site: Site
    context: Context
    cut: Cut
    rows: frozenset[Rows]
    learned: frozenset[Fit]


@dataclass(frozen=True, slots=True, eq=False)
class Validate:
    """Rows were handed to cross-validation or to a search that cross-validates."""

    site: Site
    context: Context
    label: str
    rows: frozenset[Rows]
    learned: frozenset[Fit]
    search: bool


@dataclass(frozen=True, slots=True, eq=False)
class Watch:
    """Rows were scored while a model trained; `chooses` says what the score decides, empty for mere monitoring."""

    site: Site
    context: Context
    label: str
    rows: frozenset[Rows]
    chooses: str
    search: bool = False


@dataclass(frozen=True, slots=True)
class Bounds:
    """The two numbers that a draw is given, and what they mean: its ends, a start and a width, or exponents."""

    first: float | None
    second: float | None
    meaning: Literal["range", "width", "exponents"] = "range"
    base: float = math.e
    by_keyword: bool = False  # named where they are given: the author knows what they mean


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """A hyperparameter is drawn or laid out between `low` and `high` (None: not known)."""

    site: Site
    context: Context
    label: str
    low: float | None
    high: float | None
    scale: Literal["linear", "log", "other"]
    layout: bool
    call: str  # the call or display that does it, for the message
    values: tuple[float, ...] = ()
    bounds: Bounds | None = None  # as they are written, where there are any
    fact: Fact | None = None  # what is known of the call or entry


@dataclass(frozen=True, slots=True)
class Dimension:
    """One hyperparameter of a search space."""

    name: str
    choices: int | None  # how many values are tried; None: a range, or not known
    values: tuple[object, ...] = ()  # where all of them are known
    site: Site | None = field(default=None, compare=False)
    ranged: bool = False  # any value in a range
    every: bool = False  # each of them is tried, whatever else is drawn
    always: bool = True  # part of every trial, not only of those that take some branch

    @property
    def varies(self) -> bool:
        """Whether it is known to take more than one value."""
        return self.ranged or (self.choices or 0) > 1


@dataclass(frozen=True, slots=True)
class Tuned:
    """An estimator that a search tunes."""

    label: str
    rounds: tuple[str, ...] = ()  # its parameters that say how many rounds or epochs it trains
    trained: int | None = None  # how many it is told to train, where the program says so
    stops: bool = False  # a score, or it by itself, ends its training early
    path: tuple[str, ...] = ()  # the names of steps that lead to it, which its parameters are written behind


@dataclass(frozen=True, slots=True, eq=False)
class Search:
    """Hyperparameters are searched. What the program doesn't tell is None."""

    site: Site  # where it is set up
    run: Site  # where it is run
    context: Context
    label: str
    kind: Literal["exhaustive", "random", "model-based", "halving"]
    grids: tuple[tuple[Dimension, ...], ...] = ()  # one space, or several that are searched one after another
    combinations: int | None = None
    folds: int | None = None
    trials: int | None = None
    seeded: bool | None = None
    seed: str = ""  # the parameter that would seed it
    tuned: tuple[Tuned, ...] = ()
    prunes: bool = False  # trials may end early
    refits: bool = True
    picks: bool = True  # the best is what it is run for; else the program may also look at all results
    trains: bool = True  # something in a trial trains or scores a model
    loops: tuple[Node, ...] = ()  # of a search written by hand: the loops that go through the values
    study: Site | None = None  # where the object is made that holds its trials, if that is another
    shared: Site | None = None  # the store of trials that the searches of several outer folds share

    @property
    def dimensions(self) -> tuple[Dimension, ...]:
        """The hyperparameters of all grids."""
        return tuple(dimension for grid in self.grids for dimension in grid)

    @property
    def fits(self) -> int | None:
        """How many fits an exhaustive search takes."""
        return None if self.combinations is None or self.folds is None else self.combinations * self.folds


@dataclass(frozen=True, slots=True, eq=False)
class Report:
    """A score is shown: the best of a `search`, the best of those that a `choice` was among, or just the `judged`."""

    site: Site
    context: Context
    label: str  # how the best score is written, empty where others are shown
    search: Site | None
    judged: frozenset[Judge] = frozenset()
    choice: Choose | None = None
    says_so: bool = False  # a text beside it says that it is a score of validation


@dataclass(frozen=True, slots=True, eq=False)
class Open:
    """A file is read whose name is known, or rows whose `role` is."""

    site: Site
    context: Context
    path: str
    role: Role | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Handed:
    """A test path is handed to something that may read it. Only where the project asks for the gate."""

    site: Site
    context: Context
    path: str
    to: str  # what it is handed to
    told: str = ""  # where the path comes from, if not from the code alone
    reads: bool = True  # the callee is known to read, not only not known to be harmless
    wide: bool = False  # a pattern that takes in the test file beside others


@dataclass(frozen=True, slots=True, eq=False)
class Divide:
    """Rows are divided into what a model learns from and what it is judged on, by a call whose ways are known."""

    site: Site
    context: Context
    label: str
    rows: frozenset[Rows]
    shuffled: bool = False  # cut at random
    by_group: bool = False  # rows of one group stay together
    in_time: bool = False  # judged on what comes after
    order: Order | None = None  # how the very value that is divided was sorted


@dataclass(frozen=True, slots=True, eq=False)
class Order:
    """The program shows that rows follow each other in time; `how` completes "rows are in time order: ..."."""

    site: Site
    context: Context
    rows: frozenset[Rows]
    how: str


@dataclass(frozen=True, slots=True, eq=False)
class Group:
    """The program shows that several rows belong to one person or thing; `how` says by what."""

    site: Site
    context: Context
    rows: frozenset[Rows]
    how: str
    made: bool = False  # made so here: what was cut before is not concerned


@dataclass(frozen=True, slots=True, eq=False)
class Distance:
    """A learner that works with distances is given columns as they came from their source."""

    site: Site
    context: Context
    label: str
    setting: Hashable  # equal for the same hyperparameters
    rows: frozenset[Rows]
    columns: Columns
    search: bool


@dataclass(frozen=True, slots=True, eq=False)
class ClusterScore:
    """A clustering was scored; `few` is the label of what may have found fewer than two clusters, else empty."""

    site: Site
    context: Context
    metric: str
    setting: Hashable
    few: str
    guarded: bool  # only under a condition


Event: TypeAlias = (
    Fit
    | Judge
    | Predict
    | Choose
    | Split
    | Validate
    | Watch
    | Sample
    | Search
    | Report
    | Open
    | Handed
    | Divide
    | Order
    | Group
    | Distance
    | ClusterScore
)
