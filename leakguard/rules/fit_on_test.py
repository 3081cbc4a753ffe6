"""A transformer or model is fitted on held-out rows.

## What it does
Finds transformers that are fitted anew on test or validation rows (`scaler.fit_transform(X_test)`), on train and
test rows put together, rows filled or scaled with their own held-out statistics, and models judged on rows that
they were fitted on although these were split off.

## Why is this bad
Test rows that are scaled by their own mean don't stand where the model learned to expect them, so the score means
little; fitted on train and test together, the transformer carries the test rows into training. In production there
is one row at a time and nothing to refit on.

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
`fit_transform` becomes `transform` where the same object was fitted just before on the corresponding training rows: the
arguments must differ only in words such as "train" and "test". This is safe for scalers, imputers, vectorisers,
decompositions and selections. It is unsafe for encoders and others that may refuse what they did not see in training.

## References
- scikit-learn user guide, "Common pitfalls and recommended practices", on inconsistent preprocessing and data leakage.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from leakguard.diagnostic import Severity
from leakguard.rules.evidence import (
    confidence_of,
    describes_group,
    judged_step,
    learned_step,
    seen_too_early,
    split_step,
)
from leakguard.rules.proposals import TransformOnly
from leakguard.rules.registry import Finding, rule
from leakguard.semantic.events import Fit, Judge, Predict
from leakguard.semantic.names import Role
from leakguard.semantic.ordering import in_order, rows_in_order
from leakguard.semantic.rows import Part, held_out, role_of_one

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from leakguard.semantic.site import Site
    from leakguard.semantic.syntax import Node
    from leakguard.semantic.trace import Trace

_NO_HARM_ON_TEST = frozenset({"nothing", "labels", "model"})
# Often only drawn; a finding needs to see that a model gets to use it.
_NEEDS_USE = frozenset({"decomposition", "cluster", "statistic", "unknown", "bins"})


@rule("LG203", "fit-on-test")
def check(trace: Trace) -> Iterator[Finding]:
    """Yield a finding for each fit on held-out rows."""
    seen: set[Node] = set()  # statements
    used = _used(trace)
    for fit, part in chain(_refits(trace, used), _joint_fits(trace, used)):
        if fit.site.statement not in seen:
            seen.add(fit.site.statement)
            yield _finding(fit, part, used.get(fit), TransformOnly(fit, _fits_on_train(trace)))
    for fit, part, judge in _models_that_saw_test(trace):
        if fit.site.statement not in seen:
            seen.add(fit.site.statement)
            yield Finding(
                fit.site,
                f"{fit.label} was fitted on rows that include the ones it is judged on; "
                "fit it on the training part only",
                (split_step(part), learned_step(fit, "rows that include the held-out ones"), judged_step(judge)),
                Severity.ERROR,
                confidence_of(fit, part),
            )


def _fits_on_train(trace: Trace) -> tuple[Fit, ...]:
    return tuple(fit for fit in trace.of(Fit) if {role_of_one(rows) for rows in fit.rows} == {Role.TRAIN})


def _finding(fit: Fit, part: Part, asked: Site | None, fix: TransformOnly) -> Finding:
    roles = {role_of_one(rows) for rows in fit.rows}
    name = next((role for role in (Role.TEST, Role.VALIDATION) if role in roles), part.role())
    together = Role.TRAIN in roles
    rows = f"train and {name} rows together" if together else f"{name} rows"
    return Finding(
        fit.site,
        f"{fit.label} learned from {rows}; {_advice(fit)}",
        (split_step(part), learned_step(fit, rows), *(((asked, "the model is asked here"),) if asked else ())),
        Severity.WARNING if together else Severity.ERROR,
        confidence_of(fit, part),
        fix,
    )


def _advice(fit: Fit) -> str:
    """How to mend it: a function, unlike a transformer, has nothing that could be asked again."""
    if fit.label.endswith("()") and fit.learns == "selection":
        return "choose the features by the training rows, or by a validation part of them"
    if fit.learns == "statistic":
        return "compute it on the training rows, and use that for the others too"
    return "fit it on the training rows and only transform the others"


def _refits(trace: Trace, used: Mapping[Fit, Site]) -> Iterator[tuple[Fit, Part]]:
    """Fits of transformers on held-out rows alone."""
    asked = _asked(trace)
    for fit in chain(trace.of(Fit), used):
        parts = [held_out(rows) for rows in rows_in_order(fit.rows)]
        if not parts or fit.vague or fit.learns in _NO_HARM_ON_TEST or fit.chooses or _is_own(fit, trace):
            continue
        # What never reaches a model is often only looked at; where no model is asked in this file, it may be elsewhere.
        if fit not in used and (
            fit.learns in _NEEDS_USE or not asked.isdisjoint(part for part, _ in filter(None, parts))
        ):
            continue
        if fit.learns == "categories" and fit.label.endswith("()"):  # a function such as get_dummies has no other way
            continue
        if all(parts) and parts[0] is not None:
            yield fit, parts[0][0]


def _is_own(fit: Fit, trace: Trace) -> bool:
    """Whether what was computed is a feature of a person, a thing or a group in the held-out rows."""
    return fit.entity or describes_group(fit, trace.targets)


def _joint_fits(trace: Trace, used: Mapping[Fit, Site]) -> Iterator[tuple[Fit, Part]]:
    """Fits of transformers on training and held-out rows put together again."""
    for fit in used:
        if fit.vague or fit.learns in _NO_HARM_ON_TEST | {"categories"} or _is_own(fit, trace):
            continue
        part = next(
            (found[0] for rows in rows_in_order(fit.rows) if (found := held_out(rows)) and found[1] is Role.TEST), None
        )
        if part is not None and any(role_of_one(rows) is Role.TRAIN for rows in fit.rows):
            yield fit, part


def _used(trace: Trace) -> dict[Fit, Site]:
    """The fits whose result reached a model as features, in order, and where the model was asked."""
    found: dict[Fit, Site] = {}
    for event in trace.events:
        match event:
            case Judge() if event.models:  # a constant held against the truth is a baseline
                learned = event.features - {fit for model in event.models for fit in model.fits}
            case Predict():
                learned = event.learned
            case _:
                continue
        for fit in in_order(learned):
            found.setdefault(fit, event.site)
    return found


def _asked(trace: Trace) -> frozenset[Part]:
    """The held-out parts that some model is asked about."""
    events: Iterator[Judge | Predict] = chain(trace.of(Judge), trace.of(Predict))
    return frozenset(found[0] for event in events for rows in event.rows if (found := held_out(rows)))


def _models_that_saw_test(trace: Trace) -> Iterator[tuple[Fit, Part, Judge]]:
    for judge in trace.of(Judge):
        for fit in (fit for model in in_order(judge.models) for fit in model.fits):
            part = seen_too_early(fit, judge.rows)
            if part is not None and not (fit.vague or judge.vague or fit.chooses) and part.cut.how != "names":
                yield fit, part, judge
