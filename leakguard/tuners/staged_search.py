"""Staged search: a few parameters at a time, each stage from coarse to fine, the best carried into the next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from leakguard.spelling import nearest
from leakguard.tuners.coarse_to_fine import baseline, coarse_to_fine
from leakguard.tuners.search import TunerSearchCV
from leakguard.tuners.space import SpaceError
from leakguard.tuners.suggesting import Proposal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from leakguard.tuners.evaluating import Evaluation
    from leakguard.tuners.space import Space

MOST_AT_ONCE = 4


@dataclass(eq=False, repr=False)
class StagedSearchCV(TunerSearchCV):
    """Tunes the stages one after another, parameters of later stages at the estimator's own values until then.

    Args:
        stages: the names of each stage's parameters, at most 4 at once; usually the optimiser's first, then the
            architecture's, then the regularisation's. None takes the space's order, four at a time.
        n_trials: all trials, shared evenly among the stages, the baseline included.
        rounds: as CoarseToFineSearchCV.
    """

    stages: Sequence[Sequence[str]] | None = None
    n_trials: int = 60
    rounds: int = 2

    def _run_search(self, evaluate: Evaluation) -> None:
        stages = checked_stages(evaluate.space, self.stages)
        evaluate([Proposal(baseline(evaluate.space, evaluate.plan.estimator), "baseline")])
        for number, names in enumerate(stages):
            given = _without(evaluate.best.params if evaluate.best else {}, names)
            space = evaluate.space.only(names, given)
            left = self.n_trials - len(evaluate.trials)
            if space is not None:
                coarse_to_fine(evaluate, space, left // (len(stages) - number), self.rounds, given)


def checked_stages(space: Space, stages: Sequence[Sequence[str]] | None) -> list[list[str]]:
    """Return the stages' names.

    Raises:
        SpaceError: a name is unknown, missing, in two stages or before one that it depends on; or a stage is empty or
            larger than 4.
    """
    if stages is None:
        ordered = list(space.order)
        return [ordered[start : start + MOST_AT_ONCE] for start in range(0, len(ordered), MOST_AT_ONCE)]
    listed = [list(stage) for stage in stages]
    staged = [name for stage in listed for name in stage]
    for name in staged:
        if name not in space.names:
            raise SpaceError(f"stages: the space has no {name!r}. Did you mean {nearest(name, space.names)!r}?")
        if staged.count(name) > 1:
            raise SpaceError(f"stages: {name!r} is named twice. Leave it in one stage.")
    if missing := [name for name in space.names if name not in staged]:
        raise SpaceError(f"stages: no stage has {', '.join(missing)}. Add them, or take them out of the space.")
    for stage in listed:
        if not 1 <= len(stage) <= MOST_AT_ONCE:
            raise SpaceError(f"stages: a stage has 1 to {MOST_AT_ONCE} parameters, not {len(stage)}. Split {stage}.")
    _check_order(space, listed)
    return listed


def _check_order(space: Space, stages: Sequence[Sequence[str]]) -> None:
    number = {name: place for place, stage in enumerate(stages) for name in stage}
    for name, dimension in space.dimensions.items():
        for parent in dimension.when or {}:
            if number[parent] > number[name]:
                raise SpaceError(f"stages: {name!r} depends on {parent!r}, which a later stage tunes. Swap them.")


def _without(params: Any, names: Sequence[str]) -> dict[str, Any]:
    return {name: value for name, value in params.items() if name not in names}
