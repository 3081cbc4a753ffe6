"""An exhaustive search goes through more hyperparameters than it can tell apart.

## What it does
Counts the hyperparameters that one exhaustive search varies, in one grid or in every trial: those with more than one
value. Alarms above `max-hyperparameters` (4) at grids, grids that are halved, and nested loops. What trains no model is
not looked at.

Random and model-based searches over many parameters are ordinary practice, even with few trials for each parameter:
they try another value of each in every trial, and lose little by those that don't matter. Nothing is said of them here;
`too-few-random-trials` looks at the number of their draws.

## Why is this bad
A grid grows exponentially with each parameter, and most of its fits repeat what is known: few of the parameters matter
on one data set, and the grid tries only as many values of these as it lists. A first design of experiments takes about
ten settings for each parameter; a grid of five parameters takes 32 with only two values of each, and 3,125 with five.

## Example
```python
grid = {"lr": ..., "batch_size": ..., "n_layers": ..., "units": ..., "dropout": ..., "weight_decay": ...}
GridSearchCV(net, grid)
```

## Use instead
Stages, each with what the one before it found: first the optimiser's parameters (learning rate, batch size), then the
architecture (depth, width), at last regularisation (dropout, weight decay). Or random draws in place of the grid, some
ten for each parameter.

## Fix safety
There is no automatic fix.

## References
- Bergstra, Bengio: Random search for hyper-parameter optimization. JMLR 13, 2012 (low effective dimension).
- Loeppky, Sacks, Welch: Choosing the sample size of a computer experiment. Technometrics 51, 2009 (n = 10 d).
- Godbole et al.: Deep learning tuning playbook, 2023.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from leakguard.diagnostic import Severity
from leakguard.rules.registry import Finding, rule
from leakguard.rules.searches import dimension_steps, listed_names, searches
from leakguard.semantic.names import words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leakguard.semantic.events import Dimension, Search
    from leakguard.semantic.trace import Trace

# Words in the names of what only nets have.
_OF_NETS = frozenset("dropout layer layers units hidden filters optimizer activation batch decay epochs".split())


@rule("LG402", "too-many-hyperparameters", preview=True)
def check(trace: Trace) -> Iterator[Finding]:
    """Yield a finding for each exhaustive search that varies too much at once."""
    for search in searches(trace):
        varied = _at_once(search)
        if search.trains and _is_exhaustive(search) and len(varied) > trace.options.max_hyperparameters:
            yield Finding(
                search.site,
                f"{search.label} {'tune' if len(search.loops) > 1 else 'tunes'} {len(varied)} hyperparameters at once "
                f"({listed_names(varied)}); tune them in stages{_stages(varied)}, or draw settings at random",
                dimension_steps(varied),
                Severity.WARNING,
            )


def _at_once(search: Search) -> list[Dimension]:
    grids = [[one for one in _tried(grid) if one.varies and one.always] for grid in search.grids]
    return max(grids, key=len, default=[])


def _tried(grid: tuple[Dimension, ...]) -> tuple[Dimension, ...]:
    """The part of a space that is gone through exhaustively: some libraries let the rest be drawn."""
    return tuple(one for one in grid if one.every) or grid


def _is_exhaustive(search: Search) -> bool:
    """Whether all combinations are tried, if only on few rows; halving of random draws has no known number of them."""
    return search.kind == "exhaustive" or (search.kind == "halving" and search.combinations is not None)


def _stages(varied: list[Dimension]) -> str:
    if any(not _OF_NETS.isdisjoint(words(one.name)) for one in varied):
        return " (the optimiser, then the architecture, then regularisation)"
    return ", the most important first"
