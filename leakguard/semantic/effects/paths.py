"""Texts and the paths that they name."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from leakguard.knowledge import loader
from leakguard.semantic.alternatives import below, each_way, parent_of, told_by
from leakguard.semantic.call import EFFECTS, Arguments, Call, function
from leakguard.semantic.events import Open
from leakguard.semantic.files import filled, text_of, told
from leakguard.semantic.gate import listed
from leakguard.semantic.settings_files import holds_settings
from leakguard.semantic.values import Const, Data, Value, constant, merge, origin_of

if TYPE_CHECKING:
    from leakguard.semantic.machine import Machine
    from leakguard.semantic.syntax import Call as CallNode

Change = Callable[[str], str]
_LISTS = frozenset({"glob", "rglob", "iterdir"})
_READS = frozenset({"open", "read_text", "read_bytes"})
_FIELD = re.compile(r"\{[^{}]*\}")
_SAME = frozenset("lower upper strip rstrip resolve absolute expanduser as_posix replace".split())


@function("builtins.str", "pathlib.Path", "pathlib.PurePath", "builtins.repr", "os.path.join", "posixpath.join")
def _path(machine: Machine, node: CallNode, given: Arguments, named: dict[str, Value]) -> Value:
    del machine, node, named
    return _joined(given)


def _joined(given: Arguments) -> Value:
    return each_way(given, _put_together)


def _put_together(given: Arguments) -> Value:
    known = [constant(value) for value in given]
    if not any(isinstance(part, str) for part in known):
        return Data(merge(origin_of(value) for value in given))
    parts = [part if isinstance(part, str) else "{}" for part in known]
    whole = parts[0]
    for part in parts[1:]:
        whole = below(whole, part)
    return Const(whole, merge(origin_of(value) for value in given), told_by(given))


@function("pathlib.Path.cwd", "os.getcwd", "hydra.utils.get_original_cwd")
def _here(machine: Machine, node: CallNode, given: Arguments, named: dict[str, Value]) -> Value:
    del node, given, named
    return Const(".") if machine.gate is not None else Data()


@function("os.path.dirname", "posixpath.dirname")
def _folder(machine: Machine, node: CallNode, given: Arguments, named: dict[str, Value]) -> Value:
    del machine, node
    return each_way([*given, *named.values()][:1], lambda one: _changed(one, parent_of))


@function("os.path.basename", "posixpath.basename")
def _base(machine: Machine, node: CallNode, given: Arguments, named: dict[str, Value]) -> Value:
    del machine, node
    return each_way([*given, *named.values()][:1], lambda one: _changed(one, lambda path: path.rpartition("/")[2]))


@function(
    "os.path.abspath",
    "os.path.realpath",
    "os.path.normpath",
    "os.path.expanduser",
    "os.path.expandvars",
    "os.fspath",
    "hydra.utils.to_absolute_path",
    "pyprojroot.here",
)
def _same(machine: Machine, node: CallNode, given: Arguments, named: dict[str, Value]) -> Value:
    del machine, node
    return next(iter([*given, *named.values()]), Data())


def _changed(given: Arguments, change: Change) -> Value:
    match given:
        case [Const(value=str(path)) as value, *_]:
            return replace(value, value=change(path))
        case _:
            return Data(merge(map(origin_of, given)))


@function("glob.glob", "glob.iglob")
def _glob(machine: Machine, node: CallNode, given: Arguments, named: dict[str, Value]) -> Value:
    pattern = given[0] if given else named.get("pathname", Data())
    fact = loader.fact("glob.glob")
    found = EFFECTS["load"](Call(machine, node, fact, given, named)) if fact is not None else Data()
    return replace(found, paths=listed(machine, pattern, "")) if isinstance(found, Data) else found


@function("builtins.open", "io.open", "codecs.open", "gzip.open", "bz2.open", "lzma.open")
def _open(machine: Machine, node: CallNode, given: Arguments, named: dict[str, Value]) -> Value:
    path = text_of(given[0] if given else named.get("file"))
    mode = constant(given[1] if len(given) > 1 else named.get("mode"))
    if path and not (isinstance(mode, str) and set(mode) & set("wax")):
        held = told(machine, node, path)
        if not held.rows:
            machine.emit(Open(machine.site(node), machine.context(), path))
        return Const(path, held, opened=True)
    return Data()


def text_method(
    machine: Machine, node: CallNode, receiver: Const, name: str, given: Arguments, named: dict[str, Value]
) -> Value | None:
    """A method of a text or of a path; None if it is none that matters."""
    match name:
        case "joinpath":
            return _joined([receiver, *given])
        case "format":
            return filled(receiver, _FIELD, given, named)
        case "replace" if len(given) > 1:
            return each_way([receiver, *given], _replaced)
        case "with_name" | "with_suffix" | "with_stem" if given:
            return each_way([receiver, given[0]], lambda one: _renamed(one, name))
        case "read" if receiver.opened and holds_settings(str(receiver.value)):
            return receiver
        case _ if name in _LISTS or name in _READS:
            return _looked_into(machine, node, receiver, name, given)
        case _:
            return replace(receiver) if name in _SAME else None


def _looked_into(machine: Machine, node: CallNode, receiver: Const, name: str, given: Arguments) -> Value:
    held = told(machine, node, str(receiver.value))
    if name == "open" or (name in _READS and holds_settings(str(receiver.value))):
        return Const(receiver.value, held, opened=True)
    paths = listed(machine, receiver, _pattern(name, given)) if name in _LISTS else ()
    return Data(merge((receiver.origin, held)), paths=paths)


def _pattern(name: str, given: Arguments) -> str:
    pattern = str(constant(given[0])) if given and isinstance(constant(given[0]), str) else "*"
    return f"**/{pattern}" if name == "rglob" else pattern


def _replaced(given: Arguments) -> Value:
    """The text with one part of it replaced by another; as it was where these are not known."""
    match given:
        case [Const(value=str(whole)) as text, Const(value=str(old)), Const(value=str(new)), *_]:
            return replace(text, value=whole.replace(old, new), told=told_by(given[:3]))
        case [text, *_]:
            return replace(text) if isinstance(text, Const) else text
        case _:
            return Data()


def _renamed(given: Arguments, how: str) -> Value:
    path, new = given
    if not isinstance(path, Const) or not isinstance(path.value, str):
        return Data()
    name = str(constant(new)) if constant(new) is not None else "{}"
    last = path.value.rpartition("/")[2]
    stem, dot, ending = last.rpartition(".")
    match how:
        case "with_suffix":
            name = f"{stem if dot else last}{name}"
        case "with_stem":
            name = f"{name}{dot}{ending}" if dot else name
    return replace(path, value=below(parent_of(path.value), name), told=told_by(given))
