"""Something is learned from all the rows that cross-validation then cuts into folds.

## What it does
Finds preprocessors, feature selections and statistics that were fitted on rows before these went, transformed, into
`cross_val_score`, into a search such as `GridSearchCV`, or into a loop over `KFold().split`.

## Why is this bad
In each fold the preprocessor has already seen the rows that the fold is scored on. The scores that the search
compares are then too good, most of all for feature selection and target statistics.

## Example
```python
X_train = SelectKBest(k=20).fit_transform(X_train, y_train)
cross_val_score(SVC(), X_train, y_train)
```

## Use instead
```python
cross_val_score(make_pipeline(SelectKBest(k=20), SVC()), X_train, y_train)
```

## Fix safety
The fix puts the transformer into `make_pipeline(transformer, estimator)` inside the call that cross-validates, and
writes the names of the searched parameters behind the step's name (`C` becomes `svc__C`). It is offered only where
the transformed rows are used by that call alone, the estimator and the grid are written out or bound to a name once,
and nothing reads the found parameters by their names or depends on the bare estimator: weights and other arguments of
`fit`, `return_estimator`, callables for `scoring` and `refit`, a `resource` other than rows, attributes of the best
estimator. It is unsafe: all scores change, and the best estimator is then
a pipeline, which takes rows that are not transformed yet.

## References
- Hastie, Tibshirani, Friedman: The Elements of Statistical Learning, 2nd edition, section 7.10.2.
- Ambroise, McLachlan: Selection bias in gene extraction. PNAS 99(10), 2002.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

from leakguard.rules.evidence import blamed, confidence_of, judged_step, learned_step, seen_too_early, severity_of
from leakguard.rules.fit_before_split import early_fits, is_telling
from leakguard.rules.proposals import IntoPipeline
from leakguard.rules.registry import Finding, rule
from leakguard.semantic.events import Fit, Judge, Split, Validate
from leakguard.semantic.ordering import in_order
from leakguard.semantic.rows import covers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leakguard.rules.evidence import Step
    from leakguard.semantic.site import Site
    from leakguard.semantic.syntax import Node
    from leakguard.semantic.trace import Trace


@dataclass(frozen=True, slots=True)
class Outside:
    """A fit whose result was cross-validated on the rows it saw: where to mend it, and the step that shows it."""

    fit: Fit
    at: Site
    step: Step


@rule("LG202", "fit-outside-folds")
def check(trace: Trace) -> Iterator[Finding]:
    """Yield a finding for each statement that learned from rows cut into folds later."""
    reported = {early.at.statement for early in early_fits(trace)}
    for outside in fits_outside(trace):
        fit = outside.fit
        if fit.learns == "resample" or outside.at.statement in reported:
            continue
        yield Finding(
            outside.at,
            f"{fit.label} learned from rows that are then cross-validated, so every fold was seen by it; "
            "put it into a Pipeline that is fitted in each fold",
            (learned_step(fit, "the rows of all folds"), outside.step),
            severity_of(fit, trace.targets),
            confidence_of(fit, None),
            IntoPipeline(fit, outside.step[0]),
        )


def fits_outside(trace: Trace) -> list[Outside]:
    """The fits whose result went into cross-validation of the same rows, one for each statement."""
    found: dict[Node, Outside] = {}
    for outside in chain(_validated(trace), _judged(trace)):
        found.setdefault(outside.at.statement, outside)
    return list(found.values())


def _validated(trace: Trace) -> Iterator[Outside]:
    folds = (split for split in trace.of(Split) if split.cut.how == "folds")
    events: Iterator[Validate | Split] = chain(trace.of(Validate), folds)
    for event in events:
        label = event.label if isinstance(event, Validate) else "the loop over folds"
        for fit in in_order(event.learned):
            if is_telling(fit, trace.targets) and covers(fit.rows, event.rows):
                yield Outside(fit, blamed(fit, event.context), (event.site, f"cross-validated here by {label}"))


def _judged(trace: Trace) -> Iterator[Outside]:
    for judge in trace.of(Judge):
        own = {fit for model in judge.models for fit in model.fits}
        for fit in in_order(judge.learned - own) if not judge.vague else ():
            part = seen_too_early(fit, judge.rows)
            if part is not None and part.cut.how == "folds" and is_telling(fit, trace.targets):
                yield Outside(fit, blamed(fit, judge.context), judged_step(judge))
