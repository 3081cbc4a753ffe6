"""Fits held against folds: which of them learned from rows that they are judged on.

A fit belongs to a fold by its rows: they are among the fold's training rows. Splits overlap, so a fit that is clean in
one fold of a split is not held against another fold of the same split.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from leakguard.seal.causes import Cause

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leakguard.seal.fits.history import FitRecord, FoldRecord, History, Judged

_RESAMPLING = frozenset({"fit_resample", "fit_sample"})


@dataclass(frozen=True, slots=True)
class Finding:
    """A fit that learned from rows it should not have seen: how many, of how many, in which fold if it is a fold's."""

    cause: Cause
    fit: FitRecord
    rows: int
    of: int
    fold: FoldRecord | None = None


def findings(history: History, sealed: int) -> Iterator[Finding]:
    """Yield all that is wrong, one at a time; `sealed` are the rows that no fit may see, as bits."""
    guilty: set[str] = set()
    for fit in history.fits:
        if fit.name in history.recent and not fit.silent:
            for finding in _of_fit(fit, history, sealed):
                guilty.add(finding.fit.name)
                yield finding
    for judged in history.judged:
        for finding in _judged_rows(judged, history, sealed):
            if finding.fit.name not in guilty:
                yield finding


def _of_fit(fit: FitRecord, history: History, sealed: int) -> Iterator[Finding]:
    yield from _sealed_rows(fit, sealed)
    yield from _in_loop(fit, history)
    yield from _beyond_outer(fit, history)
    yield from _learned_before(fit, history, sealed)
    yield from _stopped_by(fit, history, sealed)


def places(fit: FitRecord, folds: list[FoldRecord]) -> list[FoldRecord]:
    """Return the folds of one split in which a fit can have taken place: exactly on its training rows, else within."""
    if not fit.seen:
        return []
    exact = [fold for fold in folds if fold.train == fit.seen]
    return exact or [fold for fold in folds if fit.seen & ~fold.train == 0]


def told(seen: int, fold: FoldRecord) -> int:
    """Return how many of a fold's telling rows are among these, or 0 if it may be chance.

    Data with natural duplicates make it likely that rows made up anew (by oversampling, say) equal others: as many as
    the fold's own share of duplicates are let pass.
    """
    rows = (seen & fold.telling).bit_count()
    telling = fold.telling.bit_count()
    alike = 1 - telling / fold.size if fold.size else 0.0
    return rows if rows > alike * telling else 0


def is_inner(fold: FoldRecord, history: History, sealed: int) -> bool:
    """Whether a part split off only helps to fit, as others have the last word: sealed rows, or an outer fold."""
    if not fold.holdout:
        return False
    return bool(sealed) or any(
        (fold.train | fold.test) & ~other.train == 0 for other in history.folds if other.call != fold.call
    )


def _sealed_rows(fit: FitRecord, sealed: int) -> Iterator[Finding]:
    if rows := (fit.seen & sealed).bit_count():
        cause = Cause.RESAMPLED_BEFORE_SPLIT if fit.method in _RESAMPLING else Cause.FITTED_ON_TEST
        yield Finding(cause, fit, rows, sealed.bit_count())
    if rows := (fit.stopping & sealed).bit_count():
        yield Finding(Cause.TEST_ROWS_STOP, fit, rows, sealed.bit_count())


def _in_loop(fit: FitRecord, history: History) -> Iterator[Finding]:
    """A fit in the body of a loop over folds that saw validation rows of the loop's fold."""
    if fit.outer:
        return
    around = [fold for fold in history.folds if fold.name in fit.folds]
    for fold in around:
        rows = told(fit.seen, fold)
        if not rows or fold.name not in history.ended or _has_clean_place(fit, fold, around, history):
            continue
        if fit.seen & fold.train:
            yield Finding(_cause(fit, fold), fit, rows, fold.telling.bit_count(), fold)
        elif fit.prepares:
            yield Finding(Cause.FITTED_ON_TEST, fit, rows, fold.telling.bit_count(), fold)


def _has_clean_place(fit: FitRecord, fold: FoldRecord, around: list[FoldRecord], history: History) -> bool:
    """Whether the fit may have been meant for another fold: of the same split in another thread, or of another loop."""
    if fit.seen & fold.train and places(fit, history.calls[fold.call]):
        return True
    domain = fold.train | fold.test
    return any(not fit.seen & ~other.train and domain & ~other.train for other in around if other is not fold)


def _beyond_outer(fit: FitRecord, history: History) -> Iterator[Finding]:
    """A fit inside another fit of a fold that saw validation rows which the outer one was not given."""
    outer = history.by_name.get(fit.outer)
    if outer is None or not outer.seen or not (extra := fit.seen & ~outer.seen):
        return
    for folds in history.calls.values():
        where = places(outer, folds)
        if where and all(told(extra, fold) for fold in where):
            yield Finding(_cause(fit, where[0]), fit, told(extra, where[0]), where[0].telling.bit_count(), where[0])


def _learned_before(fit: FitRecord, history: History, sealed: int) -> Iterator[Finding]:
    """A fit in a fold on rows that came out of an earlier fit which saw the fold's validation rows."""
    before = _telling_fits(fit.learned, history)
    for folds in _splits_of(fit, before, history):
        where = places(fit, folds)
        behind = [*before, *_telling_fits(folds[0].learned, history)]
        guilty = [next((one for one in behind if told(one.seen, fold)), None) for fold in where]
        if where and all(guilty) and guilty[0] is not None and not is_inner(where[0], history, sealed):
            rows = told(guilty[0].seen, where[0])
            yield Finding(_cause(guilty[0], where[0]), guilty[0], rows, where[0].telling.bit_count(), where[0])


def _telling_fits(names: tuple[str, ...], history: History) -> list[FitRecord]:
    return [fit for fit in history.chain(names) if not fit.silent]


def _splits_of(fit: FitRecord, before: list[FitRecord], history: History) -> list[list[FoldRecord]]:
    """Return the splits that a fit can belong to.

    These are the ones that have a fold with exactly the rows that it, or one of the fits before it, saw; else the
    loops it stands in; else the last split with a fold for its rows.
    """
    exact = {one.seen for one in (fit, *before)}
    anchored = [folds for folds in history.calls.values() if any(fold.train in exact for fold in folds)]
    if not before:
        return [folds for folds in anchored if folds[0].learned]
    around = [folds for folds in history.calls.values() if any(fold.name in fit.folds for fold in folds)]
    holding = [folds for folds in history.calls.values() if places(fit, folds)]
    return anchored or around or holding[-1:]


def _stopped_by(fit: FitRecord, history: History, sealed: int) -> Iterator[Finding]:
    """A fit that stopped early by rows which the same fold was scored on afterwards."""
    if not fit.stopping:
        return
    scored = 0
    for judged in history.judged:
        if fit.name in judged.fits:
            scored |= judged.rows
    for folds in history.calls.values():
        where = [fold for fold in places(fit, folds) if not is_inner(fold, history, sealed)]
        if where and all(told(fit.stopping & scored, fold) for fold in where):
            rows = told(fit.stopping & scored, where[0])
            yield Finding(Cause.TEST_ROWS_STOP, fit, rows, where[0].telling.bit_count(), where[0])


def _judged_rows(judged: Judged, history: History, sealed: int) -> Iterator[Finding]:
    """Rows that were set apart, by whatever means, and judged: nothing behind the judgement may have seen them."""
    models = [fit for name in judged.fits if (fit := history.by_name.get(name)) is not None]
    if not any(fit.name in history.recent for fit in models):
        return
    trained = 0
    for fit in models:
        trained |= fit.seen
    count = judged.rows.bit_count()
    if judged.rows and not judged.rows & trained:
        for fit in _behind(judged, models, history):
            if rows := (fit.seen & judged.rows).bit_count():
                cause = Cause.FITTED_ON_TEST if not fit.seen & ~judged.rows else Cause.FITTED_BEFORE_SPLIT
                yield Finding(Cause.RESAMPLED_BEFORE_SPLIT if fit.method in _RESAMPLING else cause, fit, rows, count)
    for fold in history.folds:
        if fold.holdout and fold.telling and judged.rows == fold.test and not is_inner(fold, history, sealed):
            for fit in models:
                if not fit.silent and fit.seen & fold.train and (rows := told(fit.seen, fold)):
                    yield Finding(Cause.FITTED_ON_TEST, fit, rows, fold.telling.bit_count(), fold)


def _behind(judged: Judged, models: list[FitRecord], history: History) -> list[FitRecord]:
    names = {fit.name for fit in models}
    learned = tuple(name for fit in models for name in fit.learned)
    return [fit for fit in history.chain((*learned, *judged.learned)) if not fit.silent and fit.name not in names]


def _cause(fit: FitRecord, fold: FoldRecord) -> Cause:
    if fit.method in _RESAMPLING:
        return Cause.RESAMPLED_BEFORE_SPLIT
    return Cause.FITTED_BEFORE_SPLIT if fold.holdout else Cause.FITTED_OUTSIDE_FOLDS
