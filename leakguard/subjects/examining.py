"""Runs one reference tuner with a subject, and has every witness say what it saw."""

from __future__ import annotations

import warnings
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, Any

from leakguard.seal.causes import Cause
from leakguard.seal.verdict import Breach, Evidence, Ruling, Verdict
from leakguard.subjects.budgets import BUDGETS, settings

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from leakguard.subjects.budgets import Budget
    from leakguard.subjects.subject import Subject
    from leakguard.tuners import ReferenceTuner

SEALS, FITS, FOLDS = "path seal", "fit ledger", "non-interference of folds"
SAME, FULL, GROUPS = "same seed", "full budget", "groups"
CHECKS = (SEALS, FITS, FOLDS, SAME, FULL, GROUPS)
"""What is asserted of each tuner, by the names of the witnesses."""
_FOLDS = 3
_TOLD = 3


def examine(
    subject: Subject,
    tuner: ReferenceTuner,
    *,
    budget: Budget | str = "small",
    seed: int = 0,
    backend: AbstractContextManager[Any] | None = None,
    n_jobs: int | None = None,
    name: str = "",
) -> Verdict:
    """Run a tuner several times with a subject, and return what the witnesses say.

    The test paths are sealed; all fits are held against the folds that they run in; the tuner is run again with noise
    in the folds' validation rows; with the same seed, its results must be the same to the bit; and the candidate that
    it calls best must have been validated at the full budget. Noise in the test files would show nothing beyond their
    seal, and would have to be written over files that others may be reading.

    Args:
        subject: the estimator, the space and the rows.
        tuner: one of `leakguard.tuners.reference_tuners()`.
        budget: "small", "normal", "full", or a `Budget`.
        seed: of the tuner and of the noise.
        backend: where the watched run does its trials, as `joblib.parallel_config(backend="loky")`; the runs that are
            compared with it stay in this process.
        n_jobs: of the watched run.
        name: what the verdict calls it.

    Raises:
        TunerError: the tuner fails with the rows as they are.
        SpaceError, BudgetError: the tuner cannot search this space, or with this resource.
    """
    from leakguard.seal import check_folds_sealed
    from leakguard.seal.interference.rows import reduced

    allowed = BUDGETS[budget] if isinstance(budget, str) else budget
    train, told = reduced(_tables(subject), allowed.rows, subject.groups, seed)
    tune = partial(search_with, subject, tuner, allowed, seed)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # few rows and trials: a model that has not converged is no leak
        watched, search = _watched(subject, partial(tune, *train, n_jobs=n_jobs), train, backend)
        evidence = [
            *watched,
            *check_folds_sealed(lambda *rows: _found(tune(*rows)), train, seed=seed).evidence,
            _same(search, tune(*train)),
            *_full(search),
            *_groups(subject, train),
        ]
    return Verdict(name or tuner.name, tuple(_with_limits(evidence, told)))


def search_with(  # noqa: PLR0913 - partial and positional
    subject: Subject,
    tuner: ReferenceTuner,
    budget: Budget,
    seed: int,
    X: Any,
    y: Any = None,
    groups: Any = None,
    *,
    n_jobs: int | None = None,
) -> Any:
    """Return the tuner, fitted with the subject's rows or some of them."""
    search = tuner.cls(
        subject.estimator,
        subject.space,
        scoring=subject.scoring,
        cv=_splitter(subject),
        random_state=seed,
        n_jobs=n_jobs,
        **settings(tuner, budget, subject),
    )
    return search.fit(X, y, **({} if groups is None else {"groups": groups}))


def _tables(subject: Subject) -> tuple[Any, ...]:
    """Return X, y and groups, as far as there are any."""
    tables = [subject.X, subject.y, subject.groups]
    while tables[-1] is None:
        tables.pop()
    return tuple(tables)


def _splitter(subject: Subject) -> Any:
    if subject.splitter is None and subject.groups is not None:
        from sklearn.model_selection import GroupKFold

        return GroupKFold(_FOLDS)
    return _FOLDS if subject.splitter is None else subject.splitter


def _watched(
    subject: Subject, tune: Any, train: Sequence[Any], backend: AbstractContextManager[Any] | None
) -> tuple[list[Evidence], Any]:
    """Run once with the files sealed and all fits recorded."""
    from leakguard.seal import seal_paths, watch_fits

    paths = list(subject.test_paths)
    sealing = seal_paths(paths, "the test files") if paths else nullcontext()
    with (
        sealing as sealed,
        watch_fits(train[0], train[1] if len(train) > 1 else None) as fits,
        backend or nullcontext(),
    ):
        search = tune()
    return [*([sealed.evidence()] if sealed is not None else []), fits.evidence()], search


def _found(search: Any) -> dict[str, Any]:
    """Return what a search has found, without the search's own settings."""
    return {
        name: getattr(search, name)
        for name in ("best_params_", "best_score_", "cv_results_", "best_estimator_")
        if hasattr(search, name)
    }


def _same(one: Any, other: Any) -> Evidence:
    from leakguard.seal.interference.digest import differences, digest

    left, right = (digest(_found(search)).root for search in (one, other))
    found = list(islice(differences(left, right), _TOLD))
    if not found:
        return Evidence(SAME, Ruling.HELD, f"two runs found the same in {len(one.cv_results_['params'])} trials")
    shown = f"two runs with the same seed differ: {found[0]}; seed what draws numbers, by random_state"
    return Evidence(SAME, Ruling.VIOLATED, shown, limits=tuple(str(one) for one in found[1:]))


def _full(search: Any) -> Iterator[Evidence]:
    if not hasattr(search, "best_index_"):
        return
    budgets = search.cv_results_["budget"]
    best = float(budgets[search.best_index_])
    full = int((budgets >= 1).sum())
    shown = f"{full} of {len(budgets)} trials had the full budget, and the best of these was taken"
    if best >= 1:
        yield Evidence(FULL, Ruling.HELD, shown)
    else:
        yield Evidence(FULL, Ruling.VIOLATED, f"the best trial had {best:.2g} of the full budget alone")


def _groups(subject: Subject, train: Sequence[Any]) -> Iterator[Evidence]:
    """Tell whether rows of one group stand on both sides of a fold."""
    if subject.groups is None:
        return
    import numpy as np
    from sklearn.model_selection import check_cv

    X, y, groups = train
    labels = np.asarray(groups)
    folds = list(check_cv(_splitter(subject), y).split(X, y, groups))
    shared = [np.intersect1d(labels[train_rows], labels[test_rows]).size for train_rows, test_rows in folds]
    if not any(shared):
        yield Evidence(GROUPS, Ruling.HELD, f"no group is on both sides of any of {len(folds)} folds")
        return
    worst = int(np.argmax(shared))
    shown = f"{shared[worst]} groups are on both sides of fold {worst} of {_splitter(subject)!r}"
    yield Evidence(GROUPS, Ruling.VIOLATED, shown, (Breach(Cause.GROUP_IN_BOTH_PARTS, shown),))


def _with_limits(evidence: Sequence[Evidence], told: Sequence[str]) -> Iterator[Evidence]:
    for one in evidence:
        yield (
            Evidence(one.witness, one.ruling, one.shown, one.breaches, (*one.limits, *told))
            if one.witness
            in {
                FITS,
                SEALS,
            }
            else one
        )
