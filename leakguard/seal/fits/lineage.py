"""What came from what: tables made by fitted estimators, and estimators with the fits that made them.

Objects are known by identity for as long as they live; nothing is kept alive for it.
"""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from leakguard.seal.fits.estimators import steps_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leakguard.seal.fits.calls import Estimator, Thing
    from leakguard.seal.fits.identity import Seen

Kept = TypeVar("Kept")

BY_HAND = "by-hand"  # stands for what happened between watched rows and rows that were computed from them


class Remembered(Generic[Kept]):
    """Something kept beside each object, by identity, until it dies; nothing beside those without weak references."""

    def __init__(self) -> None:
        self._kept: dict[int, tuple[weakref.ref[Any], Kept]] = {}

    def put(self, thing: Thing, kept: Kept) -> None:
        key = id(thing)
        try:
            self._kept[key] = (weakref.ref(thing, lambda _: self._kept.pop(key, None)), kept)
        except TypeError:
            return

    def get(self, thing: Thing) -> Kept | None:
        found = self._kept.get(id(thing))
        return found[1] if found is not None and found[0]() is thing else None

    def alive(self) -> Iterator[tuple[Thing, Kept]]:
        for reference, kept in list(self._kept.values()):
            if (thing := reference()) is not None:
                yield thing, kept


class Lineage:
    """The tables whose rows are known, and the estimators whose fits were recorded."""

    def __init__(self) -> None:
        self.tables: Remembered[Seen] = Remembered()
        self.estimators: Remembered[tuple[str, ...]] = Remembered()

    def fitted(self, estimator: Estimator, fit: str, *, more: bool = False) -> None:
        """Note that an estimator came out of a fit, and out of the earlier ones too if it learned `more`."""
        before = self.estimators.get(estimator) or () if more else ()
        self.estimators.put(estimator, (*before, fit))

    def fits_of(self, estimator: Estimator) -> tuple[str, ...]:
        """Return the fits that an estimator came out of; a composition that was never fitted itself has its steps'."""
        if (fits := self.estimators.get(estimator)) is not None:
            return fits
        return tuple(dict.fromkeys(fit for step in steps_of(estimator) for fit in self.fits_of(step)))

    def selectors(self) -> Iterator[tuple[Any, tuple[str, ...]]]:
        """Yield the living estimators that choose columns, with their fits."""
        for estimator, fits in self.estimators.alive():
            if hasattr(estimator, "get_support"):
                yield estimator, fits
