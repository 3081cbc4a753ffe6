"""What it costs to look at the same test rows again: the best of several scores is too good by chance alone."""

from __future__ import annotations

import math
from statistics import NormalDist

_REACH = 9.0  # standard deviations beyond which nothing counts
_STEPS = 4000


def expected_maximum(looks: int) -> float:
    """Return the mean of the largest of so many independent draws from the standard normal distribution.

    By the trapezoidal rule over the density `k f(x) F(x)^(k-1)` (David and Nagaraja, Order Statistics, 2003, 3.1).
    """
    if looks < 2:
        return 0.0
    normal, step = NormalDist(), 2 * _REACH / _STEPS
    places = (-_REACH + step * number for number in range(_STEPS + 1))
    return step * sum(x * looks * normal.pdf(x) * normal.cdf(x) ** (looks - 1) for x in places)


def standard_error(test_rows: int, score: float | None) -> float:
    """Return that of a share of rows, such as an accuracy; the largest possible one where the score is no share."""
    share = score if score is not None and 0 <= score <= 1 else 0.5
    return math.sqrt(share * (1 - share) / test_rows)


def cost_of(looks: int, test_rows: int | None, score: float | None) -> str:
    """Say in a sentence by how much the best of so many looks is expected to lie above what is true."""
    errors = expected_maximum(looks)
    said = (
        f"the best of {looks} looks lies {errors:.2f} standard errors above the truth on average, if they are unrelated"
    )
    if not test_rows:
        return said
    error = standard_error(test_rows, score)
    return f"{said}: {errors * error:.4f} for a share of {test_rows} rows, of standard error {error:.4f}"
