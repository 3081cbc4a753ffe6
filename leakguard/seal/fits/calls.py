"""A call of a watched method, and names for what can be anything."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

Estimator: TypeAlias = Any  # of whatever library: scikit-learn's have no types, others no common base
Thing: TypeAlias = Any
Arguments: TypeAlias = tuple[Any, ...]
Options: TypeAlias = dict[str, Any]
Method: TypeAlias = Callable[..., Any]

# The first argument's names in scikit-learn and its kin, in CatBoost, and in Keras.
_ROWS = ("X", "x", "data", "X_train")


@dataclass(slots=True)
class Call:
    """A method of an estimator, a class or a splitter that is about to be called, already bound to its owner."""

    owner: Estimator
    name: str
    method: Method
    args: Arguments
    kwargs: Options

    def go(self) -> Thing:
        """Make the call."""
        return self.method(*self.args, **self.kwargs)

    @property
    def rows(self) -> Thing:
        """The table that the method gets, or None."""
        return self.args[0] if self.args else next((self.kwargs[name] for name in _ROWS if name in self.kwargs), None)

    @property
    def owner_name(self) -> str:
        """The name of the owner's class, or of the owner where that is a class."""
        return (self.owner if isinstance(self.owner, type) else type(self.owner)).__name__
