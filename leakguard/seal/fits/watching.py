"""The fit ledger as a witness: `watch_fits` around a tuning, and what it shows afterwards."""

from __future__ import annotations

from contextlib import suppress
from importlib import import_module
from typing import TYPE_CHECKING, Any

from leakguard.seal.fits.history import FitRecord, FoldRecord, History, read_history
from leakguard.seal.fits.installing import enter, leave
from leakguard.seal.fits.judging import findings, places
from leakguard.seal.fits.lineage import BY_HAND
from leakguard.seal.ledger import position
from leakguard.seal.verdict import Breach, Evidence, Ruling

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import TracebackType
    from typing import Self

    from leakguard.seal.fits.judging import Finding
    from leakguard.seal.fits.rowhash import Rows

WITNESS = "fit ledger"


class FitWatch:
    """Watches all fits of a block, and says which of them saw rows that they are judged on; made by `watch_fits`."""

    def __init__(self, tables: tuple[Rows, Rows, Rows], estimators: tuple[type, ...], modules: tuple[str, ...]) -> None:
        self._tables = tables
        self._estimators = estimators
        self._modules = modules
        self._sealed = 0
        self._ended: History | None = None

    def __enter__(self) -> Self:
        with suppress(ImportError):  # so that its classes are there to be watched
            import_module("sklearn.model_selection")
        self._installation = enter(self._estimators, self._modules)
        self._since = position()
        rows, target, sealed = self._tables
        tables = self._installation.recorder.tables
        train = tables.watch(rows) if rows is not None else None
        if train is not None and target is not None:
            tables.watch_target(rows, target)
        test = tables.watch(sealed) if sealed is not None else None
        self._sealed = test.bits & ~(train.bits if train else 0) if test else 0
        self._indistinct = test is not None and not self._sealed
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended = self._history()
        leave(self._installation)

    @property
    def records(self) -> tuple[FitRecord, ...]:
        """The outermost fits since the watch began, of all processes, in the order in which they ended."""
        history = self._history()
        return tuple(fit for fit in history.fits if fit.name in history.recent)

    @property
    def folds(self) -> tuple[FoldRecord, ...]:
        """The folds that splitters gave out since the watch began."""
        history = self._history()
        return tuple(fold for fold in history.folds if fold.name in history.recent)

    def evidence(self) -> Evidence:
        """Return what the fits so far show, or all of them once the block has ended."""
        history = self._history()
        breaches = _breaches(list(findings(history, self._sealed)))
        limits = tuple(_limits(self.records, self.folds, sealed=bool(self._sealed)))
        if self._indistinct:
            limits = (*limits, "the sealed rows cannot be told from training rows")
        ruling = Ruling.VIOLATED if breaches else Ruling.NOT_PROVEN if limits else Ruling.HELD
        return Evidence(
            WITNESS, ruling, _shown(self.records, self.folds, self._sealed, len(breaches)), breaches, limits
        )

    def _history(self) -> History:
        return self._ended or read_history(self._installation.begun, self._since)


def watch_fits(
    X: Rows = None,  # noqa: N803 - scikit-learn's name for a table of rows
    y: Rows = None,
    *,
    sealed: Rows = None,
    estimators: tuple[type, ...] = (),
    modules: tuple[str, ...] = (),
) -> FitWatch:
    """Record every outermost fit in a block, with the rows that it saw, and hold it against the fold it runs in.

    Fits of scikit-learn's estimators and all classes below them (imbalanced-learn's, XGBoost's, LightGBM's, the
    project's own) are seen, of CatBoost's and Keras' models, and of other classes with a `fit` in the project's
    modules; in this process, its threads, its forks, and in workers of joblib and Dask on this machine.

    Parameters
    ----------
    X, y:
        The rows that may be tuned on, shape (n_rows, n_columns), and their targets, shape (n_rows,). Rows that are
        first met in the block are taken in too.
    sealed:
        Rows of the same columns that no fit may see, as they were before they were sealed.
    estimators:
        Further classes to watch, where they have a `fit` and are neither scikit-learn's nor in the modules below.
    modules:
        Prefixes of the modules with the project's own estimators; without any, all modules that are no library's.

    """
    return FitWatch((X, y, sealed), estimators, modules)


def _breaches(found: list[Finding]) -> tuple[Breach, ...]:
    """Put together what is the same fault in several folds or candidates."""
    groups: dict[tuple[Any, ...], list[Finding]] = {}
    for finding in found:
        fit = finding.fit
        key = (finding.cause, fit.estimator, fit.method, fit.reader, finding.fold is None)
        groups.setdefault(key, []).append(finding)
    return tuple(Breach(group[0].cause, _message(group), group[0].fit.reader) for group in groups.values())


def _message(group: list[Finding]) -> str:
    first = group[0]
    subject = f"{first.fit.estimator}.{first.fit.method}"
    doing = f"{subject} stopped early by" if first.cause.name == "TEST_ROWS_STOP" else f"{subject} saw"
    if first.fold is None:
        return f"{doing} {first.rows} of {first.of} rows that were set apart"
    others = len({finding.fold.name for finding in group if finding.fold is not None}) - 1
    more = f", and rows of {others} more {'fold' if others == 1 else 'folds'}" if others else ""
    return (
        f"{doing} {first.rows} of {first.of} validation rows of fold {first.fold.number} of {first.fold.splitter}{more}"
    )


def _shown(fits: tuple[FitRecord, ...], folds: tuple[FoldRecord, ...], sealed: int, faults: int) -> str:
    judged = [fit for fit in fits if not fit.silent]
    against = [f"{len(folds)} folds" if len(folds) != 1 else "1 fold"] if folds else []
    against += [f"{sealed.bit_count()} sealed rows"] if sealed else []
    if not against:
        return f"{len(judged)} fits, and nothing to hold them against"
    found = f"{faults} faults" if faults != 1 else "1 fault"
    count = len({fit.process for fit in fits})
    where = f"{count} processes" if count != 1 else "1 process"
    return f"{len(judged)} fits in {where}, held against {' and '.join(against)}: {found}"


def _limits(fits: tuple[FitRecord, ...], folds: tuple[FoldRecord, ...], *, sealed: bool) -> Iterator[str]:
    """Yield what could not be shown."""
    judged = [fit for fit in fits if not fit.silent]
    if not judged:
        yield "no fit was seen"
    elif not folds and not sealed:
        yield "no split was seen"
    if lost := [fit for fit in judged if fit.unknown and not fit.outer and not fit.beside]:
        yield f"{len(lost)} fits saw rows that could not be traced, such as {lost[0].estimator}.{lost[0].method}"
    if alike := [fit for fit in judged if fit.ambiguous * 2 > fit.rows]:
        yield f"{len(alike)} fits saw rows that mostly look alike, such as {alike[0].estimator}.{alike[0].method}"
    if any(BY_HAND in fit.learned for fit in judged):
        yield "rows were computed by hand from the watched ones; what was learned on the way is not known"
    yield from _fold_limits(judged, folds)


def _fold_limits(fits: list[FitRecord], folds: tuple[FoldRecord, ...]) -> Iterator[str]:
    searches = {fit.name for fit in fits if fit.searches}
    calls: dict[str, list[FoldRecord]] = {}
    for fold in folds:
        if not fold.inside or fold.inside in searches:
            calls.setdefault(fold.call, []).append(fold)
    for cut in calls.values():
        seen = {fold.name for fit in fits for fold in places(fit, cut)}
        if empty := [fold for fold in cut if fold.name not in seen]:
            yield f"no fit was seen in {len(empty)} of {len(cut)} folds of {cut[0].splitter}"
    if any(not fold.test and not fold.inside for fold in folds):
        yield "rows of a split could not be traced"
    alike = [fold for fold in folds if fold.telling.bit_count() * 2 < fold.test.bit_count()]
    if alike:
        yield f"in {len(alike)} folds most validation rows cannot be told from training rows"
