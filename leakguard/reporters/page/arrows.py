"""The way of a path down the margin: which piece of a line or arrow stands beside each row.

Pieces are names of the style sheet's classes, so that a row may take any height. A step's sign stands in the main
column. From one sign to the next the line runs straight if no other sign lies between, and else around them, in a lane.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

MOST_LANES = 3  # a further line shares the last lane


def pieces(stops: Sequence[int], height: int) -> tuple[list[list[str]], int]:
    """Return the pieces beside each of `height` rows, and how many lanes are used.

    `stops` are the rows of the signs in the order of the path, each row once.
    """
    beside: list[list[str]] = [[] for _ in range(height)]
    taken: list[tuple[int, int, int]] = []
    for start, end in pairwise(stops):
        low, high = min(start, end), max(start, end)
        lane = 0
        if any(low < stop < high for stop in stops):
            lane = _free_lane(taken, low, high)
            taken.append((lane, low, high))
        _run(beside, start, end, lane)
    return beside, max((lane for lane, _, _ in taken), default=0)


def _free_lane(taken: Sequence[tuple[int, int, int]], low: int, high: int) -> int:
    used = {lane for lane, first, last in taken if first <= high and low <= last}
    return next((lane for lane in range(1, MOST_LANES) if lane not in used), MOST_LANES)


def _run(beside: list[list[str]], start: int, end: int, lane: int) -> None:
    """Add the pieces of one line: half a row where it leaves a sign, whole rows, half a row with an arrow head."""
    column = f" l{lane}" if lane else ""
    down = start < end
    kind = "e" if lane else "h"  # an elbow beside the sign, or a half line above or below it
    beside[start].append(f"{kind}{'b' if down else 't'}{column}")
    for row in range(min(start, end) + 1, max(start, end)):
        beside[row].append(f"v{column}")
    beside[end].append(f"{kind}{'t' if down else 'b'}{column}")
    beside[end].append("ar" if lane else "ad" if down else "au")
