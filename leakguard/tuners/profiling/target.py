"""What the target is like."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import numpy as np

from leakguard.tuners.profiling.columns import skewness
from leakguard.tuners.profiling.reading import ProfileError, as_floats, is_missing, refuse_sealed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

Kind: TypeAlias = Literal["classes", "numbers"]

_MOST_CLASSES = 20
_PERHAPS_CLASSES = 100
_NO_TARGETS = {"M": "dates", "m": "durations", "c": "complex numbers", "V": "records"}


@dataclass(frozen=True, slots=True)
class Target:
    """The target: classes with their shares, largest first, or numbers with their skew.

    Attributes:
        kind: which of both.
        classes: the share of each class, largest first.
        rarest: how many rows the rarest class has.
        skew: of numbers.
        guessed: whether whole numbers could be either, and nobody said which.
    """

    kind: Kind
    classes: Mapping[str, float]
    rarest: int
    skew: float
    guessed: bool = False

    @property
    def imbalance(self) -> float:
        """How many times the largest class is as large as the smallest; 1 for numbers."""
        shares = list(self.classes.values())
        return shares[0] / shares[-1] if shares else 1.0


def target_values(y: Any, rows: int) -> NDArray[Any]:
    """Return a target as numbers, truth values or texts, of shape (n_rows,).

    Raises:
        TypeError: it is sealed.
        ProfileError: it has another number of rows, missing values, or values that are neither classes nor numbers.
    """
    refuse_sealed(y, "y_train")
    values = np.asarray(y)
    values = values[:, 0] if values.ndim == 2 and values.shape[1] == 1 else values
    if values.shape != (rows,):
        raise ProfileError(f"y has shape {values.shape} and X has {rows} rows: give one value for each row.")
    if values.dtype.kind in _NO_TARGETS:
        raise ProfileError(f"y holds {_NO_TARGETS[values.dtype.kind]}: make numbers or classes of them.")
    if values.dtype.kind == "O":
        if any(map(is_missing, values)):
            raise ProfileError("Some rows have no target: drop them.")
        numbers = as_floats(values)
        truths = all(isinstance(value, (bool, np.bool_)) for value in values)
        values = values.astype(str) if numbers is None or truths else numbers
    if values.dtype.kind == "f" and not np.isfinite(values).all():
        raise ProfileError(f"{(~np.isfinite(values)).sum()} rows have no finite target: drop them, or fill them.")
    return values


def target_of(values: NDArray[Any], task: Kind | None = None) -> Target:
    """Return what a target is like.

    Args:
        values: as `target_values` gives them.
        task: what it holds; None to tell by its values.

    Raises:
        ProfileError: it has one value alone, or is text where numbers were promised.
        ValueError: there is no such task.
    """
    if task not in {None, "classes", "numbers"}:
        raise ValueError(f"task={task!r}: give 'classes', 'numbers', or None to tell by the target.")
    labels, counts = np.unique(values, return_counts=True)
    if len(labels) < 2:
        raise ProfileError(f"All {len(values)} rows have the target {labels[0]}: there is nothing to learn.")
    text = values.dtype.kind in "USb"
    if task == "numbers" and values.dtype.kind in "US":
        raise ProfileError(f"task='numbers', but y holds text, such as {str(labels[0])!r}.")
    if task == "classes" or (task is None and (text or _few_whole(values, len(labels)))):
        order = np.argsort(-counts, kind="stable")
        shares = {str(labels[place]): float(counts[place] / len(values)) for place in order}
        return Target("classes", shares, int(counts.min()), 0.0, guessed=task is None and not text and len(labels) > 2)
    plain = values.astype(np.float64)
    whole = bool(np.all(plain == np.round(plain)))
    guessed = task is None and whole and len(labels) <= _PERHAPS_CLASSES
    return Target("numbers", {}, 0, skewness(plain / np.abs(plain).max()), guessed=guessed)


def _few_whole(values: NDArray[Any], distinct: int) -> bool:
    return distinct <= _MOST_CLASSES and bool(np.all(values == np.round(values))) and distinct * 5 <= len(values)


def as_numbers(values: NDArray[Any], target: Target) -> NDArray[np.float64]:
    """Return the target centred: numbers standardised, of classes whether a row has the most frequent one."""
    if target.kind == "numbers":
        plain = values.astype(np.float64)
        plain = plain / np.abs(plain).max()
        plain = plain - plain.mean()
        return np.asarray(plain / (plain.std() or 1.0))  # rows that were drawn may have one value
    first = (values.astype(str) == next(iter(target.classes))).astype(np.float64)
    return np.asarray(first - first.mean())
