"""The winner of a search on a small share of the rows is used as it is.

## What it does
Finds searches that train on a random share of the rows (`sample(frac=...)`, up to half of them), whose winner is then
judged on test rows without having been trained on all training rows.

Searches with few epochs, and halving searches without a refit, are not looked at yet.

## Why is this bad
Few rows rank the candidates for few rows: they favour strong regularisation and small models, which more data would
overtake. A share of the rows is good for throwing candidates out; the best of those that are left have to be compared,
and the winner trained, on all of them. Judged as it is, the model is worse than it could be.

## Example
```python
small = train.sample(frac=0.1, random_state=0)
search = GridSearchCV(SVC(), grid).fit(small[features], small["label"])
print(search.score(test[features], test["label"]))
```

## Use instead
```python
small = train.sample(frac=0.1, random_state=0)
search = GridSearchCV(SVC(), grid).fit(small[features], small["label"])
winner = SVC(**search.best_params_).fit(train[features], train["label"])
print(winner.score(test[features], test["label"]))
```
or `HalvingGridSearchCV`, which gives the candidates that survive more and more rows.

## Fix safety
There is no automatic fix.

## References
- Li et al.: Hyperband. JMLR 18, 2018.
- Klein et al.: Fast Bayesian optimization of machine learning hyperparameters on large datasets. AISTATS 2017.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from leakguard.diagnostic import Confidence, Severity
from leakguard.rules.evidence import judged_step, test_part
from leakguard.rules.registry import Finding, rule
from leakguard.semantic.events import Fit, Judge

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leakguard.semantic.events import Trace
    from leakguard.semantic.rows import Part
    from leakguard.semantic.syntax import Node

_SMALL = 0.5


@rule("LG405", "low-fidelity-winner", preview=True)
def check(trace: Trace) -> Iterator[Finding]:
    """Yield a finding for each drawn share of rows on which a winner was chosen and, at last, trained."""
    searched = {part: fit for fit in trace.of(Fit) if _searches(fit) and (part := _small_share(fit)) is not None}
    seen: set[Node] = set()
    for judge in trace.of(Judge):
        part = _trained_on(judge)
        fit = searched.get(part) if part is not None else None
        if part is None or fit is None or part.cut.site.node in seen:
            continue
        if judge.context.tuning is None and not judge.vague and test_part(judge.rows, trace) is not None:
            seen.add(part.cut.site.node)
            yield Finding(
                judge.site,
                f"the model was chosen and trained on {part.cut.share:.0%} of the training rows; train the winner on "
                "all of them before it is judged",
                ((part.cut.site, "rows drawn here"), (fit.site, "candidates trained here"), judged_step(judge)),
                Severity.WARNING,
                Confidence.MEDIUM,
            )


def _searches(fit: Fit) -> bool:
    return fit.chooses or (fit.context.tuning is not None and fit.learns == "model")


def _small_share(fit: Fit) -> Part | None:
    """The draw that left a small share of the rows to train on, the others being used for nothing else."""
    for rows in fit.rows:
        for part in rows.path:
            share = part.cut.share
            if share is not None and share <= _SMALL and part.name == "drawn" and part.cut.seen == {"drawn"}:
                return part if all(part in other.path for other in fit.rows) else None
    return None


def _trained_on(judge: Judge) -> Part | None:
    """The one small share that the judged model was trained on."""
    parts = {_small_share(fit) for fit in judge.learned if fit.learns in {"model", "unknown"} or fit.chooses}
    return next(iter(parts)) if len(parts) == 1 else None
