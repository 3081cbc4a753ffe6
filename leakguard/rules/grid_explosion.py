"""An exhaustive search tries more combinations than anybody waits for.

## What it does
Counts the combinations of `GridSearchCV`, `HalvingGridSearchCV`, Optuna's `GridSampler`, Ray's `grid_search`, W&B's
grids (in Python and in YAML), and of loops over `ParameterGrid`, `itertools.product`, `itertools.combinations` of
features, or lists in which a model is fitted or a network built and trained. Alarms above `max-combinations`
(500); where most candidates are given up early (a halving search, a sweep with `early_terminate`), above ten times as
many.

A space of which some part is not known is not counted. With `timings`, a table of seconds per fit by estimator, the
message also gives the hours.

## Why is this bad
Every further parameter multiplies the fits, and most of them repeat what is known: usually few of the parameters
matter, and a grid tries only as many values of these as it lists, however many fits it spends on the others. Random
search with 60 draws finds one of the best 5% of the settings with a probability of 95%, whatever the number of
parameters. The best of thousands of scores is also best by luck to a larger part.

## Example
```python
grid = {"max_depth": range(2, 12), "subsample": np.arange(0.5, 1, 0.1), "reg_lambda": np.logspace(-3, 3, 13)}
GridSearchCV(XGBClassifier(), grid, cv=5).fit(X, y)  # 650 combinations, 3,250 fits
```

## Use instead
```python
space = {"max_depth": randint(2, 12), "subsample": uniform(0.5, 0.5), "reg_lambda": loguniform(1e-3, 1e3)}
RandomizedSearchCV(XGBClassifier(), space, n_iter=60, cv=5, random_state=0).fit(X, y)
```

## Fix safety
A search of scikit-learn without `n_jobs` is shown `n_jobs=-1`: as many processes as there are processors. This is only
displayed and never applied, since it makes the search faster but leaves all its combinations, and since it may need as
many times the memory. Which values to leave out is for the author to decide.

## References
- Bergstra, Bengio: Random search for hyper-parameter optimization. JMLR 13, 2012.
"""

from __future__ import annotations

from math import log10
from typing import TYPE_CHECKING

from leakguard.diagnostic import Severity
from leakguard.rules.proposals import InParallel
from leakguard.rules.registry import Finding, rule
from leakguard.rules.searches import dimension_steps, is_about_luck, searches

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leakguard.semantic.events import Search
    from leakguard.semantic.options import AnalysisOptions
    from leakguard.semantic.trace import Trace

_READABLE = 10**15
_HALVING = 10  # so many times as many candidates for a search that drops most of them early


@rule("LG401", "grid-explosion")
def check(trace: Trace) -> Iterator[Finding]:
    """Yield a finding for each exhaustive search with too many combinations."""
    for search in searches(trace):
        thinned = search.kind == "halving" or search.prunes
        limit = trace.options.max_combinations * (_HALVING if thinned else 1)
        if search.kind not in {"exhaustive", "halving"} or is_about_luck(search):
            continue
        if search.combinations is not None and search.combinations > limit:
            size = f"{_size(search)}{_hours(search, trace.options)}{_above(search, limit)}"
            yield Finding(
                search.site,
                f"{search.label} {_verb(search)} {size}; draw some 60 of them at random, or search in stages",
                dimension_steps(search.dimensions),
                Severity.WARNING,
                fix=InParallel(search),
            )


def _verb(search: Search) -> str:
    return "try" if len(search.loops) > 1 else "tries"


def _above(search: Search, limit: int) -> str:
    """Where nothing says "grid", the setting by which the loops were found."""
    return f", more than {limit:,} (`max-combinations`)" if search.loops else ""


def _size(search: Search) -> str:
    if search.fits is None or search.folds in {None, 1}:
        return f"{_told(search.combinations)} combinations"
    first = " in the first round" if search.kind == "halving" else ""
    return f"{_told(search.combinations)} combinations in {search.folds} folds, {_told(search.fits)} fits{first}"


def _told(number: int | None) -> str:
    """A number that nobody reads digit by digit is told by its power of ten."""
    if number is None:
        return ""
    return f"{number:,}" if number < _READABLE else f"about 10^{log10(number):.0f}"


def _hours(search: Search, options: AnalysisOptions) -> str:
    """How long the fits take, by the seconds that the settings give for the estimator."""
    seconds = {name.rpartition(".")[2]: time for name, time in options.timings}
    known = [seconds[tuned.label] for tuned in search.tuned if tuned.label in seconds]
    fits = search.fits or search.combinations
    if not known or fits is None or fits >= _READABLE or search.kind == "halving":
        return ""
    return f", about {fits * sum(known) / 3600:,.1f} hours"
