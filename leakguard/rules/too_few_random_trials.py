"""A random search makes too few draws to find a good setting.

## What it does
Finds random searches with fewer draws than `min-random-trials` (20) over a space that has more settings than that:
`RandomizedSearchCV`, Keras Tuner's `RandomSearch`, Optuna's `RandomSampler`, Hyperopt's `rand.suggest`, Ray Tune
without a search algorithm. Where the size of the space is not known, nothing is said.

## Why is this bad
The best of n draws is expected in the top 1/(n + 1) of the space: only from 20 draws on that is less than 5%. With the
default of `RandomizedSearchCV`, 10 draws, one of the best 5% is found with a probability of 1 - 0.95^10 = 40%, with 20
of 64%, with 59 of 95%.

## Example
```python
RandomizedSearchCV(SVC(), {"C": loguniform(1e-3, 1e3), "gamma": loguniform(1e-4, 1)}, random_state=0)
```

## Use instead
```python
RandomizedSearchCV(SVC(), {"C": loguniform(1e-3, 1e3), "gamma": loguniform(1e-4, 1)}, n_iter=60, random_state=0)
```

## Fix safety
There is no automatic fix.

## References
- Bergstra, Bengio: Random search for hyper-parameter optimization. JMLR 13, 2012.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from leakguard.diagnostic import Severity
from leakguard.rules.registry import Finding, rule
from leakguard.rules.searches import dimension_steps, searches

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leakguard.semantic.events import Search, Trace


@rule("LG404", "too-few-random-trials", preview=True)
def check(trace: Trace) -> Iterator[Finding]:
    """Yield a finding for each random search with few draws from a large space."""
    least = trace.options.min_random_trials
    for search in searches(trace):
        few = search.kind == "random" and search.trials is not None and search.trials < least
        if few and search.trains and not search.prunes and _is_large(search, least):
            yield Finding(
                search.site,
                f"{search.label} draws {search.trials} settings, and one of the best 5% is among them with a "
                f"probability of {1 - 0.95 ** (search.trials or 0):.0%}; draw {least} or more (59 for 95%)",
                dimension_steps(search.dimensions),
                Severity.WARNING,
            )


def _is_large(search: Search, least: int) -> bool:
    if search.combinations is not None:
        return search.combinations >= least
    return any(dimension.ranged for dimension in search.dimensions)
