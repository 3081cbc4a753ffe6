"""Methods of estimators and splitters put under watch, and put back as they were.

A wrapper asks for the recorder of this process at every call and steps aside where there is none, so that a class
which travelled to another process, or one that somebody copied, goes on working after the watch has ended.
"""

from __future__ import annotations

import functools
from types import FunctionType
from typing import TYPE_CHECKING, Any, Protocol

from leakguard.seal.fits.calls import Call
from leakguard.seal.fits.estimators import APPLYING, LEARNING, SPLITTING

if TYPE_CHECKING:
    from collections.abc import Callable

    from leakguard.seal.fits.calls import Estimator, Thing

_MISSING = object()


class Handler(Protocol):
    """What is told of every call of a watched method, and makes the call."""

    def call(self, call: Call) -> Thing: ...


class _Running:
    handler: Handler | None = None


def running() -> Handler | None:
    """Return the recorder of this process, if there is one now."""
    return _Running.handler


def run(handler: Handler | None) -> None:
    """Make this the recorder of the process, or end recording."""
    _Running.handler = handler


class Wrappers:
    """All that was replaced, to be put back."""

    def __init__(self) -> None:
        self._replaced: list[tuple[Any, str, Any, Any]] = []

    def wrap_estimator(self, cls: type) -> None:
        """Watch the methods that a class itself defines by which it learns from rows or applies what it learned."""
        self._wrap(cls, (*LEARNING, *APPLYING))

    def wrap_splitter(self, cls: type) -> None:
        """Watch the `split` that a class itself defines."""
        self._wrap(cls, SPLITTING)

    def follow(self, root: Thing, wrap: Callable[[type], None]) -> None:
        """Also watch the classes that are made below this one from now on."""
        own = vars(root).get("__init_subclass__")

        def __init_subclass__(cls: type, /, **options: Thing) -> None:  # noqa: N807 - it takes that one's place
            (own.__get__(None, cls) if own else super(root, cls).__init_subclass__)(**options)  # type: ignore[misc]  # a class below it
            wrap(cls)

        self.replace(root, "__init_subclass__", classmethod(__init_subclass__))

    def replace(self, holder: Thing, name: str, new: Thing) -> None:
        """Set an attribute and note what was there before; what cannot be set, as in compiled classes, stays."""
        old = vars(holder).get(name, _MISSING)
        try:
            setattr(holder, name, new)
        except (AttributeError, TypeError):
            return
        self._replaced.append((holder, name, old, vars(holder).get(name)))

    def restore(self) -> None:
        """Put everything back, except where somebody else has replaced it since."""
        while self._replaced:
            holder, name, old, new = self._replaced.pop()
            if vars(holder).get(name) is not new:
                continue
            if old is _MISSING:
                delattr(holder, name)
            else:
                setattr(holder, name, old)

    def _wrap(self, cls: type, names: tuple[str, ...]) -> None:
        for name in names:
            method = vars(cls).get(name)
            if method is None or hasattr(method, "__leakguard__") or not hasattr(type(method), "__get__"):
                continue
            new = _function(method, name) if isinstance(method, FunctionType) else WatchedMethod(method, name)
            self.replace(cls, name, new)


def _function(method: FunctionType, name: str) -> Thing:
    @functools.wraps(method)
    def watched(self: Estimator, *args: Thing, **kwargs: Thing) -> Thing:
        handler = running()
        if handler is None:
            return method(self, *args, **kwargs)
        return handler.call(Call(self, name, method.__get__(self), args, kwargs))

    watched.__leakguard__ = True  # type: ignore[attr-defined]
    return watched


class WatchedMethod:
    """Watches what is no plain function: class methods, compiled ones, methods that are there only sometimes."""

    __leakguard__ = True

    def __init__(self, method: Thing, name: str) -> None:
        self.method = method
        self.name = name
        self.__doc__ = method.__doc__

    def __get__(self, owner: Estimator, cls: type | None = None) -> Thing:
        bound = self.method.__get__(owner, cls)
        subject = cls if owner is None else owner
        if owner is None and not isinstance(self.method, classmethod | staticmethod):
            return bound

        @functools.wraps(bound)
        def watched(*args: Thing, **kwargs: Thing) -> Thing:
            handler = running()
            if handler is None:
                return bound(*args, **kwargs)
            return handler.call(Call(subject, self.name, bound, args, kwargs))

        return watched

    def __getattr__(self, name: str) -> Thing:
        if name.startswith("__"):
            raise AttributeError(name)
        return getattr(self.method, name)
