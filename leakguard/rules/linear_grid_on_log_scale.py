"""The grid of a hyperparameter that lives on a log scale is laid out linearly.

## What it does
Finds `np.linspace`, `np.arange`, `range` and evenly spaced lists over two decades or more (or from 0) that give the
values of a learning rate, penalty, kernel width or the like, in a grid or in a loop that feeds an estimator.

Both the name and the span must say so. `log-scale-names` adds names and `log-scale-span` moves the ratio (100).

## Why is this bad
Almost all points of the grid lie in the last decade and give nearly the same model; the decades below get one point
or none.

## Example
```python
GridSearchCV(SVC(), {"C": np.linspace(0.01, 100, 20)})
```

## Use instead
```python
GridSearchCV(SVC(), {"C": np.logspace(-2, 2, 20)})
```

## Fix safety
`np.linspace` becomes `np.geomspace` with the same ends and the same number of values, which is safe. For `np.arange`
the fix is unsafe, because the last value has to be worked out. What replaces `range` and lists that are written out
is only displayed: `np.geomspace` gives no round values, and no integers. So it is for a grid from 0, where `...`
stands for the lower end that the author has to choose. There is none where the values have a name that is used for
more than the search.

## References
- Bergstra, Bengio: Random search for hyper-parameter optimization. JMLR 13, 2012.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from leakguard.rules.log_scale import lives_on_log_scale, meant_otherwise, spans_decades
from leakguard.rules.proposals import OnLogScale
from leakguard.rules.registry import Finding, rule
from leakguard.rules.search_space import as_written, complaints

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leakguard.semantic.events import Sample
    from leakguard.semantic.options import AnalysisOptions
    from leakguard.semantic.trace import Trace

_FEWEST = 4  # so many values can show that they are spaced evenly
_EVEN = 0.05  # relative deviation of the steps


@rule("LG302", "linear-grid-on-log-scale")
def check(trace: Trace) -> Iterator[Finding]:
    """Yield a finding for each linear layout of a parameter whose exponent matters."""
    return complaints(trace, _wrong, meant_otherwise, propose=OnLogScale)


def _wrong(sample: Sample, options: AnalysisOptions) -> str | None:
    if not sample.layout or not _is_linear(sample):
        return None
    if not lives_on_log_scale(sample.label, options) or not spans_decades(sample, options):
        return None
    return (
        f'the values of "{sample.label}" are spaced evenly from {as_written(sample.low)} to '
        f"{as_written(sample.high)}, so its lower decades get next to none; space them on a log scale"
    )


def _is_linear(sample: Sample) -> bool:
    if sample.scale != "other":
        return sample.scale == "linear"
    steps = [later - earlier for earlier, later in pairwise(sorted(sample.values))]
    return len(steps) >= _FEWEST - 1 and min(steps) > 0 and max(steps) - min(steps) <= _EVEN * max(steps)
