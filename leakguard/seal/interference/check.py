"""Non-interference: run a tuner with noise in the place of the sealed rows, and compare all that it returns.

A program does not interfere if what it gives stays the same whatever its secret input is (Goguen and Meseguer, 1982);
the sealed rows are the secret here. Runs can only show this for the noise that was tried.
"""

from __future__ import annotations

import inspect
from contextlib import ExitStack
from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING, Any

from leakguard.seal.causes import Cause
from leakguard.seal.interference.apart import TunerError, can_fork, run
from leakguard.seal.interference.digest import differences, digest
from leakguard.seal.interference.files import files_below, guarded, noisy_files, removed_afterwards
from leakguard.seal.interference.noise import Poisoning
from leakguard.seal.interference.plan import Plan, PoisonError, returned
from leakguard.seal.interference.rows import reduced
from leakguard.seal.interference.settings import check_kinds, check_runs, check_tuner
from leakguard.seal.interference.twins import twins
from leakguard.seal.reader import Reader
from leakguard.seal.verdict import Breach, Evidence, Ruling, Verdict

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Collection, Iterable, Sequence

    from leakguard.seal.interference.apart import Ended, Failure
    from leakguard.seal.interference.digest import Difference, Digest
    from leakguard.seal.interference.noise import Noise
    from leakguard.seal.interference.plan import Poison, Tuner

WITNESS = "non-interference"
_AGAIN = 2  # runs of each kind once a difference has been seen
_ADVICE = "seed what draws numbers, or name by leave_out= what may differ"
_TOLD = 4  # differences, or paths, that are told one by one


def check_sealed(  # noqa: PLR0913 - each is a choice of its own
    tune: Tuner,
    train: Sequence[Any],
    test: Sequence[Any] = (),
    *,
    seed: int = 0,
    poison: Sequence[Poison] = (),
    paths: Iterable[str | os.PathLike[str]] = (),
    poisonings: Collection[Poisoning] = tuple(Poisoning),
    rows: int | None = None,
    groups: Sequence[object] | None = None,
    leave_out: Collection[str] = (),
    apart: bool | None = None,
    name: str = "held-out rows",
) -> Verdict:
    """Run a tuner, run it again with noise in the place of the sealed rows, and compare what it returns.

    tune        called as `tune(*train, *test)`, `tune(X_train, y_train, X_test, y_test)` for example; what it returns
                is compared, so it should return all that tuning found, and not the final score
    train       rows to learn from; the second is taken for the labels
    test        the sealed rows, likewise; none if `tune` has them from elsewhere. They are overwritten where they
                are, if their type allows that, so that globals, closures and attributes hold the noise too
    seed        seeds Python's, NumPy's and PyTorch's generators before each run, and the noise
    poison      for sealed rows elsewhere: functions that are handed a `Noise` and return a context manager, in which
                those rows are noise
    paths       files with sealed rows, or folders of such; replaced for the poisoned runs and always moved back.
                What is not there yet is removed after each run, such as a cache
    poisonings  kinds of noise, each of which is a run
    rows        at most so many training rows, drawn by classes, or by whole `groups` (one label for each row)
    leave_out   patterns of paths in what is returned that do not count, such as `*.loss_curve_`; `*` is any text
    apart       whether each run has a process of its own; by default on Linux
    name        what the verdict calls the rows

    Violated is a difference by whatever route, seen three times over while runs with the same rows never differ. Not
    proven, if these differ too, if nothing is left to compare, or if a part of it cannot be looked into.

    Raises `TunerError` if the tuner fails with the rows as they are, ValueError without any sealed rows, TypeError for
    rows that no noise is known for, and either for settings that no run can be made with, before any run.
    """
    check_tuner(tune, train, test)
    check_runs(seed, rows, groups, train)
    check_kinds(poisonings)
    _check_patterns(leave_out)
    there, missing = files_below(paths)
    if not (test or poison or there):
        raise ValueError("no sealed rows: hand them over as test=, or say by poison= or paths= where they are")
    smaller, told = reduced(tuple(train), rows, groups, seed)
    apart = can_fork() if apart is None else apart
    plan = Plan(tune, smaller, tuple(test), seed, apart, leave_out, tuple(poison), there, missing)
    outcome = _compared(plan, [one for one in Poisoning if one in poisonings and _is_of_use(one, plan)])
    evidence = replace(outcome, limits=(*outcome.limits, *told, *_limits_of(plan)))
    never = [path for path in missing if path not in plan.came]
    if never and evidence.ruling is Ruling.HELD:  # a name that was mistyped, perhaps
        limits = (*(f"there never was a file {path}" for path in never), *evidence.limits)
        evidence = replace(evidence, ruling=Ruling.NOT_PROVEN, limits=limits)
    return Verdict(name, (evidence, *twins(tuple(train), tuple(test))))


def _check_patterns(leave_out: Collection[str]) -> None:
    if isinstance(leave_out, str) or not all(isinstance(one, str) for one in leave_out):
        raise TypeError(f"leave_out={leave_out!r}: give a list of patterns, such as ['*.loss_curve_']")


@dataclass(slots=True)
class _Seen:
    """What the poisoned runs have shown so far."""

    unchanged: list[Poisoning]
    limits: list[str]


def _compared(plan: Plan, poisonings: Sequence[Poisoning]) -> Evidence:
    with guarded(plan.files):
        first = _run(plan, None)
        if first.failure is not None:
            raise TunerError(f"the tuner failed with the rows as they are: {first.failure}\n{first.failure.traceback}")
        base = first.result
        assert base is not None  # noqa: S101 - one of the two is there
        if (evidence := _not_comparable(base, _run(plan, None))) is not None:
            return evidence
        seen = _Seen([], [])
        for kind in poisonings:
            if not plan.poison and not plan.files and _changes_nothing(plan, kind):
                seen.limits.append(f"no {kind} are known for these rows")
            elif (evidence := _poisoned(plan, kind, base, seen)) is not None:
                return evidence
    return _unchanged(base, seen)


def _run(plan: Plan, noise: Noise | None) -> Ended[Digest]:
    with ExitStack() as stack:
        stack.enter_context(removed_afterwards(plan.fresh))
        stack.enter_context(noisy_files(plan.files, noise))
        ended = run(lambda: returned(plan, noise), plan.seed, apart=plan.apart)
        plan.came.update(path for path in plan.fresh if path.exists())
    if ended.failure is not None and ended.failure.kind == PoisonError.__qualname__:
        raise PoisonError(ended.failure.traceback)
    return ended


def _not_comparable(base: Digest, again: Ended[Digest]) -> Evidence | None:
    """Return why runs cannot be compared: they differ by themselves, or return nothing."""
    if base.root.kind == "NoneType" or not base.leaves:
        return Evidence(
            WITNESS, Ruling.NOT_PROVEN, "the tuner returned nothing that could be compared", limits=_aside(base)
        )
    if again.failure is not None or again.result is None:
        return Evidence(
            WITNESS, Ruling.NOT_PROVEN, f"a second run with the same rows and seeds failed: {again.failure}"
        )
    found = list(islice(differences(base.root, again.result.root), _TOLD))
    if not found:
        return None
    shown = "two runs with the same rows and seeds returned different values, so nothing could be compared"
    return Evidence(WITNESS, Ruling.NOT_PROVEN, shown, limits=(*(f"{one}" for one in found), _ADVICE))


def _poisoned(plan: Plan, kind: Poisoning, base: Digest, seen: _Seen) -> Evidence | None:
    """Run once with noise, and note that nothing changed; or return what did."""
    ended = _run(plan, plan.noise(kind))
    if ended.failure is not None:
        if kind is not Poisoning.MISSING and (doubt := _by_chance(plan, kind, base)) is not None:
            return doubt
        return _failed(ended.failure, kind, plan, seen)
    if ended.result is None or not (found := list(differences(base.root, ended.result.root))):
        seen.unchanged.append(kind)
        return None
    if (doubt := _by_chance(plan, kind, base)) is not None:
        return doubt
    more = f" and {len(found) - 1} more" if len(found) > 1 else ""
    shown = f"with {kind} in the held-out rows, {found[0]}{more}"
    line = place_of(plan.tune)
    return Evidence(WITNESS, Ruling.VIOLATED, shown, tuple(_breach(one, kind, line) for one in found[:_TOLD]))


def _by_chance(plan: Plan, kind: Poisoning, base: Digest) -> Evidence | None:
    """Return that a difference may be none of the noise; None where all further runs say that it is.

    A tuner that returns something else in a share p of its runs, whatever the rows, passes for one that is steered
    with a chance of p^3 (1 - p)^4, at most 0.9 %: a run with noise and two without went before, two of each follow.
    """
    for _ in range(_AGAIN):
        for noise, steered in ((plan.noise(kind), True), (None, False)):
            ended = _run(plan, noise)
            same = ended.result is not None and ended.result.root.mark == base.root.mark
            if same is steered:
                rows = f"with {kind} in the held-out rows" if steered else "with the same rows and seeds"
                shown = f"runs {rows} do not always return the same, so nothing could be compared"
                return Evidence(WITNESS, Ruling.NOT_PROVEN, shown, limits=(_ADVICE,))
    return None


def _breach(found: Difference, kind: Poisoning, line: Reader | None) -> Breach:
    return Breach(Cause.TEST_ROWS_CHOOSE, f"{found} with {kind} in the held-out rows", line)


def _failed(failure: Failure, kind: Poisoning, plan: Plan, seen: _Seen) -> Evidence | None:
    """Say what a failure means: valid rows that end a run have steered it; missing values only show a read."""
    shown = f"with {kind} in the held-out rows, the tuner failed: {failure}"
    if kind is Poisoning.MISSING:
        where = f" at {failure.line}" if failure.line else ""
        seen.limits.append(f"{shown}{where}; so it reads them, and whether they change what it returns was not seen")
        return None
    return Evidence(
        WITNESS, Ruling.VIOLATED, shown, (Breach(Cause.TEST_ROWS_CHOOSE, shown, failure.line or place_of(plan.tune)),)
    )


def _unchanged(base: Digest, seen: _Seen) -> Evidence:
    """Return that nothing changed; not proven if a poisoning did not come to its end, or none was possible."""
    count = len(seen.unchanged)
    runs = "1 poisoning" if count == 1 else f"{count} poisonings"
    shown = (
        f"{runs} ({', '.join(seen.unchanged)}) changed nothing in what the tuner returned" if count else "no poisoning"
    )
    complete = count and not base.unread and not any("failed" in one for one in seen.limits)
    ruling = Ruling.HELD if complete else Ruling.NOT_PROVEN
    return Evidence(WITNESS, ruling, shown, limits=(*seen.limits, *_aside(base)))


def _aside(base: Digest) -> tuple[str, ...]:
    """Say what was not compared."""
    left = (f"not compared: {_several(base.left_out)}",) if base.left_out else ()
    unread = (f"could not be looked into: {_several(base.unread)}",) if base.unread else ()
    return (*left, *unread)


def _several(paths: Sequence[str]) -> str:
    more = f" and {len(paths) - _TOLD} more" if len(paths) > _TOLD else ""
    return ", ".join(paths[:_TOLD]) + more


def _limits_of(plan: Plan) -> tuple[str, ...]:
    """Say what this way of running cannot show."""
    if plan.apart:
        return ()
    return ("all runs were in one process: what one keeps in memory may hide a difference in the next",)


def _is_of_use(kind: Poisoning, plan: Plan) -> bool:
    """Whether there is anything that this kind of noise replaces."""
    has_labels = any(at < len(plan.test) for at in plan.labels)
    return bool(plan.poison or plan.files) or has_labels or kind in {Poisoning.VALUES, Poisoning.MISSING}


def _changes_nothing(plan: Plan, kind: Poisoning) -> bool:
    return digest(plan.noisy_test(plan.noise(kind))).text == digest(plan.test).text


def place_of(function: Callable[..., object]) -> Reader | None:
    """Return where a function begins, if it is written in Python."""
    code = getattr(inspect.unwrap(getattr(function, "func", function)), "__code__", None)
    return Reader(code.co_filename, code.co_firstlineno, code.co_qualname) if code else None
