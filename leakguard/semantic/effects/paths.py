"""Texts and the paths that they name."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from leakguard.semantic.call import Arguments, function
from leakguard.semantic.events import Open
from leakguard.semantic.files import filled, text_of, told
from leakguard.semantic.values import Const, Data, Value, constant, merge, origin_of

if TYPE_CHECKING:
    from leakguard.semantic.machine import Machine
    from leakguard.semantic.syntax import Call

_LISTS = frozenset({"glob", "rglob", "iterdir"})
_READS = frozenset({"open", "read_text", "read_bytes"})
_FIELD = re.compile(r"\{[^{}]*\}")
_SAME = frozenset("lower upper strip rstrip resolve absolute expanduser as_posix replace".split())


@function("builtins.str", "pathlib.Path", "pathlib.PurePath", "builtins.repr", "os.path.join", "posixpath.join")
def _path(machine: Machine, node: Call, given: Arguments, named: dict[str, Value]) -> Value:
    del machine, node, named
    return _joined(given)


def _joined(given: Arguments) -> Value:
    known = [constant(value) for value in given]
    if not any(isinstance(part, str) for part in known):
        return Data(merge(origin_of(value) for value in given))
    whole = "/".join(part if isinstance(part, str) else "{}" for part in known)
    return Const(whole, merge(origin_of(value) for value in given))


@function("builtins.open", "io.open", "codecs.open", "gzip.open", "bz2.open", "lzma.open")
def _open(machine: Machine, node: Call, given: Arguments, named: dict[str, Value]) -> Value:
    path = text_of(given[0] if given else named.get("file"))
    mode = constant(given[1] if len(given) > 1 else named.get("mode"))
    if path and not (isinstance(mode, str) and set(mode) & set("wax")):
        held = told(machine, node, path)
        if not held.rows:
            machine.emit(Open(machine.site(node), machine.context(), path))
        return Const(path, held)
    return Data()


def text_method(machine: Machine, node: Call, receiver: Const, name: str, given: Arguments) -> Value | None:
    """A method of a text or of a path; None if it is none that matters."""
    match name:
        case "joinpath":
            return _joined([receiver, *given])
        case "format":
            return filled(receiver, _FIELD, given)
        case _ if name in _LISTS or name in _READS:
            held = told(machine, node, str(receiver.value))
            return Const(receiver.value, held) if name == "open" else Data(merge((receiver.origin, held)))
        case _:
            return Const(receiver.value, receiver.origin) if name in _SAME else None
