"""The one base of all tuners: scikit-learn's search estimators, with a `fit` that loses nothing."""

from __future__ import annotations

import math
import numbers
import time
import warnings
from abc import abstractmethod
from contextlib import closing, contextmanager
from dataclasses import KW_ONLY, dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from sklearn.base import clone
from sklearn.exceptions import FitFailedWarning
from sklearn.model_selection._search import BaseSearchCV

from leakguard.tuners.bar import Bar
from leakguard.tuners.evaluating import Evaluation, Options, scorer_names
from leakguard.tuners.executing import open_workers
from leakguard.tuners.honesty.correcting import corrected
from leakguard.tuners.identity import identity
from leakguard.tuners.journal import Journal, open_journal
from leakguard.tuners.limits import few_threads
from leakguard.tuners.planning import Plan, plan_search
from leakguard.tuners.results import cv_results
from leakguard.tuners.saying import say
from leakguard.tuners.stopping import Stopping, StopSearch
from leakguard.tuners.suggesting import Proposal, Suggester, Trial

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from os import PathLike
    from typing import Self

    from leakguard.tuners.space import Space


@dataclass(eq=False, repr=False)
class TunerSearchCV(BaseSearchCV):  # type: ignore[misc]  # scikit-learn has no annotations
    """What all tuners share: a subclass says in `_run_search` which proposals to evaluate.

    Args:
        estimator: any estimator or pipeline.
        space: parameter names to `Uniform`, `LogUniform`, `IntUniform`, `Choice`, lists or SciPy distributions.
        scoring, n_jobs, refit, cv, error_score, return_train_score: as scikit-learn's GridSearchCV.
        verbose: 1 tells each finished trial on standard error.
        random_state: same seed, same `cv_results_` to the bit (times left out), for any `n_jobs`.
        progress: called with each recorded trial. Beside that, a search of more than two seconds shows a bar on a
            terminal where tqdm is installed (extra `progress`), and nothing in a log.
        journal: a file that takes each finished trial. A search that was killed, run again with the same journal,
            goes on where it was and ends with the same results to the bit.
        trial_timeout: seconds for each fit of a trial; one that takes longer fails. Runs fits in processes of their
            own, also with one worker, because only a process can be stopped.
        inner_threads: threads of BLAS and OpenMP inside a fit. Their number can change the last bits of a result, so
            it is 1 whatever `n_jobs` is; None leaves it to the libraries, and the promise of `random_state` with it.
        patience, min_improvement: stop after `patience` trials without an improvement of more than `min_improvement`.
        target: stop once a trial is at least this good.
        honest_calls: how often `honest_score_` may call a scorer that is not one of scikit-learn's usual ones; it needs
            at least 40 calls for each trial and fold, and makes do with the folds' scores otherwise.
        time_budget: start no trial after this many seconds.

    Attributes:
        cv_results_: scikit-learn's columns with `budget`, `bracket`, `rung` and `suggested_by`.
        stopped_because_: the stop rule that ended the search, or None.
        interrupted_: whether Ctrl-C ended it; the results are then those of the trials that had finished.
        honest_score_: what the best score is worth, corrected for its having been chosen: by bootstrap over the
            predictions of the folds (Tsamardinos et al. 2018), or by the folds' scores alone (Tibshirani and Tibshirani
            2009) where the scorer asks for no predictions. `honest_method_` says which; `honest_interval_` is the 95 %
            interval. Not there where `refit` is a function, whose choice cannot be repeated.
        best_estimator_, best_params_, best_score_, best_index_, scorer_, n_splits_, refit_time_: as GridSearchCV.
    """

    estimator: Any
    space: Space | Mapping[str, Any]
    _: KW_ONLY
    scoring: Any = None
    n_jobs: int | None = None
    refit: bool | str | Callable[[Mapping[str, Any]], int] = True
    cv: Any = None
    verbose: int = 0
    random_state: Any = None
    error_score: float | str = math.nan
    return_train_score: bool = False
    progress: Callable[[Trial], Any] | None = None
    journal: str | PathLike[str] | None = None
    trial_timeout: float | None = None
    inner_threads: int | None = 1
    patience: int | None = None
    min_improvement: float = 0.0
    target: float | None = None
    time_budget: float | None = None
    min_expected_improvement: float | None = None
    honest_calls: int = 4_000

    @abstractmethod
    def _run_search(self, evaluate: Evaluation) -> None:
        """Propose until there is nothing more to try."""

    def fit(self, X: Any, y: Any = None, **params: Any) -> Self:
        """Search on the data's folds, and refit the best on all of it.

        Args:
            X, y: the data, as for the estimator, of n_samples rows.
            **params: for the estimator's fit, the scorers and the splitter (`groups`).

        Raises:
            SpaceError: the space cannot be searched.
            ValueError: something else is wrong with the search or its data, or every trial failed.
        """
        plan = plan_search(self, X, y, params)
        trials = self._search(plan)
        self._conclude(plan, trials)
        if self.refit is not False:
            self._refit(plan)
        return self

    def report(self, file: str | PathLike[str]) -> None:
        """Write a page about the fitted search: what was found, what it is worth, and pictures (extra `plots`).

        Raises:
            ImportError: matplotlib is not installed.
            NotFittedError: the search was not fitted.
            UserError: the file cannot be written.
        """
        from leakguard.tuners.pictures.report import report

        report(self, file)

    def _search(self, plan: Plan) -> list[Trial]:
        self.interrupted_ = False
        self.stopped_because_: str | None = None
        options = Options(
            self.scoring, self.error_score, self.return_train_score, self.inner_threads, self.trial_timeout
        )
        stopping = Stopping(
            self.patience, self.min_improvement, self.target, self.time_budget, self.min_expected_improvement
        )
        bar = Bar(getattr(self, "n_trials", None) if not self.verbose else None)
        with (
            closing(bar),
            few_threads(self.inner_threads),
            self._open_journal(plan) as journal,
            open_workers(self.n_jobs, plan.data, processes=self.trial_timeout is not None) as workers,
        ):
            evaluate = Evaluation(plan, options, workers, stopping, partial(self._tell, bar), journal)
            self._watch(evaluate)
        return evaluate.trials

    def _watch(self, evaluate: Evaluation) -> None:
        try:
            self._run_search(evaluate)
        except StopSearch as reason:
            self.stopped_because_ = str(reason)
            evaluate.abandon()
        except KeyboardInterrupt:
            evaluate.interrupt()
            if not evaluate.trials:
                raise
            self.interrupted_ = True
        except BaseException:
            evaluate.workers.kill()
            if evaluate.trials:  # an error of a callback, for example, costs none of what was found
                self._keep(evaluate.plan, evaluate.trials)
            raise

    @contextmanager
    def _open_journal(self, plan: Plan) -> Iterator[Journal | None]:
        if self.journal is None:
            yield None
            return
        with closing(open_journal(self.journal, identity(self, plan))) as journal:
            yield journal

    def _tell(self, bar: Bar, trial: Trial) -> None:
        if not self.verbose:
            bar.update(trial)
        else:
            say(f"trial {trial.number}: {trial.failure or f'{trial.score:.6g}'} with {dict(trial.params)}")
        if self.progress is not None:
            self.progress(trial)

    def _conclude(self, plan: Plan, trials: list[Trial]) -> None:
        _report_failures(trials)
        self._keep(plan, trials)
        if self.refit is not False or not self.multimetric_:
            self._choose(plan, trials)

    def _keep(self, plan: Plan, trials: list[Trial]) -> None:
        """Keep what the trials gave."""
        self.n_splits_ = len(plan.data.splits)
        self.scorer_ = plan.scorers
        names = scorer_names(trials, plan.scorers)
        self.multimetric_ = isinstance(plan.scorers, dict) or names != ["score"]
        missing = math.nan if self.error_score == "raise" else float(self.error_score)
        self.cv_results_ = cv_results(trials, names, missing, train=self.return_train_score)

    def _choose(self, plan: Plan, trials: list[Trial]) -> None:
        if callable(self.refit):
            self.best_index_ = _checked_index(self.refit(self.cv_results_), self.cv_results_)
        else:
            metric = self.refit if self.multimetric_ else "score"
            self.best_index_ = int(self.cv_results_[f"rank_test_{metric}"].argmin())
            self.best_score_ = self.cv_results_[f"mean_test_{metric}"][self.best_index_]
            self._correct(plan, trials, str(metric))
        self.best_params_ = self.cv_results_["params"][self.best_index_]

    def _correct(self, plan: Plan, trials: list[Trial], metric: str) -> None:
        """Say what the best score is worth, as the best of many."""
        found = corrected(trials, plan, metric, self.honest_calls)
        if found is not None:
            self.honest_score_, self.honest_method_ = found.score, found.method
            self.honest_interval_ = (found.low, found.high)
            if self.verbose:
                say(f"best score {self.best_score_:.6g}; honest score {found}")

    def _refit(self, plan: Plan) -> None:
        started = time.perf_counter()
        best = clone(plan.estimator).set_params(**clone(self.best_params_, safe=False))
        self.best_estimator_ = self._fit_best(best, plan.data.X, plan.data.y, plan.refit_params)
        self.refit_time_ = time.perf_counter() - started
        if hasattr(self.best_estimator_, "feature_names_in_"):
            self.feature_names_in_ = self.best_estimator_.feature_names_in_

    def _fit_best(self, estimator: Any, X: Any, y: Any, params: Mapping[str, Any]) -> Any:
        """Fit the winner on all rows."""
        return estimator.fit(X, **params) if y is None else estimator.fit(X, y, **params)


def follow(suggester: Suggester, evaluate: Evaluation, n_trials: int, batch: int = 1) -> None:
    """Ask a suggester for up to `n_trials`, `batch` at once, telling it what came of them."""
    while n_trials > 0:
        asked = suggester.ask(min(batch, n_trials), evaluate.rng, evaluate.trials)
        if not asked:
            return
        evaluate.stopping.expecting(getattr(suggester, "expected_improvement", None))
        suggester.tell(evaluate([Proposal(params, suggester.name) for params in asked]))
        n_trials -= len(asked)


def _report_failures(trials: list[Trial]) -> None:
    failed = [trial for trial in trials if trial.failure is not None]
    if not failed:
        return
    reasons: dict[str, int] = {}
    for trial in failed:
        reasons[str(trial.failure)] = reasons.get(str(trial.failure), 0) + 1
    told = "\n".join(f"{count} of them: {reason}" for reason, count in reasons.items())
    if len(failed) == len(trials):
        raise ValueError(f"All the {len(trials)} trials failed.\n{told}")
    warnings.warn(f"{len(failed)} of {len(trials)} trials failed.\n{told}", FitFailedWarning, stacklevel=4)


def _checked_index(index: Any, results: Mapping[str, Any]) -> int:
    if not isinstance(index, numbers.Integral):
        raise TypeError(f"The refit function returned {index!r}, which is no row of cv_results_.")
    if not 0 <= int(index) < len(results["params"]):
        raise IndexError(f"The refit function returned {index}, but cv_results_ has {len(results['params'])} rows.")
    if results["budget"][index] < 1:
        raise ValueError(
            f"The refit function returned row {index}, which had only {results['budget'][index]:.2g} of the full "
            "budget. Choose among the rows with budget 1."
        )
    return int(index)
