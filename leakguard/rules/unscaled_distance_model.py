"""A model that works with distances is tuned on columns that nothing has scaled.

## What it does
Finds k-nearest neighbours, support vector machines, k-means, DBSCAN and other learners that measure distances, whose
hyperparameters are tuned (by a search, in an objective, in a loop over `k` or `eps`) on columns as they come from a
file or data set, with no scaler in the pipeline or before it.

It speaks only where the program shows that there are several columns: it picks them by name, or the data set is one
whose columns are known to have different units.

## Why is this bad
The column with the largest numbers makes up the distance nearly alone: an income in dollars hides an age in years.
The search then tunes a model of that one column, and its best `k` or `eps` is right for nothing else.

## Example
```python
GridSearchCV(KNeighborsClassifier(), {"n_neighbors": [3, 5, 9]}).fit(df[["age", "income"]], df["bought"])
```

## Use instead
```python
model = make_pipeline(StandardScaler(), KNeighborsClassifier())
GridSearchCV(model, {"kneighborsclassifier__n_neighbors": [3, 5, 9]}).fit(df[["age", "income"]], df["bought"])
```

## Fix safety
There is no automatic fix: columns of one unit, such as coordinates, are right as they are.

## References
- scikit-learn user guide, "Importance of Feature Scaling".
- Hsu, Chang, Lin: A practical guide to support vector classification, section 2.2.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from leakguard.diagnostic import Confidence, Severity
from leakguard.rules.evidence import sources_of
from leakguard.rules.registry import Finding, rule
from leakguard.semantic.events import Distance
from leakguard.semantic.names import words

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator

    from leakguard.semantic.syntax import Node
    from leakguard.semantic.trace import Trace

_ONE_UNIT = (
    frozenset("lat latitude lon lng long longitude x y z".split()),
    frozenset("r g b red green blue".split()),
)
_STATISTICS = frozenset("mean median std sd se var min max worst sum total count avg average value".split())
_CALLED_BY_NAME = 4  # columns (features, target, what is dropped) from which a file is taken to be a table of facts


@rule("LG501", "unscaled-distance-model", preview=True)
def check(trace: Trace) -> Iterator[Finding]:
    """Yield a finding for each tuned learner of distances that is given raw columns."""
    settings: dict[tuple[Node, str], set[Hashable]] = {}
    seen: set[Node] = set()
    for distance in trace.of(Distance):
        tried = settings.setdefault((distance.site.node, distance.label), set())
        tried.add(distance.setting)
        looped = bool(distance.context.loops) and len(tried) > 1
        tuned = distance.search or distance.context.tuning is not None or looped
        if tuned and distance.site.node not in seen and _is_mixed(distance, trace):
            seen.add(distance.site.node)
            yield Finding(
                distance.site,
                f"{distance.label} measures distances, and nothing has scaled the columns, so that those with the "
                "largest numbers decide; put a scaler in front of it, best in a Pipeline",
                (),
                Severity.WARNING,
                Confidence.MEDIUM,
            )


def _is_mixed(distance: Distance, trace: Trace) -> bool:
    """Whether there are several columns that mean different things."""
    named = set(distance.columns.names)
    if distance.columns.units or named:
        return distance.columns.units or (len(named) > 1 and not _have_one_unit(named))
    return any(len(trace.columns.get(source, ())) >= _CALLED_BY_NAME for source in sources_of(distance.rows))


def _have_one_unit(names: set[str]) -> bool:
    """Whether the columns are places on a map or in space, channels of a colour, or several of one thing: scores."""
    lasts = {words(name)[-1:] for name in names}
    if len(lasts) == 1 and lasts != {()} and _STATISTICS.isdisjoint(*lasts):
        return True
    return any(all(not known.isdisjoint(words(name.lower())) for name in names) for known in _ONE_UNIT)
