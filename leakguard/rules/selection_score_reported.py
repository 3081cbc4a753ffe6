"""The score that chose is reported as the result.

## What it does
Finds programs that print, log or write down `best_score_`, a study's `best_value` or `best_trial.value`, or the best
score of a loop over hyperparameters, and judge or predict no further rows anywhere; and programs that show the best of
several folds alone, where the mean of all folds is the score of the model.

It is silent where the text beside the score says that it is one of cross-validation or validation, or the value of a
trial. Helpers that nobody in the file calls are left out: who calls them may judge elsewhere.

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
from leakguard.rules.searches import is_about_luck
from leakguard.semantic.events import Fit, Judge, Predict, Report, Search, Validate
from leakguard.semantic.rows import role_of_one

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leakguard.rules.evidence import Step
    from leakguard.semantic.events import Choose
    from leakguard.semantic.rows import Rows
    from leakguard.semantic.syntax import Node
    from leakguard.semantic.trace import Trace


@rule("LG105", "selection-score-reported", preview=True)
def check(trace: Trace) -> Iterator[Finding]:
    """Yield a finding for each search, or row of folds, whose best score is all that the program says."""
    told: set[object] = set()
    for report in trace.of(Report):
        if not report.label or report.context.entry or report.says_so:
            continue
        for found in (_of_search(report, trace), _of_loop(report, trace), _of_folds(report, trace)):
            if found is not None and found[0] not in told:
                told.add(found[0])
                _, why, steps = found
                yield Finding(report.site, f"`{report.label}` is {why}", steps, Severity.WARNING, Confidence.MEDIUM)


_BEST_OF_MANY = (
    "the score that chose, the best of many on the same rows, and no others are judged; "
    "hold out test rows for the result, or cross-validate the whole search"
)
_BEST_OF_FOLDS = "the score of the best fold alone; the score of the model is the mean over all folds"
_Found = tuple[object, str, tuple["Step", ...]]


def _of_search(report: Report, trace: Trace) -> _Found | None:
    """The best score of a search object or a study."""
    if report.search is None or _judges_otherwise(trace):
        return None
    search = next((one for one in reversed(list(trace.of(Search))) if (one.study or one.site) == report.search), None)
    if search is None or not search.tuned:  # a function that trains no model is optimised
        return None
    return report.search, _BEST_OF_MANY, ((search.run, "chosen here by this score"),)


def _judges_otherwise(trace: Trace) -> bool:
    """Whether anything is judged or predicted outside of the tuning, or rows were left out of it."""
    if any(event.context.tuning is None for kind in (Judge, Predict) for event in trace.of(kind)):
        return True
    return any(role_of_one(rows) is not None for fit in trace.of(Fit) if fit.chooses for rows in fit.rows)


def _of_loop(report: Report, trace: Trace) -> _Found | None:
    """The best score of a loop that goes through hyperparameters."""
    choice = report.choice
    search = _searched_by(choice, trace) if choice is not None else None
    if choice is None or search is None or is_about_luck(search):
        return None
    if any(_is_set_apart(rows) for judge in choice.judged for rows in judge.rows) or _judged_beside(search, trace):
        return None
    return search.site, _BEST_OF_MANY, ((choice.site, f"chosen here by {choice.how}"),)


def _searched_by(choice: Choose, trace: Trace) -> Search | None:
    if not any(event is choice for event in trace.events):
        return None
    loops = {loop for judge in choice.judged for loop in judge.context.loops}
    return next((one for one in trace.of(Search) if one.loops and not loops.isdisjoint(one.loops)), None)


def _judged_beside(search: Search, trace: Trace) -> bool:
    """Whether anything is judged or predicted outside of the loops, or the loops were given rows of some part."""
    for event in trace.events:
        match event:
            case Judge() | Predict() if not _stands_in(event.context.loops, search):
                return True
            case Validate() if not _stands_in(event.context.loops, search) or any(map(_is_set_apart, event.rows)):
                return True
    return False


def _stands_in(loops: tuple[Node, ...], search: Search) -> bool:
    return not set(loops).isdisjoint(search.loops)


def _is_set_apart(rows: Rows) -> bool:
    """Whether rows are of a part that a split made, folds aside."""
    return any(part.role() is not None and part.cut.how != "folds" for part in rows.path)


def _of_folds(report: Report, trace: Trace) -> _Found | None:
    """The best score of several folds, where nothing else is shown of them."""
    judged = report.choice.judged if report.choice is not None else report.judged
    if report.search is not None or not judged or not all(_is_of_fold(judge, trace) for judge in judged):
        return None
    if report.choice is not None and (
        "best" not in report.choice.how or _searched_by(report.choice, trace) or _models(judged) > 1
    ):
        return None
    if any(not other.label and other.judged & judged for other in trace.of(Report)) or _models(judged) > 1:
        return None
    return judged, _BEST_OF_FOLDS, ()


def _models(judged: frozenset[Judge]) -> int:
    return len({judge.models for judge in judged})


def _is_of_fold(judge: Judge, trace: Trace) -> bool:
    folded = any(part.cut.how == "folds" for rows in judge.rows for part in rows.path)
    return folded and (not judge.context.loops or not trace.folding.isdisjoint(judge.context.loops[-1:]))
