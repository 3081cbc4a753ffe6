"""The trace: what a program does to rows, in the order in which it does it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from leakguard.semantic.events import Event, Fit, Judge, Validate

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leakguard.semantic.options import AnalysisOptions
    from leakguard.semantic.rows import Source
    from leakguard.semantic.syntax import Node

_Kind = TypeVar("_Kind", bound=Event)


@dataclass(slots=True)
class Trace:
    """All events of one program, and the options it was run with."""

    options: AnalysisOptions
    events: list[Event] = field(default_factory=list)
    targets: set[str] = field(default_factory=set)  # the columns that models are trained to predict
    columns: dict[Source, set[str]] = field(default_factory=dict)  # the columns that the program calls by name
    asserted: frozenset[Judge] = frozenset()  # scores that only have to be good enough
    reloads: bool = False  # a saved model is loaded again
    entered: set[str] = field(default_factory=set)  # functions of other files that were called
    folding: set[Node] = field(default_factory=set)  # loops over the folds of a cross-validation
    raised: set[Node] = field(default_factory=set)  # draws whose values are used as exponents
    takers: dict[Node, set[str]] = field(default_factory=dict)  # the learners that take the values of a draw or layout
    takes_best: bool = False  # the best trial of a tuner is asked for by name
    seeds: bool = False  # the global random state is seeded somewhere
    inputs: set[str] = field(default_factory=set)  # files of settings that were looked for, by absolute path
    complete: bool = True  # False when the budget ended the run early

    def withdraw(self, event: Event) -> None:
        """Take back an event that turns out to mean nothing."""
        if event in self.events:
            self.events.remove(event)

    def of(self, kind: type[_Kind]) -> Iterator[_Kind]:
        """The events of one kind, in order."""
        return (event for event in self.events if isinstance(event, kind))


def trained_since(trace: Trace, before: int) -> bool:
    """Whether a model was trained or scored after so many events."""
    return any(
        isinstance(event, (Validate, Judge)) or (isinstance(event, Fit) and event.learns == "model")
        for event in trace.events[before:]
    )
