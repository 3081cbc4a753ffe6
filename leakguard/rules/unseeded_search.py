"""A search draws at random and cannot be repeated.

## What it does
Finds random and model-based searches without a seed: `random_state` of scikit-learn, scikit-optimize and
`OptunaSearchCV`, the `seed` of an Optuna study's sampler, `rstate` of Hyperopt's `fmin`, `seed` of Keras Tuner,
`random_seed` of Ax, the random state of Nevergrad's parametrization. Loops that ask for one trial after another too.
Libraries that draw from the global random state count as seeded where the program seeds that.

A stored Optuna study that may exist already (`load_study`, `create_study(load_if_exists=True)`) is left alone: it is
there for several processes or restarts, and with one seed all of them would draw the same settings.

## Why is this bad
Another run tries other settings and chooses another model. A difference between two versions of the code cannot be told
from the luck of the draws, and a reported score cannot be checked.

## Example
```python
study = optuna.create_study(direction="maximize")
study.optimize(objective, n_trials=100)
```

## Use instead
```python
study = optuna.create_study(direction="maximize", sampler=optuna.samplers.TPESampler(seed=0))
study.optimize(objective, n_trials=100)
```

## Fix safety
The fix gives the seed 0, for an Optuna study with the sampler that it would have by itself. It is unsafe: which seed
is a decision, and runs that are meant to differ from each other no longer do.

## References
- Bouthillier et al.: Accounting for variance in machine learning benchmarks. MLSys 2021.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from leakguard.diagnostic import Severity
from leakguard.rules.proposals import Seed
from leakguard.rules.registry import Finding, rule
from leakguard.rules.searches import searches

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leakguard.semantic.trace import Trace


@rule("LG406", "unseeded-search", preview=True)
def check(trace: Trace) -> Iterator[Finding]:
    """Yield a finding for each search whose draws cannot be repeated."""
    for search in searches(trace):
        if search.trains and search.seeded is False and search.kind != "exhaustive":
            yield Finding(
                search.site,
                f"{search.label} draws other settings in every run; {_advice(search.seed)}",
                (),
                Severity.WARNING,
                fix=Seed(search),
            )


def _advice(seed: str) -> str:
    return f"give it `{seed}`" if seed != "sampler" else "give the study a sampler with a `seed`"
