"""The seed is tuned like a hyperparameter.

## What it does
Finds `random_state`, `seed` and the like among the searched parameters: with several values in a grid or distribution,
drawn in an objective (`suggest_int("seed", ...)`), or gone through by a loop that keeps the best score. The same is
what takes the best afterwards, `max(scores, key=scores.get)` or `np.argmax(scores)`; `max(scores)` alone tells how far
the seed moves the score.
Ray, W&B and Optuna's `GridSampler` also run every seed of a grid only to average the results: there the rule asks that
the program takes the best (`get_best_result`, `best_config`, `study.best_params`).

## Why is this bad
No seed is better than another on new data. The best of many is the one whose split, start or sample happens to suit the
validation rows, so the search picks luck: what is a small optimism with few candidates grows with each seed that is
tried, and the score is not reached again.

## Example
```python
for seed in range(100):
    score = cross_val_score(RandomForestClassifier(random_state=seed), X, y).mean()
    if score > best:
        best, best_seed = score, seed
```

## Use instead
```python
scores = [cross_val_score(RandomForestClassifier(random_state=seed), X, y).mean() for seed in range(10)]
print(np.mean(scores), np.std(scores))  # how far the seed moves the score
```

## Fix safety
There is no automatic fix.

## References
- Picard: Torch.manual_seed(3407) is all you need. arXiv 2109.08203, 2021.
- Bouthillier et al.: Accounting for variance in machine learning benchmarks. MLSys 2021.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from leakguard.diagnostic import Severity
from leakguard.rules.registry import Finding, rule
from leakguard.rules.searches import is_about_luck
from leakguard.semantic.events import Choose, Search
from leakguard.semantic.names import is_seed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leakguard.semantic.site import Site
    from leakguard.semantic.syntax import Node
    from leakguard.semantic.trace import Trace


@rule("LG407", "seed-in-search-space")
def check(trace: Trace) -> Iterator[Finding]:
    """Yield a finding for each seed that is searched."""
    seen: set[Node] = set()
    searched = (one for search in trace.of(Search) for one in (*_dimensions(search, trace), *_loops(search, trace)))
    for at, name, choice in (*searched, *_taken(trace)):
        if at.node not in seen:
            seen.add(at.node)
            yield Finding(
                at,
                f'"{name}" is tuned, which picks the luckiest run; fix it, and average over several seeds instead',
                () if choice is None else ((choice.site, f"chosen here: {choice.how}"),),
                Severity.ERROR,
            )


def _dimensions(search: Search, trace: Trace) -> Iterator[tuple[Site, str, Choose | None]]:
    repeats = not (search.picks or trace.takes_best)
    some = any(dimension.every for dimension in search.dimensions)
    for dimension in () if search.loops else search.dimensions:
        repeated = repeats and (dimension.every or not some)  # besides what is tried in full the rest is drawn
        if is_seed(dimension.name) and dimension.varies and not repeated:
            yield dimension.site or search.site, dimension.name, None


def _taken(trace: Trace) -> Iterator[tuple[Site, str, Choose | None]]:
    """What was best of several repetitions that differ by nothing but a seed is taken afterwards."""
    for choice in trace.of(Choose):
        if choice.by_luck:
            loops = {loop for judge in choice.judged for loop in judge.context.loops}
            lucky = (one for one in trace.of(Search) if one.loops and is_about_luck(one))
            search = next((one for one in lucky if one.loops[-1] in loops), None)
            if search is None:
                yield choice.site, "random_state", None
            else:
                yield search.site, search.dimensions[0].name, choice


def _loops(search: Search, trace: Trace) -> Iterator[tuple[Site, str, Choose | None]]:
    """A loop over seeds alone, in which the best score is kept."""
    if not search.loops or not is_about_luck(search):
        return
    loop = search.loops[-1]
    for choice in trace.of(Choose):
        inside = choice.context.loops[-1:] == (loop,) and choice.how == "keeping the best score"
        if inside and any(loop in judge.context.loops for judge in choice.judged):
            yield search.site, search.dimensions[0].name, choice
            return
