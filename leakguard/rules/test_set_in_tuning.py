"""A hyperparameter, threshold, model or feature set is chosen by a score on test rows.

## What it does
Finds scores on test rows that decide something: returned by an objective to a tuner, kept as the best in a loop,
picked by `max`, `argmax` or `sorted`, read off a precision-recall or ROC curve as a threshold; and searches that
are fitted on the test rows, or on all rows and then judged on some of them.

## Why is this bad
The best of many scores on the same rows is best partly by luck on these rows. Once it has chosen, the test set's
score no longer says what to expect of new data: the more candidates and the fewer rows, the further it is off.

## Example
```python
for C in (0.1, 1, 10):
    score = SVC(C=C).fit(X_train, y_train).score(X_test, y_test)
    if score > best:
        best, best_C = score, C
```

## Use instead
```python
search = GridSearchCV(SVC(), {"C": [0.1, 1, 10]}).fit(X_train, y_train)
search.score(X_test, y_test)  # once, at the end
```
or hold out a validation part of the training rows and choose by that.

## Fix safety
There is no automatic fix: which rows are left for validation is a decision.

## References
- Cawley, Talbot: On over-fitting in model selection. JMLR 11, 2010.
- Roth 2026, arXiv 2604.04199: choosing by the test set moves the AUC by about 0.04.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from leakguard.diagnostic import Severity
from leakguard.rules.evidence import confidence_of, judged_step, seen_too_early, split_step, test_part, weakest
from leakguard.rules.registry import Finding, rule
from leakguard.semantic.events import Choose, Fit, Judge, Watch
from leakguard.semantic.ordering import in_order
from leakguard.semantic.rows import evidence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leakguard.semantic.rows import Part
    from leakguard.semantic.syntax import Node
    from leakguard.semantic.trace import Trace


@rule("LG101", "test-set-in-tuning")
def check(trace: Trace) -> Iterator[Finding]:
    """Yield a finding for each choice, and each search, that test rows decide."""
    choices: dict[Node, list[Judge]] = {}
    chosen = chosen_on_test(trace)
    for judge, (choice, _) in chosen.items():
        choices.setdefault(choice.site.node, []).append(judge)
    for judges in choices.values():
        judge = _where_it_shows(judges)
        choice, part = chosen[judge]
        others = (judged_step(other) for other in judges if other is not judge)
        yield Finding(
            judge.site,
            f"{judge.metric} on the test rows makes a choice ({choice.how}); "
            "choose by cross-validation or a validation part, and score the test rows once at the end",
            (split_step(part), *others, judged_step(judge), (choice.site, f"chosen here: {choice.how}")),
            Severity.ERROR,
            evidence(part),
        )
    yield from _searches(trace)


def _where_it_shows(judges: list[Judge]) -> Judge:
    """The first scoring of a second candidate, else the first scoring."""
    return next((judge for judge in judges if judge.models != judges[0].models), judges[0])


def chosen_on_test(trace: Trace) -> dict[Judge, tuple[Choose, Part]]:
    """Each judge (one for a place) whose score on test rows chose something, with the choice and the test part."""
    found: dict[Node, tuple[Judge, Choose, Part]] = {}
    order = {judge: number for number, judge in enumerate(trace.of(Judge))}
    for choice in trace.of(Choose):
        for judge in sorted(in_order(choice.judged), key=lambda judge: order.get(judge, len(order))):
            part = None if judge.vague or judge.context.final else test_part(judge.rows, trace)
            if part is not None:
                found.setdefault(judge.site.node, (judge, choice, part))
    return {judge: (choice, part) for judge, choice, part in found.values()}


def _searches(trace: Trace) -> Iterator[Finding]:
    seen: set[Node] = set()
    for fit, part, judge in (*_fitted_on_test(trace), *_judged_later(trace)):
        if fit.site.node in seen:
            continue
        seen.add(fit.site.node)
        steps = (split_step(part), (fit.site, f"{fit.label} chose here by scores on these rows"))
        yield Finding(
            fit.site,
            f"{fit.label} chooses hyperparameters on rows that include the test rows; fit it on the training part only",
            steps if judge is None else (*steps, judged_step(judge)),
            Severity.ERROR,
            weakest(evidence(part), confidence_of(fit, part)),
        )
    yield from _watched(trace, seen)


def _fitted_on_test(trace: Trace) -> Iterator[tuple[Fit, Part, Judge | None]]:
    for fit in trace.of(Fit):
        part = test_part(fit.rows, trace) if fit.chooses and not fit.vague else None
        if part is not None:
            yield fit, part, None


def _judged_later(trace: Trace) -> Iterator[tuple[Fit, Part, Judge | None]]:
    for judge in trace.of(Judge):
        for fit in in_order(judge.learned):
            if not fit.chooses or fit.vague or judge.vague:
                continue
            part = seen_too_early(fit, judge.rows)
            if part is not None and part.cut.how != "folds":
                yield fit, part, judge


def _watched(trace: Trace, seen: set[Node]) -> Iterator[Finding]:
    for watch in trace.of(Watch):
        part = test_part(watch.rows, trace)
        if part is not None and watch.search and watch.site.node not in seen:
            seen.add(watch.site.node)
            yield Finding(
                watch.site,
                f"{watch.label} scores every candidate on the test rows it is given to validate on; "
                "give it a validation part of the training rows",
                (split_step(part), (watch.site, "candidates are compared on the test rows here")),
                Severity.ERROR,
                evidence(part),
            )
