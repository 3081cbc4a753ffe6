"""Learners that work with distances, and clusterings that may find too few clusters to be scored."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from leakguard.semantic.candidates import settings
from leakguard.semantic.events import ClusterScore, Distance
from leakguard.semantic.values import Built, Const, Data, Sequence, Value, constant, origin_of, parts_of

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator

    from leakguard.semantic.call import Call
    from leakguard.semantic.events import Fit

# Distances and kernels in which a column of large numbers outweighs the others.
_UNFAIR = frozenset(
    "minkowski euclidean l2 manhattan cityblock l1 chebyshev sqeuclidean rbf poly polynomial linear sigmoid laplacian "
    "knn nearest_neighbors ward".split()
)
# Steps of a pipeline that leave the scale of the columns as it was.
_LEAVE_SCALE = frozenset({"impute", "selection", "resample"})


@dataclass(frozen=True, slots=True)
class Clustering:
    """One fitted clustering: what made it, and `few` where it may have found fewer than two clusters."""

    label: str
    setting: Hashable
    few: bool


def note_distance(call: Call, estimator: Value, data: Value, *, search: bool) -> None:
    """Record that a learner which works with distances is given raw columns."""
    if not isinstance(data, Data) or data.raw is None:
        return
    found = _unscaled(estimator)
    if found is not None:
        site, context = call.site, call.machine.context()
        label = found.name.rpartition(".")[2]
        call.machine.emit(Distance(site, context, label, settings(estimator), data.origin.rows, data.raw, search))


def _unscaled(value: Value, depth: int = 6) -> Built | None:
    """The learner in a pipeline, search or ensemble that measures distances with nothing that scales before it."""
    if not isinstance(value, Built) or not depth:
        return None
    if value.fact.options.get("distance"):
        metric = value.arguments.get(str(value.fact.options.get("measure")))
        return value if metric is None or constant(metric) in _UNFAIR else None
    if value.fact.options.get("parts") != ("steps",):
        parts = [part for _, part in parts_of(value)]
        return _unscaled(parts[0], depth - 1) if len(parts) == 1 else None
    steps = list(_steps(value))
    leaves = all(isinstance(step, Built) and step.fact.options.get("learns") in _LEAVE_SCALE for step in steps[:-1])
    return _unscaled(steps[-1], depth - 1) if steps and leaves else None


def _steps(pipeline: Built) -> Iterator[Value]:
    """The steps of a pipeline, also those of which nothing is known."""
    for given in pipeline.made_of:
        for step in given.items if isinstance(given, Sequence) and given.kind == "list" else [given]:
            yield step.items[-1] if isinstance(step, Sequence) and step.items else step


def note_clustering(call: Call, receiver: Value, fit: Fit) -> None:
    """Remember how a clustering came about."""
    if isinstance(receiver, Built) and fit.learns == "cluster":
        label = receiver.name.rpartition(".")[2]
        call.machine.clusterings[fit] = Clustering(label, settings(receiver), _may_be_one(receiver))


def _may_be_one(receiver: Built) -> bool:
    """Whether a clustering may find one cluster, or nothing but noise."""
    if receiver.fact.options.get("uncounted"):
        return True
    match receiver.arguments.get(str(receiver.fact.options.get("count"))):
        case Const(value=1 | None):  # None: as many as a threshold leaves
            return True
        case Data(sample=sample) if sample is not None:
            return sample.low == 1
        case _:
            return False


def note_cluster_score(call: Call, labels: Value) -> None:
    """Record that the labels of a clustering are scored."""
    origin = origin_of(labels)
    fits = origin.learned.union(*(model.fits for model in origin.models))
    found = [known for fit in fits if (known := call.machine.clusterings.get(fit)) is not None]
    for one in sorted(found, key=lambda known: known.label)[:1] if len(found) == 1 else ():
        few = one.label if one.few else ""
        site, context = call.site, call.machine.context()
        call.machine.emit(ClusterScore(site, context, call.label, one.setting, few, call.machine.guarded))
