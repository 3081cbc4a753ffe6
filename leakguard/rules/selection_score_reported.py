"""The score that chose is reported as the result.

## What it does
Finds programs that print or return `best_score_`, a study's `best_value` or `best_trial.value`, and judge or predict no
further rows anywhere. Helpers that nobody in the file calls are left out: who calls them may judge elsewhere.

## Why is this bad
It is the largest of all scores that were compared, so it is too good by about the noise of one of them: the more
candidates and the fewer rows, the more. Cawley and Talbot measured a bias as large as the differences between
the learning algorithms that were compared.

## Example
```python
search = GridSearchCV(SVC(), grid).fit(X, y)
print("accuracy:", search.best_score_)
```

## Use instead
```python
search = GridSearchCV(SVC(), grid).fit(X_train, y_train)
print("accuracy:", search.score(X_test, y_test))  # or cross_val_score(search, X, y): nested cross-validation
```

## Fix safety
There is no automatic fix: which rows are left for the test is a decision.

## References
- Cawley, Talbot: On over-fitting in model selection. JMLR 11, 2010.
- Varma, Simon: Bias in error estimation when using cross-validation for model selection. BMC Bioinformatics 7, 2006.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from leakguard.diagnostic import Confidence, Severity
from leakguard.rules.registry import Finding, rule
from leakguard.semantic.events import Fit, Judge, Predict, Report, Search
from leakguard.semantic.rows import role_of_one

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leakguard.semantic.events import Trace
    from leakguard.semantic.site import Site


@rule("LG105", "selection-score-reported", preview=True)
def check(trace: Trace) -> Iterator[Finding]:
    """Yield a finding for each search whose own score is all that the program says."""
    if _judges_otherwise(trace):
        return
    chosen_at = {search.study or search.site: search for search in trace.of(Search)}
    told: set[Site] = set()
    for report in trace.of(Report):
        if report.context.entry or report.search in told:
            continue
        told.add(report.search)
        search = chosen_at.get(report.search)
        if search is None or not search.tuned:  # a function that trains no model is optimised
            continue
        yield Finding(
            report.site,
            f"`{report.label}` is the score that chose, the best of many on the same rows, and no others are judged; "
            "hold out test rows for the result, or cross-validate the whole search",
            ((search.run, "chosen here by this score"),),
            Severity.WARNING,
            Confidence.MEDIUM,
        )


def _judges_otherwise(trace: Trace) -> bool:
    """Whether anything is judged or predicted outside of the tuning, or rows were left out of it."""
    if any(event.context.tuning is None for kind in (Judge, Predict) for event in trace.of(kind)):
        return True
    return any(role_of_one(rows) is not None for fit in trace.of(Fit) if fit.chooses for rows in fit.rows)
