"""Rows are added, dropped or duplicated before the split or outside the folds.

## What it does
Finds SMOTE and other over- or under-sampling, `resample` and `sample` of one class put together with the rest, when
the result is then split or cross-validated.

## Why is this bad
Copies of a row, or rows made between it and its neighbours, end up on both sides of the split, so the model is
judged on rows that it has as good as seen. And the held-out rows no longer have the class balance of real data,
which spoils precision whatever the model does.

## Example
```python
X, y = SMOTE().fit_resample(X, y)
X_train, X_test, y_train, y_test = train_test_split(X, y)
```

## Use instead
```python
X_train, X_test, y_train, y_test = train_test_split(X, y)
X_train, y_train = SMOTE().fit_resample(X_train, y_train)
```
and in cross-validation `imblearn.pipeline.make_pipeline(SMOTE(), model)`.

## Fix safety
The fix moves `X, y = sampler.fit_resample(X, y)` behind the `train_test_split` in the same block, and applies it to the
training part alone; before cross-validation it puts the sampler into imbalanced-learn's `make_pipeline` around the
estimator. Either is offered only where nothing else uses the resampled rows (functions above, which run later,
included). It is unsafe: all scores change, and the best estimator of a search is then a pipeline.

## References
- Blagus, Lusa: Joint use of over- and under-sampling techniques and cross-validation. BMC Bioinformatics 16, 2015.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from leakguard.diagnostic import Severity
from leakguard.rules.evidence import confidence_of, learned_step
from leakguard.rules.fit_before_split import early_fits, moved
from leakguard.rules.fit_outside_folds import fits_outside
from leakguard.rules.proposals import IntoPipeline
from leakguard.rules.registry import Finding, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leakguard.semantic.trace import Trace


@rule("LG204", "resample-before-split")
def check(trace: Trace) -> Iterator[Finding]:
    """Yield a finding for each resampling whose result is held out in part."""
    early = [found for found in early_fits(trace) if found.fit.learns == "resample"]
    for found in early:
        yield Finding(
            found.at,
            f"{found.fit.label} changed the rows before they were split; resample the training part only",
            found.path(),
            Severity.ERROR,
            confidence_of(found.fit, found.part),
            moved(found, trace),
        )
    reported = {found.at.statement for found in early}
    for outside in fits_outside(trace):
        if outside.fit.learns == "resample" and outside.at.statement not in reported:
            yield Finding(
                outside.at,
                f"{outside.fit.label} changed the rows before they were cut into folds; resample inside each fold",
                (learned_step(outside.fit, "the rows of all folds"), outside.step),
                Severity.ERROR,
                confidence_of(outside.fit, None),
                IntoPipeline(outside.fit, outside.step[0]),
            )
