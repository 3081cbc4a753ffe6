"""A transformer or model is fitted on held-out rows.

## What it does
Finds transformers that are fitted anew on test or validation rows (`scaler.fit_transform(X_test)`), on train and test rows
put together, rows filled or scaled with their own held-out statistics, and models judged on rows that they were
fitted on although these were split off.

## Why is this bad
Test rows that are scaled by their own mean don't stand where the model learned to expect them, so the score means little;
fitted on train and test together, the transformer carries the test rows into training. In production there is one row
at a time and nothing to refit on.

## Example
```python
X_train = scaler.fit_transform(X_train)
X_test = scaler.fit_transform(X_test)
```

## Use instead
```python
X_train = scaler.fit_transform(X_train)
X_test = scaler.transform(X_test)
```

## Fix safety
There is no automatic fix yet.

## References
- scikit-learn user guide, "Common pitfalls and recommended practices", on inconsistent preprocessing and data leakage.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from leakguard.diagnostic import Severity
from leakguard.rules.evidence import confidence_of, judged_step, learned_step, seen_too_early, split_step
from leakguard.rules.registry import Finding, rule
from leakguard.semantic.events import Fit, Judge, Predict
from leakguard.semantic.names import Role
from leakguard.semantic.rows import Part, held_out, role_of_one

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leakguard.semantic.events import Trace
    from leakguard.semantic.syntax import Node

_NO_HARM_ON_TEST = frozenset({"nothing", "labels", "model"})
# Often only drawn; a finding needs to see that a model gets to use it.
_NEEDS_USE = frozenset({"decomposition", "cluster", "statistic", "unknown", "bins"})


@rule("LG203", "fit-on-test")
def check(trace: Trace) -> Iterator[Finding]:
    """Yield a finding for each fit on held-out rows."""
    seen: set[Node] = set()  # statements
    for fit, part in chain(_refits(trace), _joint_fits(trace)):
        if fit.site.statement not in seen:
            seen.add(fit.site.statement)
            yield _finding(fit, part)
    for fit, part, judge in _models_that_saw_test(trace):
        if fit.site.statement not in seen:
            seen.add(fit.site.statement)
            yield Finding(
                fit.site,
                f"{fit.label} was fitted on rows that include the ones it is judged on; fit it on the training part only",
                (split_step(part), learned_step(fit, "rows that include the held-out ones"), judged_step(judge)),
                Severity.ERROR,
                confidence_of(fit, part),
            )


def _finding(fit: Fit, part: Part) -> Finding:
    name = part.role()
    together = any(role_of_one(rows) is Role.TRAIN for rows in fit.rows)
    rows = f"train and {name} rows together" if together else f"{name} rows"
    return Finding(
        fit.site,
        f"{fit.label} learned from {rows}; fit it on the training rows and only transform the others",
        (split_step(part), learned_step(fit, rows)),
        Severity.WARNING if together else Severity.ERROR,
        confidence_of(fit, part),
    )


def _refits(trace: Trace) -> Iterator[tuple[Fit, Part]]:
    """Fits of transformers on held-out rows alone."""
    used = _used(trace)
    for fit in chain(trace.of(Fit), used):
        parts = [held_out(rows) for rows in fit.rows]
        if not parts or fit.vague or fit.learns in _NO_HARM_ON_TEST or fit.chooses:
            continue
        if fit.learns in _NEEDS_USE and fit not in used:
            continue
        if fit.learns == "categories" and fit.label.endswith("()"):  # a function such as get_dummies has no other way
            continue
        if all(parts) and parts[0] is not None:
            yield fit, parts[0][0]


def _joint_fits(trace: Trace) -> Iterator[tuple[Fit, Part]]:
    """Fits of transformers on training and held-out rows put together again."""
    used = _used(trace)
    for fit in chain(trace.of(Fit), used):
        if fit.vague or fit.learns in _NO_HARM_ON_TEST | {"categories"} or fit not in used:
            continue
        part = next((found[0] for rows in fit.rows if (found := held_out(rows)) and found[1] is Role.TEST), None)
        if part is not None and any(role_of_one(rows) is Role.TRAIN for rows in fit.rows):
            yield fit, part


def _used(trace: Trace) -> dict[Fit, None]:
    """The fits whose result reached a model as features, in order."""
    events = _reached(trace)
    return dict.fromkeys(fit for learned in events for fit in learned)


def _reached(trace: Trace) -> Iterator[frozenset[Fit]]:
    """What the rows had learned that models were asked about or judged on."""
    for event in trace.events:
        match event:
            case Judge() if event.models:  # a constant held against the truth is a baseline
                yield event.features - {fit for model in event.models for fit in model.fits}
            case Predict():
                yield event.learned


def _models_that_saw_test(trace: Trace) -> Iterator[tuple[Fit, Part, Judge]]:
    for judge in trace.of(Judge):
        for fit in (fit for model in judge.models for fit in model.fits):
            part = seen_too_early(fit, judge.rows)
            if part is not None and not (fit.vague or judge.vague or fit.chooses) and part.cut.how != "names":
                yield fit, part, judge
