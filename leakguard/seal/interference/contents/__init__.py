"""What values hold, for digests: either plain data, or labelled parts, or nothing that could be read."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

KEPT = 4096
"""Elements of a leaf that are kept to say which of them differs."""

# Packages whose values have readers of their own, by the module in which these stand.
_READERS = {
    "numpy": "arrays",
    "scipy": "arrays",
    "torch": "tensors",
    "pandas": "frames",
    "polars": "frames",
    "optuna": "models",
    "xgboost": "models",
    "lightgbm": "models",
    "catboost": "models",
}


@dataclass(frozen=True, slots=True)
class Leaf:
    """Data as bytes; `values` are its elements if there are few, of an array of several axes row by row."""

    data: bytes
    values: Sequence[object] = ()
    shape: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Branch:
    """Parts with labels such as `.attribute`, `['key']` and `[0]`; without an order, labels mean nothing."""

    parts: Iterable[tuple[str, object]]
    ordered: bool = True


Contents = Leaf | Branch | None


def contents_of(value: object) -> Contents:
    """Return what a value holds; None if that cannot be read."""
    from leakguard.seal.interference.contents import plain

    known = plain.read(value)
    if known is not None:
        return known
    for kind in type(value).__mro__:
        package = kind.__module__.partition(".")[0]
        if package in _READERS and (found := _reader(package)(value)) is not None:
            return found
    return plain.read_object(value)


def _reader(package: str) -> Callable[[object], Contents]:
    module = import_module(f"{__name__}.{_READERS[package]}")
    reader: Callable[[object], Contents] = module.read
    return reader
