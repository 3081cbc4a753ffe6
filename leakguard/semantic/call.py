"""One call of something known: its fact and its arguments, looked up by what the fact says about them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from leakguard.semantic import syntax as s
from leakguard.semantic.origins import realised
from leakguard.semantic.values import Data, Value, constant, merge, origin_of

if TYPE_CHECKING:
    from leakguard.knowledge.facts import Fact
    from leakguard.semantic.events import Provenance
    from leakguard.semantic.machine import Machine
    from leakguard.semantic.site import Site
    from leakguard.semantic.syntax import Expression, Node


@dataclass(slots=True, eq=False)
class Call:
    """A call with its evaluated arguments; `receiver` is None for a function."""

    machine: Machine
    node: Node
    fact: Fact
    positional: list[Value]
    keywords: dict[str, Value]
    receiver: Value | None = None

    @property
    def site(self) -> Site:
        """Where the call stands."""
        return self.machine.site(self.node)

    @property
    def label(self) -> str:
        """The short name of what is called."""
        return self.fact.name.rpartition(".")[2]

    def get(self, parameter: str) -> Value | None:
        """The argument for a parameter, by keyword or by position."""
        if parameter in self.keywords:
            return self.keywords[parameter]
        for position, name in enumerate(self.fact.parameters):
            if name == parameter:
                return self.positional[position] if position < len(self.positional) else None
        return None

    def names(self, option: str) -> list[str]:
        """The parameters that an option of the fact names."""
        named = self.fact.options.get(option)
        return [named] if isinstance(named, str) else list(named) if isinstance(named, (list, tuple)) else []

    def given(self, option: str) -> list[Value]:
        """The arguments for the parameters that an option names; "*" and "*name" stand for all positional ones."""
        found: list[Value] = []
        for name in self.names(option):
            if name == "*" or f"*{name}" in self.fact.parameters:
                found.extend(self.positional)
            elif (value := self.get(name)) is not None:
                found.append(realised(value))
        return found

    def one(self, option: str) -> Value | None:
        """The argument for the parameter that an option names."""
        return next(iter(self.given(option)), None)

    def syntax(self, option: str) -> Expression | None:
        """How the argument that an option names is written, unless it is spread from a list or dict."""
        given = self.node.arguments if isinstance(self.node, s.Call) else ()
        for name in self.names(option):
            place = self.fact.parameters.index(name) if name in self.fact.parameters else len(given)
            for position, argument in enumerate(given):
                if argument.name == name or (argument.name is None and not argument.star and position == place):
                    return argument.value
        return None

    def number(self, option: str) -> float | None:
        """The argument that an option names, if it is a literal number."""
        value = constant(self.one(option))
        return float(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else None

    def word(self, option: str) -> str:
        """The argument that an option names, if it is a literal text; empty otherwise."""
        value = constant(self.one(option))
        return value if isinstance(value, str) else ""

    def arguments(self) -> list[Value]:
        """All arguments."""
        return [*self.positional, *self.keywords.values()]

    def origin(self) -> Provenance:
        """What all arguments together, and the receiver, are made of."""
        values = self.arguments() if self.receiver is None else [self.receiver, *self.arguments()]
        return merge(origin_of(value) for value in values)


Effect = Callable[[Call], Value]
EFFECTS: dict[str, Effect] = {}


def effect(*names: str) -> Callable[[Effect], Effect]:
    """Register a function as what calls with one of these effects do."""

    def register(handler: Effect) -> Effect:
        for name in names:
            EFFECTS[name] = handler
        return handler

    return register


Arguments: TypeAlias = "list[Value]"
Function = Callable[["Machine", "s.Call", Arguments, dict[str, Value]], Value]
FUNCTIONS: dict[str, Function] = {}


def function(*names: str) -> Callable[[Function], Function]:
    """Register what functions of Python itself do, by qualified name."""

    def register(handler: Function) -> Function:
        for name in names:
            FUNCTIONS[name] = handler
        return handler

    return register


def apply(machine: Machine, node: s.Call, called: Value, *positional: Value, **keywords: Value) -> Value:
    """Call a value that a function was given."""
    from leakguard.semantic.calls import call_value

    return call_value(machine, node, called, list(positional), keywords)


def taken_at_its_word(call: Call) -> Value:
    """What the project says about a function or class of its own is not looked into."""
    handler = EFFECTS.get(call.fact.effect)
    return handler(call) if handler is not None else Data(call.origin())
