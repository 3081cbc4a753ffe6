"""Several candidates are judged one after another on the same test rows.

## What it does
Finds the second scoring of a different model on test rows that have already judged one. Several metrics of the same
model, a dummy baseline beside it, the same model saved and read back, and the same model on more of the training rows
(a learning curve), are not counted.

## Why is this bad
Whoever reads several scores on the same rows and takes the best has chosen on the test set, in their head instead
of in code. The best score is then too good; with few candidates and many rows only a little, so this is a warning.

## Example
```python
print(logistic.fit(X_train, y_train).score(X_test, y_test))
print(forest.fit(X_train, y_train).score(X_test, y_test))
```

## Use instead
```python
for model in (logistic, forest):
    print(cross_val_score(model, X_train, y_train).mean())
print(chosen.fit(X_train, y_train).score(X_test, y_test))
```

## Fix safety
There is no automatic fix.

## References
- Dwork et al.: The reusable holdout. Science 349, 2015.
- Roelofs et al.: A meta-analysis of overfitting in machine learning. NeurIPS 2019 (little harm with large test sets).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from leakguard.diagnostic import Severity
from leakguard.rules.evidence import Step, judged_step, split_step, test_part
from leakguard.rules.registry import Finding, rule
from leakguard.rules.test_set_in_tuning import chosen_on_test
from leakguard.semantic.events import Candidate, Judge
from leakguard.semantic.ordering import in_order
from leakguard.semantic.rows import evidence

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Iterator

    from leakguard.semantic.rows import Part
    from leakguard.semantic.site import Site
    from leakguard.semantic.trace import Trace


@rule("LG103", "test-set-reuse")
def check(trace: Trace) -> Iterator[Finding]:
    """Yield one finding for each test part that judges a second candidate."""
    reported = {judge.site.node for judge in chosen_on_test(trace)}
    for part, judges in _by_test_part(trace).values():
        pair = _rivals(judge for judge in judges if judge.site.node not in reported)
        if pair is not None:
            yield _finding(part, *pair)


def _rivals(judges: Iterable[Judge]) -> tuple[Judge, Judge] | None:
    """The first two scores of different models for the same task."""
    seen: dict[Hashable, tuple[Judge, Candidate]] = {}
    for judge in judges:
        model = next((model for model in in_order(judge.models) if not model.baseline), None)
        if model is None:
            continue
        for first, other in seen.values():
            if _differ(model, other) and _are_rivals(judge, first):
                return first, judge
        around = judge.context
        seen.setdefault((model, judge.column, judge.rows, around.branches, around.passes), (judge, model))
    return None


def _differ(one: Candidate, other: Candidate) -> bool:
    """Whether these are two candidates; one that was read from a file is taken for the one that was saved.

    The same model on more of the training rows is a point of a learning curve, no candidate.
    """
    same = one == other or (one.recipe == other.recipe and bool(one.recipe))
    return not same and one.restored == other.restored


def _are_rivals(one: Judge, other: Judge) -> bool:
    """Models of different targets, of different files called "test", or behind `if` and `else` are no rivals."""
    alike = not one.column or not other.column or one.column == other.column
    if one.column.startswith("[") and one.context.passes != other.context.passes:
        alike = False  # each pass of a loop may have a target of its own
    alike = alike and not one.context.excludes(other.context)
    return alike and not {rows.source for rows in one.rows}.isdisjoint(rows.source for rows in other.rows)


def _by_test_part(trace: Trace) -> dict[Hashable, tuple[Part, list[Judge]]]:
    found: dict[Hashable, tuple[Part, list[Judge]]] = {}
    for judge in trace.of(Judge):
        part = None if judge.vague or judge.context.final else test_part(judge.rows, trace)
        known = not (judge.guessed or _is_validated(judge))
        if part is not None and known and judge.models and judge not in trace.asserted:
            key = (part.cut if part.cut.alike is None else part.cut.alike, part.name)
            found.setdefault(key, (part, []))[1].append(judge)
    return found


def _is_validated(judge: Judge) -> bool:
    """Whether the score is of cross-validation, which fits anew in each fold."""
    return any(part.cut.how == "folds" for rows in judge.rows for part in rows.path)


def _finding(part: Part, first: Judge, second: Judge) -> Finding:
    at = _where_apart(first, second)
    steps: tuple[Step, ...] = (
        split_step(part),
        (_where_apart(second, first), f"first judged here by {first.metric}"),
        (at, judged_step(second)[1]),
    )
    return Finding(
        at,
        "a second model is judged on the same test rows; compare models on a validation part or by cross-validation, "
        "and score only the chosen one here",
        steps,
        Severity.WARNING,
        evidence(part),
    )


def _where_apart(first: Judge, second: Judge) -> Site:
    """Where the second scoring parts from the first: the call of a helper that scores both, or the scoring itself."""
    for one, other in zip(first.context.calls, second.context.calls, strict=False):
        if one.node is not other.node:
            return other if first.site.node is second.site.node else second.site
    own = [site for site in second.context.calls if site.filename == second.context.calls[0].filename]
    return second.site if not own or second.site.filename == own[0].filename else own[-1]
