"""Something is learned from rows before some of them are held out.

## What it does
Finds scalers, imputers, vectorisers, decompositions, feature selections, target statistics and numbers computed by
hand (`df.fillna(df.mean())`, `(x - x.mean()) / x.std()`) that learned from all rows, when their result flows into
rows that are then split, or into a model that is judged on rows held out of them.

## Why is this bad
The held-out rows are meant to stand for data that nobody has seen. What learned from them carries their values into
training, so the score on them is too good. How much depends on what was learned: a plain scaler or imputer usually
moves the AUC by less than 0.005, so it is a warning; target statistics and selected features look at the target of
the held-out rows and can make noise look like a working model, so they are errors.

## Example
```python
X = StandardScaler().fit_transform(X)
X_train, X_test, y_train, y_test = train_test_split(X, y)
```

## Use instead
```python
X_train, X_test, y_train, y_test = train_test_split(X, y)
model = make_pipeline(StandardScaler(), SVC()).fit(X_train, y_train)
```
or fit the scaler on `X_train` and transform both parts.

## Fix safety
The fix moves a statement `X = transformer.fit_transform(X)` behind the `train_test_split` in the same block, as
`fit_transform` of the training part and `transform` of the other one. It is offered only where nothing between uses the
result or does more than read the data, nothing behind uses the result as a whole (functions above, which run later,
included), and the rows are not cut once more. It is unsafe: all scores change, and a transformer may refuse what it did
not see in training. A model that is deployed (`predict(new_rows)`, pickled) needs its transformer as before: new rows
go through `transform` of the object that the fix gives a name, so keep that one too.

## References
- Kaufman, Rosset, Perlich, Stitelman: Leakage in data mining. ACM TKDD 6(4), 2012.
- Roth 2026, arXiv 2604.04199, for the sizes.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

from leakguard.rules.evidence import (
    HARMLESS,
    Step,
    blamed,
    confidence_of,
    describes_group,
    judged_step,
    learned_step,
    seen_too_early,
    severity_of,
    split_step,
)
from leakguard.rules.proposals import BehindSplit
from leakguard.rules.registry import Finding, rule
from leakguard.semantic.events import Fit, Judge, Predict, Split, Validate
from leakguard.semantic.names import Role
from leakguard.semantic.ordering import in_order
from leakguard.semantic.rows import Part, contains

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from leakguard.semantic.site import Site
    from leakguard.semantic.syntax import Node
    from leakguard.semantic.trace import Trace


@dataclass(frozen=True, slots=True)
class Early:
    """A fit that saw rows before they were held out: where to mend it, the held-out part, and where that is used."""

    fit: Fit
    at: Site
    part: Part
    used: Step | None

    def path(self) -> tuple[Step, ...]:
        """Learned, split, judged."""
        steps = (learned_step(self.fit, "all rows"), split_step(self.part))
        return steps if self.used is None else (*steps, self.used)


@rule("LG201", "fit-before-split")
def check(trace: Trace) -> Iterator[Finding]:
    """Yield a finding for each statement that learned from rows held out later."""
    for early in early_fits(trace):
        fit = early.fit
        if fit.learns == "resample":
            continue
        yield Finding(
            early.at,
            f"{fit.label} learned from all rows, and some of them are held out later; "
            "fit it on the training part only, best inside a Pipeline",
            early.path(),
            severity_of(fit, trace.targets),
            confidence_of(fit, early.part),
            moved(early, trace),
        )


def moved(early: Early, trace: Trace) -> BehindSplit | None:
    """Propose to fit behind the split, if its rows are cut there and nowhere else."""
    cut = early.part.cut
    validated = any(early.fit in event.learned for event in trace.of(Validate))
    others = (event for event in trace.of(Split) if event.cut.site.node is not cut.site.node)
    if cut.how != "split" or validated or any(early.fit in event.learned for event in others):
        return None
    return BehindSplit(early.fit, cut.site)


def early_fits(trace: Trace) -> list[Early]:
    """The fits that saw rows before they were held out, one for each statement."""
    found: dict[Node, Early] = {}
    for early in chain(_judged(trace), _split(trace), _asked(trace)):
        found.setdefault(early.at.statement, early)
    return list(found.values())


def _judged(trace: Trace) -> Iterator[Early]:
    for judge in trace.of(Judge):
        own = {fit for model in judge.models for fit in model.fits}
        for fit in in_order(judge.learned - own) if not judge.vague else ():
            part = seen_too_early(fit, judge.rows)
            if part is not None and part.cut.how != "folds" and is_telling(fit, trace.targets):
                yield Early(fit, blamed(fit, judge.context), part, judged_step(judge))


def _asked(trace: Trace) -> Iterator[Early]:
    for asked in trace.of(Predict):
        for fit in in_order(asked.learned):
            part = seen_too_early(fit, asked.rows)
            if part is not None and part.cut.how != "folds" and is_telling(fit, trace.targets):
                yield Early(fit, blamed(fit, asked.context), part, (asked.site, "the model is asked here"))


def _split(trace: Trace) -> Iterator[Early]:
    for split in trace.of(Split):
        part = held_out_part(split)
        for fit in in_order(split.learned) if part is not None else ():
            if part is not None and is_telling(fit, trace.targets) and _covers(fit, split):
                yield Early(fit, blamed(fit, split.context), part, None)


def is_telling(fit: Fit, targets: Collection[str]) -> bool:
    """Whether what was learned matters and it is clear from which rows."""
    return fit.learns not in HARMLESS and not (fit.vague or fit.chooses or describes_group(fit, targets))


def held_out_part(split: Split) -> Part | None:
    """The part that a split holds out, None for folds and for what is only a filter."""
    if split.cut.how == "folds" or (split.cut.how in {"slice", "mask", "draw"} and not split.cut.roles):
        return None
    parts = [Part(split.cut, name) for name in sorted(split.cut.seen)]
    roles = {part: part.role() for part in parts}
    if Role.TRAIN not in roles.values() and len(parts) < 2:
        return None
    return next((part for part, role in roles.items() if role in {Role.TEST, Role.VALIDATION}), None)


def _covers(fit: Fit, split: Split) -> bool:
    return any(
        contains(outer, inner) and all(part.cut != split.cut for part in outer.path)
        for outer in fit.rows
        for inner in split.rows
    )
