"""Searches of hyperparameters: what they go through, how, and what they tune."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import zip_longest
from typing import TYPE_CHECKING, Literal

from leakguard.knowledge import loader
from leakguard.semantic.events import Dimension, Search, Tuned
from leakguard.semantic.spaces import Space, listed, size_of
from leakguard.semantic.values import Built, Const, Library, Mapping, Partial, Sequence, Value, constant, length

if TYPE_CHECKING:
    from collections.abc import Mapping as Arguments

    from leakguard.knowledge.facts import Fact
    from leakguard.semantic.call import Call
    from leakguard.semantic.events import Context
    from leakguard.semantic.machine import Machine
    from leakguard.semantic.site import Site
    from leakguard.semantic.trace import Trace

Kind = Literal["exhaustive", "random", "model-based", "halving"]
_METHODS: dict[str, Kind] = {"grid": "exhaustive", "random": "random", "bayes": "model-based"}
_SEEDING = frozenset({"seed", "manual_seed", "set_seed", "set_random_seed", "seed_everything", "fix_seed"})


@dataclass(slots=True)
class Trial:
    """What an objective draws and trains while it runs for a search."""

    branch: object  # what is drawn in a deeper one is not drawn in every trial
    drawn: list[Dimension] = field(default_factory=list)
    tuned: list[Tuned] = field(default_factory=list)
    outside: int = 0  # how many loops there are around it
    prunes: bool = False
    reports: bool = False  # to a tuner, which may end it early
    trains: bool = False  # something is called as what trains or scores a model


@dataclass(frozen=True, slots=True)
class Told:
    """The arguments of a search, whether they were given to a call or to an object that runs later."""

    fact: Fact
    arguments: Arguments[str, Value]

    def get(self, option: str) -> Value | None:
        """The argument for the parameter that an option names."""
        name = self.fact.options.get(option)
        return self.arguments.get(name) if isinstance(name, str) else None

    def get_named(self, name: object) -> Value | None:
        """The argument for a parameter."""
        return self.arguments.get(str(name))

    def named(self, option: str) -> tuple[object, ...]:
        """The parameters that an option names."""
        return _several(self.fact.options.get(option))

    def number(self, option: str, default: str = "") -> int | None:
        """A whole number as given, or what holds if nothing is given."""
        value = self.get(option)
        known = constant(value) if value is not None else self._default(default)
        return known if type(known) is int else None

    def trials(self) -> int | None:
        """How many trials there are, of all kinds together; a number below zero means that there is no limit."""
        names, defaults = (_several(self.fact.options.get(option)) for option in ("trials", "default_trials"))
        counts = [self._count(name, default) for name, default in zip_longest(names, defaults)]
        known = [count for count in counts if type(count) is int and count >= 0]
        return sum(known) or None if len(known) == len(counts) else None

    def _count(self, name: object, default: object) -> object:
        value = self.arguments.get(str(name))
        return constant(value) if value is not None else None if "**" in self.arguments else default

    def _default(self, option: str) -> object:
        return None if "**" in self.arguments else self.fact.options.get(option)

    def seeded(self, trace: Trace) -> bool | None:
        """Whether the draws can be repeated."""
        value = self.get("seed")
        if value is not None:
            return not _is_none(value)
        if "seed" not in self.fact.options or "**" in self.arguments:
            return None
        return None if trace.seeds and self.fact.options.get("global_seed") else False


def _is_none(value: Value) -> bool:
    return isinstance(value, Const) and value.value is None


def _is_off(value: Value) -> bool:
    return _is_none(value) or constant(value) is False


def _several(option: object) -> tuple[object, ...]:
    return option if isinstance(option, tuple) else () if option is None else (option,)


@dataclass(frozen=True, slots=True)
class Setup:
    """How an optimisation is set up: by its arguments, and by an object that holds further ones (else the same)."""

    told: Told
    more: Told

    @property
    def trials(self) -> int | None:
        """How many trials there are: as many as are asked for, or as the space allows."""
        asked = (self.more if "trials" in self.more.fact.options else self.told).trials()
        cap = constant(self._entry(self.more.fact.options.get("cap")))
        return _at_most(asked, cap) or asked or cap if type(cap) is int else asked

    @property
    def space(self) -> tuple[Fact, Value] | None:
        """The space, and the fact that says how it is written."""
        for one in (self.told, self.more):
            value = one.get("space")
            if value is not None:
                return one.fact, value
        return None

    @property
    def kind(self) -> Kind | None:
        """How the space says that it is gone through."""
        return _METHODS.get(str(constant(self._entry(self.more.fact.options.get("method")))))

    @property
    def prunes(self) -> bool:
        """Whether trials may end early."""
        stops = _several(self.more.fact.options.get("stop_settings"))
        given = [one.get_named(name) for one in (self.told, self.more) for name in one.named("pruner")]
        entries = [self._entry(name) for name in stops]
        return any(one is not None and not _is_off(one) for one in (*given, *entries))

    def _entry(self, name: object) -> Value | None:
        space = self.more.get("space")
        return space.entries.get(name) if isinstance(space, Mapping) else None


def setup_of(call: Call) -> Setup:
    """How an optimisation is set up by a call, and by the object that runs it."""
    told = told_by(call)
    if isinstance(call.receiver, Built):
        held = [
            one for one in call.receiver.arguments.values() if isinstance(one, Built) and one.fact.effect == "space"
        ]
        of_space = {name: value for one in held for name, value in one.attributes.items()}
        told = Told(told.fact, {**of_space, **call.receiver.arguments, **told.arguments})
    holder = told.get("settings")
    return Setup(told, Told(holder.fact, holder.arguments) if isinstance(holder, Built) else told)


def told_by(call: Call) -> Told:
    """The arguments of a call by name."""
    named = dict(zip(call.fact.parameters, call.positional, strict=False))
    return Told(call.fact, {**named, **call.keywords})


def note_drawn(machine: Machine, dimension: Dimension) -> None:
    """The objective under way draws a hyperparameter."""
    trial = machine.search
    if trial is not None and dimension.name not in {known.name for known in trial.drawn}:
        trial.drawn.append(dimension)


def seeds_globally(name: str) -> bool:
    """Whether a function seeds the random state that others draw from, by its name."""
    return name in _SEEDING


def folds_of(value: Value | None, default: object) -> int | None:
    """How many fits each candidate takes: `cv` as a number, a splitter or a list of folds."""
    match value:
        case None | Const(value=None):
            return default if type(default) is int else None
        case Const(value=known):
            return known if type(known) is int else None
        case Built() if value.fact.effect == "splitter":
            return _splits(Told(value.fact, value.arguments))
        case Sequence():
            return length(value)
        case _:
            return None


def _splits(told: Told) -> int | None:
    count = told.number("count", "default")
    repeats = told.number("repeats", "default_repeats") if "repeats" in told.fact.options else 1
    return None if count is None or repeats is None else count * repeats


def note_search(
    call: Call, search: Built, tuned: tuple[Tuned, ...], trial: Trial | None = None, *, cloned: bool = False
) -> None:
    """A search object is run on rows; `cloned` anew for each fold of a cross-validation."""
    machine, told = call.machine, Told(search.fact, search.arguments)
    kind = search.fact.options.get("kind")
    if kind is None:
        return
    guided = told.get("algorithm") is not None and constant(told.get("algorithm")) != "random"
    kind = "model-based" if guided else kind
    value, study = told.get("space"), told.get("study")
    space = listed(value, ranges=kind == "model-based") if value is not None else Space()
    if trial is not None:
        space = Space((tuple(trial.drawn),), kind == "exhaustive" and all(one.always for one in trial.drawn))
    trials = told.trials()
    combinations = _at_most(space.combinations, trials) if kind == "exhaustive" else space.combinations
    machine.emit(
        Search(
            search.site,
            call.site,
            machine.context(),
            search.fact.name.rpartition(".")[2],
            kind,  # type: ignore[arg-type]
            space.grids,
            None if kind == "halving" and "trials" in told.fact.options else combinations,
            folds_of(told.get("folds"), told.fact.options.get("default_folds")),
            trials,
            _seeded(machine, told, study, guided=guided),
            str(told.fact.options.get("seed", "")) if study is None else "sampler",
            tuned,
            any(one is not None and not _is_off(one) for one in map(told.get_named, told.named("pruner"))),
            refits=constant(told.get("refit")) is not False,
            shared=_shared(machine, study, cloned=cloned),
        )
    )


def _seeded(machine: Machine, told: Told, study: Value | None, *, guided: bool) -> bool | None:
    if study is not None:
        return _sampler(machine, told, study)[1]
    return None if guided else told.seeded(machine.trace)


def _at_most(combinations: int | None, trials: int | None) -> int | None:
    return min(combinations, trials) if combinations is not None and trials is not None else combinations


@dataclass(frozen=True, slots=True)
class Asked:
    """A search whose trials the program runs itself: where it first asked for one, and how many events were before."""

    call: Call
    trial: Trial
    context: Context
    before: int


def note_optimized(call: Call, trial: Trial, setup: Setup, space: Space, label: str = "") -> None:
    """A function is called again and again with hyperparameters that are drawn."""
    call.machine.emit(search_of(call, trial, setup, space, label))


def search_of(call: Call, trial: Trial, setup: Setup, space: Space, label: str = "") -> Search:
    """The search that a call begins."""
    told, more, trials = setup.told, setup.more, setup.trials
    kind, seeded, grid = _sampler(call.machine, more if more.get("sampler") is not None else told, call.receiver)
    kind = setup.kind or kind
    space = listed(grid) if grid is not None else space
    every = tuple(dimension for dimension in space.dimensions if dimension.every)
    combinations = space.combinations
    if every:  # all of these, and so often
        kind, size = "exhaustive", size_of(every)
        combinations = None if size is None else size * (trials or 1)
    elif kind == "exhaustive":
        combinations = _at_most(combinations, trials)
    return Search(
        call.site,
        call.site,
        call.machine.context(),
        label or f"{call.label}()",
        kind,
        space.grids,
        combinations,
        None,
        trials,
        seeded,
        str(told.fact.options.get("seed", "sampler")),
        tuple(trial.tuned),
        trial.prunes or setup.prunes,
        picks=kind != "exhaustive",
        study=call.receiver.site if isinstance(call.receiver, Built) else None,
        shared=_shared(call.machine, call.receiver, cloned=False),
        trains=trial.trains,
    )


def note_fitted_search(call: Call) -> None:
    """A method of a model searches before it fits (CatBoost's grid_search)."""
    told = told_by(call)
    kind, value = told.fact.options.get("kind"), told.get("space")
    if kind is not None and value is not None:
        space, context = listed(value), call.machine.context()
        combinations, label = space.combinations, f"{call.label}()"
        call.machine.emit(
            Search(call.site, call.site, context, label, kind, space.grids, combinations, trials=told.trials())  # type: ignore[arg-type]
        )


def note_objective(machine: Machine, site: Site, trial: Trial) -> None:
    """An objective that another file hands to a tuner: of the search only the space is known."""
    if trial.drawn:
        grid, tuned, context = tuple(trial.drawn), tuple(trial.tuned), machine.context()
        machine.emit(
            Search(
                site,
                site,
                context,
                "the tuner",
                "model-based",
                (grid,),
                tuned=tuned,
                prunes=trial.prunes or trial.reports,
                trains=trial.trains,
            )
        )


def _sampler(machine: Machine, told: Told, owner: Value | None) -> tuple[Kind, bool | None, Value | None]:
    """How the values of the trials are found, whether that can be repeated, and the grid that a sampler holds.

    With one seed all processes that work on a stored study would draw the same, so it isn't asked for there.
    """
    kind, seeded, grid = _sampled(machine, told, owner)
    joined = isinstance(owner, Built) and constant(owner.arguments.get("load_if_exists")) is True
    return kind, None if joined and seeded is False else seeded, grid


def _sampled(machine: Machine, told: Told, owner: Value | None) -> tuple[Kind, bool | None, Value | None]:
    kind: Kind = told.fact.options.get("kind", "random")  # type: ignore[assignment]
    held = isinstance(owner, Built) and "sampler" in owner.fact.options
    sampler = told.get("sampler")
    if isinstance(owner, Built) and held:
        sampler = owner.attributes.get("sampler") or Told(owner.fact, owner.arguments).get("sampler")
    if isinstance(sampler, Partial):
        sampler = sampler.function
    match sampler:
        case Built() if sampler.fact.effect == "sampler":
            own = Told(sampler.fact, sampler.arguments)
            return own.fact.options["kind"], own.seeded(machine.trace), own.get("space")  # type: ignore[return-value]
        case Library(name=name) if (fact := loader.fact(name)) is not None and fact.effect == "sampler":
            return fact.options["kind"], told.seeded(machine.trace), None  # type: ignore[return-value]
        case None | Const(value=None):
            owned = isinstance(owner, Built) and held and "**" not in owner.arguments
            return kind, False if owned else told.seeded(machine.trace), None
        case _:
            return "model-based", None, None


def _shared(machine: Machine, study: Value | None, *, cloned: bool) -> Site | None:
    """The study whose trials the searches of several outer folds choose from."""
    if not isinstance(study, Built) or "store" not in study.fact.options:
        return None
    store = Told(study.fact, study.arguments).get("store")
    stored = store is not None and not _is_none(store)
    folding = [loop for loop in machine.loops if loop in machine.trace.folding]
    outside = any(loop not in study.loops for loop in folding)
    return study.site if outside or (stored and (cloned or (bool(folding) and _is_reloaded(study)))) else None


def _is_reloaded(study: Built) -> bool:
    """Whether the same stored study is opened each time."""
    name = constant(study.arguments.get("study_name"))
    return isinstance(name, str) and "{}" not in name and constant(study.arguments.get("load_if_exists")) is True
