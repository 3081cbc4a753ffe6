"""The gate on test paths: which texts name files that only the final evaluation may read, and who is handed one.

A call that is handed such a path reads it unless it is known to be harmless. What the program's own functions do with
it is seen where they do it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from leakguard.semantic.alternatives import below
from leakguard.semantic.events import Handed
from leakguard.semantic.functions import library_bases, method_of
from leakguard.semantic.handing import Callee, callee
from leakguard.semantic.known import told_of
from leakguard.semantic.test_paths import ON, WIDE, TestPaths
from leakguard.semantic.values import Bound, Closure, Const, Data, Instance, Mapping, Sequence, Type, Value

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from leakguard.semantic.machine import Machine
    from leakguard.semantic.options import AnalysisOptions
    from leakguard.semantic.syntax import Call

_DEPTH = 3  # containers within containers
_LONGEST = 60  # characters in a message
_MANY = 1000  # items of a container
# What takes the values of its fields and does nothing with them.
_RECORDS = frozenset({"abc", "attr", "attrs", "builtins", "enum", "pydantic", "pydantic_settings", "typing"})
_COMMAND = re.compile(r"[\s'\"`;|&<>(),=]+")
_REDIRECTED = re.compile(r">>?\s*\S+")


class Gate:
    """Answers for one run which texts name test paths."""

    def __init__(self, options: AnalysisOptions) -> None:
        self._root = options.root
        self._paths = TestPaths(options.root, options.test_paths)

    def match(self, text: str, filename: str, *, command: bool = False) -> str:
        """How a text names a test path in code of a file: ON, WIDE, or not at all."""
        if not command or not _COMMAND.search(text):
            return self._paths.match(text, filename)
        words = _COMMAND.split(_REDIRECTED.sub(" ", text))
        return ON if any(self._paths.match(word, filename) == ON for word in words if word) else ""

    def named_in(self, value: Value, filename: str, *, command: bool = False) -> Iterator[tuple[str, str, str]]:
        """The test paths that a value holds: each with how it is named, and where its text comes from."""
        for text, told in _texts(value):
            if how := self.match(text, filename, command=command):
                yield text, how, told

    def shown(self, text: str) -> str:
        """A path as people see it, relative to the root; a command or query is cut short."""
        text = text.removeprefix(f"{self._root}/")
        return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 3]}..."

    def holds(self, values: Iterable[Value], filename: str) -> bool:
        """Whether one of the values holds a test path."""
        return any(any(self.named_in(value, filename)) for value in values)


def open_gate(options: AnalysisOptions) -> Gate | None:
    """The gate, None unless the project asks for one."""
    return Gate(options) if options.gated and options.test_paths else None


def note_handed(
    machine: Machine, node: Call, function: Value, positional: list[Value], keywords: dict[str, Value]
) -> None:
    """Note the test paths that a call is handed, if it may read them."""
    gate = machine.gate
    if gate is None or _is_entered(machine, function):
        return
    called = callee(function, node)
    if isinstance(function, Bound) and not isinstance(function.receiver, (Data, Instance)):
        if isinstance(function.receiver, Const) and called.opens(positional, keywords):
            _note(machine, node, called, function.receiver)
        return
    if isinstance(function, Bound) and isinstance(function.receiver, Data) and function.receiver.paths:
        if called.opens(positional, keywords):
            _note(machine, node, called, function.receiver)
        return
    if called.harmless:
        return
    for value in called.read(positional, keywords):
        _note(machine, node, called, value)


def _note(machine: Machine, node: Call, called: Callee, value: Value) -> None:
    if machine.gate is None:
        return
    for text, how, told in machine.gate.named_in(value, machine.filename, command=called.is_command):
        wide = how == WIDE
        if not (wide and text in machine.sifted):  # a condition may leave the test file out
            site, context = machine.site(node), machine.context()
            machine.emit(
                Handed(site, context, machine.gate.shown(text), called.label, told, called.reads and not wide, wide)
            )


def _is_entered(machine: Machine, function: Value) -> bool:
    """Whether what is called is run itself, so that what it reads is seen there."""
    match function:
        case Closure():
            return told_of(machine, function) is None
        case Type():
            own = method_of(function, "__init__") is not None or told_of(machine, function) is not None
            roots = {name.partition(".")[0] for name in library_bases(function)}
            return own or roots <= _RECORDS
        case _:
            return False


def _texts(value: Value, depth: int = _DEPTH) -> Iterator[tuple[str, str]]:
    match value:
        case Const(value=str(text), opened=False):
            yield text, value.told
        case Const(value=bytes(text), opened=False):
            yield text.decode(errors="replace"), value.told
        case Data():
            yield from ((path, "") for path in value.paths)
        case Sequence() if depth:
            for item in (*value.items[:_MANY], *([value.rest] if value.rest is not None else [])):
                yield from _texts(item, depth - 1)
        case Mapping() if depth:
            for item in (*list(value.entries.values())[:_MANY], *([value.rest] if value.rest is not None else [])):
                yield from _texts(item, depth - 1)


def listed(machine: Machine, folder: Value, pattern: str) -> tuple[str, ...]:
    """The names of files that a listing of a folder gives, as one pattern."""
    if machine.gate is None:
        return ()
    return tuple(below(text, pattern) if pattern else text for text, _ in _texts(folder, 0))
