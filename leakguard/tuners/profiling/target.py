"""What the target is like."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from leakguard.tuners.profiling.reading import ProfileError, refuse_sealed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

_MOST_CLASSES = 20


@dataclass(frozen=True, slots=True)
class Target:
    """The target: classes with their shares, largest first, or numbers with their skew and tails."""

    kind: Literal["classes", "numbers"]
    classes: Mapping[str, float]
    rarest: int
    skew: float

    @property
    def imbalance(self) -> float:
        """How many times the largest class is as large as the smallest; 1 for numbers."""
        shares = list(self.classes.values())
        return shares[0] / shares[-1] if shares else 1.0


def target_of(y: Any, rows: int) -> Target:
    """Return what a target is like.

    Raises:
        TypeError: it is sealed.
        ProfileError: it has another number of rows, missing values, or one value alone.
    """
    refuse_sealed(y, "y_train")
    values = np.asarray(y)
    if values.shape[:1] != (rows,) or values.ndim != 1:
        raise ProfileError(f"y has shape {values.shape} and X has {rows} rows: give one value for each row.")
    if values.dtype.kind == "f" and not np.isfinite(values).all():
        raise ProfileError(f"{(~np.isfinite(values)).sum()} rows have no finite target: drop them, or fill them.")
    if values.dtype.kind == "O" and any(value is None or value != value for value in values):  # noqa: PLR0124 - NaN
        raise ProfileError("Some rows have no target: drop them.")
    labels, counts = np.unique(values.astype(str) if values.dtype.kind == "O" else values, return_counts=True)
    if len(labels) < 2:
        raise ProfileError(f"All {rows} rows have the target {labels[0]}: there is nothing to learn.")
    if values.dtype.kind in "OUSb" or _few_whole(values, len(labels)):
        order = np.argsort(-counts, kind="stable")
        shares = {str(labels[place]): float(counts[place] / rows) for place in order}
        return Target("classes", shares, int(counts.min()), 0.0)
    centred = values - values.mean()
    return Target("numbers", {}, 0, float(np.mean((centred / centred.std()) ** 3)))


def _few_whole(values: NDArray[Any], distinct: int) -> bool:
    return distinct <= _MOST_CLASSES and bool(np.all(values == np.round(values))) and distinct * 5 <= len(values)


def as_numbers(y: Any, target: Target) -> NDArray[np.float64]:
    """Return the target centred: numbers standardised, of classes whether a row has the most frequent one."""
    values = np.asarray(y)
    if target.kind == "numbers":
        plain = values.astype(np.float64)
        return np.asarray((plain - plain.mean()) / plain.std())
    first = (values.astype(str) == next(iter(target.classes))).astype(np.float64)
    return np.asarray(first - first.mean())
