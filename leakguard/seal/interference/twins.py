"""Rows that stand among the training rows and among the sealed ones: noise in the latter cannot show those."""

from __future__ import annotations

import math
from collections import Counter
from typing import TYPE_CHECKING, Any

from leakguard.seal.causes import Cause
from leakguard.seal.verdict import Breach, Evidence, Ruling

if TYPE_CHECKING:
    from collections.abc import Iterator

WITNESS = "rows in both parts"
_BY_CHANCE = 3  # twins that a data set may have without its training rows showing any


def twins(train: tuple[Any, ...], test: tuple[Any, ...]) -> Iterator[Evidence]:
    """Yield what is seen where both parts are tables with the same columns; nothing otherwise.

    Data with few distinct rows have twins in any two parts. Violated is what three standard deviations above the
    training rows' own rate of twins do not explain.
    """
    ours, theirs = (_rows(part[0]) if part else None for part in (train, test))
    if not ours or not theirs or len(ours[0]) != len(theirs[0]):
        return
    counts = Counter(ours)
    shared = sum(row in counts for row in theirs)
    rate = sum(times for times in counts.values() if times > 1) / len(ours)
    expected = rate * len(theirs)
    most = _BY_CHANCE + expected + 3 * math.sqrt(expected * (1 - rate))
    shown = f"{shared} of {len(theirs)} held-out rows also stand among the {len(ours)} training rows"
    if shared > most:
        breach = Breach(
            Cause.FITTED_ON_TEST, f"{shown}, which the training rows' own {rate:.1%} of twins do not explain"
        )
        yield Evidence(WITNESS, Ruling.VIOLATED, shown, (breach,))
    else:
        yield Evidence(WITNESS, Ruling.HELD, shown, limits=_told(shared, rate))


def _told(shared: int, rate: float) -> tuple[str, ...]:
    return (f"{rate:.1%} of the training rows have a twin among themselves, so these may be chance",) if shared else ()


def _rows(part: Any) -> list[bytes] | None:  # noqa: ANN401 - rows of any library
    """Return each row's bytes; None for what is no table of numbers, or has so few columns that twins mean nothing."""
    import numpy as np

    table = part.to_numpy() if hasattr(part, "to_numpy") else part
    if not isinstance(table, np.ndarray) or table.ndim < 2 or not len(table) or table.dtype.hasobject:
        return None
    flat = np.ascontiguousarray(table.reshape(len(table), -1))
    return [row.tobytes() for row in flat] if flat.shape[1] > 1 else None
