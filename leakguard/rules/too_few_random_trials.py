"""A random search makes too few draws to find a good setting.

## What it does
Finds random searches with fewer draws than `min-random-trials` (20) over a space that has more settings than that:
`RandomizedSearchCV`, Keras Tuner's `RandomSearch`, Optuna's `RandomSampler`, Hyperopt's `rand.suggest`, SMAC's
`RandomFacade`, Nevergrad's `RandomSearch`, scikit-optimize's `dummy_minimize`, W&B's random sweeps with a `count` or
`run_cap`, Ray Tune without a search algorithm, scheduler or criterion to stop. Where the size of the space is not
known, nothing is said.

## Why is this bad
The best of n draws is expected in the top 1/(n + 1) of the space: only from 20 draws on that is less than 5%. With the
default of `RandomizedSearchCV`, 10 draws, one of the best 5% is found with a probability of 1 - 0.95^10 = 40%, with 20
of 64%, with 59 of 95%; a little higher where a search never draws one setting of a list twice.

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

import math
from typing import TYPE_CHECKING

from leakguard.diagnostic import Severity
from leakguard.rules.registry import Finding, rule
from leakguard.rules.searches import dimension_steps, searches

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leakguard.semantic.events import Search
    from leakguard.semantic.trace import Trace


_BEST = 0.05
_SURE = 0.95
_ALWAYS = 59  # draws after which one of the best 5% was found with 95%, however large the space is


@rule("LG404", "too-few-random-trials", preview=True)
def check(trace: Trace) -> Iterator[Finding]:
    """Yield a finding for each random search with few draws from a large space."""
    least = trace.options.min_random_trials
    for search in searches(trace):
        few = search.kind == "random" and search.trials is not None and search.trials < least
        if few and search.trains and not search.prunes and _is_large(search, least):
            drawn = search.trials or 0
            yield Finding(
                search.site,
                f"{search.label} draws {_settings(drawn)}, and one of the best 5% is among them with a "
                f"probability of {_found(search, drawn):.0%}; draw {least} or more (`min-random-trials`"
                f"{_enough(search, least)})",
                dimension_steps(search.dimensions),
                Severity.WARNING,
            )


def _settings(count: int) -> str:
    return f"{count} setting" if count == 1 else f"{count} settings"


def _is_large(search: Search, least: int) -> bool:
    if search.combinations is not None:
        return search.combinations > least
    return any(dimension.ranged for dimension in search.dimensions)


def _found(search: Search, draws: int) -> float:
    """How probable it is that one of the best 5% is drawn.

    Search objects draw no setting of a list twice, samplers that are asked again in each trial do.
    """
    size = search.combinations
    if size is None or search.site.node is search.run.node:
        return 1 - (1 - _BEST) ** draws
    return 1 - math.comb(size - math.ceil(_BEST * size), draws) / math.comb(size, draws)


def _enough(search: Search, least: int) -> str:
    """How many draws would find one of the best 5% nearly always, where more are needed than the setting asks for."""
    enough = next(draws for draws in range(1, _ALWAYS + 1) if draws == _ALWAYS or _found(search, draws) >= _SURE)
    return f"; {enough} for {_SURE:.0%}" if enough > least else ""
