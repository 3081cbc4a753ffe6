"""Draws and layouts of hyperparameters, written as calls or as entries of a search space."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Literal, TypeAlias

from leakguard.knowledge.facts import Fact
from leakguard.semantic.call import EFFECTS, Call, effect
from leakguard.semantic.events import Bounds, Dimension, Sample
from leakguard.semantic.functions import enter
from leakguard.semantic.rows import Cut, Part
from leakguard.semantic.sampling import ends, note_grid, note_takers, number_of, raised_draw
from leakguard.semantic.searches import note_drawn
from leakguard.semantic.spaces import Space, drawn, is_whole, opened
from leakguard.semantic.values import (
    Built,
    Choices,
    Closure,
    Const,
    Data,
    Mapping,
    Sequence,
    Value,
    choices_of,
    constant,
    length,
    parts_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leakguard.semantic.site import Site

Scale: TypeAlias = Literal["linear", "log", "other"]
Meaning: TypeAlias = Literal["range", "width", "exponents"]


@effect("power")
def _power(call: Call) -> Value:
    """`np.power(10, exponent)`, `math.exp(exponent)`."""
    exponent, base = call.one("exponent"), call.one("of") or Const(call.fact.options.get("base", math.e))
    if isinstance(exponent, Data) and exponent.sample is not None:
        return raised_draw(call.machine, base, exponent, exponent.sample)
    return EFFECTS["rowwise"](call)


@effect("sample")
def _sample(call: Call) -> Value:
    label = call.word("label")
    values = call.one("values")
    drawing = call.one("function")
    if drawing is not None:
        return _drawn_by(call, drawing)
    if values is not None:
        return _chosen(call, label, values)
    sample = _read(call, call.site, label)
    if label:
        call.machine.emit(sample)
        _note_dimension(call, label, Choices(1 if sample.low is not None and sample.low == sample.high else None))
    return Data(sample=sample, choices=Choices(_points(call, sample)) if sample.layout else None)


def _drawn_by(call: Call, drawing: Value) -> Value:
    """What a function of the program draws when it is called: `lambda spec: np.random.uniform(0, 1)`."""
    if not isinstance(drawing, Closure):
        return Data(tuning=True)
    given: list[Value] = [Data(tuning=True) for _ in drawing.definition.parameters]
    found = enter(call.machine, drawing, given, {}, call.node)
    return found if isinstance(found, Data) and found.sample is not None else Data(tuning=True)


def _with_drawn(call: Call, space: Value) -> Value:
    """A space in which functions that draw stand for what they draw."""
    if not call.fact.options.get("functions") or not isinstance(space, Mapping):
        return space
    drawn = {key: _drawn_by(call, one) for key, one in space.entries.items() if isinstance(one, Closure)}
    return replace(space, entries={**space.entries, **drawn})


def _chosen(call: Call, label: str, values: Value) -> Value:
    """One of several values; a layout without a name of its own gets one from the space that it is put into."""
    known = choices_of(values) or Choices(None)
    if label:
        note_grid(call.machine, Mapping({label: values}))
        _note_dimension(call, label, known)
        return Data(tuning=True, choices=replace(known, label=label, site=call.site))
    if call.fact.options.get("layout"):
        return _laid_out(values, every=bool(call.fact.options.get("every")))
    return Data(tuning=True, choices=known) if isinstance(values, Sequence) else _drawn_indices(call, values)


def _laid_out(values: Value, *, every: bool) -> Value:
    match values:
        case Sequence():
            return replace(values, every=every, offered=not every)
        case Data(choices=choices):
            return replace(values, choices=replace(choices or Choices(None), every=every, offered=not every))
        case _:
            return values


def _note_dimension(call: Call, label: str, choices: Choices) -> None:
    trial = call.machine.search
    if trial is not None and label:
        always = call.machine.branch is trial.branch
        ranged = choices.count is None and not call.names("values")
        dimension = Dimension(label, choices.count, choices.values, call.site, ranged=ranged, always=always)
        note_drawn(call.machine, dimension)


def _points(call: Call, sample: Sample) -> int | None:
    """How many values are laid out."""
    if call.names("count"):
        return _count(call)
    step = 1.0 if call.one("step") is None else call.number("step")
    low, stop = ends(sample.bounds) if sample.bounds else (None, None)
    if not call.names("step") or not step or low is None or stop is None:
        return None
    return max(0, math.ceil(round((stop - low) / step, 9)))


def _count(call: Call) -> int | None:
    count = constant(call.one("count")) if call.one("count") is not None else call.fact.options.get("default_count")
    return count if type(count) is int else None


def _drawn_indices(call: Call, values: Value) -> Data:
    """`np.random.choice(n, size)` or `random.sample(indices, k)`: some rows, the others being the other part."""
    if isinstance(values, Data) and values.index_of:
        return replace(values, drawn=call.site)
    key = ("draw", call.site, len(call.machine.trace.events))
    return Data(selects=(Part(Cut(key, "draw", call.site, seen={"drawn"}), "drawn"),))


def _read(call: Call, site: Site, label: str) -> Sample:
    scale, meaning = _scale(call)
    bounds = _bounds(call, meaning)
    low, high = ends(bounds)
    layout = bool(call.fact.options.get("layout"))
    if layout and scale == "linear" and low is not None and high is not None:
        high = _last(call, low, high)
    context, fact = call.machine.context(), call.fact
    return Sample(site, context, label, low, high, scale, layout, call.label, bounds=bounds, fact=fact)


def _last(call: Call, low: float, stop: float) -> float:
    """The last value of a linear layout: where there is a step, or the end is left out, it lies before the stop."""
    if call.names("step"):
        step = 1.0 if call.one("step") is None else call.number("step") or 0.0
        return low + step * (math.ceil(round((stop - low) / step, 9)) - 1) if 0 < step < stop - low else stop
    count = _count(call)
    return stop - (stop - low) / count if count and constant(call.one("endpoint")) is False else stop


def _scale(call: Call) -> tuple[Scale, Meaning]:
    """The scale of a draw, and what its bounds mean."""
    options = call.fact.options
    fixed: Scale = "log" if options.get("scale") == "log" else "linear" if options.get("scale") == "linear" else "other"
    bounds = options.get("bounds")
    meaning: Meaning = "width" if bounds == "width" else "exponents" if bounds == "exponents" else "range"
    given = call.one("log")
    if given is None:
        return fixed, meaning
    known = constant(given)
    if known is None:
        return "other", meaning
    if _is_among(known, options.get("log_exponents", ())):
        return "log", "exponents"
    return ("log" if _is_among(known, options.get("log_value", True)) else fixed), meaning


def _is_among(known: object, wanted: object) -> bool:
    alike = wanted if isinstance(wanted, tuple) else (wanted,)
    return known in alike or (isinstance(known, str) and known.lower() in alike)


def _bounds(call: Call, meaning: Meaning) -> Bounds:
    first, second = _given(call)
    base = number_of(call.get("base") or Const(call.fact.options.get("base"))) or math.e
    named = any(name in call.keywords for option in ("low", "high") for name in call.names(option))
    if meaning == "width":
        first = 0.0 if first is None and call.one("low") is None else first
        second = 1.0 if second is None and call.one("high") is None else second
    elif meaning == "range" and first is not None and second is None and _is_alone(call):
        first, second = 0.0, first  # range(stop), arange(stop)
    return Bounds(first, second, meaning, base, named)


def _is_alone(call: Call) -> bool:
    return call.one("high") is None and call.one("range") is None


def _given(call: Call) -> tuple[float | None, float | None]:
    pair = call.one("range")
    if pair is None:
        return call.number("low"), call.number("high")
    items = pair.items if isinstance(pair, Sequence) and len(pair.items) == 2 else []
    numbers = [number_of(item) for item in items]
    return (numbers[0], numbers[1]) if len(numbers) == 2 else (None, None)


def note_searched(call: Call) -> None:
    """Name what the spaces of a search hold: draws, layouts, and entries that the library reads as draws."""
    before = len(call.machine.trace.events)
    for space in call.given("space"):
        note_grid(call.machine, _with_drawn(call, space))
        entries = call.fact.options.get("entries")
        if isinstance(entries, Fact):
            _note_entries(call, entries, space, "")
    takers = {label for value in call.given("estimator") for label in _learners(value)}
    for event in call.machine.trace.events[before:]:
        if takers and isinstance(event, Sample):
            note_takers(call.machine, event, takers)


def _learners(value: Value) -> Iterator[str]:
    """The names of a learner and of its parts."""
    if isinstance(value, Built):
        yield value.learner.label
        for _, part in parts_of(value):
            yield from _learners(part)


def space_of(search: Call, told: Fact, value: Value) -> Space:
    """The space that a search goes through: draws, and entries that the library reads as draws."""
    if isinstance(value, Built) and value.fact.effect == "space":
        parts = [space_of(search, fact, part) for fact, part in opened(value)]
        return Space((sum((part.dimensions for part in parts), ()),), all(part.whole for part in parts))
    entries = told.options.get("entries")
    if not isinstance(entries, Fact):
        return drawn(value)
    return Space((tuple(_entered(search, entries, value, "")),), is_whole(value))


def _entered(search: Call, entries: Fact, value: Value, name: str) -> Iterator[Dimension]:
    call = _entry(search, entries, value)
    match value:
        case _ if call is not None:
            values = call.one("values")
            known = (choices_of(values) if values is not None else None) or Choices(None)
            label, site = call.word("label") or name, _site(call, value)
            yield Dimension(label, known.count, known.values, site, ranged=values is None)
        case Mapping():
            for key, item in value.entries.items():
                yield from _entered(search, entries, item, key if isinstance(key, str) else "")
        case Sequence(kind="list" | "tuple") if not name:
            for item in value.items:
                yield from _entered(search, entries, item, "")
        case Sequence(kind="list") if entries.options.get("choices"):
            yield Dimension(name, length(value), (choices_of(value) or Choices(None)).values, value.site)
        case _:
            yield from drawn(Mapping({name: value})).dimensions


def _note_entries(search: Call, entries: Fact, space: Value, name: str) -> None:
    call = _entry(search, entries, space)
    match space:
        case _ if call is not None:
            _note_entry(call, space, name)
        case Mapping():
            for key, value in space.entries.items():
                if isinstance(key, str):
                    _note_entries(search, entries, value, key)
        case Sequence(kind="list" | "tuple"):
            for item in space.items:
                _note_entries(search, entries, item, "")


def _note_entry(call: Call, written: Value, name: str) -> None:
    label = call.word("label") or name
    values = call.one("values")
    if label and values is not None:
        note_grid(call.machine, Mapping({label: values}))
    elif label:
        call.machine.emit(_read(call, _site(call, written), label))


def _site(call: Call, written: Value) -> Site:
    site = written.site if isinstance(written, (Mapping, Sequence)) else None
    return site or call.site


def _entry(search: Call, entries: Fact, value: Value) -> Call | None:
    """A dict with the keys of an entry, or a tuple that begins with two numbers, as the call that it stands for."""
    match value:
        case Mapping():
            named = {key: item for key, item in value.entries.items() if isinstance(key, str)}
            call = Call(search.machine, search.node, entries, [], named)
            told = (call.one(option) for option in ("low", "high", "range", "values"))
            return call if any(one is not None for one in told) else None
        case Sequence(items=[Const() as low, Const() as high, *_], rest=None) if entries.parameters:
            numbers = number_of(low) is not None and number_of(high) is not None
            written = value.kind == "tuple" or entries.options.get("lists")
            return Call(search.machine, search.node, entries, value.items, {}) if numbers and written else None
        case _:
            return None


def trial_of(call: Call) -> Value:
    """What an objective is given for a trial: nothing known, or drawn values, in turn or by name as in the space."""
    made = call.receiver.arguments if isinstance(call.receiver, Built) else {}
    space = call.one("space") or next((made[name] for name in call.names("space") if name in made), None)
    if isinstance(space, Built) and space.fact.effect == "space":
        space = next((part for _, part in opened(space) if isinstance(part, Mapping)), None)
    if isinstance(space, Mapping) and space.rest is None and not space.mixed:
        named = {key: _dimension(call, item) or Data(tuning=True) for key, item in space.entries.items()}
        return Mapping({**named}) if any(one.sample for one in named.values()) else Data(tuning=True)
    items = space.items if isinstance(space, Sequence) else []
    drawn = [_dimension(call, item) for item in items]
    known = [one for one in drawn if one is not None]
    return Sequence(list(known)) if known and len(known) == len(items) else Data(tuning=True)


def _dimension(call: Call, value: Value) -> Data | None:
    entries = call.fact.options.get("entries")
    entry = _entry(call, entries, value) if isinstance(entries, Fact) else None
    if entry is not None:
        return Data(sample=_read(entry, _site(entry, value), ""), tuning=True)
    match value:
        case Data(sample=sample) if sample is not None:
            return Data(sample=sample, tuning=True)
        case _:
            return None
