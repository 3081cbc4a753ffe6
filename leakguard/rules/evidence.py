"""What several rules ask of the trace: which fits matter, which rows were held out, and how a path is told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leakguard.diagnostic import Confidence, Severity
from leakguard.rules.third_part import leaves_third_part
from leakguard.semantic.events import Fit, Judge, Predict, Validate
from leakguard.semantic.names import Role
from leakguard.semantic.ordering import rows_in_order
from leakguard.semantic.rows import ONE_OF_EACH, Part, Rows, contains, evidence, held_out

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from leakguard.semantic.events import Context, Divide
    from leakguard.semantic.rows import Source
    from leakguard.semantic.site import Site
    from leakguard.semantic.trace import Trace

Step = tuple["Site", str]

# The set of categories or labels is known from the start in practice; learning it early tells a model nothing.
HARMLESS = frozenset({"nothing", "labels", "categories"})
# These carry the target, or which features go with it, into the rows that are judged later.
HARMFUL = frozenset({"target", "selection", "resample", "model"})
_VERB = {
    "scale": "learned its scale from",
    "impute": "learned its fill values from",
    "vocabulary": "learned its vocabulary from",
    "decomposition": "learned its components from",
    "bins": "learned its bin edges from",
    "cluster": "learned its clusters from",
    "selection": "selected features by",
    "target": "learned target statistics from",
    "resample": "added or dropped rows, looking at",
    "statistic": "was computed over",
    "model": "was fitted on",
}
_HELD_OUT = frozenset({Role.TEST, Role.VALIDATION})
_USES = (Judge, Predict, Validate)


def blamed(fit: Fit, around: Context) -> Site:
    """The place to mend: the learning call, or the call of the program's own `fit` that it stands in.

    Where the rows are also cut in that same `fit`, the fault is within it.
    """
    own = fit.context.fitting
    return fit.site if own is None or own == around.fitting else own


def learned_step(fit: Fit, of: str) -> Step:
    """The step of a path at which something learned."""
    return fit.site, f"{fit.label} {_VERB.get(fit.learns, 'learned from')} {of}"


def split_step(part: Part) -> Step:
    """The step of a path at which the rows were cut."""
    match part.cut.how:
        case "folds":
            return part.cut.site, "rows split into folds here"
        case "file" | "load" | "calls":
            site = part.cut.sites.get(part.name)
            return (
                (site, f"{part.name} rows come from here")
                if site
                else (part.cut.site, "train and test rows come from here")
            )
        case "names":
            return part.cut.site, "train and test rows told apart here"
        case _:
            return part.cut.site, "rows split here"


def judged_step(judge: Judge) -> Step:
    """The step of a path at which a score was computed."""
    return judge.site, f"judged here by {judge.metric}"


def severity_of(fit: Fit, targets: Collection[str]) -> Severity:
    """A plain scaler moves scores little (under 0.005 AUC: Roth 2026, arXiv 2604.04199), what sees the target much."""
    return Severity.ERROR if fit.learns in HARMFUL or fit.column in targets else Severity.WARNING


def confidence_of(fit: Fit, part: Part | None) -> Confidence:
    """The weakest of what a finding rests on."""
    parts = evidence(part) if part is not None else Confidence.HIGH
    return weakest(parts, Confidence.HIGH if fit.certain and fit.learns != "unknown" else Confidence.MEDIUM)


def weakest(*found: Confidence) -> Confidence:
    """The lowest of several confidences."""
    return min(found, key=lambda one: one.rank)


def describes_group(fit: Fit, targets: Collection[str]) -> bool:
    """Whether something was computed for each group by itself, and not of the target: a feature of that group.

    Of the whole frame only what identifies a person or thing makes such a feature: the target is in it too.
    """
    return (fit.entity or (fit.grouped and bool(fit.column))) and not any(
        name in targets for name in fit.column.split(",")
    )


def seen_too_early(fit: Fit, rows: Iterable[Rows]) -> Part | None:
    """The held-out part whose rows were among those that `fit` learned from before they were held out."""
    for one in rows_in_order(rows):
        found = held_out(one)
        if found is None:
            continue
        for outer in rows_in_order(fit.rows):
            if contains(outer, one) and found[0] not in outer.path:
                apart = (part for part in one.path if part not in outer.path and part.role() in _HELD_OUT)
                return next(apart, found[0])  # the first cut that set these rows apart
    return None


def test_part(rows: Iterable[Rows], trace: Trace) -> Part | None:
    """The part that makes all of these rows test rows."""
    rows = rows_in_order(rows)
    found = [held_out(one) for one in rows]
    if not found or any(one is None or one[1] is not Role.TEST for one in found):
        return None
    part = found[0][0] if found[0] else None
    if part is None or _only_tunes(part, rows, trace) or leaves_third_part(part, rows, trace):
        return None
    return part


def _only_tunes(part: Part, rows: Iterable[Rows], trace: Trace) -> bool:
    """Whether rows that each trial holds out for itself are left to the tuner: what judges in the end are others."""
    if not part.cut.tuning:
        return False
    outside = [event for event in trace.events if isinstance(event, _USES) and event.context.tuning is None]
    if any(_is_same(part, one) for event in outside if isinstance(event, Judge) for one in event.rows):
        return False
    return bool(outside) or any(other.role() is Role.TRAIN for one in rows for other in one.path)


def _is_same(part: Part, rows: Rows) -> bool:
    """Whether these rows are of the same part, or of one that the same split made elsewhere."""
    return any(
        other == part or (other.name == part.name and other.cut.alike is not None and other.cut.alike == part.cut.alike)
        for other in rows.path
    )


def sources_of(rows: Iterable[Rows]) -> tuple[Source, ...]:
    """Where rows come from, whichever parts of them they are, each source once."""
    return tuple(dict.fromkeys(one.source for one in rows_in_order(rows)))


def has_one_of_each(rows: Iterable[Rows]) -> bool:
    """Whether only one row of each group was kept."""
    return any(part.name == ONE_OF_EACH for one in rows for part in one.path)


def is_judged(divide: Divide, trace: Trace) -> bool:
    """Whether a model is fitted or scored on what a cut gives, or by the call that cuts."""
    return any(
        event.site.node == divide.site.node
        or any(part.cut.site.node == divide.site.node for one in event.rows for part in one.path)
        for event in trace.events
        if isinstance(event, _USES) or (isinstance(event, Fit) and event.learns in {"model", "unknown"})
    )


def is_whole(rows: Collection[Rows]) -> bool:
    """Whether none of these rows has been set apart for training or judging before."""
    return bool(rows) and all(part.role() is None for one in rows for part in one.path)
