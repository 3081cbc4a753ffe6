"""Running a tuner with noise in the validation rows of a fold, and comparing what was fitted inside that fold."""

from __future__ import annotations

import copy
from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from leakguard.seal.causes import Cause
from leakguard.seal.interference.apart import TunerError, can_fork, run
from leakguard.seal.interference.digest import differences
from leakguard.seal.interference.noise import Poisoning
from leakguard.seal.interference.plan import Plan
from leakguard.seal.interference.pouring import pour
from leakguard.seal.interference.rows import reduced, spliced, take
from leakguard.seal.interference.settings import check_folds, check_kinds, check_runs, check_tuner
from leakguard.seal.verdict import Breach, Evidence, Ruling, Verdict

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from leakguard.seal.interference.apart import Ended
    from leakguard.seal.interference.folds.watching import Fit, Pairs, Places
    from leakguard.seal.interference.plan import Tuner

WITNESS = "non-interference of folds"
KINDS = (Poisoning.VALUES, Poisoning.LABELS)


@dataclass(frozen=True, slots=True)
class Run:
    """What one run showed: its splits by name, and the fits inside folds."""

    splits: Mapping[str, Pairs]
    fits: Sequence[Fit]


def check_folds_sealed(  # noqa: PLR0913 - each is a choice of its own
    tune: Tuner,
    train: Sequence[Any],
    test: Sequence[Any] = (),
    *,
    seed: int = 0,
    folds: Literal["ends", "all"] = "ends",
    poisonings: Collection[Poisoning] = KINDS,
    rows: int | None = None,
    groups: Sequence[object] | None = None,
    apart: bool | None = None,
    name: str = "validation rows",
) -> Verdict:
    """Run a tuner again with noise in a fold's validation rows, and compare what was fitted inside that fold.

    Arguments are those of `check_sealed`. The noise stands in the training rows before the tuner starts, so that what
    happens before the split is covered; the folds of the first run are given out again in the others.

    folds       the folds of the first cross-validation over all training rows that get noise: the first and the
                last, or all; each of them needs a run for each poisoning
    poisonings  missing values among them make most tuners fail, which proves nothing

    Seen are scikit-learn's searches and loops over its splitters, and fits of its estimators and of those that build
    on it. What else a fold fits, and folds of which only parts of the validation rows are scored (halving), are not
    proven. Raises `TunerError` if the tuner fails with the rows as they are, and TypeError or ValueError for settings
    that no run can be made with, before any run.
    """
    check_tuner(tune, train, test)
    if not train:
        raise ValueError("train is empty: give the rows that folds are made of, such as (X_train, y_train)")
    check_folds(folds)
    check_runs(seed, rows, groups, train)
    check_kinds(poisonings)
    smaller, told = reduced(tuple(train), rows, groups, seed)
    plan = Plan(tune, smaller, tuple(test), seed, can_fork() if apart is None else apart)
    evidence = _evidence(plan, folds, [one for one in Poisoning if one in poisonings])
    return Verdict(name, (Evidence(WITNESS, *evidence[:3], (*evidence[3], *told)),))


def _evidence(
    plan: Plan, which: str, kinds: Sequence[Poisoning]
) -> tuple[Ruling, str, tuple[Breach, ...], tuple[str, ...]]:
    first = _run(plan, None, {})
    if first.failure is not None or first.result is None:
        raise TunerError(f"the tuner failed with the rows as they are: {first.failure}")
    base, again = first.result, _run(plan, None, {}).result
    chosen = _chosen(base, which)
    if not chosen:
        return Ruling.NOT_PROVEN, "no fold over all training rows was seen", (), ()
    if again is None or (found := list(_differing(base.fits, again.fits, frozenset()))):
        shown = "two runs with the same rows and seeds fitted different things inside the folds"
        told = [] if again is None else [one[1] for one in found[:3]]
        return Ruling.NOT_PROVEN, shown, (), (*told, "seed what draws numbers")
    return _compared(plan, base, chosen, kinds)


def _compared(
    plan: Plan, base: Run, chosen: list[Places], kinds: Sequence[Poisoning]
) -> tuple[Ruling, str, tuple[Breach, ...], tuple[str, ...]]:
    numbers: list[int] = []
    limits: list[str] = []
    for places in chosen:
        for kind in kinds:
            ended = _run(plan, places, base.splits, kind)
            if ended.result is None:
                limits.append(f"with {kind} in a fold's validation rows, the tuner failed: {ended.failure}")
                continue
            inside = frozenset(places.tolist())
            if found := list(_differing(base.fits, ended.result.fits, inside)):
                shown = f"with {kind} in {len(places)} validation rows, {found[0][1]}"
                return Ruling.VIOLATED, shown, tuple(_breach(fit, what, kind) for fit, what in found[:3]), ()
            numbers.append(len(list(_pairs(base.fits, ended.result.fits, inside))))
    return (*_unchanged(numbers, len(chosen), len(kinds)), (), tuple(limits))


def _unchanged(numbers: list[int], folds: int, kinds: int) -> tuple[Ruling, str]:
    """Return that no fit changed; each poisoned run must have had fits to compare."""
    if not numbers or not all(numbers):
        return Ruling.NOT_PROVEN, "nothing that was fitted inside the poisoned folds could be compared"
    shown = (
        f"{kinds} poisonings of the validation rows of {folds} folds changed nothing in {sum(numbers)} fits inside them"
    )
    return Ruling.HELD if len(numbers) == folds * kinds else Ruling.NOT_PROVEN, shown


def _run(
    plan: Plan, places: Places | None, splits: Mapping[str, Pairs], kind: Poisoning = Poisoning.BOTH
) -> Ended[Run]:
    return run(lambda: _watched(plan, places, splits, kind), plan.seed, apart=plan.apart)


def _watched(plan: Plan, places: Places | None, splits: Mapping[str, Pairs], kind: Poisoning) -> Run:
    from leakguard.seal.interference.folds.watching import Watch, watching

    train, kept = plan.train, copy.deepcopy(plan.train)
    with ExitStack() as stack:
        if places is not None:
            noise = plan.noise(kind)
            noisy = [
                spliced(one, places, noise(take(one, places), labels=at in plan.labels)) for at, one in enumerate(train)
            ]
            train = tuple(one if pour(one, other) else other for one, other in zip(train, noisy, strict=True))
        stack.callback(pour, plan.train, kept)
        watch = Watch(copy.deepcopy(train[0]), splits)
        stack.enter_context(watching(watch))
        plan.tune(*train, *copy.deepcopy(plan.test))
    return Run(watch.splits, watch.fits)


def _chosen(base: Run, which: str) -> list[Places]:
    """Return the validation rows of the folds to poison: of the first split with such in which something was fitted."""
    fitted = {fit.validation for fit in base.fits}
    for pairs in base.splits.values():
        parts = [validation for _, validation in pairs if frozenset(validation.tolist()) in fitted]
        if parts:
            return parts if which == "all" or len(parts) <= 2 else [parts[0], parts[-1]]
    return []


def _pairs(base: Sequence[Fit], other: Sequence[Fit], inside: frozenset[int]) -> Iterator[tuple[Fit, Fit]]:
    """Yield fits that can be compared: alike in all settings, in folds that leave the poisoned rows out."""
    left: dict[tuple[str, frozenset[int]], list[Fit]] = {}
    for fit in other:
        left.setdefault((fit.key, fit.validation), []).append(fit)
    for fit in base:
        if inside <= fit.validation and (alike := left.get((fit.key, fit.validation))):
            yield fit, alike.pop(0)


def _differing(base: Sequence[Fit], other: Sequence[Fit], inside: frozenset[int]) -> Iterator[tuple[Fit, str]]:
    for one, two in _pairs(base, other, inside):
        for found in differences(one.state, two.state):
            yield one, f"{one.name} inside the fold gave another {found}"
            break


def _breach(fit: Fit, what: str, kind: Poisoning) -> Breach:
    cause = Cause.TEST_ROWS_STOP if fit.stops else Cause.FITTED_OUTSIDE_FOLDS
    return Breach(cause, f"{what} with {kind} in the fold's validation rows", fit.line)
