"""SciPy's `uniform` is given two bounds, and takes the second for a width.

## What it does
Finds `scipy.stats.uniform(a, b)` in a search space where the numbers read as bounds: `uniform(0.6, 0.9)` for a share,
which then reaches to 1.5, and `uniform(0.01, 0.2)`, which reaches to the odd 0.21.

Widths that lead to a round end (`uniform(0.1, 0.9)`), widths that are named (`scale=`), anything from 0 on, and starts
so small that they make no difference are taken as meant.

## Why is this bad
`uniform(loc, scale)` is even over `[loc, loc + scale]`. A third of the draws of `uniform(0.6, 0.9)` are shares that the
estimator takes; the others fail, or, where there is no natural limit, are values that were not meant to be tried.

## Example
```python
RandomizedSearchCV(XGBClassifier(), {"subsample": uniform(0.6, 0.9)})
```

## Use instead
```python
RandomizedSearchCV(XGBClassifier(), {"subsample": uniform(0.6, 0.3)})  # from 0.6 to 0.9
```

## Fix safety
The fix gives the width instead of the upper bound, `uniform(0.6, 0.3)`. It is unsafe, because it moves the upper end:
only the author knows which one was meant.

## References
- SciPy's manual, `scipy.stats.uniform`: "Using the parameters loc and scale, one obtains the uniform distribution on
  [loc, loc + scale]."
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING

from leakguard.knowledge.hyperparameters import AT_MOST_ONE
from leakguard.rules.proposals import WidthOfRange
from leakguard.rules.registry import Finding, rule
from leakguard.rules.search_space import complaints
from leakguard.semantic.names import words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leakguard.semantic.events import Sample
    from leakguard.semantic.options import AnalysisOptions
    from leakguard.semantic.trace import Trace

# Times the first number, between which the second one reads as an upper bound and the difference matters.
_APART = 3
_FAR = 100
_HALVES = re.compile(r"(?<=\d)(25|75|5)$")  # 2.5, 0.25 and 1.75 are as round as 2


@rule("LG303", "scipy-uniform-bounds")
def check(trace: Trace) -> Iterator[Finding]:
    """Yield a finding for each width that reads as an upper bound."""
    return complaints(trace, _wrong, propose=WidthOfRange)


def _wrong(sample: Sample, _: AnalysisOptions) -> str | None:
    bounds = sample.bounds
    if bounds is None or bounds.meaning != "width" or bounds.first is None or bounds.second is None:
        return None
    first, second = _decimal(bounds.first), _decimal(bounds.second)
    reads_as_bounds = not bounds.by_keyword and _read_as_bounds(first, second)
    if not _exceeds_one(sample, first, second) and not reads_as_bounds:
        return None
    return (
        f'"{sample.label}" is drawn from {first} to {first + second}: the second number of uniform({first}, {second}) '
        f"is a width, not the upper bound{_advice(first, second)}"
    )


def _advice(first: Decimal, second: Decimal) -> str:
    return f"; for {first} to {second} write uniform({first}, {second - first})" if second > first else ""


def _exceeds_one(sample: Sample, first: Decimal, second: Decimal) -> bool:
    """Whether a share that both numbers could be is drawn beyond 1."""
    name = words(sample.label.rpartition("__")[2])
    is_share = any(name[-len(share) :] == share for share in AT_MOST_ONE)
    return is_share and 0 < first <= 1 and second <= 1 < first + second


def _read_as_bounds(first: Decimal, second: Decimal) -> bool:
    """Whether the second number is rounder than the end to which it leads, and far above the first one."""
    if not _APART * first <= second <= _FAR * first or first + second / 2 == 1:  # an interval around 1 is meant
        return False
    if first.normalize().as_tuple().exponent == second.normalize().as_tuple().exponent:
        return False  # uniform(3, 9): 12 is as likely an end as 9
    return len(_HALVES.sub("", _digits(first + second))) > max(len(_digits(first)), len(_digits(second)))


def _decimal(number: float) -> Decimal:
    """The number as it is written."""
    return Decimal(f"{number:.12g}").normalize() + 0


def _digits(number: Decimal) -> str:
    return "".join(map(str, number.normalize().as_tuple().digits))
