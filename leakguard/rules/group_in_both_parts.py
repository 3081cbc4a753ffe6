"""Rows of one person or thing come into both parts of a cut.

## What it does
Finds `train_test_split`, `KFold` and other cuts that know no groups, on rows of which the program itself shows
groups: they are given as `groups=` or cut by `GroupKFold` elsewhere, features look at the other rows of the same
patient, user or session (`groupby("patient_id").transform(...)`, or a mean that is merged back), or changed copies of
the rows were put below them.

## Why is this bad
A model recognises a patient whose other rows it was trained on. The score says how well it does for patients that it
knows, which is not what it meets in use.

## Example
```python
df["mean_dose"] = df.groupby("patient_id")["dose"].transform("mean")
train, test = train_test_split(df)
```

## Use instead
```python
cut = GroupShuffleSplit(n_splits=1, test_size=0.2)
train_rows, test_rows = next(cut.split(df, groups=df["patient_id"]))
```

## Fix safety
There is no automatic fix: where the same persons come back in use, the plain cut is right.

## References
- scikit-learn user guide, "Cross-validation iterators for grouped data".
- Saeb et al.: The need to approximate the use-case in clinical machine learning. GigaScience 6(5), 2017.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from leakguard.rules.divides import of_these, wrong_cuts
from leakguard.rules.evidence import sources_of
from leakguard.rules.registry import Finding, rule
from leakguard.semantic.events import Divide, Group, Split, Validate
from leakguard.semantic.ordering import in_order
from leakguard.semantic.rows import covers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leakguard.rules.evidence import Step
    from leakguard.semantic.rows import Source
    from leakguard.semantic.trace import Trace

_MESSAGE = "may put rows of one group into both parts; keep them together (GroupKFold, GroupShuffleSplit)"


@rule("LG107", "group-in-both-parts", preview=True)
def check(trace: Trace) -> Iterator[Finding]:
    """Yield a finding for each cut without groups of rows that have some."""
    groups, made = _groups(trace), {**_described(trace), **_copied(trace)}

    def shown(divide: Divide) -> Step | None:
        if divide.by_group or divide.in_time:
            return None
        return of_these(groups, divide.rows) or made.get(divide)

    yield from wrong_cuts(trace, shown, _MESSAGE, "cut without regard to groups here")


def _copied(trace: Trace) -> dict[Divide, Step]:
    """Cuts before which copies were made of the rows."""
    made: list[Group] = []
    found: dict[Divide, Step] = {}
    for event in trace.events:
        match event:
            case Group(made=True):
                made.append(event)
            case Divide():
                step = next((_step(group) for group in made if covers(group.rows, event.rows)), None)
                found.update({} if step is None else {event: step})
    return found


def _described(trace: Trace) -> dict[Divide, Step]:
    """Cuts of rows with a feature that was computed over all rows of the same person or thing."""
    cuts = {event.site.node: event for event in trace.events if isinstance(event, (Split, Validate))}
    found: dict[Divide, Step] = {}
    for divide in trace.of(Divide):
        cut = cuts.get(divide.site.node)
        for fit in in_order(cut.learned) if cut is not None else ():
            if fit.key and covers(fit.rows, divide.rows):
                found[divide] = (fit.site, f"the rows belong to groups: each {fit.key} has several")
    return found


def _step(group: Group) -> Step:
    return group.site, f"the rows belong to groups: {group.how}"


def _groups(trace: Trace) -> dict[Source, Step]:
    """What first shows that the rows of each source belong together in groups."""
    found: dict[Source, Step] = {}
    for group in trace.of(Group):
        for source in sources_of(group.rows) if not group.made else ():
            found.setdefault(source, _step(group))
    for divide in trace.of(Divide):
        for source in sources_of(divide.rows) if divide.by_group else ():
            found.setdefault(source, (divide.site, f"the rows belong to groups: {divide.label} keeps them together"))
    return found
