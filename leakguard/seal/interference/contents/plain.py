"""What Python's own values hold, functions and any objects included."""

from __future__ import annotations

import ast
import copyreg
import datetime as dt
import decimal
import enum
import fractions
import functools
import hashlib
import hmac
import io
import pathlib
import re
import struct
import types
import uuid
from typing import TYPE_CHECKING

from leakguard.seal.interference.contents import KEPT, Branch, Leaf

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from leakguard.seal.interference.contents import Contents

_SCALARS = frozenset({int, float, str, bool, type(None)})
_TOLD_BY_TEXT = (dt.date, dt.time, dt.timedelta, dt.tzinfo, decimal.Decimal)
_TOLD_BY_REPR = (fractions.Fraction, pathlib.PurePath, uuid.UUID, range, re.Pattern, type(...), type(NotImplemented))
_BY_NAME = (type, types.BuiltinFunctionType, types.MethodDescriptorType, types.WrapperDescriptorType)
_HASHES = (*(type(hashlib.new(name)) for name in ("sha256", "blake2b", "blake2s")), type(hmac.new(b"", b"", "md5")))
_SLOTS_ASIDE = frozenset({"__dict__", "__weakref__"})


def read(value: object) -> Contents:
    """Return what a value of one of Python's own types holds; None for any other."""
    match value:
        case None | bool():
            return Leaf(repr(value).encode(), (value,))
        case int() | float() | complex() | str() | bytes() | bytearray() if type(value).__module__ == "builtins":
            return Leaf(
                _scalar(value), (value,) if not isinstance(value, bytes | bytearray) or len(value) <= 32 else ()
            )
        case enum.Enum():
            return Leaf(value.name.encode(), (value.name,))
        case list() | tuple():
            return _sequence(value)
        case dict():
            return Branch((*_items(value), *_attributes(value)))
        case set() | frozenset():
            return Branch([("", item) for item in value], ordered=False)
        case types.ModuleType():
            return Leaf(value.__name__.encode(), (value.__name__,))
        case types.BuiltinFunctionType() if not isinstance(value.__self__, (types.ModuleType, type, type(None))):
            return Branch([(".__name__", value.__name__), (".__self__", value.__self__)])
        case types.FunctionType() | types.MethodType() | functools.partial() | types.CodeType() | types.CellType():
            return Branch(_callable_parts(value))
    return _by_text(value)


def read_object(value: object) -> Contents:
    """Return the attributes of an object, or else what it would be pickled as; None if it has neither."""
    attributes = list(_attributes(value))
    if _is_plain(type(value)):
        return Branch(attributes)
    if isinstance(value, io.IOBase):
        return Branch(attributes) if attributes else None
    return _pickled(value) or (Branch(attributes) if attributes else None)  # a random.Random has more than its dict


def read_elements(values: Sequence[object]) -> Contents:
    """Return the contents of a list of elements: as one leaf if all are plain numbers, texts and None."""
    if values and all(type(one) in _SCALARS for one in values):
        data = "\0".join(f"{type(one).__name__} {one!r}" for one in values).encode("utf-8", "backslashreplace")
        return Leaf(data, tuple(values) if len(values) <= KEPT else ())
    return Branch((f"[{at}]", one) for at, one in enumerate(values))


def _scalar(value: complex | str | bytes | bytearray) -> bytes:
    match value:
        case float():
            return struct.pack("<d", value)
        case complex():
            return struct.pack("<dd", value.real, value.imag)
        case bytes() | bytearray():
            return bytes(value)
        case str():
            return value.encode("utf-8", "surrogatepass")
        case _:
            return str(value).encode()


def _sequence(value: list[object] | tuple[object, ...]) -> Contents:
    names = getattr(value, "_fields", None)
    if isinstance(value, tuple) and isinstance(names, tuple) and len(names) == len(value):
        return Branch((f".{name}", one) for name, one in zip(names, value, strict=True))
    attributes = tuple(_attributes(value))
    if attributes:
        return Branch((*((f"[{at}]", one) for at, one in enumerate(value)), *attributes))
    return read_elements(list(value))


def _items(value: Mapping[object, object]) -> Iterator[tuple[str, object]]:
    """Yield a dict's values, and the keys too where their text does not tell all of them."""
    for at, (key, one) in enumerate(value.items()):
        if type(key) in _SCALARS:
            yield f"[{key!r}]", one
        else:
            yield f"<key {at}>", key
            yield f"<value {at}>", one


def _attributes(value: object) -> Iterator[tuple[str, object]]:
    """Yield what stands in an object's dict and slots, ordered by name."""
    found: dict[str, object] = {}
    own = getattr(value, "__dict__", None)
    if isinstance(own, dict):
        found |= {name: one for name, one in own.items() if isinstance(name, str)}
    for kind in type(value).__mro__:
        for name in _slots(kind):
            slot = kind.__dict__.get(_mangled(kind, name))
            if isinstance(slot, types.MemberDescriptorType) and hasattr(value, slot.__name__):
                found[slot.__name__] = getattr(value, slot.__name__)
    yield from ((f".{name}", found[name]) for name in sorted(found))


def _slots(kind: type) -> tuple[str, ...]:
    slots = kind.__dict__.get("__slots__", ())
    names = (slots,) if isinstance(slots, str) else tuple(slots)
    return tuple(name for name in names if name not in _SLOTS_ASIDE)


def _mangled(kind: type, name: str) -> str:
    return f"_{kind.__name__.lstrip('_')}{name}" if name.startswith("__") and not name.endswith("__") else name


def _callable_parts(value: object) -> Iterator[tuple[str, object]]:
    """Yield what makes a function do what it does: code, defaults, and what its closure holds."""
    match value:
        case types.FunctionType():
            yield ".__qualname__", f"{value.__module__}.{value.__qualname__}"
            yield ".__code__", value.__code__
            yield ".__defaults__", value.__defaults__
            yield ".__kwdefaults__", value.__kwdefaults__
            for name, cell in zip(value.__code__.co_freevars, value.__closure__ or (), strict=True):
                yield f".<closure {name}>", cell
            yield from _attributes(value)
        case types.MethodType():
            yield ".__func__", value.__func__
            yield ".__self__", value.__self__
        case functools.partial():
            yield ".func", value.func
            yield ".args", value.args
            yield ".keywords", value.keywords
        case types.CodeType():
            yield from (
                (f".{name}", getattr(value, name)) for name in ("co_code", "co_consts", "co_names", "co_varnames")
            )
        case types.CellType():
            try:
                yield ".cell_contents", value.cell_contents
            except ValueError:
                yield ".empty", None


def _by_text(value: object) -> Contents:
    match value:
        case _ if isinstance(value, _TOLD_BY_TEXT):
            return Leaf(str(value).encode(), (str(value),))
        case _ if isinstance(value, _TOLD_BY_REPR):
            return Leaf(repr(value).encode(), (repr(value),))
        case slice():
            return Branch(((".start", value.start), (".stop", value.stop), (".step", value.step)))
        case _ if isinstance(value, _BY_NAME):
            return Leaf(f"{value.__module__}.{value.__qualname__}".encode(), (value.__qualname__,))
        case _ if isinstance(value, _HASHES):
            told: bytes = value.digest()  # type: ignore[attr-defined]  # the types are found at run time
            return Leaf(told, (told.hex(),))
        case ast.AST():
            return Leaf(ast.dump(value).encode())
    return None


def _is_plain(kind: type) -> bool:
    """Whether a class and all above it are written in Python, so that there is no state but attributes."""
    return all(one is object or (one.__flags__ & _HEAP_TYPE and one.__basicsize__ <= _MOST) for one in kind.__mro__)


_HEAP_TYPE = 1 << 9  # Py_TPFLAGS_HEAPTYPE
_MOST = object.__basicsize__ + 2 * struct.calcsize("P")  # with a dict and a list of weak references


def _pickled(value: object) -> Contents:
    """Return the parts of what `pickle` would write: the constructor, its arguments, state, items and entries."""
    try:
        reduced = value.__reduce_ex__(4)
    except Exception:  # noqa: BLE001 - any class may fail in any way; then its values cannot be read
        return None
    if isinstance(reduced, str):
        return Leaf(reduced.encode(), (reduced,))
    make, arguments, *state = reduced
    if make is copyreg.__newobj__ and not any(state) and arguments == (type(value),):  # type: ignore[attr-defined]
        return None
    names = (".<state>", ".<items>", ".<entries>")
    rest = [(name, list(one) if name != ".<state>" else one) for name, one in zip(names, state, strict=False) if one]
    return Branch([(".<make>", make), (".<arguments>", arguments), *rest])
