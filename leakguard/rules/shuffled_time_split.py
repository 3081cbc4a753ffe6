"""Rows that follow each other in time are cut at random.

## What it does
Finds `train_test_split` without `shuffle=False`, `KFold(shuffle=True)`, `ShuffleSplit` and the like on rows of which
the program itself shows the order in time: they were sorted or indexed by a date, features look at the rows before
(`shift`, `diff`, `rolling`, windows cut out of them one row after the other), or `TimeSeriesSplit` cuts the same rows
elsewhere.

## Why is this bad
Between two training rows of neighbouring days the test row is easily guessed, and lagged features hand it over
outright. In use the model has only the past, and does worse than the score promises.

## Example
```python
df["sales_yesterday"] = df["sales"].shift(1)
train, test = train_test_split(df, test_size=0.2)
```

## Use instead
```python
df["sales_yesterday"] = df["sales"].shift(1)
train, test = train_test_split(df, test_size=0.2, shuffle=False)
```
or `TimeSeriesSplit` for cross-validation.

## Fix safety
There is no automatic fix: an order in the file need not be the order in which the model is used.

## References
- scikit-learn user guide, "Cross-validation of time series data".
- Kaufman, Rosset, Perlich, Stitelman: Leakage in data mining. ACM TKDD 6(4), 2012.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from leakguard.rules.divides import of_these, wrong_cuts
from leakguard.rules.evidence import sources_of
from leakguard.rules.registry import Finding, rule
from leakguard.semantic.events import Divide, Order

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leakguard.rules.evidence import Step
    from leakguard.semantic.rows import Source
    from leakguard.semantic.trace import Trace

_MESSAGE = (
    "cuts rows at random that follow each other in time; "
    "judge on what comes after the training rows (shuffle=False, TimeSeriesSplit)"
)


@rule("LG106", "shuffled-time-split", preview=True)
def check(trace: Trace) -> Iterator[Finding]:
    """Yield a finding for each random cut of rows that are in time order."""
    orders = _orders(trace)

    def shown(divide: Divide) -> Step | None:
        if not divide.shuffled or divide.by_group:
            return None
        return _step(divide.order) if divide.order is not None else of_these(orders, divide.rows)

    yield from wrong_cuts(trace, shown, _MESSAGE, "cut at random here")


def _step(order: Order) -> Step:
    return order.site, f"the rows are in time order: {order.how}"


def _orders(trace: Trace) -> dict[Source, Step]:
    """What first shows the order of the rows of each source."""
    found: dict[Source, Step] = {}
    for order in trace.of(Order):
        for source in sources_of(order.rows):
            found.setdefault(source, _step(order))
    for divide in trace.of(Divide):
        for source in sources_of(divide.rows) if divide.in_time else ():
            found.setdefault(source, (divide.site, f"the rows are in time order: {divide.label} cuts them"))
    return found
