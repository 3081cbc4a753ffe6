"""A search over clusterings scores every one of them, also those that may have found a single cluster.

## What it does
Finds `silhouette_score`, `davies_bouldin_score` and `calinski_harabasz_score` in a loop or objective that tries
settings of DBSCAN, HDBSCAN, OPTICS, MeanShift or AffinityPropagation, or numbers of clusters from 1, where no
condition or `try` stands before the score.

## Why is this bad
These scores are defined for two clusters or more. One large `eps` puts all rows into one cluster, one small `eps`
makes all of them noise; then the score raises an error in the middle of the search. And where noise is left in, it
counts as a cluster of its own.

## Example
```python
for eps in np.linspace(0.1, 2, 20):
    labels = DBSCAN(eps=eps).fit_predict(X)
    scores.append(silhouette_score(X, labels))
```

## Use instead
```python
for eps in np.linspace(0.1, 2, 20):
    labels = DBSCAN(eps=eps).fit_predict(X)
    found = labels != -1
    if len(set(labels[found])) > 1:
        scores.append(silhouette_score(X[found], labels[found]))
```

## Fix safety
There is no automatic fix: what a setting without clusters is worth is a decision.

## References
- Rousseeuw: Silhouettes. Journal of Computational and Applied Mathematics 20, 1987.
- Ester, Kriegel, Sander, Xu: A density-based algorithm for discovering clusters. KDD 1996.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from leakguard.diagnostic import Severity
from leakguard.rules.registry import Finding, rule
from leakguard.semantic.events import ClusterScore

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leakguard.semantic.syntax import Node
    from leakguard.semantic.trace import Trace


@rule("LG502", "unguarded-clustering-score", preview=True)
def check(trace: Trace) -> Iterator[Finding]:
    """Yield a finding for each score that some of the tried clusterings may not have."""
    by_place: dict[Node, list[ClusterScore]] = {}
    for score in trace.of(ClusterScore):
        by_place.setdefault(score.site.node, []).append(score)
    for scores in by_place.values():
        few = next((score for score in scores if score.few), None)
        tried = len({score.setting for score in scores}) > 1 or any(score.context.tuning for score in scores)
        if few is not None and tried and not any(score.guarded for score in scores):
            yield Finding(
                few.site,
                f"{few.metric} needs two clusters, and {few.few} may find fewer with some of these settings; "
                "check `len(set(labels)) > 1` first, noise left out",
                (),
                Severity.WARNING,
            )
