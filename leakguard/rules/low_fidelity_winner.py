"""The winner of a search on a small share of the rows is used as it is.

## What it does
Finds searches that train on a part of the training rows, whose winner is then judged on test rows without having been
trained on all training rows: a random share of up to half of them (`sample(frac=...)`,
`train_test_split(train_size=...)`), or up to 10,000 of them (`sample(n=...)`, `X_train[:1000]`), where the others are
used for nothing.

Searches with few epochs are not looked at: whether a winner would gain from more of them shows only when it is trained.

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

from typing import TYPE_CHECKING, TypeGuard

from leakguard.diagnostic import Confidence, Severity
from leakguard.rules.evidence import judged_step, test_part
from leakguard.rules.registry import Finding, rule
from leakguard.semantic.events import Fit, Judge, Predict, Validate, Watch
from leakguard.semantic.names import Role
from leakguard.semantic.ordering import rows_in_order
from leakguard.semantic.rows import Rows, contains

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leakguard.semantic.rows import Part
    from leakguard.semantic.syntax import Node
    from leakguard.semantic.trace import Trace

_SMALL = 0.5
_FEW = 10_000


@rule("LG405", "low-fidelity-winner", preview=True)
def check(trace: Trace) -> Iterator[Finding]:
    """Yield a finding for each drawn share of rows on which a winner was chosen and, at last, trained."""
    searched = {part: fit for fit in trace.of(Fit) if _searches(fit) and (part := _small_share(fit)) is not None}
    searched = (
        {part: fit for part, fit in searched.items() if not _has_use_of_others(part, fit, trace)} if searched else {}
    )
    seen: set[Node] = set()
    for judge in trace.of(Judge):
        part = _trained_on(judge)
        fit = searched.get(part) if part is not None else None
        if part is None or fit is None or part.cut.site.node in seen:
            continue
        if any(part in rows.path for rows in judge.rows):  # the whole program works on fewer rows
            continue
        if judge.context.tuning is None and not judge.vague and test_part(judge.rows, trace) is not None:
            seen.add(part.cut.site.node)
            yield Finding(
                judge.site,
                f"the model was chosen and trained on {_how_many(part)} of the training rows; train the winner on "
                "all of them before it is judged",
                ((part.cut.site, "rows drawn here"), (fit.site, "candidates trained here"), judged_step(judge)),
                Severity.WARNING,
                Confidence.MEDIUM,
            )


def _searches(fit: Fit) -> bool:
    return fit.chooses or (fit.context.tuning is not None and fit.learns == "model")


def _small_share(fit: Fit) -> Part | None:
    """The cut that left a small share of the rows to train on, or a number of training rows."""
    for rows in rows_in_order(fit.rows):
        for place, part in enumerate(rows.path):
            if _is_small(part, rows.path[:place]):
                return part if all(part in other.path for other in fit.rows) else None
    return None


def _is_small(part: Part, around: tuple[Part, ...]) -> bool:
    share, taken = part.cut.share, part.cut.seen == {part.name}
    if part.name == "drawn" or (part.cut.how == "split" and part.name == "train"):
        small = share is not None and share <= _SMALL
        return (small and (taken or part.cut.how == "split")) or _is_few(part, around)
    return part.name == "head" and taken and _is_few(part, around)


def _is_few(part: Part, around: tuple[Part, ...]) -> bool:
    count = _count(part)
    return count is not None and count <= _FEW and _of_training(around) and part.cut.seen == {part.name}


def _of_training(parts: tuple[Part, ...]) -> bool:
    """Whether what was cut further had been set apart for training."""
    return any(part.role() is Role.TRAIN for part in parts)


def _count(part: Part) -> int | None:
    """How many rows are drawn, or where a slice ends, if that is written out."""
    if part.cut.count is not None:
        return int(part.cut.count)
    match part.cut.key:
        case ("slice", str(place)) if place.isdecimal():
            return int(place)
        case _:
            return None


def _how_many(part: Part) -> str:
    if part.cut.share is not None:
        return f"{part.cut.share:.0%}"
    count = _count(part)
    return "a sample" if count is None else f"{count:,}"


def _has_use_of_others(part: Part, fit: Fit, trace: Trace) -> bool:
    """Whether the rows that the cut left out, or all together, train or judge anything."""
    whole = {rows.part(part): Rows(rows.source, rows.path[: rows.path.index(part)]) for rows in fit.rows}
    uses = (event for event in trace.events if isinstance(event, (Judge, Predict, Validate, Watch)) or _is_model(event))
    return any(
        contains(around, rows) and part not in rows.path
        for event in uses
        for rows in event.rows
        for around in whole.values()
    )


def _is_model(event: object) -> TypeGuard[Fit]:
    return isinstance(event, Fit) and event.learns in {"model", "unknown"}


def _trained_on(judge: Judge) -> Part | None:
    """The one small share that the judged model was trained on."""
    parts = {_small_share(fit) for fit in judge.learned if fit.learns in {"model", "unknown"} or fit.chooses}
    return next(iter(parts)) if len(parts) == 1 else None
