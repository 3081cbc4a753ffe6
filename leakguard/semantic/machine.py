"""The state of a run, and the two tables through which statements and expressions find what executes them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from enum import Enum
from typing import TYPE_CHECKING, Any, TypeVar

from leakguard.semantic.events import Context, Event
from leakguard.semantic.scope import Scope
from leakguard.semantic.site import Site
from leakguard.semantic.syntax import Node
from leakguard.semantic.trace import Trace
from leakguard.semantic.values import Choices, Closure, Const, Data, Value

if TYPE_CHECKING:
    from leakguard.semantic.clusterings import Clustering
    from leakguard.semantic.events import Choose, Fit
    from leakguard.semantic.gate import Gate
    from leakguard.semantic.memory import Uneventful
    from leakguard.semantic.options import AnalysisOptions
    from leakguard.semantic.project import Project
    from leakguard.semantic.rows import Cut, Part
    from leakguard.semantic.searches import Asked, Trial
    from leakguard.semantic.syntax import Expression, Statement
    from leakguard.semantic.trying import Loop

STEPS = 1_500_000  # expressions evaluated in one run before it stops with what it has found
_Handler = TypeVar("_Handler", bound=Callable[..., Any])


class End(Enum):
    """How a block ends when it doesn't run off its last statement."""

    RETURN = "return"
    RAISE = "raise"
    BREAK = "break"
    CONTINUE = "continue"


class BudgetSpentError(Exception):
    """The run has taken as many steps as it may."""


STATEMENTS: dict[type, Callable[[Machine, Any], End | None]] = {}
EXPRESSIONS: dict[type, Callable[[Machine, Any], Value]] = {}


def executes(kind: type) -> Callable[[_Handler], _Handler]:
    """Register a function as the one that executes statements of this kind."""

    def register(handler: _Handler) -> _Handler:
        STATEMENTS[kind] = handler
        return handler

    return register


def evaluates(kind: type) -> Callable[[_Handler], _Handler]:
    """Register a function as the one that evaluates expressions of this kind."""

    def register(handler: _Handler) -> _Handler:
        EXPRESSIONS[kind] = handler
        return handler

    return register


class Frame:
    """One call of a function of the program: what it returned and yielded so far.

    `away` counts the calls of other files' functions around and including it.
    """

    __slots__ = ("away", "definition", "owner", "receiver", "returned", "yielded")

    def __init__(
        self, definition: object = None, receiver: Value | None = None, owner: object = None, away: int = 0
    ) -> None:
        self.away = away
        self.definition = definition
        self.receiver = receiver
        self.owner = owner
        self.returned: list[Value] = []
        self.yielded: list[Value] = []


class Machine:
    """Executes one program on abstract values and records what it does to rows."""

    def __init__(self, filename: str, options: AnalysisOptions, project: Project | None = None) -> None:
        self.home = self.filename = filename
        self.options = options
        self.trace = Trace(options)
        self.gate: Gate | None = None  # where the project asks that only its final evaluation reads test paths
        self.project = project
        self.scope = Scope("module", names={"__name__": Const("__main__")})
        # By path: the names of each module of the project that was executed, the checked file's own among them.
        self.modules = {os.path.abspath(filename): self.scope}
        # By path and name: what other modules define that nothing has used so far, and what was defined when used.
        self.deferred: dict[tuple[str, str], Statement] = {}
        self.settled: dict[tuple[str, str], Value] = {}
        self.entry = ""  # the function that is run because nobody calls it
        self.frames = [Frame()]
        self.statement: Node | None = None
        self.nowhere = Node(None)
        self.steps = 0
        self.loops: tuple[Node, ...] = ()
        self.passes: tuple[int, ...] = ()  # for each of these loops the number of the pass under way
        self.counted = 0  # how many passes have begun
        self.calls: tuple[Site, ...] = ()
        self.branches: tuple[tuple[int, int], ...] = ()
        self.decisions = 0  # counted over the program, each time that one is made
        self.tuning: Site | None = None
        self.fitting: Site | None = None
        self.final = options.knowledge.is_final(os.path.abspath(filename))  # inside the final evaluation
        self.guarded = False  # only where a condition on the number of clusters holds
        self.sifted: frozenset[str] = frozenset()  # paths that a condition around has looked at
        self.tallies: set[str] = set()  # what holds such a number, as it is written
        self.extremes: dict[Node, Choose | None] = {}  # calls that give the best of several scores
        self.clusterings: dict[Fit, Clustering] = {}
        self.metric = ""  # the name of the score that the tuner around looks at
        self.branch: object = None  # the innermost block around of which nobody knows whether it runs
        self.ran_over: dict[Node, Choices | None] = {}  # by loop: what it last ran over
        self.live: list[Loop] = []  # loops under way
        self.search: Trial | None = None  # what the search under way draws and trains
        self.hydra = ""  # the folder that Hydra was told to take its settings from
        self.asked: list[Asked] = []  # searches whose trials the program runs itself
        self.showing = False  # inside the arguments of a plot
        self.again = False  # in a further turn of some loop around
        self.decided_by: frozenset[Fit] = frozenset()  # what the conditions around have learned
        self.cuts: dict[object, Cut] = {}  # by key: the same condition, seed or file elsewhere is the same cut
        self.taken: dict[Part, Node | None] = {}  # the statement that last took each part
        self.answering = False  # inside the forward pass of a network: what it calls are its parts
        self.networks: set[tuple[str, str]] = set()  # files and names on which was called what only networks have
        self.entered: set[object] = set()  # definitions that have been called
        self.results: dict[object, tuple[Value, tuple[Value, ...]]] = {}  # what calls with the same arguments returned
        self.uneventful: dict[object, Uneventful] = {}  # functions that do nothing of interest with plain arguments
        self.entries: dict[object, int] = {}  # how often each definition was entered
        self.defined: list[Closure] = []  # where there is a gate: the functions of the checked file

    def evaluate(self, node: Expression) -> Value:
        """The value of an expression, after everything that evaluating it does."""
        self.steps += 1
        if self.steps > STEPS:
            raise BudgetSpentError
        return EXPRESSIONS[type(node)](self, node)

    def execute(self, block: Iterable[Statement]) -> End | None:
        """Run statements until one of them ends the block."""
        outer = self.statement
        try:
            for statement in block:
                self.statement = statement
                end = STATEMENTS[type(statement)](self, statement)
                if end is not None:
                    return end
        finally:
            self.statement = outer
        return None

    def run(self, statement: Statement) -> End | None:
        """Run one statement."""
        return self.execute((statement,))

    def site(self, node: Node) -> Site:
        """Where an expression of the statement under way stands."""
        return Site(node, self.statement or node, self.filename)

    def here(self) -> Site:
        """The statement under way."""
        node = self.statement or self.nowhere
        return Site(node, node, self.filename)

    def context(self) -> Context:
        """What surrounds an event that happens now."""
        return Context(
            self.calls, self.loops, self.passes, self.branches, self.tuning, self.fitting, self.entry, self.final
        )

    def emit(self, event: Event) -> None:
        """Put an event at the end of the trace."""
        self.trace.events.append(event)

    @contextmanager
    def inside(
        self,
        *,
        loop: Node | None = None,
        call: Site | None = None,
        tuning: Site | None = None,
        fitting: Site | None = None,
        metric: str | None = None,
    ) -> Iterator[None]:
        """Surround what runs by a loop, a call, a tuner and the score it looks at, or an own estimator's fit."""
        outer = self.loops, self.passes, self.calls, self.tuning, self.fitting, self.metric
        sifted = self.sifted
        self.metric = self.metric if metric is None else metric
        self.fitting = self.fitting or fitting
        if loop is not None:
            self.counted += 1
            self.loops, self.passes = (*self.loops, loop), (*self.passes, self.counted)
        self.calls = (*self.calls, call) if call is not None else self.calls
        self.tuning = tuning or self.tuning
        try:
            yield
        finally:
            self.loops, self.passes, self.calls, self.tuning, self.fitting, self.metric = outer
            self.sifted = sifted


def unknown() -> Data:
    """A value of which nothing is known."""
    return Data()
