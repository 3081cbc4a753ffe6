"""Noise in the place of rows: other values of the same shapes, types, categories and names.

Rows that only change places keep what most leaks read, such as means and counts; so values are shifted, scaled and
noised, and labels change their class.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, TypeVar, cast

if TYPE_CHECKING:
    import numpy as np

Data = TypeVar("Data")


class Poisoning(StrEnum):
    """What is replaced in the sealed rows."""

    VALUES = "other values"
    LABELS = "other labels"
    BOTH = "other values and labels"
    MISSING = "missing values"


@dataclass(frozen=True, slots=True)
class Noise:
    """Makes noise of one kind; called with rows, returns others that look like them and leaves those as they are."""

    kind: Poisoning
    rng: np.random.Generator

    def __call__(self, rows: Data, *, labels: bool = False) -> Data:
        """Return noise of the type of `rows`.

        Raises TypeError for a type that no noise is known for.
        """
        from leakguard.seal.interference.noise.kinds import noisy

        return cast("Data", noisy(rows, self, labels=labels))

    def changes(self, *, labels: bool) -> bool:
        """Whether this kind of noise replaces labels, or values."""
        return self.kind is not (Poisoning.VALUES if labels else Poisoning.LABELS)
