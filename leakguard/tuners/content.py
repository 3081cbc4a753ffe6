"""What a value is, as a text that is the same in every process."""

from __future__ import annotations

import pickle
import types
from io import BytesIO
from typing import TYPE_CHECKING, Any

from joblib.hashing import NumpyHasher

if TYPE_CHECKING:
    from collections.abc import Iterator

_CLASS_ASIDE = frozenset({"__dict__", "__weakref__", "__doc__", "__module__", "__firstlineno__"})


class UntellableError(TypeError):
    """A value that cannot be told from others of its kind."""


def digest(value: Any) -> str:
    """Return a text that is the same for equal values in every process.

    Functions, and classes that have no name of their own to be found by, count by their code, frozen distributions of
    SciPy by their name and arguments, anything else by what pickle would write.

    Raises:
        UntellableError: pickle cannot write it.
    """
    try:
        return str(_Hasher(hash_name="md5").hash(value))
    except (pickle.PicklingError, AttributeError, TypeError, RecursionError) as error:
        raise UntellableError(f"a {type(value).__qualname__} cannot be told from others: {error}") from error


class _Hasher(NumpyHasher):  # type: ignore[misc]  # joblib has no annotations
    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._open: set[int] = set()

    def save(self, obj: Any) -> None:
        match obj:
            case types.FunctionType():
                self._by_parts(obj, _function(obj))
            case type() if _is_hidden(obj):
                self._by_parts(obj, _class(obj))
            case _ if type(obj).__module__.startswith("scipy.stats.") and hasattr(obj, "dist"):
                super().save((type(obj.dist).__qualname__, obj.dist.name, obj.args, obj.kwds))
            case _:
                super().save(obj)

    def _by_parts(self, value: Any, parts: Iterator[Any]) -> None:
        if id(value) in self._open:  # a function that calls itself
            super().save(value.__qualname__)
            return
        self._open.add(id(value))
        super().save(list(parts))
        self._open.discard(id(value))


def _is_hidden(cls: type) -> bool:
    """Whether a class can be found by no name that stays: one within a function, or of the program that runs."""
    return "<locals>" in cls.__qualname__ or cls.__module__ == "__main__"


def _function(function: types.FunctionType) -> Iterator[Any]:
    yield function.__qualname__
    yield _code(function.__code__)
    yield function.__defaults__
    yield function.__kwdefaults__
    for cell in function.__closure__ or ():
        try:
            yield cell.cell_contents
        except ValueError:  # not filled yet
            yield "empty"


def _code(code: types.CodeType) -> tuple[Any, ...]:
    constants = tuple(_code(one) if isinstance(one, types.CodeType) else one for one in code.co_consts)
    return code.co_code, constants, code.co_names, code.co_varnames, code.co_freevars


def _class(cls: type) -> Iterator[Any]:
    yield cls.__qualname__
    yield [base.__qualname__ if base.__module__ == "builtins" else base for base in cls.__bases__]
    for name, value in sorted(vars(cls).items()):
        if name in _CLASS_ASIDE:
            continue
        yield name
        inner = getattr(value, "__func__", value)  # of static and class methods
        if isinstance(inner, property):
            yield [inner.fget, inner.fset, inner.fdel]
        elif isinstance(inner, types.FunctionType) or _can_be_written(inner):
            yield inner


def _can_be_written(value: Any) -> bool:
    try:
        pickle.Pickler(BytesIO()).dump(value)
    except Exception:  # noqa: BLE001 - any class may fail in any way
        return False
    return True
