"""Rows of one person or thing come into both parts of a cut.

## What it does
Finds `train_test_split`, `KFold` and other cuts that know no groups, on rows of which the program itself shows
groups: they are given as `groups=` or cut by `GroupKFold` elsewhere, features look at the other rows of the same
patient, user or session (`groupby("patient_id").transform(...)`), or changed copies of the rows were put below them.

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

from leakguard.diagnostic import Confidence, Severity
from leakguard.rules.evidence import has_one_of_each, is_judged, is_whole, sources_of
from leakguard.rules.registry import Finding, rule
from leakguard.semantic.events import Divide, Group
from leakguard.semantic.rows import covers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leakguard.rules.evidence import Step
    from leakguard.semantic.events import Trace
    from leakguard.semantic.rows import Source
    from leakguard.semantic.syntax import Node


@rule("LG107", "group-in-both-parts", preview=True)
def check(trace: Trace) -> Iterator[Finding]:
    """Yield a finding for each cut without groups of rows that have some."""
    groups = _groups(trace)
    seen: set[Node] = set()
    for divide, copied in _divides(trace):
        step = next((groups[source] for source in sources_of(divide.rows) if source in groups), copied)
        if step is None or divide.by_group or divide.in_time or divide.site.node in seen:
            continue
        if is_whole(divide.rows) and not has_one_of_each(divide.rows) and is_judged(divide, trace):
            seen.add(divide.site.node)
            yield Finding(
                divide.site,
                f"{divide.label} may put rows of one group into both parts; keep them together "
                "(GroupKFold, GroupShuffleSplit)",
                (step, (divide.site, "cut without regard to groups here")),
                Severity.WARNING,
                Confidence.MEDIUM,
            )


def _divides(trace: Trace) -> Iterator[tuple[Divide, Step | None]]:
    """Each cut, and what has made copies of the rows before it."""
    made: list[Group] = []
    for event in trace.events:
        match event:
            case Group(made=True):
                made.append(event)
            case Divide():
                yield event, next((_step(group) for group in made if covers(group.rows, event.rows)), None)


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
